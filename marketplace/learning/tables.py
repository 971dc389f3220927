from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, IsoDate, UtcDateTime


class SkillEntryRow(Base):
    """One thing that was learned on one day. It is the apprentice's; the names of firm and signer are kept in words."""

    __tablename__ = "skill_entry"
    __table_args__ = (
        CheckConstraint(
            "(minutes IS NOT NULL OR pieces IS NOT NULL) AND (minutes IS NULL OR minutes > 0) "
            "AND (pieces IS NULL OR pieces > 0)",
            name="amount",
        ),
        CheckConstraint("(signed_at IS NULL) = (signer = '')", name="signed"),
        Index(None, "person_id"),
        Index(None, "application_id"),
        Index(None, "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id", ondelete="SET NULL"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="SET NULL"))
    firm: Mapped[str]
    process: Mapped[str]
    skill: Mapped[str]
    operation: Mapped[str]
    day: Mapped[date] = mapped_column(IsoDate)
    minutes: Mapped[int | None]
    pieces: Mapped[int | None]
    note: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    signer: Mapped[str]
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SkillExportRow(Base):
    """A signed export as it was handed out, so that its code shows it word for word."""

    __tablename__ = "skill_export"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    code: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    document: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SkillRetiringRow(Base):
    """That those who know a skill at a firm retire soon, as the firm says: no person, no age."""

    __tablename__ = "skill_retiring"

    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id", ondelete="CASCADE"), primary_key=True)
    skill: Mapped[str] = mapped_column(primary_key=True)
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
