"""Write and read the change log."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, insert, literal_column, select, text
from sqlalchemy.orm import Session

from marketplace.changes.tables import ChangeRow

_XID: ColumnElement[int] = literal_column("pg_current_xact_id()::text::bigint")
_OLDEST_RUNNING: ColumnElement[int] = literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")


@dataclass(frozen=True, slots=True)
class Change:
    seq: int
    supplier_id: int


@dataclass(frozen=True, slots=True)
class Page:
    """Changes since a position, in order; rows of transactions that were young may come again later."""

    changes: tuple[Change, ...]
    position: int


def record(session: Session, supplier_id: int) -> None:
    """Note, in the caller's transaction, that a supplier or anything of it changed."""
    xid = _XID if _on_postgresql(session) else 0
    session.execute(insert(ChangeRow).values(supplier_id=supplier_id, xid=xid))


def read_since(session: Session, position: int) -> Page:
    """Changes since a position of this database, and the position to ask from next."""
    if _on_postgresql(session):
        next_position = session.scalar(select(_OLDEST_RUNNING)) or 0
        condition = ChangeRow.xid >= position
    else:
        next_position = position
        condition = ChangeRow.seq > position
    query = select(ChangeRow.seq, ChangeRow.supplier_id).where(condition).order_by(ChangeRow.seq)
    changes = tuple(Change(row.seq, row.supplier_id) for row in session.execute(query))
    if changes and not _on_postgresql(session):
        next_position = changes[-1].seq
    return Page(changes, next_position)


def suppliers_since(session: Session, position: int, most: int) -> list[int]:
    """Suppliers that changed since a position, each once, at most so many."""
    condition = ChangeRow.xid >= position if _on_postgresql(session) else ChangeRow.seq > position
    return list(session.scalars(select(ChangeRow.supplier_id).where(condition).distinct().limit(most)))


def current_position(session: Session) -> int:
    """The position a reader starts from that has just read the whole database in this transaction."""
    if _on_postgresql(session):
        return session.scalar(select(_OLDEST_RUNNING)) or 0
    return session.scalar(select(func.coalesce(func.max(ChangeRow.seq), 0))) or 0


def identity(session: Session) -> str:
    """What positions are bound to: on PostgreSQL the cluster that counts its transactions, on SQLite nothing."""
    if not _on_postgresql(session):
        return ""
    return str(session.scalar(text("SELECT system_identifier FROM pg_control_system()")))


def _on_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
