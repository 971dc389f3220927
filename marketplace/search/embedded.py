"""The embedded engine: every document in memory, decided one by one. Simple and exact.

2026-11: good to some thousand sites (see `selvedge bench search`); what is faster must answer the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from threading import RLock

from marketplace.search.decide import (
    SERVICE_FACETS,
    SITE_FACETS,
    Limit,
    SiteFit,
    decide,
    decide_site,
    facet_values,
)
from marketplace.search.document import SiteDocument, weighted_texts
from marketplace.search.index import FEW, Answer
from marketplace.search.order import sort_key
from marketplace.search.query import SearchQuery
from marketplace.search.relax import relax
from marketplace.search.words import WordIndex, cut_query
from marketplace.vocabulary import Facet

FACETS = (Facet.PROCESS, *SITE_FACETS, *(facet for facet in SERVICE_FACETS if facet is not Facet.PROCESS))
_NOT_COUNTED = frozenset({Limit.RADIUS, Limit.VERIFIED})


class EmbeddedIndex:
    """Safe for threads: one lock around words and documents, both of which are only swapped under it."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._documents: dict[int, SiteDocument] = {}
        self._sites_of: dict[int, tuple[int, ...]] = {}
        self._words = WordIndex()

    def put(self, supplier_id: int, documents: Iterable[SiteDocument]) -> None:
        fresh = {document.site_id: document for document in documents}
        with self._lock:
            for site_id in self._sites_of.pop(supplier_id, ()):
                del self._documents[site_id]
                self._words.remove(site_id)
            for site_id, document in fresh.items():
                self._documents[site_id] = document
                self._words.put(site_id, weighted_texts(document))
            if fresh:
                self._sites_of[supplier_id] = tuple(fresh)

    def count(self) -> int:
        with self._lock:
            return len(self._documents)

    def documents(self, site_ids: Sequence[int]) -> list[SiteDocument]:
        with self._lock:
            return [self._documents[site_id] for site_id in site_ids if site_id in self._documents]

    def site_ids(self, query: SearchQuery) -> list[int]:
        candidates, scores = self._candidates(query)
        hits = [fit for fit in (decide(document, query) for document in candidates) if fit.fits]
        return [fit.document.site_id for fit in sorted(hits, key=sort_key(query, scores))]

    def search(self, query: SearchQuery) -> Answer:
        candidates, scores = self._candidates(query)
        hits: list[SiteFit] = []
        counts: dict[Facet, Counter[str]] = {facet: Counter() for facet in FACETS}
        for document in candidates:
            misses, _ = decide_site(document, query)
            if len(misses) > 1 or misses & _NOT_COUNTED:
                continue  # neither a hit nor one filter away from it
            fit = decide(document, query)
            if fit.fits:
                hits.append(fit)
            for facet in FACETS:
                counts[facet].update(facet_values(fit, facet, query.job_day))
        hits.sort(key=sort_key(query, scores))
        first = (query.page - 1) * query.per_page
        relaxations, near = relax(candidates, query) if len(hits) < FEW else ([], [])
        return Answer(
            total=len(hits),
            hits=tuple(hits[first : first + query.per_page]),
            facets={facet: _ordered(counter) for facet, counter in counts.items()},
            relaxations=tuple(relaxations),
            near_misses=tuple(near),
        )

    def _candidates(self, query: SearchQuery) -> tuple[list[SiteDocument], dict[int, float]]:
        words = cut_query(query.text)
        with self._lock:
            if not words:
                return list(self._documents.values()), {}
            scores = self._words.find(words)
            return [self._documents[site_id] for site_id in scores], scores


def _ordered(counter: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counter.items(), key=lambda item: (-item[1], item[0])))
