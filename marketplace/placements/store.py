"""All SQL of placements, and of what firms have answered about their weeks."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import Session

from marketplace.changes import store as changes
from marketplace.db.rows import changed, fresh
from marketplace.errors import NotFound
from marketplace.placements.model import Placement, PlacementStatus
from marketplace.placements.rules import taught_until
from marketplace.placements.tables import PlacementEffectRow, PlacementRow
from marketplace.suppliers import teaching_store as sites
from marketplace.suppliers.model import SiteId
from marketplace.units.wages import Wage

_BATCH = 500
_OPEN, _PAUSED, _FILLED = PlacementStatus.OPEN, PlacementStatus.PAUSED, PlacementStatus.FILLED


def add(session: Session, placement: Placement) -> None:
    row = PlacementRow(public_id=placement.public_id, site_id=placement.site_id)
    _write(row, placement)
    session.add(row)
    session.flush()
    _tell_site(session, row.site_id)


def update_one(session: Session, placement: Placement) -> None:
    """Save a placement found by its public id. Read it with `lock` before: its seats are taken by others too.

    Errors: NotFound.
    """
    row = _row(session, placement.public_id, lock=True)
    _write(row, placement)
    session.flush()
    _tell_site(session, row.site_id)


def close(session: Session, public_id: str) -> bool:
    """For good; False when it was closed."""
    closed = update(PlacementRow).where(
        PlacementRow.public_id == public_id, PlacementRow.status != PlacementStatus.CLOSED
    )
    is_first = changed(session, closed.values(status=PlacementStatus.CLOSED))
    if is_first:
        _tell_site(session, get(session, public_id).site_id)
    return is_first


def take_seat(session: Session, placement_id: int) -> bool:
    """Take one place, by one guarded statement; False when none is left. The last one fills the placement.

    Guarantee: of any number at once no more succeed than there are places.
    """
    taken = PlacementRow.seats_taken + 1
    guarded = update(PlacementRow).where(
        PlacementRow.id == placement_id,
        PlacementRow.seats_taken < PlacementRow.seats,
        PlacementRow.status.in_((_OPEN, _PAUSED)),
    )
    becomes = case((taken >= PlacementRow.seats, _FILLED.value), else_=PlacementRow.status)
    is_taken = changed(session, guarded.values(seats_taken=taken, status=becomes))
    if is_taken:
        _tell_site(session, by_ids(session, [placement_id])[placement_id].site_id)
    return is_taken


def get(session: Session, public_id: str, *, lock: bool = False) -> Placement:
    """With `lock` nobody takes a place until our transaction ends. Errors: NotFound."""
    return _placement(_row(session, public_id, lock=lock))


def find(session: Session, public_id: str) -> Placement | None:
    row = session.scalar(fresh(select(PlacementRow).where(PlacementRow.public_id == public_id)))
    return _placement(row) if row else None


def id_of(session: Session, public_id: str) -> int:
    """Errors: NotFound."""
    found = session.scalar(select(PlacementRow.id).where(PlacementRow.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def by_ids(session: Session, ids: Iterable[int]) -> dict[int, Placement]:
    wanted = sorted(set(ids))
    found: dict[int, Placement] = {}
    for start in range(0, len(wanted), _BATCH):
        query = select(PlacementRow).where(PlacementRow.id.in_(wanted[start : start + _BATCH]))
        found |= {row.id: _placement(row) for row in session.scalars(fresh(query))}
    return found


def empty(session: Session, site_ids: Collection[int]) -> None:
    """Take away the words of a firm that is no more; what applications count on stays."""
    rows = update(PlacementRow).where(PlacementRow.site_id.in_(site_ids))
    session.execute(rows.values(note="", mentor="", access=""))


def list_for_sites(session: Session, site_ids: Iterable[int]) -> list[Placement]:
    """Placements of the sites, in the order they were added."""
    ids = sorted(set(site_ids))
    found: list[Placement] = []
    for start in range(0, len(ids), _BATCH):
        query = select(PlacementRow).where(PlacementRow.site_id.in_(ids[start : start + _BATCH]))
        found.extend(_placement(row) for row in session.scalars(fresh(query.order_by(PlacementRow.id))))
    return found


def list_all(session: Session) -> list[Placement]:
    return [_placement(row) for row in session.scalars(fresh(select(PlacementRow).order_by(PlacementRow.id)))]


def list_open(session: Session, site_ids: Iterable[int] | None = None) -> list[tuple[int, Placement]]:
    """(id, placement) of those with a place free, in the order they came; of some sites, or of all."""
    query = select(PlacementRow).where(PlacementRow.status == _OPEN, PlacementRow.seats_taken < PlacementRow.seats)
    queries = [query]
    if site_ids is not None:
        ids = sorted(set(site_ids))
        queries = [
            query.where(PlacementRow.site_id.in_(ids[start : start + _BATCH])) for start in range(0, len(ids), _BATCH)
        ]
    return [
        (row.id, _placement(row)) for each in queries for row in session.scalars(fresh(each.order_by(PlacementRow.id)))
    ]


# --- what the firm has answered about its weeks


def find_effect(session: Session, public_id: str) -> tuple[int, dict[str, int | None]] | None:
    """(service, Monday -> what was stated before) of a yes that stands."""
    query = select(PlacementEffectRow).join(PlacementRow, PlacementRow.id == PlacementEffectRow.placement_id)
    row = session.scalar(query.where(PlacementRow.public_id == public_id))
    return (row.service_id, json.loads(row.before)) if row else None


def keep_effect(
    session: Session,
    public_id: str,
    service_id: int,
    person_id: int | None,
    before: Mapping[str, int | None],
    now: datetime,
) -> None:
    session.add(
        PlacementEffectRow(
            placement_id=id_of(session, public_id),
            service_id=service_id,
            person_id=person_id,
            before=json.dumps(dict(before)),
            at=now,
        )
    )
    session.flush()


def forget_effect(session: Session, public_id: str) -> None:
    gone = delete(PlacementEffectRow).where(PlacementEffectRow.placement_id == id_of(session, public_id))
    session.execute(gone)


def _tell_site(session: Session, site_id: int) -> None:
    """Tell the site until when somebody may learn there, and those who follow the log that its supplier changed. The
    site is locked first: two placements of it, changed at once, would each count the other as it was."""
    supplier_id = sites.lock_site(session, site_id)
    days = [day for each in list_for_sites(session, [site_id]) if (day := taught_until(each))]
    sites.set_teaching(session, site_id, max(days, default=None))
    changes.record(session, supplier_id)


def _row(session: Session, public_id: str, *, lock: bool) -> PlacementRow:
    query = select(PlacementRow).where(PlacementRow.public_id == public_id)
    row: PlacementRow | None = session.scalar(fresh(query.with_for_update() if lock else query))
    if row is None:
        raise NotFound
    return row


def _write(row: PlacementRow, placement: Placement) -> None:
    wage = placement.wage
    row.process, row.skills, row.note = placement.process, " ".join(placement.skills), placement.note
    row.seats, row.seats_taken = placement.seats, placement.seats_taken
    row.starts_on, row.months, row.status = placement.starts_on, placement.months, placement.status
    row.hours_week, row.level, row.mentor = placement.hours_week, placement.level, placement.mentor
    row.languages, row.access = " ".join(placement.languages), placement.access
    row.closes_on, row.offered_at = placement.closes_on, placement.offered_at
    row.wage_minor = wage.minor if wage else None
    row.wage_currency = wage.currency if wage else None
    row.wage_per = wage.per if wage else None


def _placement(row: PlacementRow) -> Placement:
    wage = None
    if row.wage_minor is not None and row.wage_currency and row.wage_per:
        wage = Wage(row.wage_minor, row.wage_currency, row.wage_per)
    return Placement(
        public_id=row.public_id,
        site_id=SiteId(row.site_id),
        process=row.process,
        skills=tuple(row.skills.split()),
        seats=row.seats,
        seats_taken=row.seats_taken,
        starts_on=row.starts_on,
        months=row.months,
        wage=wage,
        status=row.status,
        note=row.note,
        hours_week=row.hours_week,
        level=row.level,
        mentor=row.mentor,
        languages=tuple(row.languages.split()),
        access=row.access,
        closes_on=row.closes_on,
        offered_at=row.offered_at,
    )
