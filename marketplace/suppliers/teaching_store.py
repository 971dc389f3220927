"""Until when somebody may learn at a site: placements write it, the search reads it with the site."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.db.rows import changed
from marketplace.suppliers.model import SupplierId
from marketplace.suppliers.tables import SiteRow


def lock_site(session: Session, site_id: int) -> SupplierId:
    """Whose site it is. Nobody else changes what the site row says until our transaction ends."""
    query = select(SiteRow.supplier_id).where(SiteRow.id == site_id).with_for_update()
    return SupplierId(session.scalars(query).one())


def set_teaching(session: Session, site_id: int, until: date | None) -> bool:
    """Until when somebody may learn at the site; False when it is known already."""
    taught = update(SiteRow).where(SiteRow.id == site_id, SiteRow.teaches_until.is_distinct_from(until))
    return changed(session, taught.values(teaches_until=until))
