"""All SQL of copying what belongs to a person. It follows the foreign keys of the schema, downwards only."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Column, Table, select
from sqlalchemy.orm import Session

from marketplace.db import Base
from marketplace.db.schema import import_all_tables

_SECRET = frozenset({"password_hash", "token_hash", "token", "stop_token", "feed_token"})
# What only moderators read, what others wrote about somebody, and what the engine keeps for itself.
_NOT_THEIRS = frozenset({"verification", "supplier_merge", "report", "mail_token", "idempotency_key", "audit_event"})
# Of these everything that hangs on them is the person's too; of most others it is an organisation's.
_WHOLLY_THEIRS = frozenset({"application", "placement_search"})
_BATCH = 500

Copy = dict[str, list[dict[str, Any]]]


def copy_of(session: Session, person_id: int, organisation_ids: Collection[int]) -> Copy:
    """Table -> rows: the person's, and all of the organisations. Of others there are numbers, no names."""
    import_all_tables()
    tables = Base.metadata.tables
    seen: dict[str, set[Any]] = {}
    found: Copy = {}
    todo: list[tuple[Table, list[Any]]] = []

    def take(table: Table, rows: list[dict[str, Any]], *, follows: bool) -> None:
        key = tuple(column.name for column in table.primary_key)
        known = seen.setdefault(table.name, set())
        new = [row for row in rows if tuple(row[name] for name in key) not in known]
        known |= {tuple(row[name] for name in key) for row in new}
        if new:
            found.setdefault(table.name, []).extend(_plain(row) for row in new)
            if follows and key == ("id",):
                todo.append((table, [row["id"] for row in new]))

    take(tables["person"], _rows(session, tables["person"], tables["person"].c.id, [person_id]), follows=False)
    for child, column in _children(tables["person"]):
        take(child, _rows(session, child, column, [person_id]), follows=child.name in _WHOLLY_THEIRS)
    if organisation_ids:
        organisation = tables["organisation"]
        take(organisation, _rows(session, organisation, organisation.c.id, organisation_ids), follows=True)
    while todo:
        parent, ids = todo.pop()
        for child, column in _children(parent):
            take(child, _rows(session, child, column, ids), follows=True)
    return dict(sorted(found.items()))


def _children(parent: Table) -> Iterator[tuple[Table, Column[Any]]]:
    for child in Base.metadata.sorted_tables:
        if child.name in _NOT_THEIRS or child.name == "person":
            continue
        for key in child.foreign_keys:
            if key.column.table is parent:
                yield child, key.parent


def _rows(session: Session, table: Table, column: Column[Any], ids: Collection[Any]) -> list[dict[str, Any]]:
    wanted = sorted(ids)
    rows: list[dict[str, Any]] = []
    for start in range(0, len(wanted), _BATCH):
        query = select(table).where(column.in_(wanted[start : start + _BATCH]))
        rows += [dict(row) for row in session.execute(query).mappings()]
    return rows


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _SECRET}
