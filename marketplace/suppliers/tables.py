from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base, EnumText, IsoDate, UtcDateTime
from marketplace.db.base import one_of
from marketplace.places import Precision
from marketplace.suppliers.model import TAGGED, Status, Verification
from marketplace.units import Unit
from marketplace.vocabulary import Facet
from marketplace.vocabulary.model import Basis

_OWNED = "all, delete-orphan"


class SupplierRow(Base):
    __tablename__ = "supplier"
    __table_args__ = (
        CheckConstraint(one_of("status", Status), name="status"),
        CheckConstraint(one_of("verification", Verification), name="verification"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    external_id: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    status: Mapped[Status] = mapped_column(EnumText(Status))
    verification: Mapped[Verification] = mapped_column(EnumText(Verification))
    verified_at: Mapped[date | None] = mapped_column(IsoDate)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # paused by a moderator: only one publishes it again
    name: Mapped[str]
    kind: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")

    sites: Mapped[list[SiteRow]] = relationship(cascade=_OWNED, order_by="SiteRow.id")
    tags: Mapped[list[SupplierTagRow]] = relationship(cascade=_OWNED)
    machines: Mapped[list[MachineRow]] = relationship(cascade=_OWNED, order_by="MachineRow.id")
    certificates: Mapped[list[CertificateRow]] = relationship(cascade=_OWNED, order_by="CertificateRow.id")


class SiteRow(Base):
    """`working_days`: bit n set when weekday n (0 is Monday) is worked."""

    __tablename__ = "site"
    __table_args__ = (
        CheckConstraint(one_of("precision", Precision), name="precision"),
        CheckConstraint("(lat_e7 IS NULL) = (lon_e7 IS NULL)", name="point"),
        CheckConstraint("lat_e7 BETWEEN -900000000 AND 900000000", name="lat"),
        CheckConstraint("lon_e7 BETWEEN -1800000000 AND 1800000000", name="lon"),
        CheckConstraint("working_days BETWEEN 1 AND 127", name="working_days"),
        Index(None, "supplier_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(default="")
    street: Mapped[str] = mapped_column(default="")
    locality: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    lat_e7: Mapped[int | None]
    lon_e7: Mapped[int | None]
    precision: Mapped[Precision] = mapped_column(EnumText(Precision))
    timezone: Mapped[str] = mapped_column(default="UTC")
    working_days: Mapped[int]
    teaches_until: Mapped[date | None] = mapped_column(IsoDate)  # written by placements; the search reads it

    services: Mapped[list[ServiceRow]] = relationship(cascade=_OWNED, order_by="ServiceRow.id")


class SupplierTagRow(Base):
    __tablename__ = "supplier_tag"
    __table_args__ = (CheckConstraint(f"facet IN {tuple(f.value for f in TAGGED)}", name="facet"),)

    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id", ondelete="CASCADE"), primary_key=True)
    facet: Mapped[Facet] = mapped_column(EnumText(Facet), primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)


class MachineRow(Base):
    __tablename__ = "machine"
    __table_args__ = (CheckConstraint("count >= 1", name="count"), Index(None, "supplier_id"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id", ondelete="CASCADE"))
    family: Mapped[str]
    name: Mapped[str]
    count: Mapped[int]
    width_cm: Mapped[int | None]
    gauge: Mapped[int | None]
    load_min_kg: Mapped[int | None]
    load_max_kg: Mapped[int | None]
    heads: Mapped[int | None]
    colours: Mapped[int | None]
    field_cm: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="")


class CertificateRow(Base):
    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to", name="dates"),
        Index(None, "supplier_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id", ondelete="CASCADE"))
    scheme: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    scope: Mapped[str] = mapped_column(default="")
    holder: Mapped[str] = mapped_column(default="")
    issuer: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date | None] = mapped_column(IsoDate)
    valid_to: Mapped[date | None] = mapped_column(IsoDate)


class ServiceRow(Base):
    """Quantities in atoms of `unit` (grams for kilograms), money in minor units of `currency`."""

    __tablename__ = "service"
    __table_args__ = (
        UniqueConstraint("site_id", "process"),
        CheckConstraint(one_of("unit", Unit), name="unit"),
        CheckConstraint("status IN ('published', 'paused')", name="status"),
        CheckConstraint("maximum > 0", name="maximum"),
        CheckConstraint("(load_minimum IS NULL) = (load_maximum IS NULL)", name="load"),
        CheckConstraint("load_minimum > 0 AND load_minimum <= load_maximum", name="load_order"),
        CheckConstraint("(currency IS NULL) = (unit_minor IS NULL)", name="price"),
        CheckConstraint("unit_minor >= 0 AND setup_minor >= 0", name="price_sign"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    process: Mapped[str]
    unit: Mapped[Unit] = mapped_column(EnumText(Unit))
    status: Mapped[Status] = mapped_column(EnumText(Status))
    maximum: Mapped[int | None]
    load_minimum: Mapped[int | None]
    load_maximum: Mapped[int | None]
    sample_lead_days: Mapped[int | None]
    first_lead_days: Mapped[int | None]
    repeat_lead_days: Mapped[int | None]
    currency: Mapped[str | None]
    unit_minor: Mapped[int | None]
    setup_minor: Mapped[int] = mapped_column(default=0)
    price_per: Mapped[Unit | None] = mapped_column(EnumText(Unit))
    note: Mapped[str] = mapped_column(default="")

    rules: Mapped[list[MinimumRuleRow]] = relationship(cascade=_OWNED, order_by="MinimumRuleRow.id")
    breaks: Mapped[list[PriceBreakRow]] = relationship(cascade=_OWNED, order_by="PriceBreakRow.from_quantity")
    tags: Mapped[list[ServiceTagRow]] = relationship(cascade=_OWNED)


class MinimumRuleRow(Base):
    __tablename__ = "minimum_rule"
    __table_args__ = (
        UniqueConstraint("service_id", "basis", "unit"),
        CheckConstraint("atoms > 0", name="atoms"),
        CheckConstraint(one_of("unit", Unit), name="unit"),
        CheckConstraint(one_of("basis", Basis), name="basis"),
        CheckConstraint("surcharge_percent BETWEEN 0 AND 500", name="surcharge"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"))
    atoms: Mapped[int]
    unit: Mapped[Unit] = mapped_column(EnumText(Unit))
    basis: Mapped[Basis] = mapped_column(EnumText(Basis))
    surcharge_percent: Mapped[int | None]


class PriceBreakRow(Base):
    __tablename__ = "price_break"
    __table_args__ = (CheckConstraint("from_quantity > 0 AND unit_minor >= 0", name="sign"),)

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    from_quantity: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unit_minor: Mapped[int]


class ServiceTagRow(Base):
    __tablename__ = "service_tag"
    __table_args__ = (CheckConstraint(f"facet IN {tuple(f.value for f in TAGGED)}", name="facet"),)

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    facet: Mapped[Facet] = mapped_column(EnumText(Facet), primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
