from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, UtcDateTime


class BriefRow(Base):
    """What a studio wants made. What it says stands in its versions; `version` is the newest."""

    __tablename__ = "brief"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'archived')", name="state"),
        Index(None, "studio_id", "changed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    studio_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    state: Mapped[str]
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    repeats_id: Mapped[int | None] = mapped_column(ForeignKey("brief.id", ondelete="SET NULL"))


class BriefVersionRow(Base):
    """What a brief said at one time; `content` is the JSON of briefs/model.py's Content."""

    __tablename__ = "brief_version"

    brief_id: Mapped[int] = mapped_column(ForeignKey("brief.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    changes: Mapped[str] = mapped_column(default="")
    content: Mapped[str]


class BriefFileRow(Base):
    """A file of a brief; a repeat run has those of the run before. `removed_at`: until the worker forgets it."""

    __tablename__ = "brief_file"

    brief_id: Mapped[int] = mapped_column(ForeignKey("brief.id", ondelete="CASCADE"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id", ondelete="CASCADE"), primary_key=True)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ShortlistRow(Base):
    """A supplier that a studio wants to come back to. `removed_at`: until the worker forgets it."""

    __tablename__ = "shortlist"

    studio_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id", ondelete="CASCADE"), primary_key=True)
    note: Mapped[str] = mapped_column(default="")
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
