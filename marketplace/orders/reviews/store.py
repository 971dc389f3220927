"""All SQL of reviews."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.db.ids import new_public_id
from marketplace.db.rows import changed
from marketplace.errors import NotFound
from marketplace.orders.model import Review
from marketplace.orders.tables import ReviewRow


def add(
    session: Session,
    *,
    order_id: int,
    author_id: int,
    about_id: int,
    person_id: int | None,
    rating: int,
    body: str,
    now: datetime,
    shown_from: datetime,
) -> Review:
    row = ReviewRow(
        public_id=new_public_id(),
        order_id=order_id,
        author_id=author_id,
        about_id=about_id,
        person_id=person_id,
        rating=rating,
        body=body,
        written_at=now,
        shown_from=shown_from,
        answer="",
    )
    session.add(row)
    session.flush()
    return _review(row)


def get(session: Session, public_id: str) -> Review:
    """Errors: NotFound."""
    query = select(ReviewRow).where(ReviewRow.public_id == public_id)
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return _review(row)


def list_of_order(session: Session, order_id: int) -> list[Review]:
    query = select(ReviewRow).where(ReviewRow.order_id == order_id).order_by(ReviewRow.id)
    return [_review(row) for row in session.scalars(query.execution_options(populate_existing=True))]


def list_about(session: Session, organisation_id: int, now: datetime, most: int = 50) -> list[Review]:
    """What is shown of an organisation, newest first."""
    shown = (ReviewRow.about_id == organisation_id, ReviewRow.hidden_at.is_(None), ReviewRow.shown_from <= now)
    query = select(ReviewRow).where(*shown).order_by(ReviewRow.written_at.desc(), ReviewRow.id.desc()).limit(most)
    return [_review(row) for row in session.scalars(query)]


def show_all_of_order(session: Session, order_id: int, now: datetime) -> None:
    """Both have written: nothing waits any longer."""
    waiting = (ReviewRow.order_id == order_id, ReviewRow.shown_from > now)
    session.execute(update(ReviewRow).where(*waiting).values(shown_from=now))


def answer(session: Session, review_id: int, body: str, now: datetime) -> bool:
    """The one answer of whom it is about; False when there is one."""
    query = update(ReviewRow).where(ReviewRow.id == review_id, ReviewRow.answered_at.is_(None))
    return changed(session, query.values(answer=body, answered_at=now))


def set_hidden(session: Session, public_id: str, hidden_at: datetime | None) -> None:
    """Hide a review after a report, or show it again. For moderation. Errors: NotFound."""
    review = get(session, public_id)
    session.execute(update(ReviewRow).where(ReviewRow.id == review.id).values(hidden_at=hidden_at))


def _review(row: ReviewRow) -> Review:
    return Review(
        id=row.id,
        public_id=row.public_id,
        order_id=row.order_id,
        author_id=row.author_id,
        about_id=row.about_id,
        rating=row.rating,
        body=row.body,
        written_at=row.written_at,
        shown_from=row.shown_from,
        answer=row.answer,
        answered_at=row.answered_at,
        hidden_at=row.hidden_at,
    )
