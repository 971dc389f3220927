from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, UtcDateTime


class KeptRouteRow(Base):
    """A route that a studio keeps: the request as JSON, the services of its steps, and the figures as they were shown.
    `removed_at`: it can be had back for a day."""

    __tablename__ = "kept_route"
    __table_args__ = (Index(None, "studio_id", "removed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    studio_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    brief_id: Mapped[int | None] = mapped_column(ForeignKey("brief.id", ondelete="SET NULL"))
    label: Mapped[str]
    request: Mapped[str]
    services: Mapped[str]
    figures: Mapped[str]
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
