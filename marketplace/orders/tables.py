from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, IsoDate, UtcDateTime


class OrderRow(Base):
    """An accepted quote. Money in minor units, quantities in atoms of `unit`."""

    __tablename__ = "purchase_order"  # ORDER is a word of SQL
    __table_args__ = (
        CheckConstraint("state IN ('booked', 'delivered', 'completed', 'disputed', 'cancelled')", name="state"),
        Index(None, "supplier_id", "state"),
        Index(None, "studio_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id", ondelete="RESTRICT"), unique=True)
    enquiry_id: Mapped[int] = mapped_column(ForeignKey("enquiry.id", ondelete="RESTRICT"))
    brief_id: Mapped[int] = mapped_column(ForeignKey("brief.id", ondelete="RESTRICT"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id", ondelete="RESTRICT"))
    studio_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="RESTRICT"))
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("reservation.id", ondelete="RESTRICT"))
    state: Mapped[str]
    quantity: Mapped[int]
    unit: Mapped[str]
    currency: Mapped[str]
    total_minor: Mapped[int]
    starts: Mapped[date | None] = mapped_column(IsoDate)
    ready: Mapped[date | None] = mapped_column(IsoDate)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    delivered_on: Mapped[date | None] = mapped_column(IsoDate)
    delivered_quantity: Mapped[int | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(default="")  # of a dispute or a cancellation
    lots: Mapped[str] = mapped_column(default="")  # cloth and thread lots, kept for a repeat run


class MilestoneRow(Base):
    """A step both sides wait for. `side`: who marks it done."""

    __tablename__ = "milestone"
    __table_args__ = (
        CheckConstraint("kind IN ('sample', 'approval', 'bulk', 'delivery', 'other')", name="kind"),
        CheckConstraint("side IN ('supplier', 'studio')", name="side"),
        Index(None, "order_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str]
    side: Mapped[str]
    title: Mapped[str]
    due: Mapped[date | None] = mapped_column(IsoDate)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(default="")


class PaymentRow(Base):
    """Money that passed, or should pass, between the two: recorded, never held."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("kind IN ('deposit', 'part', 'balance', 'sample')", name="kind"),
        CheckConstraint("amount_minor > 0", name="amount"),
        Index(None, "order_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id", ondelete="CASCADE"))
    kind: Mapped[str]
    amount_minor: Mapped[int]
    due: Mapped[date | None] = mapped_column(IsoDate)
    paid_on: Mapped[date | None] = mapped_column(IsoDate)  # the designer's word
    received_on: Mapped[date | None] = mapped_column(IsoDate)  # the supplier's word
    note: Mapped[str] = mapped_column(default="")


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
