"""When a job is ready, for every day on which it could arrive: capacity.rules.plan for many offers at once. Pure.

A table says for each arrival what plan() says, so arrivals in order give days in order: who comes earlier is never
ready later. That is why keeping only the best few ways to reach a supplier loses no best route.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from marketplace.capacity.model import HORIZON_WEEKS, Calendar
from marketplace.capacity.rules import SCALE
from marketplace.units import Week

Array = NDArray[np.int64]

NEVER = 1 << 20  # a day after every horizon


def horizon_days(start: date) -> int:
    """Days from the start on which a job can be ready at the latest: 104 weeks from the Monday of the start."""
    return HORIZON_WEEKS * 7 - start.weekday()


def daily_capacity(calendars: Sequence[Calendar], start: date, days: int) -> Array:
    """Open capacity (offers, days) of each day from the start, in atoms times SCALE, spread evenly over its week."""
    monday = Week.containing(start).monday.toordinal()
    weeks = (start.weekday() + days + 6) // 7
    count = len(calendars)
    usual = np.fromiter((calendar.usual or 0 for calendar in calendars), np.int64, count)
    works = np.fromiter((_bits(calendar.working_days) for calendar in calendars), np.uint8, count)
    opened = np.repeat(works[:, None], weeks, axis=1)
    for row, calendar in enumerate(calendars):
        for closure in calendar.closures:
            _shut(opened[row], closure.first.toordinal() - monday, closure.last.toordinal() - monday)
    worked, open_days = np.bitwise_count(works).astype(np.int64), np.bitwise_count(opened).astype(np.int64)
    offered = usual[:, None] * open_days // np.maximum(worked, 1)[:, None]
    rows, numbers, atoms = _weeks([calendar.stated for calendar in calendars], start, weeks)
    offered[rows, numbers] = atoms
    rows, numbers, atoms = _weeks([calendar.taken for calendar in calendars], start, weeks)
    offered[rows, numbers] = np.maximum(offered[rows, numbers] - atoms, 0)
    a_day = np.where(open_days > 0, offered * SCALE // np.maximum(open_days, 1), 0)
    is_open = (opened[:, :, None] >> np.arange(7, dtype=np.uint8)) & 1
    daily: Array = (a_day[:, :, None] * is_open).reshape(count, weeks * 7)
    return daily[:, start.weekday() : start.weekday() + days]


def _weeks(amounts: Sequence[Mapping[Week, int]], start: date, weeks: int) -> tuple[Array, Array, Array]:
    """Row, number of the week and atoms of everything that is said of the first weeks."""
    first = Week.containing(start).monday
    after = first + timedelta(weeks=weeks)
    flat = [
        number
        for row, said in enumerate(amounts)
        for week, atoms in said.items()
        if first <= (monday := week.monday) < after
        for number in (row, monday.toordinal(), atoms)
    ]
    rows, mondays, each = np.array(flat, np.int64).reshape(-1, 3).T
    return rows, (mondays - first.toordinal()) // 7, each


class Jobs:
    """The jobs of some offers. Days are counted from the start; `days` is how many are known."""

    def __init__(self, capacity: Array, need: Array, lead: Array) -> None:
        """capacity (offers, days) as of daily_capacity; need in atoms; lead in days."""
        count, self.days = capacity.shape
        self.need, self.lead = need * SCALE, lead
        # More than the whole job in one day ends it no sooner: so the sums stay small.
        capped = np.minimum(capacity, self.need[:, None])
        self._sum = np.zeros((count, self.days + 1), np.int64)
        np.cumsum(capped, axis=1, out=self._sum[:, 1:])
        day = np.where(capped > 0, np.arange(self.days), NEVER)
        self._opens = np.minimum.accumulate(day[:, ::-1], axis=1)[:, ::-1]
        self._sorted: Array | None = None

    def take(self, rows: Array) -> Jobs:
        """The same of some of the offers."""
        part = Jobs.__new__(Jobs)
        part.days, part._sorted = self.days, None
        part.need, part.lead = self.need[rows], self.lead[rows]
        part._sum, part._opens = self._sum[rows], self._opens[rows]
        return part

    def at(self, rows: Array, arrivals: Array) -> Array:
        """Ready days of offers (rows) for arrivals, both of one shape; NEVER where the days known are not enough."""
        known = arrivals < self.days
        arrival = np.where(known, arrivals, 0)
        width = self.days + 1
        highest = int(self._sum[:, -1].max(initial=0)) + int(self.need.max(initial=0)) + 1
        if highest * len(self._sum) >= 1 << 62:
            return self._one_by_one(rows, arrivals)
        if self._sorted is None:
            self._sorted = (self._sum + np.arange(len(self._sum))[:, None] * highest).ravel()
        wanted = self._sum[rows, arrival] + self.need[rows]
        place = np.searchsorted(self._sorted, wanted + rows * highest) - rows * width
        starts = self._opens[rows, arrival]
        ready: Array = np.maximum(place, starts + self.lead[rows])
        ready[(place > self.days) | ~known] = NEVER
        return ready

    def _one_by_one(self, rows: Array, arrivals: Array) -> Array:
        """The same for sums that don't fit beside each other in 64 bits."""
        ready = np.full(rows.shape, NEVER, np.int64)
        for place, (row, arrival) in enumerate(zip(rows.ravel().tolist(), arrivals.ravel().tolist(), strict=True)):
            if arrival < self.days:
                end = int(np.searchsorted(self._sum[row], self._sum[row, arrival] + self.need[row]))
                if end <= self.days:
                    ready.flat[place] = max(end, int(self._opens[row, arrival] + self.lead[row]))
        return ready


class Ready:
    """Ready days of nodes: of one job each, or of two jobs side by side, the later one's."""

    def __init__(self, jobs: Sequence[Jobs]) -> None:
        self._jobs = jobs
        self.days = jobs[0].days

    def take(self, rows: Array) -> Ready:
        return Ready([jobs.take(rows) for jobs in self._jobs])

    def at(self, rows: Array, arrivals: Array) -> Array:
        result = self._jobs[0].at(rows, arrivals)
        for jobs in self._jobs[1:]:
            result = np.maximum(result, jobs.at(rows, arrivals))
        return result

    def table(self, nodes: int, first: int, last: int) -> Array:
        """(nodes, arrivals) for arrivals from `first` up to `last`, not included."""
        rows = np.repeat(np.arange(nodes), last - first)
        return self.at(rows, np.tile(np.arange(first, last), nodes)).reshape(nodes, last - first)


def _shut(week_bits: NDArray[np.uint8], first: int, last: int) -> None:
    """Take closed days out of one calendar's weeks; days counted from the Monday of the first week."""
    first, last = max(first, 0), min(last, 7 * len(week_bits) - 1)
    for number in range(first // 7, last // 7 + 1 if first <= last else 0):
        low, high = max(first - 7 * number, 0), min(last - 7 * number, 6)
        week_bits[number] &= np.uint8(0x7F & ~((2 << high) - (1 << low)))


@lru_cache(maxsize=128)
def _bits(days: frozenset[int]) -> int:
    return sum(1 << day for day in days)


def day_of(start: date, number: int) -> date:
    return start + timedelta(days=number)
