"""All SQL of waiting lists and short notices."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from marketplace.db.ids import new_public_id
from marketplace.db.rows import changed, fresh
from marketplace.errors import NotFound
from marketplace.suppliers.model import ServiceId, SupplierId
from marketplace.waiting.model import ShortNotice, State, Waiting
from marketplace.waiting.tables import ShortNoticeRow, ShortNoticeToldRow, WaitingRow

_OPEN = (State.WAITING, State.OFFERED)

# --- lines


def add(
    session: Session,
    *,
    supplier_id: SupplierId,
    service_id: ServiceId,
    studio_id: int,
    person_id: int | None,
    first_monday: date,
    last_monday: date,
    atoms: int,
    now: datetime,
) -> Waiting:
    row = WaitingRow(
        public_id=new_public_id(),
        supplier_id=supplier_id,
        service_id=service_id,
        studio_id=studio_id,
        person_id=person_id,
        first_monday=first_monday,
        last_monday=last_monday,
        atoms=atoms,
        state=State.WAITING,
        joined_at=now,
    )
    session.add(row)
    session.flush()
    return _waiting(row)


def get(session: Session, public_id: str, *, lock: bool = False) -> Waiting:
    """With `lock` nobody else moves it until our transaction ends. Errors: NotFound."""
    query = select(WaitingRow).where(WaitingRow.public_id == public_id)
    row = session.scalar(fresh(query.with_for_update() if lock else query))
    if row is None:
        raise NotFound
    return _waiting(row)


def list_of_studio(session: Session, studio_id: int) -> list[Waiting]:
    """All of them, the newest first."""
    query = select(WaitingRow).where(WaitingRow.studio_id == studio_id).order_by(WaitingRow.id.desc())
    return [_waiting(row) for row in session.scalars(fresh(query))]


def list_line(session: Session, service_id: ServiceId) -> list[Waiting]:
    """Who waits for a service or was offered weeks of it, in the order they joined."""
    query = select(WaitingRow).where(WaitingRow.service_id == service_id, WaitingRow.state.in_(_OPEN))
    return [_waiting(row) for row in session.scalars(fresh(query.order_by(WaitingRow.id)))]


def list_waiting(session: Session, supplier_ids: Collection[int] | None = None) -> list[Waiting]:
    """Everybody who waits, in the order they joined; of some suppliers only, if they are named."""
    query = select(WaitingRow).where(WaitingRow.state == State.WAITING)
    if supplier_ids is not None:
        query = query.where(WaitingRow.supplier_id.in_(supplier_ids))
    return [_waiting(row) for row in session.scalars(fresh(query.order_by(WaitingRow.id)))]


def list_offered(session: Session) -> list[Waiting]:
    query = select(WaitingRow).where(WaitingRow.state == State.OFFERED).order_by(WaitingRow.id)
    return [_waiting(row) for row in session.scalars(fresh(query))]


def count_open(session: Session, studio_id: int) -> int:
    mine = (WaitingRow.studio_id == studio_id, WaitingRow.state.in_(_OPEN))
    return session.scalar(select(func.count()).where(*mine)) or 0


def move(session: Session, waiting: Waiting, to: State, **values: Any) -> bool:
    """Compare and swap: False when somebody was quicker, and nothing is changed then."""
    query = update(WaitingRow).where(WaitingRow.id == waiting.id, WaitingRow.state == waiting.state)
    return changed(session, query.values(state=to, **values))


def leave_all(session: Session, studio_id: int) -> None:
    """Take a studio out of every line it waits in, when it is erased."""
    query = update(WaitingRow).where(WaitingRow.studio_id == studio_id, WaitingRow.state == State.WAITING)
    session.execute(query.values(state=State.LEFT))


# --- short notices


def add_notice(
    session: Session,
    *,
    supplier_id: SupplierId,
    service_id: ServiceId,
    monday: date,
    body: str,
    ends_at: datetime,
    now: datetime,
) -> ShortNotice:
    row = ShortNoticeRow(
        public_id=new_public_id(),
        supplier_id=supplier_id,
        service_id=service_id,
        monday=monday,
        body=body,
        posted_at=now,
        ends_at=ends_at,
        told=0,
    )
    session.add(row)
    session.flush()
    return _notice(row)


def list_notices(session: Session, supplier_id: SupplierId, most: int = 20) -> list[ShortNotice]:
    """What a supplier has posted, newest first."""
    query = select(ShortNoticeRow).where(ShortNoticeRow.supplier_id == supplier_id)
    return [_notice(row) for row in session.scalars(fresh(query.order_by(ShortNoticeRow.id.desc()).limit(most)))]


def list_untold(session: Session, now: datetime) -> list[ShortNotice]:
    """Notices that the worker has still to carry, oldest first; those whose week is over are not carried."""
    waiting = (ShortNoticeRow.told_at.is_(None), ShortNoticeRow.ends_at > now)
    return [_notice(row) for row in session.scalars(fresh(select(ShortNoticeRow).where(*waiting)))]


def count_posted(session: Session, supplier_id: SupplierId, since: datetime) -> int:
    mine = (ShortNoticeRow.supplier_id == supplier_id, ShortNoticeRow.posted_at > since)
    return session.scalar(select(func.count()).where(*mine)) or 0


def finish_notice(session: Session, notice: ShortNotice, told: int, now: datetime) -> bool:
    """Compare and swap: False when another worker has carried the notice."""
    query = update(ShortNoticeRow).where(ShortNoticeRow.id == notice.id, ShortNoticeRow.told_at.is_(None))
    return changed(session, query.values(told=told, told_at=now))


def add_told(session: Session, notice: ShortNotice, person_id: int, now: datetime) -> None:
    session.add(ShortNoticeToldRow(short_notice_id=notice.id, person_id=person_id, at=now))
    session.flush()


def count_told_each(session: Session, since: datetime) -> dict[int, int]:
    """Person -> how many notices reached them since then."""
    query = select(ShortNoticeToldRow.person_id, func.count()).where(ShortNoticeToldRow.at > since)
    return {row[0]: row[1] for row in session.execute(query.group_by(ShortNoticeToldRow.person_id))}


def empty_notices(session: Session, supplier_id: SupplierId) -> None:
    """Forget the words of what a supplier posted, when its listing is erased."""
    session.execute(update(ShortNoticeRow).where(ShortNoticeRow.supplier_id == supplier_id).values(body=""))


def _waiting(row: WaitingRow) -> Waiting:
    return Waiting(
        id=row.id,
        public_id=row.public_id,
        supplier_id=SupplierId(row.supplier_id),
        service_id=ServiceId(row.service_id),
        studio_id=row.studio_id,
        first_monday=row.first_monday,
        last_monday=row.last_monday,
        atoms=row.atoms,
        state=row.state,
        joined_at=row.joined_at,
        offer_until=row.offer_until,
        reservation_id=row.reservation_id,
    )


def _notice(row: ShortNoticeRow) -> ShortNotice:
    return ShortNotice(
        id=row.id,
        public_id=row.public_id,
        supplier_id=SupplierId(row.supplier_id),
        service_id=ServiceId(row.service_id),
        monday=row.monday,
        body=row.body,
        posted_at=row.posted_at,
        ends_at=row.ends_at,
        told=row.told,
        told_at=row.told_at,
    )
