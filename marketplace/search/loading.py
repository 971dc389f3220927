"""Read documents from the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy.orm import Session

from marketplace.capacity import store as capacity
from marketplace.search.document import SiteDocument, build_documents
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import SupplierId

_BATCH = 500


def load_documents(session: Session, supplier_ids: Iterable[int]) -> Iterator[tuple[int, tuple[SiteDocument, ...]]]:
    """The current documents of each supplier; none for one that is gone, paused or closed."""
    wanted = sorted(supplier_ids)
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        found = {supplier.id: supplier for supplier in suppliers.list_by_ids(session, batch)}
        sites = [site for supplier in found.values() for site in supplier.sites]
        listed, uses = capacity.list_with_uses(session, sites)
        resources = {resource.id: resource for resource in listed}
        for supplier_id in batch:
            supplier = found.get(SupplierId(supplier_id))
            yield supplier_id, build_documents(supplier, resources, uses) if supplier else ()
