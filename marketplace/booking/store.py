"""All SQL of reservations and their events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from marketplace.booking.model import Lapse, Outcome, Reservation, ReservationId, Side, State
from marketplace.booking.tables import ReservationEventRow, ReservationRow, ReservedWeekRow
from marketplace.capacity.model import ResourceId, WeekShare
from marketplace.db import Base
from marketplace.db.ids import new_public_id
from marketplace.db.rows import changed
from marketplace.errors import NotFound
from marketplace.suppliers.model import ServiceId, SupplierId
from marketplace.units import Week

# Statements of the tables, not of their classes, which cost more than twice as much to send: racers wait meanwhile.
_reservation, _week, _event = (
    Base.metadata.tables[row.__tablename__] for row in (ReservationRow, ReservedWeekRow, ReservationEventRow)
)
_INSERT = insert(_reservation).returning(_reservation.c.id)
# A row for each week of a reservation.
_WITH_WEEKS = (
    select(_reservation, _week.c.monday, _week.c.atoms)
    .outerjoin(_week, _week.c.reservation_id == _reservation.c.id)
    .order_by(_reservation.c.id, _week.c.monday)
)
_BY_ID = _WITH_WEEKS.where(_reservation.c.id == bindparam("value"))
_BY_PUBLIC_ID = _WITH_WEEKS.where(_reservation.c.public_id == bindparam("value"))
_EXPIRED = _WITH_WEEKS.where(
    _reservation.c.resource_id == bindparam("resource_id"),
    _reservation.c.state == State.HELD,
    _reservation.c.expires_at <= bindparam("now"),
)


def add(
    session: Session,
    *,
    resource_id: ResourceId,
    service_id: ServiceId,
    supplier_id: SupplierId,
    studio_id: int,
    made_by: Side,
    weeks: Sequence[WeekShare],
    expires_at: datetime,
    now: datetime,
) -> Reservation:
    """A hold with its weeks and events; the caller has counted the weeks as reserved."""
    public_id = new_public_id()
    values = {
        "public_id": public_id,
        "resource_id": resource_id,
        "service_id": service_id,
        "supplier_id": supplier_id,
        "studio_id": studio_id,
        "made_by": made_by,
        "state": State.HELD,
        "outcome": "",
        "created_at": now,
        "expires_at": expires_at,
    }
    number = session.execute(_INSERT, values).scalar_one()
    taken = [{"reservation_id": number, "monday": share.week.monday, "atoms": share.atoms} for share in weeks]
    session.execute(insert(_week), taken)
    reservation = Reservation(
        id=ReservationId(number),
        public_id=public_id,
        resource_id=resource_id,
        service_id=service_id,
        supplier_id=supplier_id,
        studio_id=studio_id,
        made_by=made_by,
        state=State.HELD,
        outcome=None,
        created_at=now,
        expires_at=expires_at,
        ended_at=None,
        weeks=tuple(weeks),
    )
    add_events(session, reservation, 1, "held", now)
    return reservation


def add_events(session: Session, reservation: Reservation, sign: int, kind: str, now: datetime) -> None:
    """One event a week: taken with sign 1, given back with -1, and 0 where only the state changes."""
    events = [
        {
            "reservation_id": reservation.id,
            "resource_id": reservation.resource_id,
            "monday": share.week.monday,
            "delta": sign * share.atoms,
            "kind": kind,
            "at": now,
        }
        for share in reservation.weeks
    ]
    session.execute(insert(_event), events)


def make_firm(session: Session, reservation_id: ReservationId, now: datetime) -> bool:
    """Only a hold that has not expired; False otherwise. The row itself decides between those who race."""
    return changed(
        session,
        update(_reservation)
        .where(_reservation.c.id == reservation_id, _reservation.c.state == State.HELD, _reservation.c.expires_at > now)
        .values(state=State.FIRM, expires_at=None),
    )


def end(session: Session, reservation_id: ReservationId, outcome: Outcome, now: datetime) -> bool:
    """End what is held or firm; an expiry only what is held and over. False when somebody was quicker."""
    statement = update(_reservation).where(_reservation.c.id == reservation_id)
    if outcome is Outcome.EXPIRED:
        statement = statement.where(_reservation.c.state == State.HELD, _reservation.c.expires_at <= now)
    else:
        statement = statement.where(_reservation.c.state.in_((State.HELD, State.FIRM)))
    return changed(session, statement.values(state=State.ENDED, outcome=outcome.value, ended_at=now, expires_at=None))


def drop_weeks(session: Session, reservation_id: ReservationId, week: Week) -> None:
    """Forget the weeks from one on; their events stay."""
    later = (_week.c.reservation_id == reservation_id, _week.c.monday >= week.monday)
    session.execute(delete(_week).where(*later))


def find(session: Session, public_id: str) -> Reservation | None:
    return next(iter(_grouped(session, _BY_PUBLIC_ID, value=public_id)), None)


def get(session: Session, public_id: str) -> Reservation:
    """Errors: NotFound."""
    found = find(session, public_id)
    if found is None:
        raise NotFound
    return found


def get_by_id(session: Session, reservation_id: ReservationId) -> Reservation:
    """Errors: NotFound."""
    found = next(iter(_grouped(session, _BY_ID, value=reservation_id)), None)
    if found is None:
        raise NotFound
    return found


def list_of_studio(session: Session, studio_id: int) -> list[Reservation]:
    """Held and firm ones, the oldest first."""
    return _list(session, ReservationRow.studio_id == studio_id, ReservationRow.state != State.ENDED)


def list_of_supplier(session: Session, supplier_id: SupplierId) -> list[Reservation]:
    """Held and firm ones, the oldest first."""
    return _list(session, ReservationRow.supplier_id == supplier_id, ReservationRow.state != State.ENDED)


def list_all(session: Session) -> list[Reservation]:
    """Every reservation there ever was; for checks."""
    return _list(session)


def list_expired(session: Session, now: datetime, resource_id: ResourceId | None = None) -> list[Reservation]:
    """Holds that are over but still counted: all of one resource, or the first hundred of any."""
    if resource_id is not None:
        return _grouped(session, _EXPIRED, resource_id=resource_id, now=now)
    return _list(session, ReservationRow.state == State.HELD, ReservationRow.expires_at <= now, most=100)


def list_lapses(session: Session, resource_id: ResourceId, mondays: Iterable[date], now: datetime) -> list[Lapse]:
    """What holds keep of some weeks of a resource, the first to lapse first."""
    query = (
        select(ReservedWeekRow.monday, ReservedWeekRow.atoms, ReservationRow.expires_at)
        .join(ReservationRow, ReservationRow.id == ReservedWeekRow.reservation_id)
        .where(ReservationRow.resource_id == resource_id, ReservationRow.state == State.HELD)
        .where(ReservationRow.expires_at > now, ReservedWeekRow.monday.in_(sorted(mondays)))
        .order_by(ReservationRow.expires_at, ReservationRow.id)
    )
    return [Lapse(Week(monday), atoms, at) for monday, atoms, at in session.execute(query) if at is not None]


def count_holds(
    session: Session, studio_id: int, service_id: ServiceId, since: datetime, now: datetime
) -> tuple[int, int]:
    """Of the holds that a studio itself made: how many are open, and how many of this service came to nothing since
    then (withdrawn, or lapsed, whether or not the worker has seen it)."""
    own = (_reservation.c.studio_id == studio_id, _reservation.c.made_by == Side.STUDIO)
    is_held = _reservation.c.state == State.HELD
    came_to_nothing = or_(
        is_held & (_reservation.c.expires_at <= now),
        _reservation.c.outcome.in_((Outcome.EXPIRED.value, Outcome.WITHDRAWN.value)),
    )
    here = (_reservation.c.service_id == service_id, _reservation.c.created_at > since)
    is_open = select(func.count()).where(*own, is_held, _reservation.c.expires_at > now)
    is_over = select(func.count()).where(*own, *here, came_to_nothing)
    opened, over = session.execute(select(is_open.scalar_subquery(), is_over.scalar_subquery())).one()
    return opened, over


def sum_active(session: Session) -> dict[tuple[int, date], int]:
    """(resource, Monday) -> atoms of held and firm reservations; for `selvedge verify`."""
    query = (
        select(ReservationRow.resource_id, ReservedWeekRow.monday, func.sum(ReservedWeekRow.atoms))
        .join(ReservationRow, ReservationRow.id == ReservedWeekRow.reservation_id)
        .where(ReservationRow.state != State.ENDED)
        .group_by(ReservationRow.resource_id, ReservedWeekRow.monday)
    )
    return {(resource_id, monday): int(atoms) for resource_id, monday, atoms in session.execute(query)}


def sum_events(session: Session) -> dict[tuple[int, date], int]:
    """(resource, Monday) -> what the events add up to; for `selvedge verify`."""
    query = select(ReservationEventRow.resource_id, ReservationEventRow.monday, func.sum(ReservationEventRow.delta))
    grouped = query.group_by(ReservationEventRow.resource_id, ReservationEventRow.monday)
    return {(resource_id, monday): int(atoms) for resource_id, monday, atoms in session.execute(grouped)}


def _list(session: Session, *conditions: Any, most: int | None = None) -> list[Reservation]:
    """The oldest first, each with its weeks."""
    query = _WITH_WEEKS.where(*conditions)
    if most is not None:
        first = select(_reservation.c.id).where(*conditions).order_by(_reservation.c.id).limit(most)
        query = _WITH_WEEKS.where(_reservation.c.id.in_(first))
    return _grouped(session, query)


def _grouped(session: Session, query: Select[Any], **values: Any) -> list[Reservation]:
    rows = session.execute(query, values).all()
    return [_reservation_of(list(group)) for _, group in groupby(rows, key=lambda row: row.id)]


def _reservation_of(rows: Sequence[Row[Any]]) -> Reservation:
    row = rows[0]
    return Reservation(
        id=ReservationId(row.id),
        public_id=row.public_id,
        resource_id=ResourceId(row.resource_id),
        service_id=ServiceId(row.service_id),
        supplier_id=SupplierId(row.supplier_id),
        studio_id=row.studio_id,
        made_by=row.made_by,
        state=row.state,
        outcome=Outcome(row.outcome) if row.outcome else None,
        created_at=row.created_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        weeks=tuple(WeekShare(Week(row.monday), row.atoms) for row in rows if row.monday is not None),
    )
