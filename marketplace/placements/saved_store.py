"""All SQL of saved searches for placements."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, delete, func, insert, select
from sqlalchemy.orm import Session

from marketplace.db.ids import new_public_id
from marketplace.errors import NotFound
from marketplace.placements.tables import PlacementSearchKnownRow, PlacementSearchRow


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """`question`: the query string that asks it."""

    id: int
    public_id: str
    person_id: int
    name: str
    question: str
    saved_at: datetime


def add(session: Session, person_id: int, name: str, question: str, now: datetime) -> SavedSearch:
    row = PlacementSearchRow(public_id=new_public_id(), person_id=person_id, name=name, question=question, saved_at=now)
    session.add(row)
    session.flush()
    return _saved(row)


def list_of(session: Session, person_id: int) -> list[SavedSearch]:
    query = select(PlacementSearchRow).where(PlacementSearchRow.person_id == person_id)
    return [_saved(row) for row in session.scalars(query.order_by(PlacementSearchRow.id.desc()))]


def list_all(session: Session) -> list[SavedSearch]:
    return [_saved(row) for row in session.scalars(select(PlacementSearchRow).order_by(PlacementSearchRow.id))]


def count_of(session: Session, person_id: int) -> int:
    query = select(func.count()).select_from(PlacementSearchRow).where(PlacementSearchRow.person_id == person_id)
    return session.scalar(query) or 0


def remove(session: Session, person_id: int, public_id: str) -> None:
    """Errors: NotFound, also for somebody else's."""
    mine = (PlacementSearchRow.public_id == public_id, PlacementSearchRow.person_id == person_id)
    result = session.execute(delete(PlacementSearchRow).where(*mine))
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise NotFound


def lock(session: Session, search_id: int) -> bool:
    """Nobody else runs it until our transaction ends; False when it is gone."""
    query = select(PlacementSearchRow.id).where(PlacementSearchRow.id == search_id).with_for_update()
    return session.scalar(query) is not None


def list_known(session: Session, search_id: int) -> set[int]:
    of_this = PlacementSearchKnownRow.placement_search_id == search_id
    return set(session.scalars(select(PlacementSearchKnownRow.placement_id).where(of_this)))


def add_known(session: Session, search_id: int, placement_ids: Collection[int]) -> None:
    rows = [{"placement_search_id": search_id, "placement_id": each} for each in sorted(placement_ids)]
    if rows:
        session.execute(insert(PlacementSearchKnownRow), rows)


def _saved(row: PlacementSearchRow) -> SavedSearch:
    return SavedSearch(row.id, row.public_id, row.person_id, row.name, row.question, row.saved_at)
