from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.alerts.model import Frequency
from marketplace.db import Base, EnumText, UtcDateTime
from marketplace.db.base import one_of


class SavedSearchRow(Base):
    """`checked_position` and `checked_seen` are the change log's mark at the last run; NULL asks for a run."""

    __tablename__ = "saved_search"
    __table_args__ = (
        CheckConstraint(one_of("frequency", Frequency), name="frequency"),
        CheckConstraint("distance_unit IN ('km', 'mi')", name="distance_unit"),
        CheckConstraint("(checked_position IS NULL) = (checked_seen IS NULL)", name="mark"),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    name: Mapped[str]
    question: Mapped[str]
    distance_unit: Mapped[str]
    frequency: Mapped[Frequency] = mapped_column(EnumText(Frequency))
    feed_token: Mapped[str] = mapped_column(unique=True)
    stop_token: Mapped[str] = mapped_column(unique=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_position: Mapped[int | None]
    checked_seen: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)


class SavedSearchKnownRow(Base):
    """A site that fitted at the last run."""

    __tablename__ = "saved_search_known"
    __table_args__ = (Index(None, "site_id"),)

    saved_search_id: Mapped[int] = mapped_column(ForeignKey("saved_search.id", ondelete="CASCADE"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"), primary_key=True)


class SavedSearchNewsRow(Base):
    """A site that newly fitted, in the words of that moment. `why` has a line for each reason."""

    __tablename__ = "saved_search_news"
    __table_args__ = (Index(None, "saved_search_id", "found_at"), Index(None, "site_id"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    saved_search_id: Mapped[int] = mapped_column(ForeignKey("saved_search.id", ondelete="CASCADE"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    slug: Mapped[str]
    name: Mapped[str]
    place: Mapped[str]
    metres: Mapped[int | None]
    why: Mapped[str]
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
