from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.applications.model import State
from marketplace.db import Base, EnumText, IsoDate, UtcDateTime
from marketplace.db.base import one_of


class ApplicantRow(Base):
    """The drawer of an apprentice's files: an organisation without members, which goes with the account."""

    __tablename__ = "applicant"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), unique=True)


class ApplicationRow(Base):
    """One person's application to one placement."""

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint(
            "(state IN ('sent', 'seen', 'invited', 'offered')) = (answer_by IS NOT NULL)", name="answer_by"
        ),
        Index("ix_application_placement_id", "placement_id", "state"),
        Index(None, "person_id"),
        Index("ix_application_state", "state", "answer_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    state: Mapped[State] = mapped_column(EnumText(State))
    statement: Mapped[str]
    experience: Mapped[str]
    available_from: Mapped[date | None] = mapped_column(IsoDate)
    availability: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ApplicationEventRow(Base):
    """A state that was reached, and when. `by_firm` is NULL for what the site did by itself."""

    __tablename__ = "application_event"
    __table_args__ = (Index(None, "application_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    state: Mapped[State] = mapped_column(EnumText(State))
    by_firm: Mapped[bool | None]
    words: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ApplicationFileRow(Base):
    """A file that belongs to an application."""

    __tablename__ = "application_file"

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id", ondelete="CASCADE"), primary_key=True)
