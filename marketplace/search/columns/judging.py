"""The run and the window of a query against services: by their conditions and weeks, and by their documents where
columns can't say."""

from __future__ import annotations

import numpy as np

from marketplace.capacity.model import Plan
from marketplace.search.columns.rows import in_order
from marketplace.search.columns.rowset import Rowset
from marketplace.search.columns.runs import Judge, Judged, in_window, need, rows_at, takes
from marketplace.search.columns.table import Array
from marketplace.search.decide import Limit, decide_service, plan_run
from marketplace.search.document import ServiceDocument
from marketplace.search.query import SearchQuery
from marketplace.suppliers.rules import Run

_CAPACITY = frozenset({Limit.QUANTITY, Limit.BY})
_UNKNOWN, _TOO_LITTLE, _ENOUGH, _UNSURE = 0, 1, 2, 3  # booleans and _TOO_LITTLE added make the two in the middle
_SHARE = 6  # one service in so many: then all are looked at


class Judging:
    """One query against the services of one rowset. What is found out is kept for its variants."""

    def __init__(self, rowset: Rowset, query: SearchQuery) -> None:
        self._rowset, self._query = rowset, query
        self._judged: dict[Run, Judged] = {}
        self._capacity: Array | None = None  # of each service: not looked at, too little, enough, unsure
        self._knows_all = False

    def conditions(self, name: str, rows: Array | slice) -> Array:
        """A column of the conditions of each service."""
        found: Array = self._rowset.tables.conditions[name][self._rowset.tables.services["condition"][rows]]
        return found

    def judge(self, judge: Judge, rows: Array | slice, run: Run) -> Array:
        """What runs.py says of a run and the conditions of each service."""
        if run not in self._judged:
            self._judged[run] = Judged(self._rowset.tables.conditions, run)
        return self._judged[run].by(judge, self._rowset.tables.services["condition"][rows])

    def has_capacity(self, query: SearchQuery, rows: Array) -> Array:
        """Whether each service takes the run, and in the window. Variants of the query that ask the same of services
        share the answers."""
        known = None
        if (query.run, query.start, query.by) == (self._query.run, self._query.start, self._query.by):
            known = self._look_at(rows)
        capacity = self._capacity_of(query, rows) if known is None else known[rows]
        unsure = (capacity == _UNSURE).nonzero()[0]
        if len(unsure):
            capacity[unsure] = [self._settle(query, row) + _TOO_LITTLE for row in rows[unsure].tolist()]
            if known is not None:
                known[rows[unsure]] = capacity[unsure]
        enough: Array = capacity == _ENOUGH
        return enough

    def plan(self, row: int) -> Plan | None:
        """When a service would make the run, where the columns end too early."""
        assert self._query.run is not None
        return plan_run(self.service(row), self._query.run, self._query.arrival)

    def service(self, row: int) -> ServiceDocument:
        """The document of one service."""
        tables = self._rowset.tables
        site = int(tables.services["site"][row])
        mine = in_order(self._rowset.papers.read(site).services)
        return mine[row - int(tables.sites["first_service"][site])]

    def _settle(self, query: SearchQuery, row: int) -> bool:
        """What decide.py says of one service, where the columns can't."""
        return not decide_service(self.service(row), query).misses & _CAPACITY

    def _look_at(self, rows: Array) -> Array:
        """The capacity of every service for the run and window that are asked; of these rows at least it is known."""
        count = self._rowset.tables.services.count
        if self._capacity is None:
            self._capacity = np.zeros(count, np.uint8)
        if self._knows_all:
            return self._capacity
        # To pick many rows of each column costs more than to look at all, and variants of the query ask for others.
        self._knows_all = len(rows) * _SHARE > count
        if self._knows_all:
            self._capacity = self._capacity_of(self._query, slice(None))
        else:
            fresh = rows[(self._capacity[rows] == _UNKNOWN).nonzero()[0]]
            self._capacity[fresh] = self._capacity_of(self._query, fresh)
        return self._capacity

    def _capacity_of(self, query: SearchQuery, rows: Array | slice) -> Array:
        """Whether each service takes the run, and in the window, as far as the columns can say."""
        tables, run = self._rowset.tables, query.run
        unsure = self.conditions("odd", rows)
        fits = self.judge(takes, rows, run) | unsure if run else np.ones(len(unsure), np.bool_)
        if query.has_window:
            taken = fits.nonzero()[0] if run else None
            left: Array | slice = slice(None) if taken is None else taken
            mine = rows if taken is None else rows_at(rows, taken)
            needed = self.judge(need, mine, run) if run else None
            goes_on = tables.calendars["goes_on"]
            now, unknown = in_window(tables.services, self._rowset.weeks, goes_on, mine, query, needed)
            unknown |= unsure[left]
            unsure[left] = unknown
            fits[left] = now | unknown
        capacity: Array = fits.view(np.uint8) + np.uint8(_TOO_LITTLE)
        capacity[(unsure & fits).nonzero()[0]] = _UNSURE
        return capacity
