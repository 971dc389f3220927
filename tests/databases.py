"""Databases for tests: what is done at a server, and files of whole databases that each test copies."""

from __future__ import annotations

import fcntl
import shutil
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from marketplace.db import Database, migrate, open_database


def demonstration(shared: Path) -> Path:
    """A SQLite file with the demonstration data, made by whichever test process comes first; `quiet` is beside it."""
    from marketplace.accounts.password import hash_password
    from marketplace.demo.deals import add_deals
    from marketplace.demo.load import load_demo
    from marketplace.demo.people import DEMO_PASSWORD

    ready, draft = shared / "demo-template.sqlite3", shared / "demo-template.draft"
    with (shared / "demo-template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            database, now = open_database(f"sqlite:///{draft}"), datetime.now(UTC)
            migrate.upgrade(database)
            load_demo(database, now, password_hash=hash_password(DEMO_PASSWORD), has_deals=False)
            settle(database)
            shutil.copy(draft, quiet(ready))
            with database.writing() as session:
                add_deals(database, session, None, now)
            settle(database)
            database.dispose()
            draft.rename(ready)
    return ready


def quiet(template: Path) -> Path:
    """The file from before the people dealt with each other."""
    return template.with_name("demo-quiet.sqlite3")


def settle(database: Database) -> None:
    """Put all that is committed into the one file."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")


_administrators: dict[str, Engine] = {}


def admin(url: str, *statements: str) -> None:
    """Statements at a PostgreSQL server that no transaction takes: databases made and dropped."""
    if url not in _administrators:
        address = with_database(url, "postgres").replace("postgresql://", "postgresql+psycopg://", 1)
        _administrators[url] = create_engine(address, isolation_level="AUTOCOMMIT")
    with _administrators[url].connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


def leave(url: str) -> None:
    """Close the connection to a server that is about to stop."""
    _administrators.pop(url).dispose()


def with_database(url: str, name: str) -> str:
    """The same server's address with another database; keeps the socket folder in the query."""
    before, _, after = url.partition("?")
    return before.rpartition("/")[0] + "/" + name + (f"?{after}" if after else "")
