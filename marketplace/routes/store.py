"""All SQL of kept routes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from marketplace.db.ids import new_public_id
from marketplace.db.rows import fresh
from marketplace.errors import NotFound
from marketplace.routes.tables import KeptRouteRow


@dataclass(frozen=True, slots=True)
class KeptRoute:
    """`request`, `services` and `figures` as choosing.py and forms.py read them."""

    id: int
    public_id: str
    studio_id: int
    brief_id: int | None
    label: str
    request: str
    services: str
    figures: str
    kept_at: datetime
    removed_at: datetime | None


def add(
    session: Session,
    *,
    studio_id: int,
    person_id: int | None,
    brief_id: int | None,
    label: str,
    request: str,
    services: str,
    figures: str,
    now: datetime,
) -> KeptRoute:
    row = KeptRouteRow(
        public_id=new_public_id(),
        studio_id=studio_id,
        person_id=person_id,
        brief_id=brief_id,
        label=label,
        request=request,
        services=services,
        figures=figures,
        kept_at=now,
        removed_at=None,
    )
    session.add(row)
    session.flush()
    return _kept(row)


def get(session: Session, public_id: str) -> KeptRoute:
    """Errors: NotFound."""
    row = session.scalar(fresh(select(KeptRouteRow).where(KeptRouteRow.public_id == public_id)))
    if row is None:
        raise NotFound
    return _kept(row)


def find_same(session: Session, studio_id: int, request: str, services: str) -> KeptRoute | None:
    """The same route of the same request, where the studio keeps it already."""
    query = select(KeptRouteRow).where(
        KeptRouteRow.studio_id == studio_id,
        KeptRouteRow.removed_at.is_(None),
        KeptRouteRow.request == request,
        KeptRouteRow.services == services,
    )
    row = session.scalars(fresh(query)).first()
    return _kept(row) if row else None


def list_of_studio(session: Session, studio_id: int, removed_since: datetime) -> list[KeptRoute]:
    """Those it keeps, and those it has removed since then; the newest first."""
    there = or_(KeptRouteRow.removed_at.is_(None), KeptRouteRow.removed_at > removed_since)
    query = select(KeptRouteRow).where(KeptRouteRow.studio_id == studio_id, there).order_by(KeptRouteRow.id.desc())
    return [_kept(row) for row in session.scalars(fresh(query))]


def count_kept(session: Session, studio_id: int) -> int:
    mine = (KeptRouteRow.studio_id == studio_id, KeptRouteRow.removed_at.is_(None))
    return session.scalar(select(func.count()).where(*mine)) or 0


def set_removed(session: Session, kept: KeptRoute, at: datetime | None) -> None:
    session.execute(update(KeptRouteRow).where(KeptRouteRow.id == kept.id).values(removed_at=at))


def set_figures(session: Session, kept: KeptRoute, figures: str) -> None:
    session.execute(update(KeptRouteRow).where(KeptRouteRow.id == kept.id).values(figures=figures))


def empty(session: Session, studio_id: int) -> None:
    """Forget what a studio kept, when it is erased."""
    session.execute(delete(KeptRouteRow).where(KeptRouteRow.studio_id == studio_id))


def _kept(row: KeptRouteRow) -> KeptRoute:
    return KeptRoute(
        id=row.id,
        public_id=row.public_id,
        studio_id=row.studio_id,
        brief_id=row.brief_id,
        label=row.label,
        request=row.request,
        services=row.services,
        figures=row.figures,
        kept_at=row.kept_at,
        removed_at=row.removed_at,
    )
