"""All SQL of the addresses of calendars."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.db.rows import changed
from marketplace.errors import NotFound
from marketplace.feeds.model import Feed
from marketplace.feeds.tables import CalendarFeedRow


def find(session: Session, organisation_id: int) -> Feed | None:
    row = session.get(CalendarFeedRow, organisation_id)
    return _feed(row) if row else None


def get_by_token(session: Session, token: str) -> Feed:
    """Errors: NotFound."""
    row = session.scalar(select(CalendarFeedRow).where(CalendarFeedRow.token == token))
    if row is None:
        raise NotFound
    return _feed(row)


def put(session: Session, organisation_id: int, token: str, now: datetime) -> None:
    """A new address, in place of the old one where there is one."""
    session.merge(CalendarFeedRow(organisation_id=organisation_id, token=token, created_at=now))
    session.flush()


def remove(session: Session, organisation_id: int) -> bool:
    """Whether there was one."""
    return changed(session, delete(CalendarFeedRow).where(CalendarFeedRow.organisation_id == organisation_id))


def _feed(row: CalendarFeedRow) -> Feed:
    return Feed(row.organisation_id, row.token, row.created_at)
