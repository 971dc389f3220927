"""All SQL of pools, pledges and events. States change by compare-and-swap: of two at once, one finds it done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from marketplace.db.ids import new_public_id
from marketplace.db.rows import changed, fresh
from marketplace.errors import NotFound
from marketplace.places import Point
from marketplace.pools.model import (
    Event,
    EventKind,
    Fate,
    Key,
    Pledge,
    PledgeState,
    Pool,
    State,
    Terms,
    Totals,
)
from marketplace.pools.tables import PledgeRow, PoolEventRow, PoolRow
from marketplace.suppliers.model import ServiceId, SupplierId
from marketplace.suppliers.rules import Cloth

_LIVE = (State.OPEN, State.REACHED)
_MOST_LISTED = 500

# --- pools


def add(
    session: Session,
    *,
    supplier_id: SupplierId,
    service_id: ServiceId,
    reservation_id: int,
    terms: Terms,
    point: Point,
    ready: date,
    now: datetime,
) -> Pool:
    row = PoolRow(
        public_id=new_public_id(),
        supplier_id=supplier_id,
        service_id=service_id,
        reservation_id=reservation_id,
        process=terms.key.process,
        material=terms.key.material,
        colour=terms.key.colour,
        design=terms.key.design,
        unit=terms.unit,
        minimum=terms.minimum,
        maximum=terms.maximum,
        smallest=terms.smallest,
        width_cm=terms.cloth.width_cm if terms.cloth else None,
        gsm=terms.cloth.gsm if terms.cloth else None,
        piece_g=terms.piece_g,
        lat_e7=point.lat_e7,
        lon_e7=point.lon_e7,
        reach_m=terms.reach_m,
        starts=terms.starts,
        ready=ready,
        closes_at=terms.closes_at,
        currency=terms.currency,
        unit_minor=terms.unit_minor,
        setup_minor=terms.setup_minor,
        workshop_minor=0,
        closing=terms.closing,
        extend_days=terms.extend_days,
        confirms=terms.confirms,
        note=terms.note,
        state=State.OPEN,
        crossings=0,
        extended=0,
        opened_at=now,
        reason="",
    )
    session.add(row)
    session.flush()
    return _pool(row)


def find(session: Session, public_id: str) -> Pool | None:
    row = session.scalar(fresh(select(PoolRow).where(PoolRow.public_id == public_id)))
    return _pool(row) if row else None


def get(session: Session, public_id: str, *, lock: bool = False) -> Pool:
    """With `lock` nobody else changes the pool or its pledges until our transaction ends. Errors: NotFound."""
    query = select(PoolRow).where(PoolRow.public_id == public_id)
    row = session.scalar(fresh(query.with_for_update() if lock else query))
    if row is None:
        raise NotFound
    return _pool(row)


def list_by_ids(session: Session, ids: Collection[int]) -> list[Pool]:
    return _pools(session, PoolRow.id.in_(ids)) if ids else []


def list_live(session: Session, now: datetime, *, process: str = "") -> list[Pool]:
    """Pools that take pledges, the first to close first; of one process, or of all."""
    conditions = [PoolRow.state.in_(_LIVE), PoolRow.closes_at > now]
    if process:
        conditions.append(PoolRow.process == process)
    return _pools(session, *conditions)


def list_of_supplier(session: Session, supplier_id: SupplierId) -> list[Pool]:
    """All of them, live ones first, then the newest."""
    found = _pools(session, PoolRow.supplier_id == supplier_id)
    return sorted(found, key=lambda pool: (not pool.state.is_live, -pool.id))


def list_due(session: Session, now: datetime) -> list[str]:
    """Public ids of pools whose closing has come, the oldest first."""
    query = select(PoolRow.public_id).where(PoolRow.state.in_(_LIVE), PoolRow.closes_at <= now)
    return list(session.scalars(query.order_by(PoolRow.closes_at, PoolRow.id).limit(_MOST_LISTED)))


def list_all(session: Session) -> list[Pool]:
    """Every pool there ever was; for checks."""
    rows = session.scalars(fresh(select(PoolRow).order_by(PoolRow.id)))
    return [_pool(row) for row in rows]


def count_live(session: Session, supplier_id: SupplierId) -> int:
    query = select(func.count()).where(PoolRow.supplier_id == supplier_id, PoolRow.state.in_(_LIVE))
    return session.scalar(query) or 0


def move(session: Session, pool: Pool, to: State, **values: Any) -> bool:
    """Compare and swap of the state and the number of crossings: False when somebody was quicker."""
    query = update(PoolRow).where(
        PoolRow.id == pool.id, PoolRow.state == pool.state, PoolRow.crossings == pool.crossings
    )
    return changed(session, query.values(state=to, **values))


def set_reservation(session: Session, pool: Pool, reservation_id: int, ready: date) -> None:
    session.execute(update(PoolRow).where(PoolRow.id == pool.id).values(reservation_id=reservation_id, ready=ready))


# --- pledges


def add_pledge(
    session: Session,
    pool: Pool,
    *,
    studio_id: int,
    atoms: int,
    tolerance: int,
    metres: int,
    radius_m: int | None,
    needed_by: date | None,
    now: datetime,
) -> Pledge:
    row = PledgeRow(
        public_id=new_public_id(),
        pool_id=pool.id,
        studio_id=studio_id,
        atoms=atoms,
        tolerance=tolerance,
        metres=metres,
        radius_m=radius_m,
        needed_by=needed_by,
        state=PledgeState.PLEDGED,
        changes=0,
        pledged_at=now,
        told="",
    )
    session.add(row)
    session.flush()
    return _pledge(row)


def list_live_pledges(session: Session, pool: Pool) -> list[Pledge]:
    """Who is in now. In order of their random ids: nothing here says who came first."""
    return _pledges(session, PledgeRow.pool_id == pool.id, PledgeRow.state == PledgeState.PLEDGED)


def list_pledges(session: Session, pool_ids: Collection[int]) -> list[Pledge]:
    return _pledges(session, PledgeRow.pool_id.in_(pool_ids)) if pool_ids else []


def find_pledge(session: Session, pool: Pool, studio_id: int) -> Pledge | None:
    """The studio's own: the live one, else its last."""
    query = select(PledgeRow).where(PledgeRow.pool_id == pool.id, PledgeRow.studio_id == studio_id)
    query = query.order_by(PledgeRow.state != PledgeState.PLEDGED, PledgeRow.id.desc()).limit(1)
    row = session.scalar(fresh(query))
    return _pledge(row) if row else None


def list_pledges_of_studio(session: Session, studio_id: int) -> list[Pledge]:
    """The newest first; those that were withdrawn are left out."""
    found = _pledges(session, PledgeRow.studio_id == studio_id, PledgeRow.state != PledgeState.WITHDRAWN)
    return sorted(found, key=lambda pledge: -pledge.id)


def list_all_pledges(session: Session) -> list[Pledge]:
    return _pledges(session)


def count_live_pledges(session: Session, studio_id: int) -> int:
    query = select(func.count()).where(PledgeRow.studio_id == studio_id, PledgeRow.state == PledgeState.PLEDGED)
    return session.scalar(query) or 0


def count_withdrawn(
    session: Session, studio_id: int, *, pool: Pool | None = None, since: datetime | None = None
) -> int:
    query = select(func.count()).where(PledgeRow.studio_id == studio_id, PledgeRow.state == PledgeState.WITHDRAWN)
    if pool is not None:
        query = query.where(PledgeRow.pool_id == pool.id)
    if since is not None:
        query = query.where(PledgeRow.ended_at > since)
    return session.scalar(query) or 0


def change_pledge(session: Session, pledge: Pledge, **values: Any) -> bool:
    """Only while it is live; False when it has been decided or withdrawn."""
    query = update(PledgeRow).where(PledgeRow.id == pledge.id, PledgeRow.state == PledgeState.PLEDGED)
    return changed(session, query.values(**values))


def withdraw_pledge(session: Session, pledge: Pledge, now: datetime) -> bool:
    """Only while it is live; False when it has been decided or withdrawn."""
    return change_pledge(session, pledge, state=PledgeState.WITHDRAWN, ended_at=now)


def decide_pledges(session: Session, fates: Sequence[Fate], now: datetime) -> None:
    """Decide all live pledges of a pool at once, in one statement."""
    pledges = PledgeRow.__table__
    one = (
        update(PledgeRow)
        .where(pledges.c.id == bindparam("of"), pledges.c.state == PledgeState.PLEDGED)
        .values(
            state=bindparam("to"),
            ended_at=now,
            **{name: bindparam(f"new_{name}") for name in ("served", "setup_minor", "price_minor", "told")},
        )
    )
    rows = [
        {
            "of": fate.pledge.id,
            "to": fate.to,
            "new_served": fate.served,
            "new_setup_minor": fate.setup_minor,
            "new_price_minor": fate.price_minor,
            "new_told": fate.told,
        }
        for fate in fates
    ]
    if rows:
        session.connection().execute(one, rows)


def totals(session: Session, pool_ids: Collection[int]) -> dict[int, Totals]:
    """Pool -> what is pledged now, or is in the lot of one that runs."""
    if not pool_ids:
        return {}
    counted = (PledgeState.PLEDGED, PledgeState.SERVED)
    query = (
        select(PledgeRow.pool_id, func.sum(func.coalesce(PledgeRow.served, PledgeRow.atoms)), func.count())
        .where(PledgeRow.pool_id.in_(pool_ids), PledgeRow.state.in_(counted))
        .group_by(PledgeRow.pool_id)
    )
    return {pool_id: Totals(int(atoms), int(count)) for pool_id, atoms, count in session.execute(query)}


# --- events


def add_event(session: Session, pool: Pool, event: Event) -> None:
    """Added once: the database refuses the same kind and number of a pool a second time."""
    session.execute(
        insert(PoolEventRow).values(
            pool_id=pool.id,
            kind=event.kind,
            number=event.number,
            at=event.at,
            atoms=event.atoms,
            designers=event.designers,
            group_atoms=event.group_atoms,
        )
    )


def list_events(session: Session, pool_ids: Iterable[int] | None = None) -> dict[int, list[Event]]:
    """Pool -> what happened, in order."""
    query = select(PoolEventRow).order_by(PoolEventRow.id)
    if pool_ids is not None:
        query = query.where(PoolEventRow.pool_id.in_(list(pool_ids)))
    found: dict[int, list[Event]] = {}
    for row in session.scalars(query):
        event = Event(EventKind(row.kind), row.number, row.at, row.atoms, row.designers, row.group_atoms)
        found.setdefault(row.pool_id, []).append(event)
    return found


def _pools(session: Session, *conditions: Any) -> list[Pool]:
    query = select(PoolRow).where(*conditions).order_by(PoolRow.closes_at, PoolRow.id).limit(_MOST_LISTED)
    return [_pool(row) for row in session.scalars(fresh(query))]


def _pledges(session: Session, *conditions: Any) -> list[Pledge]:
    """By columns, not by objects: a pool is settled after each pledge, and this is most of the work."""
    query = select(*PledgeRow.__table__.c).where(*conditions).order_by(PledgeRow.public_id)
    return [_pledge(row) for row in session.execute(query)]


def _pool(row: PoolRow) -> Pool:
    terms = Terms(
        key=Key(row.process, row.material, row.colour, row.design),
        unit=row.unit,
        minimum=row.minimum,
        maximum=row.maximum,
        closes_at=row.closes_at,
        starts=row.starts,
        currency=row.currency,
        unit_minor=row.unit_minor,
        setup_minor=row.setup_minor,
        closing=row.closing,
        smallest=row.smallest,
        extend_days=row.extend_days,
        confirms=row.confirms,
        reach_m=row.reach_m,
        cloth=Cloth(row.width_cm, row.gsm) if row.width_cm and row.gsm else None,
        piece_g=row.piece_g,
        note=row.note,
    )
    return Pool(
        id=row.id,
        public_id=row.public_id,
        supplier_id=SupplierId(row.supplier_id),
        service_id=ServiceId(row.service_id),
        terms=terms,
        point=Point(row.lat_e7, row.lon_e7),
        state=row.state,
        ready=row.ready,
        reservation_id=row.reservation_id,
        opened_at=row.opened_at,
        crossings=row.crossings,
        extended=row.extended,
        decided_at=row.decided_at,
        reason=row.reason,
        workshop_minor=row.workshop_minor,
    )


def _pledge(row: Any) -> Pledge:
    return Pledge(
        id=row.id,
        public_id=row.public_id,
        pool_id=row.pool_id,
        studio_id=row.studio_id,
        atoms=row.atoms,
        tolerance=row.tolerance,
        metres=row.metres,
        radius_m=row.radius_m,
        needed_by=row.needed_by,
        state=row.state,
        pledged_at=row.pledged_at,
        changes=row.changes,
        ended_at=row.ended_at,
        served=row.served,
        setup_minor=row.setup_minor,
        price_minor=row.price_minor,
        told=row.told,
    )
