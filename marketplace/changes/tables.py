from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, IsoDate


class ChangeRow(Base):
    """`xid` is the writing transaction on PostgreSQL, 0 on SQLite, whose single writer gives order free. `weeks_only`:
    nothing but resources, weeks, closures and what draws on them."""

    __tablename__ = "change"
    __table_args__ = (Index(None, "xid"),)

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    supplier_id: Mapped[int]
    xid: Mapped[int]
    weeks_only: Mapped[bool] = mapped_column(default=False, server_default=false())


class ChangeMarkRow(Base):
    """The position that the log had reached on a day. What lies before the lowest of them may be gone."""

    __tablename__ = "change_mark"

    day: Mapped[date] = mapped_column(IsoDate, primary_key=True)
    position: Mapped[int]
