"""All SQL of merges."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.db.ids import new_public_id
from marketplace.errors import NotFound
from marketplace.moderation.model import Merge
from marketplace.moderation.tables import MergeRow
from marketplace.suppliers.model import SupplierId


def add(
    session: Session, kept: SupplierId, merged: SupplierId, moved: dict[str, object], person_id: int, now: datetime
) -> str:
    """Returns its public id."""
    row = MergeRow(
        public_id=new_public_id(),
        kept_id=kept,
        merged_id=merged,
        moved=json.dumps(moved),
        person_id=person_id,
        at=now,
    )
    session.add(row)
    session.flush()
    return row.public_id


def get(session: Session, public_id: str) -> Merge:
    """Nobody else undoes it until our transaction ends. Errors: NotFound."""
    row = session.scalar(select(MergeRow).where(MergeRow.public_id == public_id).with_for_update())
    if row is None:
        raise NotFound
    return _merge(row)


def list_all(session: Session, most: int) -> list[Merge]:
    """Newest first, undone ones too."""
    return [_merge(row) for row in session.scalars(select(MergeRow).order_by(MergeRow.id.desc()).limit(most))]


def find_standing(session: Session, merged: SupplierId) -> Merge | None:
    """How this listing was merged away, if it was and that stands."""
    query = select(MergeRow).where(MergeRow.merged_id == merged, MergeRow.undone_at.is_(None))
    row = session.scalar(query.limit(1))
    return _merge(row) if row else None


def merged_ids(session: Session) -> frozenset[int]:
    """Every listing that was merged away."""
    return frozenset(session.scalars(select(MergeRow.merged_id).where(MergeRow.undone_at.is_(None))))


def has_merged_into(session: Session, kept: SupplierId, since: datetime) -> bool:
    """Whether something was merged into this one later: that has to be undone first."""
    query = select(MergeRow.id).where(MergeRow.kept_id == kept, MergeRow.undone_at.is_(None), MergeRow.at > since)
    return session.scalar(query.limit(1)) is not None


def mark_undone(session: Session, merge: Merge, now: datetime) -> None:
    session.scalars(select(MergeRow).where(MergeRow.public_id == merge.public_id)).one().undone_at = now
    session.flush()


def _merge(row: MergeRow) -> Merge:
    return Merge(
        row.public_id,
        SupplierId(row.kept_id),
        SupplierId(row.merged_id),
        json.loads(row.moved),
        row.at,
        row.undone_at,
    )
