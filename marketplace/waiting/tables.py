from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, EnumText, IsoDate, UtcDateTime
from marketplace.db.base import one_of
from marketplace.waiting.model import State


class WaitingRow(Base):
    """A studio that waits for room in some weeks of a service. First come, first asked; atoms of the service's unit."""

    __tablename__ = "waiting"
    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint("atoms > 0", name="atoms"),
        CheckConstraint("first_monday <= last_monday", name="weeks"),
        Index(None, "service_id", "state", "id"),
        Index(None, "state"),
        Index(None, "studio_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id", ondelete="CASCADE"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"))
    studio_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    first_monday: Mapped[date] = mapped_column(IsoDate)
    last_monday: Mapped[date] = mapped_column(IsoDate)
    atoms: Mapped[int]
    state: Mapped[State] = mapped_column(EnumText(State))
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    offered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    offer_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("reservation.id", ondelete="SET NULL"))


class ShortNoticeRow(Base):
    """A supplier's word that a week has room now, sent to those whose saved searches it fits. `told_at`: when the
    worker had told them all, `told` of them."""

    __tablename__ = "short_notice"
    __table_args__ = (CheckConstraint("told >= 0", name="told"), Index(None, "service_id", "posted_at"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id", ondelete="CASCADE"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"))
    monday: Mapped[date] = mapped_column(IsoDate)
    body: Mapped[str]
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told: Mapped[int]
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ShortNoticeToldRow(Base):
    """Who was told of which notice: nobody twice, and nobody too often."""

    __tablename__ = "short_notice_told"
    __table_args__ = (Index(None, "person_id", "at"),)

    short_notice_id: Mapped[int] = mapped_column(ForeignKey("short_notice.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
