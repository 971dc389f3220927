"""The engine: an Index over a rowset, safe for threads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from threading import RLock

from marketplace.search.answer import FACETS
from marketplace.search.columns.counting import Counted, count_facets
from marketplace.search.columns.matching import Matching
from marketplace.search.columns.ordering import ordered
from marketplace.search.columns.relaxing import relax
from marketplace.search.columns.rowset import Rowset
from marketplace.search.columns.snapshot import build
from marketplace.search.decide import SERVICE_FACETS, SiteFit, decide
from marketplace.search.document import SiteDocument
from marketplace.search.index import FEW, Answer
from marketplace.search.query import SearchQuery


class ColumnIndex:
    """One lock around the rowset: a query reads it for about a millisecond and a change writes it for less.
    Reasons are worked out after the lock is given back."""

    def __init__(self, rowset: Rowset) -> None:
        self._lock = RLock()
        self.rowset = rowset

    @classmethod
    def build(cls, documents: Iterable[SiteDocument], today: date) -> ColumnIndex:
        """An engine in memory; `today` is the first day its weeks are searched for."""
        return cls(build(documents, today))

    def replace(self, rowset: Rowset) -> None:
        """Swap in another rowset: a query sees the old one or the new one."""
        with self._lock:
            self.rowset = rowset

    def put(self, supplier_id: int, documents: Iterable[SiteDocument]) -> None:
        with self._lock:
            self.rowset.put(supplier_id, list(documents))

    def count(self) -> int:
        with self._lock:
            return self.rowset.live_sites

    def documents(self, site_ids: Sequence[int]) -> list[SiteDocument]:
        with self._lock:
            found = (self.rowset.ordinal(site_id) for site_id in site_ids)
            return [self.rowset.papers.read(ordinal) for ordinal in found if ordinal is not None]

    def site_ids(self, query: SearchQuery) -> list[int]:
        with self._lock:
            matching = Matching(self.rowset, query)
            match = matching.match(query, matching.candidates(query))
            ordinals = ordered(matching, match, 0, None)
            return [int(site_id) for site_id in self.rowset.tables.sites["site_id"][ordinals]]

    def search(self, query: SearchQuery) -> Answer:
        with self._lock:
            matching = Matching(self.rowset, query)
            candidates = matching.candidates(query)
            match = matching.match(query, candidates)
            first = (query.page - 1) * query.per_page
            page = [self.rowset.papers.read(n) for n in ordered(matching, match, first, first + query.per_page)]
            facets: Counted = {}
            dropped = [facet for facet in FACETS if query.asked(facet)]
            count_facets(matching, match, [facet for facet in FACETS if facet not in dropped], facets)
            for facet in dropped:
                variant = query.without(facet)
                wider = matching.match(variant, candidates, services=facet in SERVICE_FACETS)
                count_facets(matching, wider, [facet], facets)
            relaxations, near = relax(matching, match) if len(match.sites) < FEW else ([], [])
        return Answer(
            total=len(match.sites),
            hits=tuple(_fits(page, query)),
            facets={facet: facets[facet] for facet in FACETS},
            relaxations=tuple(relaxations),
            near_misses=tuple(near),
        )


def _fits(documents: Sequence[SiteDocument], query: SearchQuery) -> list[SiteFit]:
    return [decide(document, query) for document in documents]
