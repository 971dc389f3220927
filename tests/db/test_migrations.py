"""Migrations: numbered, one head, models equal schema, up and down with data, on both engines."""

from __future__ import annotations

import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect

from marketplace.changes import store as changes
from marketplace.db import Base, Database, migrate
from marketplace.db.schema import import_all_tables
from marketplace.resources import resource_dir


def test_numbered_and_one_head() -> None:
    script = ScriptDirectory.from_config(migrate.alembic_config())
    assert len(script.get_heads()) == 1
    names = sorted(path.name for path in (resource_dir("migrations") / "versions").glob("*.py"))
    for number, name in enumerate(names, 1):
        assert re.fullmatch(rf"{number:04d}_[a-z0-9_]+\.py", name)
    assert [r.revision for r in script.walk_revisions()][::-1] == [name[:4] for name in names]


def test_models_equal_schema(database: Database) -> None:
    import_all_tables()
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": not database.is_sqlite})
        assert compare_metadata(context, Base.metadata) == []


def test_checks_equal_the_models(database: Database) -> None:
    """Alembic does not compare CHECK constraints."""
    import_all_tables()
    with database.engine.connect() as connection:
        inspector = inspect(connection)
        for table in Base.metadata.tables.values():
            wanted = {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
            assert {c["name"] for c in inspector.get_check_constraints(table.name)} == wanted, table.name


def test_down_and_up_again(database: Database) -> None:
    with database.writing() as session:
        changes.record(session, 1)
    migrate.downgrade(database, "base")
    with database.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(database)
    assert migrate.current_revision(database) == migrate.head_revision()


def test_upgrade_twice_changes_nothing(database: Database) -> None:
    migrate.upgrade(database)
    assert migrate.current_revision(database) == migrate.head_revision()


def test_a_failed_migration_leaves_the_old_schema(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate.downgrade(database, "base")

    def upgrade_then_fail(config: object, revision: str) -> None:
        real(config, revision)
        raise RuntimeError("killed here")

    real = migrate.command.upgrade
    monkeypatch.setattr(migrate.command, "upgrade", upgrade_then_fail)
    with pytest.raises(RuntimeError):
        migrate.upgrade(database)
    assert migrate.current_revision(database) is None
    with database.engine.connect() as connection:
        assert "supplier" not in inspect(connection).get_table_names()
