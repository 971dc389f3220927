from __future__ import annotations

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base


class ChangeRow(Base):
    """`xid` is the writing transaction on PostgreSQL, 0 on SQLite, whose single writer gives order free."""

    __tablename__ = "change"
    __table_args__ = (Index(None, "xid"),)

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    supplier_id: Mapped[int]
    xid: Mapped[int]
