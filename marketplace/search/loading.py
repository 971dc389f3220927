"""Read documents from the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from sqlalchemy.orm import Session

from marketplace.capacity import store as capacity
from marketplace.changes.store import Change
from marketplace.search.document import SiteDocument, build_documents
from marketplace.search.weeks import restated
from marketplace.suppliers import store as suppliers
from marketplace.suppliers import workplace_store
from marketplace.suppliers.model import SupplierId

_BATCH = 500

Present = Callable[[Sequence[int]], Iterable[SiteDocument]]


def load_changed(
    session: Session, changes: Iterable[Change], present: Present
) -> Iterator[tuple[int, Sequence[SiteDocument]]]:
    """The current documents of each supplier that changed. Of whom weeks alone did, they alone are read and the rest
    is taken from `present`, which gives the documents of sites as they were before: a third of the time."""
    fresh = list(changes)
    whole = {change.supplier_id for change in fresh if not change.weeks_only}
    weeks = {change.supplier_id for change in fresh} - whole
    found: dict[int, list[SiteDocument]] = {}
    if weeks:
        places = workplace_store.list_workplaces(session, weeks)
        listed, uses = capacity.list_calendars(session, {place.site_id: place.working_days for place in places})
        found = restated(present([place.site_id for place in places]), places, listed, uses)
    return chain(found.items(), load_documents(session, whole | weeks - found.keys()))


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
