"""Keep an index equal to the database: read the change log, re-read what changed, replace it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Lock

from sqlalchemy.orm import Session

from marketplace.capacity import store as capacity
from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.search.decide import SiteFit, decide
from marketplace.search.document import SiteDocument, build_documents
from marketplace.search.index import Answer, Index
from marketplace.search.query import SearchQuery
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import SupplierId

_BATCH = 500


class LiveIndex:
    """An index that catches up with the database before each search, so that whatever any process has
    committed is found by the next request of every process."""

    def __init__(self, database: Database, index: Index) -> None:
        self._database = database
        self._index = index
        self._lock = Lock()
        self._position: int | None = None
        self._applied: frozenset[int] = frozenset()

    def search(self, query: SearchQuery) -> Answer:
        self.refresh()
        return self._index.search(query)

    def site_ids(self, query: SearchQuery) -> Sequence[int]:
        self.refresh()
        return self._index.site_ids(query)

    def documents(self, site_ids: Sequence[int]) -> list[SiteDocument]:
        return self._index.documents(site_ids)

    def every(self, query: SearchQuery, most: int | None = None) -> list[SiteFit]:
        """The first `most` fits, whatever the page: for maps, exports and sitemaps."""
        documents = self.documents(self.site_ids(query)[:most])
        return [fit for fit in (decide(document, query) for document in documents) if fit.fits]

    def count(self) -> int:
        self.refresh()
        return self._index.count()

    def refresh(self) -> None:
        """Apply what was committed since the last time. The first time, read everything."""
        with self._lock, self._database.reading() as session:
            if self._position is None:
                position = changes.current_position(session)
                self._put(session, suppliers.list_ids(session))
                self._position = position
                return
            page = changes.read_since(session, self._position)
            self._put(session, {c.supplier_id for c in page.changes if c.seq not in self._applied})
            self._position = page.position
            self._applied = frozenset(c.seq for c in page.changes)

    def _put(self, session: Session, supplier_ids: set[int] | list[int]) -> None:
        for supplier_id, documents in load_documents(session, supplier_ids):
            self._index.put(supplier_id, documents)


def load_documents(
    session: Session, supplier_ids: set[int] | list[int]
) -> Iterator[tuple[int, tuple[SiteDocument, ...]]]:
    """The current documents of each supplier; none for one that is gone, paused or closed."""
    wanted = sorted(supplier_ids)
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        found = {supplier.id: supplier for supplier in suppliers.list_by_ids(session, batch)}
        sites = [site for supplier in found.values() for site in supplier.sites]
        resources = {resource.id: resource for resource in capacity.list_resources(session, sites)}
        uses = capacity.list_uses(session, resources)
        for supplier_id in batch:
            supplier = found.get(SupplierId(supplier_id))
            yield supplier_id, build_documents(supplier, resources, uses) if supplier else ()
