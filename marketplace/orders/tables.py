from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.booking.model import Side
from marketplace.db import Base, EnumText, IsoDate, UtcDateTime
from marketplace.db.base import one_of
from marketplace.orders.model import ChangeState, MilestoneKind, PaymentKind, State
from marketplace.units import Unit


class OrderRow(Base):
    """An accepted quote. Money in minor units, quantities in atoms of `unit`. While it is disputed both sides may
    leave a note; `disputed_by` says who began."""

    __tablename__ = "purchase_order"  # ORDER is a word of SQL
    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint("quantity > 0 AND total_minor >= 0", name="amounts"),
        CheckConstraint("delivered_quantity >= 0", name="delivered"),
        Index(None, "supplier_id"),
        Index(None, "supplier_organisation_id", "state"),
        Index(None, "studio_id", "state"),
        Index(None, "state", "delivered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id", ondelete="RESTRICT"), unique=True)
    enquiry_id: Mapped[int] = mapped_column(ForeignKey("enquiry.id", ondelete="RESTRICT"))
    brief_id: Mapped[int] = mapped_column(ForeignKey("brief.id", ondelete="RESTRICT"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id", ondelete="RESTRICT"))
    supplier_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="RESTRICT"))
    studio_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="RESTRICT"))
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("reservation.id", ondelete="RESTRICT"))
    state: Mapped[State] = mapped_column(EnumText(State))
    title: Mapped[str]  # of the brief when it was accepted
    quantity: Mapped[int]
    unit: Mapped[Unit] = mapped_column(EnumText(Unit))
    currency: Mapped[str]
    total_minor: Mapped[int]
    starts: Mapped[date | None] = mapped_column(IsoDate)
    ready: Mapped[date | None] = mapped_column(IsoDate)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    delivered_on: Mapped[date | None] = mapped_column(IsoDate)
    delivered_quantity: Mapped[int | None]
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when that was recorded
    disputed_by: Mapped[Side | None] = mapped_column(EnumText(Side))
    studio_note: Mapped[str] = mapped_column(default="")
    supplier_note: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_by: Mapped[Side | None] = mapped_column(EnumText(Side))
    reason: Mapped[str] = mapped_column(default="")  # of a cancellation, or of a moderator's decision
    lots: Mapped[str] = mapped_column(default="")  # cloth and thread lots, kept for a repeat run


class MilestoneRow(Base):
    """A step both sides wait for. `side`: who marks it done."""

    __tablename__ = "milestone"
    __table_args__ = (
        CheckConstraint(one_of("kind", MilestoneKind), name="kind"),
        CheckConstraint(one_of("side", Side), name="side"),
        Index(None, "order_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[MilestoneKind] = mapped_column(EnumText(MilestoneKind))
    side: Mapped[Side] = mapped_column(EnumText(Side))
    title: Mapped[str]
    due: Mapped[date | None] = mapped_column(IsoDate)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(default="")


class PaymentRow(Base):
    """Money that passed, or should pass, between the two: recorded, never held. `..._at`: when that was said, so that
    a slip can be taken back for a short time."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint(one_of("kind", PaymentKind), name="kind"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("(paid_on IS NULL) = (paid_at IS NULL)", name="paid"),
        CheckConstraint("(received_on IS NULL) = (received_at IS NULL)", name="received"),
        Index(None, "order_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id", ondelete="CASCADE"))
    kind: Mapped[PaymentKind] = mapped_column(EnumText(PaymentKind))
    amount_minor: Mapped[int]
    due: Mapped[date | None] = mapped_column(IsoDate)
    paid_on: Mapped[date | None] = mapped_column(IsoDate)  # the designer's word
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_on: Mapped[date | None] = mapped_column(IsoDate)  # the supplier's word
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(default="")


class OrderChangeRow(Base):
    """Other dates or another quantity, as the supplier proposes them; the designer decides."""

    __tablename__ = "order_change"
    __table_args__ = (
        CheckConstraint(one_of("state", ChangeState), name="state"),
        CheckConstraint("quantity > 0 AND total_minor >= 0", name="amounts"),
        Index(None, "order_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    state: Mapped[ChangeState] = mapped_column(EnumText(ChangeState))
    arrival: Mapped[date] = mapped_column(IsoDate)
    quantity: Mapped[int]
    total_minor: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OrderMessageRow(Base):
    __tablename__ = "order_message"
    __table_args__ = (Index(None, "order_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    body: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class OrderFileRow(Base):
    __tablename__ = "order_file"

    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id", ondelete="CASCADE"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id", ondelete="CASCADE"), primary_key=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("order_message.id", ondelete="SET NULL"))


class ReviewRow(Base):
    """What one side says of the other after a completed order; shown once both have written or the window is over."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("order_id", "author_id"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        Index(None, "about_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    about_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    rating: Mapped[int]
    body: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    shown_from: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(default="")  # of whom it is about: one, for good
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by a moderator, after a report
