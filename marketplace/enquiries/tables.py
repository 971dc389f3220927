from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, IsoDate, UtcDateTime


class EnquiryRow(Base):
    """One version of a brief put to one service of a supplier, and how that ended."""

    __tablename__ = "enquiry"
    __table_args__ = (
        CheckConstraint(
            "state IN ('sent', 'quoted', 'declined', 'timed_out', 'withdrawn', 'accepted', 'lost')", name="state"
        ),
        UniqueConstraint("brief_id", "service_id", "brief_version"),
        Index(None, "supplier_id", "state"),
        Index(None, "studio_id", "sent_at"),
        Index(None, "state", "answer_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    brief_id: Mapped[int] = mapped_column(ForeignKey("brief.id", ondelete="CASCADE"))
    brief_version: Mapped[int]
    studio_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id", ondelete="CASCADE"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="RESTRICT"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    state: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_by: Mapped[datetime] = mapped_column(UtcDateTime)
    reminded: Mapped[int] = mapped_column(default=0)  # reminders sent so far
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # quoted or declined
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # accepted, lost or withdrawn by the designer
    decline_reason: Mapped[str] = mapped_column(default="")
    decline_note: Mapped[str] = mapped_column(default="")


class MessageRow(Base):
    """A line of a thread. `is_shared`: a question or answer that everybody asked about the brief reads, unnamed."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("kind IN ('message', 'question', 'answer', 'note')", name="kind"),
        Index(None, "enquiry_id", "at"),
        Index(None, "brief_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    enquiry_id: Mapped[int] = mapped_column(ForeignKey("enquiry.id", ondelete="CASCADE"))
    brief_id: Mapped[int] = mapped_column(ForeignKey("brief.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    kind: Mapped[str]
    is_shared: Mapped[bool] = mapped_column(default=False)
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    body: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class MessageFileRow(Base):
    __tablename__ = "message_file"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id", ondelete="CASCADE"), primary_key=True)


class QuoteRow(Base):
    """An offer. While it is sent it holds weeks (`reservation_id`). Money in minor units; `breaks` JSON of
    [from whole units, minor units each]; quantity in atoms of `unit`."""

    __tablename__ = "quote"
    __table_args__ = (
        CheckConstraint("state IN ('sent', 'accepted', 'withdrawn', 'expired', 'replaced', 'lost')", name="state"),
        CheckConstraint("setup_minor >= 0 AND unit_minor >= 0 AND sample_minor >= 0", name="money"),
        Index(None, "enquiry_id"),
        Index(None, "state", "valid_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    enquiry_id: Mapped[int] = mapped_column(ForeignKey("enquiry.id", ondelete="CASCADE"))
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("reservation.id", ondelete="RESTRICT"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    state: Mapped[str]
    quantity: Mapped[int]
    unit: Mapped[str]
    currency: Mapped[str]
    setup_minor: Mapped[int]
    unit_minor: Mapped[int]
    breaks: Mapped[str] = mapped_column(default="[]")
    sample_minor: Mapped[int]
    surcharge_percent: Mapped[int]
    starts: Mapped[date | None] = mapped_column(IsoDate)
    last_worked: Mapped[date | None] = mapped_column(IsoDate)
    ready: Mapped[date | None] = mapped_column(IsoDate)
    note: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
