from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base, EnumText, IsoDate, UtcDateTime
from marketplace.db.base import one_of
from marketplace.units import Unit


class ResourceRow(Base):
    """`usual` in atoms of `unit` a week; null while nothing is published as usual."""

    __tablename__ = "resource"
    __table_args__ = (
        UniqueConstraint("site_id", "name"),
        CheckConstraint(one_of("unit", Unit), name="unit"),
        CheckConstraint("usual >= 0", name="usual"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    name: Mapped[str]
    unit: Mapped[Unit] = mapped_column(EnumText(Unit))
    usual: Mapped[int | None]
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    weeks: Mapped[list[WeekRow]] = relationship(cascade="all, delete-orphan")


class WeekRow(Base):
    """A week stated otherwise than usual, kept as its Monday (SQLite has no date type to check weekdays by)."""

    __tablename__ = "capacity_week"
    __table_args__ = (CheckConstraint("offered >= 0", name="offered"),)

    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True)
    monday: Mapped[date] = mapped_column(IsoDate, primary_key=True)
    offered: Mapped[int]


class UseRow(Base):
    """Which resource a service draws on, and at which rate."""

    __tablename__ = "resource_use"
    __table_args__ = (CheckConstraint("rate > 0", name="rate"), Index(None, "resource_id"))

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"))
    rate: Mapped[int]


class ClosureRow(Base):
    """Days on which a whole site is shut."""

    __tablename__ = "closure"
    __table_args__ = (CheckConstraint("first_day <= last_day", name="days"),)

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"), primary_key=True)
    first_day: Mapped[date] = mapped_column(IsoDate, primary_key=True)
    last_day: Mapped[date] = mapped_column(IsoDate)
    reason: Mapped[str] = mapped_column(default="")


class WeekLoadRow(Base):
    """What is promised of a week that anybody ever reserved: the counter that the database itself guards.

    `capacity` is what the calendar offers, kept equal by every change of it; `reserved` a checked cache of the
    events in booking/tables.py.
    """

    __tablename__ = "week_load"
    __table_args__ = (CheckConstraint("reserved >= 0 AND reserved <= capacity", name="reserved"),)

    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True)
    monday: Mapped[date] = mapped_column(IsoDate, primary_key=True)
    reserved: Mapped[int]
    capacity: Mapped[int]
