from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.booking.model import Side, State
from marketplace.db import Base, EnumText, IsoDate, UtcDateTime
from marketplace.db.base import one_of


class ReservationRow(Base):
    """Weeks of one resource promised to one studio: held until `expires_at`, or firm. Ended ones stay."""

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint(one_of("made_by", Side), name="made_by"),
        CheckConstraint("(state = 'held') <= (expires_at IS NOT NULL)", name="expiry"),
        CheckConstraint("(ended_at IS NOT NULL) = (state = 'ended')", name="ended"),
        Index(None, "resource_id", "state"),
        Index(None, "state", "expires_at"),
        Index(None, "studio_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id", ondelete="RESTRICT"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="RESTRICT"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id", ondelete="RESTRICT"))
    studio_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="RESTRICT"))
    made_by: Mapped[Side] = mapped_column(EnumText(Side))  # the other side makes it firm
    state: Mapped[State] = mapped_column(EnumText(State))
    outcome: Mapped[str] = mapped_column(default="")  # why it ended: expired, withdrawn, cancelled, completed
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReservedWeekRow(Base):
    """What a reservation takes of one week, in atoms of the resource."""

    __tablename__ = "reserved_week"
    __table_args__ = (CheckConstraint("atoms > 0", name="atoms"),)

    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservation.id", ondelete="CASCADE"), primary_key=True)
    monday: Mapped[date] = mapped_column(IsoDate, primary_key=True)
    atoms: Mapped[int]


class ReservationEventRow(Base):
    """What was taken and given back: rows are only ever added, and their sum is what is reserved."""

    __tablename__ = "reservation_event"
    __table_args__ = (Index(None, "resource_id", "monday"), Index(None, "reservation_id"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservation.id", ondelete="CASCADE"))
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id", ondelete="RESTRICT"))
    monday: Mapped[date] = mapped_column(IsoDate)
    delta: Mapped[int]
    kind: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
