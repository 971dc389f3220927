from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, IsoDate, UtcDateTime


class ReportRow(Base):
    """Something that a person says is wrong. `object_kind` and `object_id`: what about, by its public id."""

    __tablename__ = "report"
    __table_args__ = (CheckConstraint("state IN ('open', 'upheld', 'dismissed')", name="state"), Index(None, "state"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    object_kind: Mapped[str]
    object_id: Mapped[str]
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    reason: Mapped[str]
    body: Mapped[str]
    state: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    outcome: Mapped[str] = mapped_column(default="")


class VerificationRow(Base):
    """That somebody saw documents or the place, on a day. Rows are added; a withdrawn one says so."""

    __tablename__ = "verification"
    __table_args__ = (
        CheckConstraint("level IN ('document_seen', 'visited')", name="level"),
        Index(None, "supplier_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id", ondelete="CASCADE"))
    level: Mapped[str]
    seen_on: Mapped[date] = mapped_column(IsoDate)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MergeRow(Base):
    """Two listings found to be one firm: the merged one is closed, and what moved stands in `moved` (JSON) for undo."""

    __tablename__ = "supplier_merge"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("supplier.id", ondelete="CASCADE"))
    merged_id: Mapped[int] = mapped_column(ForeignKey("supplier.id", ondelete="CASCADE"))
    moved: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
