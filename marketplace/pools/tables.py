from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, EnumText, IsoDate, UtcDateTime
from marketplace.db.base import one_of
from marketplace.pools.model import ClosingAction, ConfirmsAt, EventKind, PledgeState, State, WishState
from marketplace.units import Unit

_LIVE = text("state = 'pledged'")


class PoolRow(Base):
    """A lot that several designers fill. Its weeks are a reservation: held until closing, booked once confirmed."""

    __tablename__ = "pool"
    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint(one_of("closing", ClosingAction), name="closing"),
        CheckConstraint(one_of("confirms", ConfirmsAt), name="confirms"),
        CheckConstraint(one_of("unit", Unit), name="unit"),
        CheckConstraint("minimum > 0 AND minimum <= maximum", name="amounts"),
        CheckConstraint("smallest IS NULL OR (smallest > 0 AND smallest < minimum)", name="smallest"),
        CheckConstraint("unit_minor >= 0 AND setup_minor >= 0 AND workshop_minor >= 0", name="money"),
        CheckConstraint("(decided_at IS NOT NULL) = (state IN ('confirmed', 'cancelled'))", name="decided"),
        Index(None, "state", "closes_at"),
        Index(None, "supplier_id"),
        Index(None, "process", "state"),
        Index(None, "reservation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id", ondelete="CASCADE"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"))
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservation.id", ondelete="RESTRICT"))
    process: Mapped[str]
    material: Mapped[str] = mapped_column(default="")
    colour: Mapped[str] = mapped_column(default="")
    design: Mapped[str] = mapped_column(default="")
    unit: Mapped[Unit] = mapped_column(EnumText(Unit))
    minimum: Mapped[int]
    maximum: Mapped[int]
    smallest: Mapped[int | None]
    width_cm: Mapped[int | None]
    gsm: Mapped[int | None]
    piece_g: Mapped[int | None]
    lat_e7: Mapped[int]
    lon_e7: Mapped[int]
    reach_m: Mapped[int | None]
    starts: Mapped[date] = mapped_column(IsoDate)
    ready: Mapped[date] = mapped_column(IsoDate)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    currency: Mapped[str]
    unit_minor: Mapped[int]
    setup_minor: Mapped[int]
    workshop_minor: Mapped[int] = mapped_column(default=0)
    closing: Mapped[ClosingAction] = mapped_column(EnumText(ClosingAction))
    extend_days: Mapped[int]
    confirms: Mapped[ConfirmsAt] = mapped_column(EnumText(ConfirmsAt))
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[State] = mapped_column(EnumText(State))
    crossings: Mapped[int] = mapped_column(default=0)
    extended: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(default="")


class PledgeRow(Base):
    """What a studio takes of a lot. How far away it is, not where: the workshop's copy of its data has this too."""

    __tablename__ = "pool_pledge"
    __table_args__ = (
        CheckConstraint(one_of("state", PledgeState), name="state"),
        CheckConstraint("atoms > 0 AND tolerance >= 0 AND tolerance * 2 <= atoms", name="atoms"),
        CheckConstraint("(state = 'served') = (served IS NOT NULL)", name="served"),
        CheckConstraint("(state = 'pledged') = (ended_at IS NULL)", name="ended"),
        Index("ix_pool_pledge_live", "pool_id", "studio_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index(None, "pool_id", "state"),
        Index(None, "studio_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id", ondelete="CASCADE"))
    studio_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    atoms: Mapped[int]
    tolerance: Mapped[int]
    metres: Mapped[int]
    radius_m: Mapped[int | None]
    needed_by: Mapped[date | None] = mapped_column(IsoDate)
    state: Mapped[PledgeState] = mapped_column(EnumText(PledgeState))
    changes: Mapped[int] = mapped_column(default=0)
    pledged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    served: Mapped[int | None]
    setup_minor: Mapped[int | None]
    price_minor: Mapped[int | None]
    told: Mapped[str] = mapped_column(default="")


class PoolEventRow(Base):
    """What happened to a pool: rows are only ever added, and none twice. `number` counts within a kind."""

    __tablename__ = "pool_event"
    __table_args__ = (
        CheckConstraint(one_of("kind", EventKind), name="kind"),
        UniqueConstraint("pool_id", "kind", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id", ondelete="CASCADE"))
    kind: Mapped[EventKind] = mapped_column(EnumText(EventKind))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    atoms: Mapped[int]
    designers: Mapped[int]
    group_atoms: Mapped[int] = mapped_column(default=0)


class WishRow(Base):
    """What a designer would join a pool for; with a service, its supplier was asked to open one."""

    __tablename__ = "pool_wish"
    __table_args__ = (
        CheckConstraint(one_of("state", WishState), name="state"),
        CheckConstraint(one_of("unit", Unit), name="unit"),
        CheckConstraint("atoms > 0 AND tolerance >= 0 AND tolerance * 2 <= atoms", name="atoms"),
        Index(None, "state", "process"),
        Index(None, "studio_id"),
        Index(None, "supplier_id", "state"),
        Index(None, "service_id"),
        Index(None, "pool_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    studio_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id", ondelete="CASCADE"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"))
    pool_id: Mapped[int | None] = mapped_column(ForeignKey("pool.id", ondelete="SET NULL"))
    process: Mapped[str]
    material: Mapped[str] = mapped_column(default="")
    colour: Mapped[str] = mapped_column(default="")
    design: Mapped[str] = mapped_column(default="")
    unit: Mapped[Unit] = mapped_column(EnumText(Unit))
    atoms: Mapped[int]
    tolerance: Mapped[int]
    lat_e7: Mapped[int]
    lon_e7: Mapped[int]
    radius_m: Mapped[int | None]
    needed_by: Mapped[date | None] = mapped_column(IsoDate)
    width_cm: Mapped[int | None]
    gsm: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[WishState] = mapped_column(EnumText(WishState))
    reason: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
