from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, UtcDateTime


class AuditRow(Base):
    """Who did what to which object, written in the transaction that did it. Rows are never changed.

    `actor_id` is null for what the system does by itself. `before` and `after`: JSON of what changed. The person
    is not referenced, so that an account can be erased and its trail stays as a number.
    """

    __tablename__ = "audit_event"
    __table_args__ = (Index(None, "object_kind", "object_id"), Index(None, "organisation_id", "at"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None]
    token_id: Mapped[int | None]
    request_id: Mapped[str] = mapped_column(default="")
    action: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[str]
    organisation_id: Mapped[int | None]
    before: Mapped[str] = mapped_column(default="{}")
    after: Mapped[str] = mapped_column(default="{}")
    reason: Mapped[str] = mapped_column(default="")
