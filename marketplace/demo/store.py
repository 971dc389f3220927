"""All SQL of the demonstration data: everything else is written through the features that own it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.tables import PersonRow
from marketplace.suppliers.tables import SupplierRow


def is_empty(session: Session) -> bool:
    """Whether the database has no suppliers and no people: nobody has begun to use it."""
    return all(session.scalar(select(row.id).limit(1)) is None for row in (SupplierRow, PersonRow))
