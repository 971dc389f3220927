from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, UtcDateTime


class SearchServerRow(Base):
    """What the database knows of an index on the search server. `applied` is the token of the last change that
    was made to it, `pending` of the one under way, or of the one before. The index carries one of them; if not,
    either was replaced."""

    __tablename__ = "search_server"

    name: Mapped[str] = mapped_column(primary_key=True)
    applied: Mapped[str] = mapped_column(default="")
    pending: Mapped[str] = mapped_column(default="")
    leader: Mapped[str] = mapped_column(default="")
    led_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SearchSnapshotRow(Base):
    """The one snapshot on disk that was made from this database. A database that was put back to an earlier state
    names an earlier one, or none, and does not trust what is newer than itself."""

    __tablename__ = "search_snapshot"

    token: Mapped[str] = mapped_column(primary_key=True)
