"""The engine: an Index over a rowset, safe for threads."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from threading import RLock

from marketplace.search.answer import FACETS
from marketplace.search.columns.counting import Counted, count_facets
from marketplace.search.columns.keeping import KeptAnswers
from marketplace.search.columns.matching import Matching
from marketplace.search.columns.ordering import ordered
from marketplace.search.columns.relaxing import relax
from marketplace.search.columns.rowset import Rowset
from marketplace.search.columns.snapshot import build
from marketplace.search.decide import SERVICE_FACETS, decide
from marketplace.search.document import SiteDocument
from marketplace.search.index import FEW, Answer, NearMiss, Relaxation
from marketplace.search.query import SearchQuery

_WORN_LEAST, _WORN_SHARE = 1000, 0.02
_WORN_AFTER = timedelta(weeks=9)


class ColumnIndex:
    """One lock around the rowset: a query reads it for about a millisecond and a change writes it for less.
    Reasons are worked out after the lock is given back.

    Answers to queries without words and circle, the pages of categories that most people come through, are kept
    until something changes that counts in them: `kept` of those that weeks count in, and of the others.
    """

    def __init__(self, rowset: Rowset, kept: int = 256) -> None:
        self._lock = RLock()
        self.rowset = rowset
        self._kept: KeptAnswers[_Found] | None = KeptAnswers(kept) if kept else None

    @classmethod
    def build(cls, documents: Iterable[SiteDocument], today: date) -> ColumnIndex:
        """An engine in memory; `today` is the first day its weeks are searched for."""
        return cls(build(documents, today))

    @classmethod
    def empty(cls, today: date) -> ColumnIndex:
        return cls.build((), today)

    def replace(self, rowset: Rowset) -> None:
        """Swap in another rowset: a query sees the old one or the new one."""
        with self._lock:
            self.rowset = rowset
            if self._kept:
                self._kept.clear()

    def fill(self, documents: Iterable[SiteDocument], today: date) -> None:
        self.replace(build(documents, today))

    def is_worn(self, today: date) -> bool:
        """Whether so much was put, or so many weeks have passed, that a new snapshot would be faster."""
        rowset = self.rowset
        most = _WORN_LEAST + rowset.base * _WORN_SHARE
        return rowset.put_since > most or today - rowset.monday > _WORN_AFTER

    def rebuild(self, today: date) -> None:
        """Make the rows anew from the documents, in memory."""
        with self._lock:
            self.replace(build(self.rowset.documents(), today))

    def put(self, supplier_id: int, documents: Iterable[SiteDocument]) -> None:
        self.put_many([(supplier_id, documents)])

    def put_many(self, changed: Iterable[tuple[int, Iterable[SiteDocument]]]) -> None:
        with self._lock:
            touched = self.rowset.put_many(changed)
            if self._kept:
                self._kept.forget(touched)

    def count(self) -> int:
        with self._lock:
            return self.rowset.live_sites

    def documents(self, site_ids: Sequence[int]) -> list[SiteDocument]:
        with self._lock:
            found = (self.rowset.ordinal(site_id) for site_id in site_ids)
            return [self.rowset.papers.read(ordinal) for ordinal in found if ordinal is not None]

    def scores(self, text: str) -> dict[int, float]:
        query = SearchQuery(today=date.min, text=text)
        with self._lock:
            found = Matching(self.rowset, query).candidates(query)
            if found.sites is None or found.scores is None:
                return {}
            site_ids = self.rowset.tables.sites["site_id"][found.sites]
            return dict(zip(site_ids.tolist(), found.scores.tolist(), strict=True))

    def site_ids(self, query: SearchQuery) -> list[int]:
        with self._lock:
            matching = Matching(self.rowset, query)
            match = matching.match(query, matching.candidates(query))
            ordinals = match.sites[ordered(matching, match, 0, None)]
            site_ids: list[int] = self.rowset.tables.sites["site_id"][ordinals].tolist()
            return site_ids

    def search(self, query: SearchQuery, *, relaxed: bool = True) -> Answer:
        """As Index.search; without `relaxed`, relaxations and near misses are left out."""
        with self._lock:
            key = _key(query, relaxed)
            found = self._kept.get(key) if self._kept and key else None
            if found is None:
                found = self._find(query, relaxed)
                if self._kept and key:
                    # A near miss is decided already, weeks and all.
                    self._kept.put(key, query, found, by_weeks=bool(found.near_misses or found.relaxations))
            page = [(self.rowset.papers.read(ordinal), metres) for ordinal, metres in found.page]
        return Answer(
            total=found.total,
            hits=tuple(decide(document, query, metres) for document, metres in page),
            facets=found.facets,
            relaxations=found.relaxations,
            near_misses=found.near_misses,
        )

    def _find(self, query: SearchQuery, relaxed: bool) -> _Found:
        matching = Matching(self.rowset, query)
        candidates = matching.candidates(query)
        match = matching.match(query, candidates)
        first = (query.page - 1) * query.per_page
        places = ordered(matching, match, first, first + query.per_page)
        facets: Counted = {}
        dropped = [facet for facet in FACETS if query.asked(facet)]
        count_facets(matching, match, [facet for facet in FACETS if facet not in dropped], facets)
        for facet in dropped:
            variant = query.without(facet)
            wider = matching.match(variant, candidates, services=facet in SERVICE_FACETS)
            count_facets(matching, wider, [facet], facets)
        few = relaxed and len(match.sites) < FEW
        relaxations, near = relax(matching, match) if few else ([], [])
        return _Found(
            total=len(match.sites),
            page=[(int(match.sites[n]), int(match.distances.low[n]) if match.distances else None) for n in places],
            facets={facet: facets[facet] for facet in FACETS},
            relaxations=tuple(relaxations),
            near_misses=tuple(near),
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """An answer before its page is decided: (row of the site, metres) of each place on it."""

    total: int
    page: list[tuple[int, int | None]]
    facets: Counted
    relaxations: tuple[Relaxation, ...]
    near_misses: tuple[NearMiss, ...]


def _key(query: SearchQuery, relaxed: bool) -> Hashable:
    """What an answer is kept by; None for words and circles: nearly every such query is new."""
    if query.text or query.circle:
        return None
    asked = frozenset((facet, terms) for facet, terms in query.terms.items() if terms)
    page = (query.order, query.page, query.per_page)
    return (asked, query.run, query.start, query.by, query.verified, query.teaching, page, query.today, relaxed)
