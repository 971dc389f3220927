"""Write, read and cut the change log."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    bindparam,
    delete,
    false,
    func,
    insert,
    literal_column,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Session

from marketplace.changes.tables import ChangeMarkRow, ChangeRow
from marketplace.db import Base, IsoDate
from marketplace.db.prepared import Prepared

KEPT = timedelta(days=7)
_CUT_AT_ONCE = 100_000  # rows: other writers wait so long

_change, _mark = (Base.metadata.tables[row.__tablename__] for row in (ChangeRow, ChangeMarkRow))
_POSITION: BindParameter[int] = bindparam("position")
_XID: ColumnElement[int] = literal_column("pg_current_xact_id()::text::bigint")
_ZERO: ColumnElement[int] = literal_column("0")
_BEGINNING = func.coalesce(select(func.min(_mark.c.position)).scalar_subquery(), _ZERO)
# What a position is on each engine: where the log stands now, and what came since.
_CURRENT: dict[str, ColumnElement[int]] = {
    "sqlite": func.coalesce(select(func.max(_change.c.seq)).scalar_subquery(), _ZERO),
    "postgresql": literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint"),
}
_IS_SINCE = {"sqlite": _change.c.seq > _POSITION, "postgresql": _change.c.xid >= _POSITION}

_BOUNDS = {engine: Prepared(select(current, _BEGINNING)) for engine, current in _CURRENT.items()}
_SINCE = {
    engine: Prepared(
        union_all(
            select(_ZERO, current, _BEGINNING, false()),
            select(_change.c.seq, _change.c.supplier_id, _ZERO, _change.c.weeks_only).where(_IS_SINCE[engine]),
        ).order_by(text("1"))
    )
    for engine, current in _CURRENT.items()
}


@dataclass(frozen=True, slots=True)
class Change:
    """`weeks_only`: of resources, weeks, closures and what draws on them; all else of the supplier is as it was."""

    seq: int
    supplier_id: int
    weeks_only: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Changes since a position, in order, and the position to ask from next; rows of transactions that were young
    may come again then."""

    changes: tuple[Change, ...]
    position: int


def record(session: Session, supplier_id: int, *, weeks_only: bool = False) -> None:
    """Note, in the caller's transaction, that a supplier or anything of it changed; `weeks_only` as in Change."""
    xid = _XID if _engine(session) == "postgresql" else 0
    session.execute(insert(ChangeRow).values(supplier_id=supplier_id, xid=xid, weeks_only=weeks_only))


def record_all(session: Session, supplier_ids: Collection[int]) -> None:
    """As record, for many at once."""
    xid = _XID if _engine(session) == "postgresql" else 0
    if supplier_ids:
        statement = insert(_change).values(xid=xid, weeks_only=False)
        session.connection().execute(statement, [{"supplier_id": supplier_id} for supplier_id in supplier_ids])


def read_since(session: Session, position: int) -> Page | None:
    """Changes since a position of this database.

    None when the log can't say: what came next was cut away, or the database was put back to an earlier state. Then
    everything has to be read.
    """
    (_, current, beginning, _), *rows = _SINCE[_engine(session)].rows(session, position=position)
    if not _is_covered(position, current, beginning):
        return None
    changes = [Change(seq, supplier_id, bool(weeks_only)) for seq, supplier_id, _, weeks_only in rows]
    return Page(tuple(changes), current)


def covers(session: Session, position: int) -> bool:
    """Whether the log says all that came since a position of this database."""
    return _is_covered(position, *_bounds(session))


def suppliers_since(session: Session, position: int, most: int) -> list[int] | None:
    """Suppliers that changed since a position, each once, at most so many; None as above."""
    if not covers(session, position):
        return None
    query = select(_change.c.supplier_id).where(_IS_SINCE[_engine(session)]).distinct().limit(most)
    return list(session.scalars(query, {"position": position}))


def current_position(session: Session) -> int:
    """The position a reader starts from that has just read the whole database in this transaction."""
    return _bounds(session)[0]


def identity(session: Session) -> str:
    """What positions are bound to: on PostgreSQL the cluster that counts its transactions, on SQLite nothing."""
    if _engine(session) == "sqlite":
        return ""
    return str(session.scalar(text("SELECT system_identifier FROM pg_control_system()")))


def cut(session: Session, today: date, position: int) -> None:
    """Note where the log stands today, and delete what is older than a week, but nothing since `position`: from
    there on others will read."""
    current, _ = _bounds(session)
    session.execute(delete(_mark).where(_mark.c.position > current))  # of the cluster that a dump was taken from
    note = text("INSERT INTO change_mark (day, position) VALUES (:day, :position) ON CONFLICT DO NOTHING")
    session.execute(note.bindparams(bindparam("day", type_=IsoDate)), {"day": today, "position": current})
    old = select(func.max(_mark.c.position)).where(_mark.c.day < today - KEPT, _mark.c.position <= position)
    beginning = session.scalar(old)
    if beginning is None:
        return
    session.execute(delete(_mark).where(_mark.c.position < beginning))
    # The newest row stays: SQLite would give its number again.
    is_gone = ~_IS_SINCE[_engine(session)], _change.c.seq < select(func.max(_change.c.seq)).scalar_subquery()
    numbers = select(_change.c.seq).where(*is_gone).order_by(_change.c.seq).limit(_CUT_AT_ONCE)
    session.execute(delete(_change).where(_change.c.seq.in_(numbers)), {"position": beginning})


def _bounds(session: Session) -> tuple[int, int]:
    """Where the log stands, and where it begins."""
    ((current, beginning),) = _BOUNDS[_engine(session)].rows(session)
    return current, beginning


def _is_covered(position: int, current: int, beginning: int) -> bool:
    """A beginning in the future was another cluster's, whose dump was put back here: nothing was cut since."""
    return position <= current and not position < beginning <= current


def _engine(session: Session) -> str:
    return session.get_bind().dialect.name
