"""The reference engine: every document in memory, decided one by one. Simple, exact and slow.

Nobody is served by it: tests and `selvedge bench search --exact` hold the others against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from threading import RLock

from marketplace.search.answer import answer_from
from marketplace.search.decide import decide
from marketplace.search.document import SiteDocument, weighted_texts
from marketplace.search.index import Answer
from marketplace.search.order import sort_key
from marketplace.search.query import SearchQuery
from marketplace.search.words import WordIndex, cut_query


class ReferenceIndex:
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

    def put_many(self, changed: Iterable[tuple[int, Iterable[SiteDocument]]]) -> None:
        for supplier_id, documents in changed:
            self.put(supplier_id, documents)

    def fill(self, documents: Iterable[SiteDocument], today: date) -> None:
        with self._lock:
            self._documents, self._sites_of, self._words = {}, {}, WordIndex()
            for supplier_id, found in groupby(documents, key=lambda document: document.supplier_id):
                self.put(supplier_id, list(found))

    def count(self) -> int:
        with self._lock:
            return len(self._documents)

    def documents(self, site_ids: Sequence[int]) -> list[SiteDocument]:
        with self._lock:
            return [self._documents[site_id] for site_id in site_ids if site_id in self._documents]

    def scores(self, text: str) -> dict[int, float]:
        with self._lock:
            return self._words.find(cut_query(text))

    def site_ids(self, query: SearchQuery) -> list[int]:
        candidates, scores = self._candidates(query)
        hits = [fit for fit in (decide(document, query) for document in candidates) if fit.fits]
        return [fit.document.site_id for fit in sorted(hits, key=sort_key(query, scores))]

    def search(self, query: SearchQuery) -> Answer:
        candidates, scores = self._candidates(query)
        return answer_from(candidates, scores, query)

    def _candidates(self, query: SearchQuery) -> tuple[list[SiteDocument], dict[int, float]]:
        words = cut_query(query.text)
        with self._lock:
            if not words:
                return list(self._documents.values()), {}
            scores = self._words.find(words)
            return [self._documents[site_id] for site_id in scores], scores
