"""Bring the schema up to date: one process migrates, others wait, and a kill leaves the old schema whole."""

from __future__ import annotations

from collections.abc import Callable

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from marketplace.db.engine import Database
from marketplace.errors import SelvedgeError
from marketplace.resources import resource_dir

NEWER = "it was made by a newer version of Selvedge: install the newer version, or restore a backup from before"
_LOCK = 0x5E1_7ED6E  # any constant; the same for all processes of one database


def alembic_config(connection: Connection | None = None) -> Config:
    config = Config()
    # ConfigParser reads % as interpolation.
    config.set_main_option("script_location", str(resource_dir("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate up, in one transaction that holds a lock from its start.

    Errors: SelvedgeError when a newer version has made the schema.
    """
    try:
        _run(database, lambda config: command.upgrade(config, revision))
    except CommandError as error:
        if is_newer(current_revision(database)):
            raise SelvedgeError(f"{NEWER}.") from error
        raise


def downgrade(database: Database, revision: str) -> None:
    """Migrate down, for tests and for an operator who rolls back a release."""
    _run(database, lambda config: command.downgrade(config, revision))


def _run(database: Database, step: Callable[[Config], None]) -> None:
    with database.engine.connect() as connection, connection.begin():
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        step(alembic_config(connection))


def current_revision(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_newer(revision: str | None) -> bool:
    """Whether this is the schema of a version that came after this one: its migrations are not known here."""
    known = {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    return revision is not None and revision not in known


def head_revision() -> str:
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if head is None:
        raise RuntimeError("there are no migrations")
    return head
