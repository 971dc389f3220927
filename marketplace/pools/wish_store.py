"""All SQL of what designers wish for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from marketplace.db.ids import new_public_id
from marketplace.db.rows import changed
from marketplace.errors import NotFound
from marketplace.places import Point
from marketplace.pools.model import Key, Wish, WishState
from marketplace.pools.tables import WishRow
from marketplace.suppliers.model import ServiceId, SupplierId
from marketplace.suppliers.rules import Cloth
from marketplace.units import Unit

_MOST_LISTED = 1000


def add(
    session: Session,
    *,
    studio_id: int,
    key: Key,
    unit: Unit,
    atoms: int,
    tolerance: int,
    point: Point,
    radius_m: int | None,
    needed_by: date | None,
    cloth: Cloth | None,
    note: str,
    asked: tuple[SupplierId, ServiceId] | None,
    now: datetime,
) -> Wish:
    row = WishRow(
        public_id=new_public_id(),
        studio_id=studio_id,
        supplier_id=asked[0] if asked else None,
        service_id=asked[1] if asked else None,
        process=key.process,
        material=key.material,
        colour=key.colour,
        design=key.design,
        unit=unit,
        atoms=atoms,
        tolerance=tolerance,
        lat_e7=point.lat_e7,
        lon_e7=point.lon_e7,
        radius_m=radius_m,
        needed_by=needed_by,
        width_cm=cloth.width_cm if cloth else None,
        gsm=cloth.gsm if cloth else None,
        note=note,
        state=WishState.OPEN,
        reason="",
        made_at=now,
    )
    session.add(row)
    session.flush()
    return _wish(row)


def get(session: Session, public_id: str, *, lock: bool = False) -> Wish:
    """Errors: NotFound."""
    query = select(WishRow).where(WishRow.public_id == public_id)
    row = session.scalar((query.with_for_update() if lock else query).execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return _wish(row)


def list_open(session: Session, processes: set[str], today: date) -> list[Wish]:
    """Open wishes for some processes that are not over, the oldest first."""
    if not processes:
        return []
    query = select(WishRow).where(WishRow.state == WishState.OPEN, WishRow.process.in_(sorted(processes)))
    query = query.where(WishRow.needed_by.is_(None) | (WishRow.needed_by > today))
    return [_wish(row) for row in session.scalars(query.order_by(WishRow.id).limit(_MOST_LISTED))]


def list_of_studio(session: Session, studio_id: int) -> list[Wish]:
    """The newest first; those that were withdrawn are left out."""
    query = select(WishRow).where(WishRow.studio_id == studio_id, WishRow.state != WishState.WITHDRAWN)
    return [_wish(row) for row in session.scalars(query.order_by(WishRow.id.desc()))]


def list_asked(session: Session, supplier_id: SupplierId) -> list[Wish]:
    """What a supplier was asked to open and has not answered, the oldest first."""
    query = select(WishRow).where(WishRow.state == WishState.OPEN, WishRow.supplier_id == supplier_id)
    return [_wish(row) for row in session.scalars(query.order_by(WishRow.id))]


def count_open(session: Session, studio_id: int) -> int:
    query = select(func.count()).where(WishRow.studio_id == studio_id, WishRow.state == WishState.OPEN)
    return session.scalar(query) or 0


def move(session: Session, wish: Wish, to: WishState, **values: Any) -> bool:
    """Compare and swap: False when somebody was quicker."""
    query = update(WishRow).where(WishRow.id == wish.id, WishRow.state == wish.state)
    return changed(session, query.values(state=to, **values))


def forget(session: Session, studio_id: int) -> None:
    """What a studio wished for and where it was, when it is erased."""
    session.execute(delete(WishRow).where(WishRow.studio_id == studio_id))


def _wish(row: WishRow) -> Wish:
    return Wish(
        id=row.id,
        public_id=row.public_id,
        studio_id=row.studio_id,
        key=Key(row.process, row.material, row.colour, row.design),
        unit=row.unit,
        atoms=row.atoms,
        tolerance=row.tolerance,
        point=Point(row.lat_e7, row.lon_e7),
        radius_m=row.radius_m,
        needed_by=row.needed_by,
        state=row.state,
        made_at=row.made_at,
        supplier_id=SupplierId(row.supplier_id) if row.supplier_id else None,
        service_id=ServiceId(row.service_id) if row.service_id else None,
        pool_id=row.pool_id,
        cloth=Cloth(row.width_cm, row.gsm) if row.width_cm and row.gsm else None,
        note=row.note,
        reason=row.reason,
    )
