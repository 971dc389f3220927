"""A PostgreSQL database that a test has used is as new for the next one, or is not used again."""

from __future__ import annotations

from postgresql import Databases
from sqlalchemy import inspect, text

from marketplace.db import open_database

_USE = (
    "INSERT INTO organisation (public_id, kind, created_at) VALUES ('a', 'studio', '2027-01-01T00:00:00+00:00')",
    "DELETE FROM change_mark",
)


def content(url: str) -> dict[str, list[str]]:
    """Every row of every table, and where its numbers stand."""
    database = open_database(url)
    with database.engine.connect() as connection:
        tables = inspect(connection).get_table_names(schema="public")
        found = {name: [str(row) for row in connection.execute(text(f"SELECT * FROM {name}"))] for name in tables}
        query = text("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
        found |= {row[0]: [str(row[1])] for row in connection.execute(query)}
    database.dispose()
    return found


def use(url: str, *statements: str) -> None:
    database = open_database(url)
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_rows_and_numbers_are_as_they_were(postgresql_url: str, postgresql_template: str) -> None:
    databases = Databases(postgresql_url, postgresql_template)
    first = databases.take()
    new = content(first)
    assert new["change_mark"]
    use(first, *_USE)  # its connections stay open
    assert content(first) != new
    databases.give_back(first)
    second = databases.take()
    assert databases.wipes == 1
    assert second != first
    assert content(second) == new
    databases.give_back(second)


def test_altered_tables_are_not_used_again(postgresql_url: str, postgresql_template: str) -> None:
    databases = Databases(postgresql_url, postgresql_template)
    for change in ("ALTER TABLE site DROP COLUMN region", "DROP TABLE site CASCADE", "CREATE INDEX ON site (name)"):
        url = databases.take()
        new = content(url)
        use(url, change)
        databases.give_back(url)
        url = databases.take()
        assert databases.wipes == 0, change
        assert content(url) == new
        databases.give_back(url)
