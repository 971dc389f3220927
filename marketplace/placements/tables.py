from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, EnumText, IsoDate
from marketplace.db.base import one_of
from marketplace.placements.model import PlacementStatus, WagePer


class PlacementRow(Base):
    __tablename__ = "placement"
    __table_args__ = (
        CheckConstraint(one_of("status", PlacementStatus), name="status"),
        CheckConstraint("seats >= 1 AND seats_taken BETWEEN 0 AND seats", name="seats"),
        CheckConstraint("(wage_minor IS NULL) = (wage_currency IS NULL)", name="wage"),
        CheckConstraint(f"wage_per IS NULL OR {one_of('wage_per', WagePer)}", name="wage_per"),
        Index(None, "site_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    process: Mapped[str]
    skill: Mapped[str] = mapped_column(default="")
    seats: Mapped[int]
    seats_taken: Mapped[int] = mapped_column(default=0)
    starts_on: Mapped[date] = mapped_column(IsoDate)
    months: Mapped[int]
    wage_minor: Mapped[int | None]
    wage_currency: Mapped[str | None]
    wage_per: Mapped[WagePer | None] = mapped_column(EnumText(WagePer))
    status: Mapped[PlacementStatus] = mapped_column(EnumText(PlacementStatus))
    note: Mapped[str] = mapped_column(default="")
