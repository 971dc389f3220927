"""Calendars as rows of columns: what each offers in the weeks of the columns, as capacity.rules says."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np

from marketplace.capacity.model import Calendar
from marketplace.capacity.rules import SCALE
from marketplace.search.columns.layout import UNITS, WEEKS
from marketplace.search.columns.table import Array, slices


class Calendars:
    """Calendars of a batch of documents. `monday`: the first week of the columns."""

    def __init__(self, monday: date) -> None:
        self._first = monday.toordinal()
        self._made: list[int] = []  # unit, day of confirmation, usual amount, working days of each
        self._stated: list[int] = []  # row, Monday, atoms of each stated week
        self._taken: list[int] = []  # row, Monday, atoms of each week that is partly held or booked
        self._closed: list[int] = []  # row, first, last day of each closure
        self._count = 0

    def add(self, calendar: Calendar) -> int:
        """The row of a calendar."""
        row = self._count
        self._count += 1
        confirmed = calendar.confirmed_at
        self._made += (
            UNITS[calendar.unit],
            confirmed.toordinal() if confirmed else 0,
            calendar.usual or 0,
            _days(calendar.working_days),
        )
        for week, atoms in calendar.stated.items():
            self._stated += (row, week.monday.toordinal(), atoms)
        for week, atoms in calendar.taken.items():
            self._taken += (row, week.monday.toordinal(), atoms)
        for closure in calendar.closures:
            self._closed += (row, closure.first.toordinal(), closure.last.toordinal())
        return row

    def units(self) -> Array:
        """The number of the unit of each."""
        units: Array = _columns(self._made, 4)[0]
        return units

    def rows(self) -> dict[str, Array]:
        _, confirmed, usual, days = _columns(self._made, 4)
        worked = np.bitwise_count(days).astype(np.int64)
        opened = days.astype(np.uint8) & ~self._shut()
        open_days = np.bitwise_count(opened).astype(np.int64)
        offered = usual * open_days // np.maximum(worked, 1)
        goes_on = (usual > 0) & (worked > 0)
        if self._stated:
            row, monday, atoms = _columns(self._stated, 3)
            week = (monday - self._first) // 7
            goes_on[row[week >= WEEKS]] = True
            now = (week >= 0) & (week < WEEKS)
            offered[week[now], row[now]] = atoms[now]
        if self._taken:
            row, monday, atoms = _columns(self._taken, 3)
            week = (monday - self._first) // 7
            now = (week >= 0) & (week < WEEKS)
            offered[week[now], row[now]] = np.maximum(offered[week[now], row[now]] - atoms[now], 0)
        per_day = offered * SCALE // np.maximum(open_days, 1)
        per_day[open_days == 0] = 0
        before = np.zeros((WEEKS + 1, self._count), np.int64)
        np.cumsum(per_day * open_days, axis=0, out=before[1:])
        return {
            "confirmed": confirmed,
            "goes_on": goes_on,
            "per_day": per_day,
            "open": opened,
            "before": before,
        }

    def _shut(self) -> Array:
        """The closed days of each week of each calendar; Monday is bit 0."""
        shut = np.zeros((WEEKS, self._count), np.uint8)
        if not self._closed:
            return shut
        row, first, last = _columns(self._closed, 3)
        first, last = np.maximum(first - self._first, 0), np.minimum(last - self._first, 7 * WEEKS - 1)
        weeks = np.where(first <= last, last // 7 - first // 7 + 1, 0)
        closure = np.repeat(np.arange(len(row)), weeks)
        week = slices(first // 7, weeks)
        low = np.maximum(first[closure] - 7 * week, 0)
        high = np.minimum(last[closure] - 7 * week, 6)
        np.bitwise_or.at(shut, (week, row[closure]), ((2 << high) - (1 << low)).astype(np.uint8))
        return shut


@lru_cache(maxsize=128)
def _days(days: frozenset[int]) -> int:
    return sum(1 << day for day in days)


def _columns(flat: list[int], width: int) -> Array:
    """The columns of rows of numbers."""
    return np.fromiter(flat, np.int64, len(flat)).reshape(-1, width).T
