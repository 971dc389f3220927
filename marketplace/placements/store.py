"""All SQL of placements."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.errors import NotFound
from marketplace.placements.model import Placement, Wage
from marketplace.placements.tables import PlacementRow
from marketplace.suppliers.model import SiteId

_BATCH = 500


def add(session: Session, placement: Placement) -> None:
    row = PlacementRow(public_id=placement.public_id, site_id=placement.site_id)
    _write(row, placement)
    session.add(row)
    session.flush()


def update(session: Session, placement: Placement) -> None:
    """Save a placement found by its public id.

    Errors: NotFound.
    """
    row = session.scalar(select(PlacementRow).where(PlacementRow.public_id == placement.public_id))
    if row is None:
        raise NotFound
    _write(row, placement)
    session.flush()


def find(session: Session, public_id: str) -> Placement | None:
    row = session.scalar(select(PlacementRow).where(PlacementRow.public_id == public_id))
    return _placement(row) if row else None


def list_for_sites(session: Session, site_ids: Iterable[int]) -> list[Placement]:
    """Placements of the sites, in the order they were added."""
    ids = sorted(set(site_ids))
    found: list[Placement] = []
    for start in range(0, len(ids), _BATCH):
        query = select(PlacementRow).where(PlacementRow.site_id.in_(ids[start : start + _BATCH]))
        found.extend(_placement(row) for row in session.scalars(query.order_by(PlacementRow.id)))
    return found


def list_all(session: Session) -> list[Placement]:
    return [_placement(row) for row in session.scalars(select(PlacementRow).order_by(PlacementRow.id))]


def _write(row: PlacementRow, placement: Placement) -> None:
    wage = placement.wage
    row.process, row.skill, row.note = placement.process, placement.skill, placement.note
    row.seats, row.seats_taken = placement.seats, placement.seats_taken
    row.starts_on, row.months, row.status = placement.starts_on, placement.months, placement.status
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
        skill=row.skill,
        seats=row.seats,
        seats_taken=row.seats_taken,
        starts_on=row.starts_on,
        months=row.months,
        wage=wage,
        status=row.status,
        note=row.note,
    )
