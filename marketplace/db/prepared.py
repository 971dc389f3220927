"""Statements that are asked all the time: compiled once, and given to the driver as they are."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Dialect, SelectBase
from sqlalchemy.orm import Session


class Prepared:
    """A SELECT of numbers and texts: the drivers give others in types of their own.

    A fifth of the time of `Session.execute`, which looks up the compiled statement and wraps every row anew.
    """

    def __init__(self, statement: SelectBase) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, tuple[str, ...] | None]] = {}

    def rows(self, session: Session, **values: Any) -> list[tuple[Any, ...]]:
        """The rows as the session's transaction sees them. A list is a value for `is_any_of`."""
        session.flush()
        connection = session.connection()
        sql, order = self._compiled.get(connection.dialect.name) or self._compile(connection.dialect)
        given: Any = values
        if order is not None:  # SQLite
            lists = {name: orjson.dumps(value).decode() for name, value in values.items() if isinstance(value, list)}
            given = [lists.get(name, values[name]) for name in order]
        driver: Any = connection.connection.dbapi_connection
        found: list[tuple[Any, ...]] = driver.execute(sql, given).fetchall()
        return found

    def _compile(self, dialect: Dialect) -> tuple[str, tuple[str, ...] | None]:
        compiled = self._statement.compile(dialect=dialect)
        made = str(compiled), tuple(compiled.positiontup) if compiled.positiontup is not None else None
        self._compiled[dialect.name] = made
        return made
