"""Settings: typed, all wrong ones at once, typing errors noticed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from marketplace.errors import SettingsError
from marketplace.settings import Settings, load_settings


def test_defaults_need_nothing() -> None:
    settings, warnings = load_settings({})
    assert warnings == []
    assert settings.database.startswith("sqlite:///")
    assert settings.site_url == "http://127.0.0.1:8000"


def test_all_wrong_ones_at_once() -> None:
    with pytest.raises(SettingsError) as error:
        load_settings(
            {
                "SELVEDGE_PORT": "0",
                "SELVEDGE_SECRET_KEY": "short",
                "SELVEDGE_PUBLIC_URL": "ftp://x",
                "SELVEDGE_TREADS": "1",
            }
        )
    for name in ("SELVEDGE_PORT", "SELVEDGE_SECRET_KEY", "SELVEDGE_PUBLIC_URL", "SELVEDGE_TREADS"):
        assert name in str(error.value)
    assert "at least 32 characters" in str(error.value)


def test_a_typing_error_is_noticed() -> None:
    _, warnings = load_settings({"SELVEDGE_DATABSE_URL": "x", "OTHER": "y"})
    assert warnings == ["SELVEDGE_DATABSE_URL is not a setting; did you mean SELVEDGE_DATABASE_URL?"]


def test_the_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    settings, _ = load_settings({"SELVEDGE_DATA_DIR": str(tmp_path / "var")})
    key = settings.ensure_secret_key()
    assert len(key) == 64
    assert settings.ensure_secret_key() == key
    assert stat.S_IMODE((tmp_path / "var" / "secret-key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "garbage", "is no address of a database: use sqlite:///file"),
        ("DATABASE_URL", "/var/lib/x.db", "four slashes before a whole path"),
        ("DATABASE_URL", "sqlite://", "would keep nothing: name a file"),
        ("DATABASE_URL", "sqlite:///:memory:", "would keep nothing: name a file"),
        ("DATABASE_URL", "sqlite://var/x.db", "cannot be read as the path of a file"),
        ("DATABASE_URL", "sqlite+aiosqlite:///x.db", "cannot be read as the path of a file"),
        ("DATABASE_URL", "sqlite:///file:x.db?uri=true", "cannot be read as the path of a file"),
        ("DATABASE_URL", "mysql://x", "mysql is not supported: use sqlite:///file"),
        ("DATABASE_URL", "nosuch+driver://x", "nosuch is not supported"),
        ("DATABASE_URL", "postgresql://u:secret@host:port/x", "cannot be read as the address"),
        ("HOST", "http://localhost", "must be an address alone"),
        ("HOST", "127.0.0.1:8000", "the port is SELVEDGE_PORT"),
        ("GEOCODER_URL", "nominatim.example.org", "must name the photon server"),
        ("GEOCODER_URL", "https://[x", "must name the photon server"),
        ("GEOCODER_URL", "", "must name the photon server"),
        ("GEOCODER_USER_AGENT", "", "must name this site and a contact address"),
    ],
)
def test_what_cannot_be_is_said_of_the_variable(name: str, value: str, said: str) -> None:
    """Together with another one that is wrong; and no password is shown."""
    right = {
        "SELVEDGE_GEOCODER": "photon",
        "SELVEDGE_GEOCODER_URL": "https://photon.example.org",
        "SELVEDGE_GEOCODER_USER_AGENT": "example.org",
    }
    load_settings(right)
    with pytest.raises(SettingsError) as error:
        load_settings({**right, f"SELVEDGE_{name}": value, "SELVEDGE_PORT": "0"})
    wrong = dict(line.split(": ", 1) for line in str(error.value).splitlines())
    assert set(wrong) == {f"SELVEDGE_{name}", "SELVEDGE_PORT"}
    assert said in wrong[f"SELVEDGE_{name}"]
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    "url",
    ["sqlite:///x.db", "sqlite:////var/lib/x.db", "postgresql://u:p%40ss@host:5432/x", "postgresql:///x?host=/run/pg"],
)
def test_addresses_of_databases(url: str) -> None:
    assert load_settings({"SELVEDGE_DATABASE_URL": url})[0].database == url


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1", "::", "*", "localhost", "web-1.example.org"])
def test_addresses_to_serve_on(host: str) -> None:
    assert load_settings({"SELVEDGE_HOST": host})[0].host == host


def test_an_empty_setting_is_as_if_it_were_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = {f"SELVEDGE_{name.upper()}": "" for name in Settings.model_fields}
    for name in empty:
        monkeypatch.setenv(name, "")
    assert load_settings(empty)[0] == load_settings({})[0]
    assert load_settings(empty)[0].data_dir == Path("var")


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "deeper"):
        with pytest.raises(SettingsError, match=r"SELVEDGE_DATA_DIR: .*file is a file: name a folder"):
            load_settings({"SELVEDGE_DATA_DIR": str(path)})
    load_settings({"SELVEDGE_DATA_DIR": str(tmp_path / "not" / "yet")})
