"""The order of results, by columns: the same keys as search/order.py, without reading documents.

Only the page asked for is put in order: each key narrows to the rows that can still be on it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial

import numpy as np

from marketplace.capacity.model import STALE_DAYS
from marketplace.search.columns.circles import Distances
from marketplace.search.columns.layout import HUGE, NONE, UNITS
from marketplace.search.columns.matching import Match, Matching
from marketplace.search.columns.runs import need, run_tables, surcharge
from marketplace.search.columns.table import Array, firsts, slices
from marketplace.search.decide import SiteFit, decide, decide_service
from marketplace.search.order import price_key
from marketplace.search.query import Sort
from marketplace.suppliers.rules import Answer

LATE = 1 << 40  # a day after all others
Key = Callable[[Array], Array] | Distances  # values at some positions of a match


def ordered(matching: Matching, match: Match, first: int, last: int | None) -> list[int]:
    """The positions in a match of places first..last; their distances are measured."""
    return _ordered(matching, match, _keys(matching, match), first, last)


def nearest(matching: Matching, match: Match, count: int) -> list[int]:
    """The first positions in the order that breaks ties: nearer first, then by name."""
    return _ordered(matching, match, _tie(matching, match), 0, count)


def _ordered(matching: Matching, match: Match, keys: list[Key], first: int, last: int | None) -> list[int]:
    total = len(match.sites)
    last = total if last is None else min(last, total)
    if first >= last:
        return []
    chosen = _smallest(keys, total, last)
    for key in keys:
        if isinstance(key, Distances):
            key.settle(chosen)
    columns = [key.low[chosen] if isinstance(key, Distances) else key(chosen) for key in keys]
    order = np.lexsort(columns[::-1])
    chosen, columns = chosen[order], [column[order] for column in columns]
    same = np.ones(len(chosen) - 1, np.bool_)
    for column in columns:
        same &= column[1:] == column[:-1]
    return _break_ties(matching, match, chosen.tolist(), same)[first:last]


def _smallest(keys: list[Key], total: int, count: int) -> Array:
    """Positions of the `count` smallest by the keys, and of all that tie with the last of them."""
    sure: list[Array] = []
    tied = np.arange(total)
    for key in keys:
        if len(tied) <= count:
            break
        if isinstance(key, Distances):
            tied = key.nearest(tied, count)
            values = key.low[tied]
        else:
            values = key(tied)
        limit = np.partition(values, count - 1)[count - 1]
        sure.append(tied[(values < limit).nonzero()[0]])
        tied = tied[(values == limit).nonzero()[0]]
        count -= len(sure[-1])
    return np.concatenate([*sure, tied])


def _break_ties(matching: Matching, match: Match, positions: list[int], same: Array) -> list[int]:
    """Runs of equal keys ordered by what columns hold only the beginning of."""
    read = matching.rowset.papers.read

    def rest(position: int) -> tuple[str, str, str]:
        document = read(int(match.sites[position]))
        return document.name.casefold(), document.external_id, document.site_public_id

    start = 0
    for end in [*(np.flatnonzero(~same) + 1).tolist(), len(positions)]:
        if end - start > 1:
            positions[start:end] = sorted(positions[start:end], key=rest)
        start = end
    return positions


def _tie(matching: Matching, match: Match) -> list[Key]:
    distance: list[Key] = [match.distances] if match.distances is not None else []
    words = matching.rowset.tables.sites["name"]
    return [*distance, *(partial(_name_word, word, match.sites) for word in words)]


def _name_word(word: Array, sites: Array, positions: Array) -> Array:
    """A part of the names of the sites at some positions: few sites tie so far that it is read."""
    found: Array = word[sites[positions]]
    return found


def _keys(matching: Matching, match: Match) -> list[Key]:
    query, sites = matching.query, match.sites
    tie = _tie(matching, match)
    match query.order:
        case Sort.DISTANCE:
            return tie
        case Sort.FINISH:
            return [Best(matching, match).ready.__getitem__, *tie]
        case Sort.LEAD_TIME:
            return [Best(matching, match).lead.__getitem__, *tie]
        case Sort.PRICE:
            group, amount = Best(matching, match).price()
            return [group.__getitem__, amount.__getitem__, *tie]
        case Sort.RELEVANCE:
            best = Best(matching, match)
            scores = [(-match.scores).__getitem__] if match.scores is not None else []
            surcharged = [best.surcharged] if query.run else []
            unverified = partial(_unverified, matching.rowset.tables.sites["verified"], sites)
            return [*scores, *surcharged, unverified, best.stale, *tie]


def _unverified(verified: Array, sites: Array, positions: Array) -> Array:
    found: Array = ~verified[sites[positions]]
    return found


def ready_days(matching: Matching, rows: Array) -> Array:
    """The ordinal day on which each service would have the run ready; LATE where no published weeks take it."""
    query, rowset = matching.query, matching.rowset
    table, calendars, weeks = rowset.tables.services, rowset.tables.calendars, rowset.weeks
    ready = np.full(len(rows), LATE, np.int64)
    if query.run is None:
        return ready
    needed = matching.judging.judge(need, rows, query.run)
    known = np.flatnonzero(needed != NONE)
    start = weeks.day(query.arrival)
    if 0 <= start < weeks.days:
        begins, ends = weeks.finish(table["calendar"][rows[known]], start, needed[known])
        lead = np.maximum(table["lead"][rows[known]], 0)
        day = np.maximum(ends + 1, begins + lead) + weeks.monday.toordinal()
        ready[known] = np.where(ends < weeks.days, day, LATE)
        known = known[(ends >= weeks.days) & calendars["goes_on"][table["calendar"][rows[known]]]]
    known = np.union1d(known, np.flatnonzero(matching.judging.conditions("odd", rows)))
    for position in known.tolist():  # beyond the columns
        plan = matching.judging.plan(int(rows[position]))
        ready[position] = plan.ready.toordinal() if plan else LATE
    return ready


class Best:
    """The service that each site is shown by, and its figures: as decide.py chooses among those that fit."""

    def __init__(self, matching: Matching, match: Match) -> None:
        self._matching, self._match = matching, match
        self._table = matching.rowset.tables.services
        self._first_service = matching.rowset.tables.sites["first_service"]

    @cached_property
    def rows(self) -> Array:
        # Without a run, services are told apart by their public id alone, and that is the order of rows.
        if self._match.services is None:
            return self._first_service[self._match.sites]
        rows, owner, first = self._fitting
        best = rows[first]
        if self._matching.query.run and len(rows) > len(best):
            several = np.diff(first, append=len(rows)) > 1
            mine = several[owner]
            best[several] = self._choose(rows[mine], owner[mine])
        return best

    def surcharged(self, positions: Array) -> Array:
        """Whether the best service of each site at some positions asks a surcharge: where every one does."""
        rows, owner, first = self._of(positions)
        dearer = self._extra(rows) != NONE
        return dearer if len(rows) == len(first) else ~_any(~dearer, owner, len(first))

    def stale(self, positions: Array) -> Array:
        """Whether the weeks of the best service are stale, without choosing it where all that it can be agree: most
        firms confirm their calendars together."""
        rows, owner, first = self._of(positions)
        if len(rows) == len(first) or not self._matching.query.run:
            return self._stale(rows[first])
        stale, dearer = self._stale(rows), self._extra(rows) != NONE
        among = dearer != _any(~dearer, owner, len(first))[owner]
        found = _any(stale & among, owner, len(first))
        open_ = found & _any(~stale & among, owner, len(first))
        if open_.any():
            mine = open_[owner] & among
            found[open_] = self._stale(self._choose(rows[mine], owner[mine]))
        return found

    @cached_property
    def _fitting(self) -> tuple[Array, Array, Array]:
        """Services that fit, the position of the site of each, and where the services of each site begin."""
        assert self._match.services is not None
        rows, owner = self._match.services.rows, self._match.services.owner
        return rows, owner, np.flatnonzero(firsts(owner))

    def _of(self, positions: Array) -> tuple[Array, Array, Array]:
        """The services of the sites at some positions that can be their best, the place of each one's site among
        these, and where the services of each begin."""
        place = np.arange(len(positions))
        if self._match.services is None:
            return self._first_service[self._match.sites[positions]], place, place
        rows, owner, first = self._fitting
        if len(positions) == len(first) and (positions[1:] > positions[:-1]).all():
            return rows, owner, first
        count = np.diff(first, append=len(rows))[positions]
        return rows[slices(first[positions], count)], np.repeat(place, count), np.cumsum(count) - count

    def _stale(self, rows: Array) -> Array:
        calendar = self._table["calendar"][rows]
        confirmed = self._matching.rowset.tables.calendars["confirmed"][calendar]
        unknown = (calendar == NONE) | (confirmed == 0)
        stale: Array = unknown | (self._matching.query.today.toordinal() - confirmed > STALE_DAYS)
        return stale

    @property
    def ready(self) -> Array:
        """Ordinal day on which the run would be ready."""
        return ready_days(self._matching, self.rows)

    @property
    def lead(self) -> Array:
        lead = self._table["lead"][self.rows].astype(np.int64)
        return np.where(lead == NONE, HUGE, lead)

    def price(self) -> tuple[Array, Array]:
        """(group by currency and unit, amount), as order.price_key; unpriced ones last."""
        table, rows = self._table, self.rows
        group, amount = table["price_group"][rows], table["price_unit"][rows].copy()
        run = self._matching.query.run
        by_document = table["price_breaks"][rows] | self._matching.judging.conditions("odd", rows)
        if run:
            per = table["price_per"][rows]
            unit = self._matching.judging.conditions("unit", rows)
            whole = run_tables(run).whole[unit]
            counted = (per == unit) & (whole != NONE)
            work = -(-amount * whole // _ATOMS[per])
            work = -(-work * (100 + np.maximum(self._extra(rows), 0)) // 100)
            amount = np.where(counted, table["price_setup"][rows] + work, amount)
        for position in np.flatnonzero(by_document & (group != NONE)).tolist():
            amount[position] = price_key(self._fit(position).best, self._matching.query)[3]
        return np.where(group == NONE, HUGE, group), np.where(group == NONE, 0, amount)

    def _choose(self, rows: Array, owner: Array) -> Array:
        """The best service of each site: no surcharge before surcharge, then the one that is ready first."""
        extra = self._extra(rows) != NONE
        ready = ready_days(self._matching, rows)
        order = np.lexsort((rows, ready, extra, owner))
        return rows[order][np.flatnonzero(np.diff(owner[order], prepend=-1))]

    def _extra(self, rows: Array) -> Array:
        """Per cent that services ask more for the run; -1 for no surcharge."""
        query = self._matching.query
        if query.run is None:
            return np.full(len(rows), NONE, np.int64)
        extra = self._matching.judging.judge(surcharge, rows, query.run)
        for position in np.flatnonzero(self._matching.judging.conditions("odd", rows)).tolist():
            verdict = decide_service(self._matching.judging.service(int(rows[position])), query).verdict
            extra[position] = verdict.surcharge_percent if verdict and verdict.answer is Answer.SURCHARGE else NONE
        return extra

    def _fit(self, position: int) -> SiteFit:
        document = self._matching.rowset.papers.read(int(self._match.sites[position]))
        return decide(document, self._matching.query)


def _any(of: Array, owner: Array, count: int) -> Array:
    """Whether any of the rows of each owner is true; to mark them is much quicker than logical_or.reduceat."""
    found = np.zeros(count, np.bool_)
    found[owner[of.nonzero()[0]]] = True
    return found


_ATOMS = np.array([unit.atoms for unit in UNITS], np.int64)
