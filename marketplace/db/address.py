"""Whether an address can be that of our database, before anything is opened. Pure."""

from __future__ import annotations

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

_WANTED = "use sqlite:///file (four slashes before a whole path) or postgresql://user:password@host/name"


def check_address(text: str) -> None:
    """Errors: ValueError that says what to write, and never repeats the address: it may hold a password."""
    if "://" not in text:
        raise ValueError(f"is no address of a database: {_WANTED}")
    try:
        url = make_url(text)
        kind = url.get_backend_name()
    except (ArgumentError, ValueError):
        raise ValueError(f"cannot be read as the address of a database: {_WANTED}") from None
    if kind not in ("sqlite", "postgresql"):
        raise ValueError(f"{kind} is not supported: {_WANTED}")
    if kind == "postgresql":
        return
    if url.drivername not in ("sqlite", "sqlite+pysqlite") or url.host or (url.database or "").startswith("file:"):
        raise ValueError(f"cannot be read as the path of a file: {_WANTED}")
    if url.database in (None, "", ":memory:"):
        raise ValueError("would keep nothing: name a file, such as sqlite:///selvedge.sqlite3")
