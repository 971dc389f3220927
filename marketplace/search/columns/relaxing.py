"""Relaxations and near misses without trying every site: the nearest few of each kind of miss are enough.

Exact: a site that could be among the nearest misses, or give the smallest change, is among those that are
tried (search/relax.py decides each), because they are tried in the order of a bound that is never too large.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from marketplace.places.model import Circle
from marketplace.places.rules import MAXIMUM_RADIUS_M
from marketplace.search.answer import FACETS
from marketplace.search.columns.bounds import bounds
from marketplace.search.columns.circles import Distances
from marketplace.search.columns.layout import NONE
from marketplace.search.columns.matching import Candidates, Match, Matching
from marketplace.search.columns.ordering import nearest
from marketplace.search.columns.runs import run_tables
from marketplace.search.columns.table import Array
from marketplace.search.decide import Limit, decide
from marketplace.search.index import NearMiss, Relaxation
from marketplace.search.query import SearchQuery
from marketplace.search.relax import MOST_NEAR_MISSES, NO_STEP, UNCOMPARED, WHOLE, Considered, choose, consider

_MANY = 5000  # sites: to look at fewer all at once takes no longer than the first steps do
_WIDER = (3, 12, 48, 192, 768, 3072)  # times the radius, before the whole Earth is asked


def relax(matching: Matching, match: Match) -> tuple[list[Relaxation], list[NearMiss]]:
    """What search/relax.py answers over all live sites with the words asked."""
    return _Relaxing(matching, match).answer()


class _Relaxing:
    def __init__(self, matching: Matching, match: Match) -> None:
        self._matching, self._query = matching, matching.query
        self._hits = match.sites
        self._tried: dict[int, Considered] = {}

    def answer(self) -> tuple[list[Relaxation], list[NearMiss]]:
        candidates = self._matching.candidates(self._query)
        # What can be missed by little comes first: where enough sites do, fewer of the others need be tried.
        if self._query.run or self._query.has_window:
            self._try_services(candidates)
        if self._query.circle:
            self._try_outside(self._query.circle)
        for facet in FACETS:
            if self._query.asked(facet):
                self._try_all_nearest(self._query.without(facet), candidates)
        if self._query.verified:
            self._try_all_nearest(replace(self._query, verified=False), candidates)
        if self._query.teaching:
            self._try_all_nearest(replace(self._query, teaching=False), candidates)
        return choose(self._tried.values(), self._count_new)

    def _count_new(self, changed: SearchQuery) -> int:
        found = self._matching.match(changed, self._matching.candidates(changed), services=False)
        return len(np.setdiff1d(found.sites, self._hits, assume_unique=True))

    def _try(self, ordinal: int, metres: int | None = None) -> Considered:
        if ordinal not in self._tried:
            fit = decide(self._matching.rowset.papers.read(ordinal), self._query, metres)
            self._tried[ordinal] = Considered((), None) if fit.fits else consider(fit, self._query)
        return self._tried[ordinal]

    def _is_enough(self, size: float) -> bool:
        """Whether so many sites miss by less than `size` that no other near miss will be shown."""
        nearer = (one.near is not None and one.near.size < size for one in self._tried.values())
        return sum(nearer) >= MOST_NEAR_MISSES

    def _try_all_nearest(self, changed: SearchQuery, candidates: Candidates) -> None:
        """Sites that one whole filter keeps out: all miss by the same size, so the nearest of them."""
        found = self._matching.match(changed, candidates, services=False)
        self._try_in_order(_without(found, self._hits), WHOLE)

    def _try_in_order(self, found: Match, size: float) -> None:
        """Try sites in the order that breaks ties, the first for its step, until enough miss by no less than `size`."""
        for count in (MOST_NEAR_MISSES, 3 * MOST_NEAR_MISSES, len(found.sites)):
            own = 0
            for position in nearest(self._matching, found, count):
                metres = int(found.distances.low[position]) if found.distances else None
                near = self._try(int(found.sites[position]), metres).near
                own += near is not None and near.size >= size
                if own and (own >= MOST_NEAR_MISSES or (near is not None and self._is_enough(near.size))):
                    return
            if count >= len(found.sites):
                return

    def _try_outside(self, circle: Circle) -> None:
        """The nearest sites beyond the radius that meet everything else, and those that have no place on the map."""
        anywhere = self._matching.candidates(replace(self._query, circle=None)).sites
        steps = _WIDER if anywhere is None or len(anywhere) > _MANY else ()  # few are looked at all at once
        for times in (*steps, None):
            radius = min(circle.radius_m * times, MAXIMUM_RADIUS_M) if times else MAXIMUM_RADIUS_M
            wider = replace(self._query, circle=Circle(circle.centre, radius))
            found = _without(self._matching.match(wider, self._matching.candidates(wider), services=False), self._hits)
            if len(found.sites) >= MOST_NEAR_MISSES or radius == MAXIMUM_RADIUS_M:
                break  # what lies within less stands first among these
        self._try_in_order(found, 0)
        sites = self._matching.rowset.tables.sites
        unplaced = np.flatnonzero(~sites["has_point"] & sites["live"]) if anywhere is None else anywhere
        unplaced = unplaced[~sites["has_point"][unplaced]]
        query = replace(self._query, circle=None)
        self._try_in_order(self._matching.match(query, Candidates(unplaced), services=False), NO_STEP)

    def _try_services(self, candidates: Candidates) -> None:
        """Services that have every term asked, but don't take the run or have no room for it in time."""
        matching, query = self._matching, self._query
        found = matching.match(query, candidates, capacity=False)
        found = _without(replace(found, services=None), self._hits)
        every = matching.filter_terms(query, matching.services_of(found.sites))
        sites, rows = found.sites[every.owner], every.rows
        if len(rows) == 0:
            return
        size = bounds(matching, rows)
        for bound, limit, grows in (
            (size.grow, Limit.QUANTITY, True),
            (size.shrink, Limit.QUANTITY, False),
            (size.later, Limit.BY, False),
        ):
            self._try_by_bound(sites, bound, (limit, grows))
        if query.run:
            unit = matching.judging.conditions("unit", rows)
            unknown = (run_tables(query.run).whole[unit] == NONE) & matching.judging.conditions("offers", rows)
            self._try_in_order(_only(found, sites[unknown]), UNCOMPARED)
        hopeless = ~np.isfinite(np.minimum(np.minimum(size.grow, size.shrink), size.later))
        self._try_in_order(_only(found, sites[hopeless]), NO_STEP)

    def _try_by_bound(self, sites: Array, bound: Array, kind: tuple[Limit, bool]) -> None:
        """Try sites by their bounds, until a change was found and enough near misses are smaller than the next."""
        order = np.argsort(bound, kind="stable")
        order = order[np.isfinite(bound[order])]
        smallest = np.inf
        for position in order.tolist():
            if bound[position] > smallest and self._is_enough(bound[position]):
                break
            tried = self._try(int(sites[position]))
            smallest = min((smallest, *(step.size for step in tried.steps if step.kind == kind)))


def _without(found: Match, hits: Array) -> Match:
    return _take(found, np.flatnonzero(~np.isin(found.sites, hits)))


def _only(found: Match, sites: Array) -> Match:
    return _take(found, np.flatnonzero(np.isin(found.sites, sites)))


def _take(found: Match, positions: Array) -> Match:
    distances: Distances | None = found.distances.take(positions) if found.distances else None
    return Match(found.sites[positions], None, distances, None)
