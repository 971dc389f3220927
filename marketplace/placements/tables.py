from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, EnumText, IsoDate, UtcDateTime
from marketplace.db.base import one_of
from marketplace.placements.model import Level, PlacementStatus
from marketplace.units.wages import WagePer


class PlacementRow(Base):
    """`skills` and `languages` hold identifiers of the vocabulary, which have no spaces, with a space between them."""

    __tablename__ = "placement"
    __table_args__ = (
        CheckConstraint(one_of("status", PlacementStatus), name="status"),
        CheckConstraint("seats >= 1 AND seats_taken BETWEEN 0 AND seats", name="seats"),
        CheckConstraint("(wage_minor IS NULL) = (wage_currency IS NULL)", name="wage"),
        CheckConstraint(f"wage_per IS NULL OR {one_of('wage_per', WagePer)}", name="wage_per"),
        CheckConstraint(one_of("level", Level), name="level"),
        CheckConstraint("hours_week IS NULL OR hours_week > 0", name="hours_week"),
        Index(None, "site_id"),
        Index(None, "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    process: Mapped[str]
    skills: Mapped[str] = mapped_column(default="", server_default="")
    seats: Mapped[int]
    seats_taken: Mapped[int] = mapped_column(default=0)
    starts_on: Mapped[date] = mapped_column(IsoDate)
    months: Mapped[int]
    wage_minor: Mapped[int | None]
    wage_currency: Mapped[str | None]
    wage_per: Mapped[WagePer | None] = mapped_column(EnumText(WagePer))
    status: Mapped[PlacementStatus] = mapped_column(EnumText(PlacementStatus))
    note: Mapped[str] = mapped_column(default="")
    hours_week: Mapped[int | None]
    level: Mapped[Level] = mapped_column(EnumText(Level), default=Level.BEGINNER, server_default=Level.BEGINNER.value)
    mentor: Mapped[str] = mapped_column(default="", server_default="")
    languages: Mapped[str] = mapped_column(default="", server_default="")
    access: Mapped[str] = mapped_column(default="", server_default="")
    closes_on: Mapped[date | None] = mapped_column(IsoDate)
    offered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PlacementEffectRow(Base):
    """What the firm has answered to the proposal for its open weeks. `before`: what was stated of each week (JSON, by
    Monday; null for a usual week), so that a yes can be taken back."""

    __tablename__ = "placement_effect"

    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id", ondelete="CASCADE"), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    before: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class PlacementSearchRow(Base):
    """A search that somebody saved. `question`: the query string that asks it."""

    __tablename__ = "placement_search"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    name: Mapped[str]
    question: Mapped[str]
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PlacementSearchKnownRow(Base):
    """A place that the search has found: nobody is told of it twice."""

    __tablename__ = "placement_search_known"
    __table_args__ = (Index(None, "placement_id"),)

    placement_search_id: Mapped[int] = mapped_column(
        ForeignKey("placement_search.id", ondelete="CASCADE"), primary_key=True
    )
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id", ondelete="CASCADE"), primary_key=True)
