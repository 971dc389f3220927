"""Settings: environment variables SELVEDGE_..., typed, all wrong ones reported at once.

Every field here is documented in docs/operators.md; a test compares the two.
"""

from __future__ import annotations

import difflib
import os
import re
import secrets
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from marketplace.db.address import check_address
from marketplace.errors import SettingsError
from marketplace.text import timezones
from marketplace.units.wages import MinimumWage, read_minimum_wages

PREFIX = "SELVEDGE_"
_HOST = re.compile(r"\*|[A-Za-z0-9_.-]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[\w.-]+)?")  # a name, IPv4, IPv6


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True, env_ignore_empty=True)

    data_dir: Path = Field(Path("var"), description="Folder for everything written beside the database.")
    database_url: str = Field("", description="SQLAlchemy URL; empty means SQLite in the data folder.")
    host: str = Field("127.0.0.1", description="Address to serve on.")
    port: int = Field(8000, ge=1, le=65535, description="Port to serve on.")
    threads: int = Field(8, ge=1, le=256, description="Threads that answer requests.")
    public_url: str = Field("", description="How people reach the site; empty means http://HOST:PORT.")
    trusted_proxies: int = Field(0, ge=0, le=5, description="Reverse proxies in front, whose headers count.")
    secret_key: str = Field("", description="Signs cookies; empty means a random one kept in the data folder.")
    mail_url: str = Field("", description="smtp://user:password@host:587 or smtps://...; empty spools to a folder.")
    mail_from: str = Field("Selvedge <no-reply@localhost>", description="Sender of mails.")
    geocoder: Literal["offline", "nominatim", "photon"] = Field("offline", description="Who finds places.")
    geocoder_url: str = Field(
        "", validate_default=True, description="Online geocoder, such as https://nominatim.example.org."
    )
    geocoder_user_agent: str = Field(
        "", validate_default=True, description="How we name ourselves to the online geocoder."
    )
    tile_url: str = Field("", description="Optional street tiles, such as https://tiles.example/{z}/{x}/{y}.png.")
    tile_attribution: str = Field("", description="Credit for the tiles, shown on the map.")
    meili_url: str = Field("", description="Optional Meilisearch server, such as http://127.0.0.1:7700.")
    meili_key: str = Field("", description="Key for it, with the rights that docs/meilisearch.md names.")
    meili_index: str = Field("selvedge", description="Name of our index on it; the next one is built beside.")
    timezone: str = Field("UTC", description="Time zone of people who have named none, such as Europe/Rome.")
    upload_mb: int = Field(10, ge=1, le=100, description="Largest file that may be imported, in MB.")
    file_mb: int = Field(25, ge=1, le=100, description="Largest file of a brief or a thread, in MB.")
    file_quota_mb: int = Field(500, ge=1, le=1_000_000, description="What one organisation's files may take, in MB.")
    offer_hours: int = Field(24, ge=1, le=168, description="How long freed weeks are held for who waits for them.")
    enquiries_per_brief: int = Field(8, ge=1, le=100, description="Suppliers asked about one brief at a time.")
    enquiries_per_day: int = Field(20, ge=1, le=1000, description="Suppliers a studio may ask within 24 hours.")
    routes_per_minute: int = Field(
        600, ge=1, le=100_000, description="Production routes one network address may ask for in a minute."
    )
    answer_days: int = Field(5, ge=1, le=60, description="Working days a supplier has to answer an enquiry.")
    application_days: int = Field(14, ge=2, le=90, description="Days for the next step of an application.")
    minimum_wages: str = Field("", description="Lowest wages an hour, such as IT=EUR 9.00; US/California=USD 16.90.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged.")

    @field_validator("data_dir")
    @classmethod
    def _is_folder(cls, value: Path) -> Path:
        path = value.absolute()
        # As `Path.exists` raises where a folder may not be looked into.
        there = next(part for part in (path, *path.parents) if os.path.exists(part))
        if not there.is_dir():
            raise ValueError(f"{there} is a file: name a folder, which is made if it is not there")
        return value

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, value: str) -> str:
        if value:
            check_address(value)
        return value

    @field_validator("host")
    @classmethod
    def _is_host(cls, value: str) -> str:
        if not _HOST.fullmatch(value):
            raise ValueError("must be an address alone, such as 127.0.0.1 or 0.0.0.0; the port is SELVEDGE_PORT")
        return value

    @field_validator("geocoder_url")
    @classmethod
    def _is_geocoder(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("geocoder", "offline") == "offline":
            return value
        try:
            is_address = value.startswith(("http://", "https://")) and urlsplit(value).hostname
        except ValueError:
            is_address = None
        if not is_address:
            raise ValueError(f"must name the {info.data['geocoder']} server, such as https://nominatim.example.org")
        return value

    @field_validator("geocoder_user_agent")
    @classmethod
    def _names_us(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("geocoder", "offline") != "offline" and not value.strip():
            raise ValueError("must name this site and a contact address for an online geocoder")
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError("use at least 32 characters, or leave it empty to have one made")
        return value

    @field_validator("mail_url")
    @classmethod
    def _is_mail_server(cls, value: str) -> str:
        if value and (not value.startswith(("smtp://", "smtps://")) or not urlsplit(value).hostname):
            raise ValueError("must look like smtp://user:password@host:587 or smtps://...")
        return value

    @field_validator("public_url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @field_validator("meili_url")
    @classmethod
    def _is_search_server(cls, value: str) -> str:
        wanted = "must look like http://127.0.0.1:7700; the key stands in SELVEDGE_MEILI_KEY"
        try:
            parts = urlsplit(value)
            _ = parts.port  # reading it checks it
        except ValueError:
            raise ValueError(wanted) from None
        if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or "@" in value):
            raise ValueError(wanted)
        return value.rstrip("/")

    @field_validator("meili_key")
    @classmethod
    def _is_key(cls, value: str) -> str:
        if not (value.isascii() and value.isprintable()):
            raise ValueError("must be printable ASCII")
        return value

    @field_validator("timezone")
    @classmethod
    def _is_timezone(cls, value: str) -> str:
        if value not in timezones():
            raise ValueError("must be the name of a time zone, such as Europe/Rome")
        return value

    @field_validator("minimum_wages")
    @classmethod
    def _are_wages(cls, value: str) -> str:
        read_minimum_wages(value)
        return value

    @field_validator("meili_index")
    @classmethod
    def _is_index_name(cls, value: str) -> str:
        if not re.fullmatch(r"[a-z0-9_-]{1,40}", value):
            raise ValueError("use 1 to 40 of a to z, 0 to 9, - and _")
        return value

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'selvedge.sqlite3'}"

    @property
    def site_url(self) -> str:
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def lowest_wages(self) -> tuple[MinimumWage, ...]:
        """The minimum wages, read."""
        return read_minimum_wages(self.minimum_wages)

    def ensure_secret_key(self) -> str:
        """The key that signs cookies: from the settings, else made once and kept in the data folder."""
        if self.secret_key:
            return self.secret_key
        path = self.data_dir / "secret-key"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
        except FileExistsError:
            pass
        return path.read_text().strip()


def load_settings(environ: dict[str, str] | None = None) -> tuple[Settings, list[str]]:
    """Read the settings; an empty one is as if it were not there.

    Returns them with warnings about SELVEDGE_ variables that nobody reads (a typo would be silent).
    Errors: SettingsError that lists every wrong setting with what to do.
    """
    env = dict(os.environ if environ is None else environ)
    given = {key[len(PREFIX) :].lower(): value for key, value in env.items() if key.startswith(PREFIX)}
    known = set(Settings.model_fields)
    warnings = []
    for name in sorted(set(given) - known):
        if name.startswith("test_"):
            continue
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {PREFIX}{close[0].upper()}?" if close else ""
        warnings.append(f"{PREFIX}{name.upper()} is not a setting{hint}")
    try:
        settings = Settings(**{key: value for key, value in given.items() if key in known and value})  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [
            f"{PREFIX}{str(problem['loc'][0]).upper()}: {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors()
        ]
        raise SettingsError("\n".join(lines + warnings)) from None
    return settings, warnings
