from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, UtcDateTime


class NoticeRow(Base):
    """Something a person should know. `mailed_at` is set when a mail told it, or nobody wanted one."""

    __tablename__ = "notice"
    __table_args__ = (
        Index(None, "person_id", "at"),
        Index(None, "person_id", "read_at"),  # the number in the header of every page
        Index(None, "mailed_at", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str]
    text: Mapped[str]
    path: Mapped[str]
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class NoticeSettingRow(Base):
    """How a person wants to be told; without a row, as the defaults say. Quiet hours in minutes of the day."""

    __tablename__ = "notice_setting"
    __table_args__ = (
        CheckConstraint("frequency IN ('at_once', 'daily', 'never')", name="frequency"),
        CheckConstraint("quiet_from BETWEEN 0 AND 1439 AND quiet_to BETWEEN 0 AND 1439", name="quiet"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    frequency: Mapped[str]
    quiet_from: Mapped[int]
    quiet_to: Mapped[int]
    timezone: Mapped[str]
    stop_token: Mapped[str] = mapped_column(unique=True)
