"""A row with the rows that belong to it, as one text of JSON that the database makes, the same on both engines.

What belongs to one supplier lies in ten tables. To ask for each of them takes ten times as long as one statement
for all, and most of that time is not the database's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, FromClause, Text, bindparam, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


def row_of(*columns: ColumnElement[Any]) -> ColumnElement[str]:
    """The columns as a JSON array; dates and times are ISO 8601 text."""
    return _Text(_Row(*columns))


def rows_of(source: FromClause, *columns: ColumnElement[Any], where: ColumnElement[bool]) -> ColumnElement[str]:
    """A column for `row_of`: rows of `source`, in no order, each an array. `where` ties them to the row around."""
    query = select(_Rows(_Row(*columns))).select_from(source).where(where).correlate_except(source)
    return _Inner(query.scalar_subquery())


def is_any_of(column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """Whether the column is one of a list of numbers that is given by name, however many there are."""
    return _IsAnyOf(column, bindparam(name, type_=ARRAY(BigInteger)))


class _Row(FunctionElement[str]):
    inherit_cache = True
    type = Text()


class _Rows(FunctionElement[str]):
    inherit_cache = True
    type = Text()


class _Inner(FunctionElement[str]):
    inherit_cache = True
    type = Text()


class _Text(FunctionElement[str]):
    inherit_cache = True
    type = Text()


class _IsAnyOf(FunctionElement[bool]):
    inherit_cache = True


def _form(form: str) -> Callable[..., str]:
    def compiled(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
        parts = [compiler.process(part, **options) for part in element.clauses]
        return form.format(*parts, all=", ".join(parts))

    return compiled


for _kind, _sqlite, _postgresql in (
    (_Row, "json_array({all})", "json_build_array({all})"),
    (_Rows, "json_group_array({0})", "coalesce(json_agg({0}), '[]')"),
    (_Inner, "json({0})", "{0}"),  # to SQLite what a subquery returns is text
    (_Text, "{0}", "CAST({0} AS text)"),  # the driver would parse JSON
    (_IsAnyOf, "{0} IN (SELECT value FROM json_each({1}))", "{0} = ANY({1})"),
):
    compiles(_kind, "sqlite")(_form(_sqlite))
    compiles(_kind, "postgresql")(_form(_postgresql))
