"""A run and a window against rows of services: what suppliers/rules.py and capacity/rules.py decide, in columns.

Exact: the same whole numbers are compared. `odd` rows and windows beyond the columns are left to documents.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from marketplace.capacity.model import RATE_ONE
from marketplace.capacity.rules import SCALE
from marketplace.search.columns.layout import BASES, HUGE, NO_RULE, NO_UNIT, NONE, SOFT, UNITS, WEEKS
from marketplace.search.columns.table import Array, Table
from marketplace.search.query import SearchQuery
from marketplace.suppliers.rules import Run, per_atom
from marketplace.units import Unit

_LOAD = UNITS[Unit.LOAD]
Judge = Callable[[Table, Array | slice, Run], Array]


@dataclass(frozen=True, slots=True)
class RunTables:
    """A run in every unit. `limit[code]`: the largest rule of a code (unit, basis, soft) that does not refuse it;
    `share[code]`: what it reaches; `whole[unit]`: all of it; `coloured[unit]`: one colour of it. -1 where it
    can't be counted in the unit."""

    limit: Array
    share: Array
    whole: Array
    coloured: Array
    colours: int


@lru_cache(maxsize=256)
def run_tables(run: Run) -> RunTables:
    asked = run.quantity.atoms
    limit, share = np.full(256, NONE, np.int64), np.full(256, NONE, np.int64)
    limit[NO_RULE] = share[NO_RULE] = HUGE
    whole, coloured = np.full(len(UNITS), NONE, np.int64), np.full(len(UNITS), NONE, np.int64)
    for unit, number in UNITS.items():
        factor = per_atom(run, unit)
        if factor is None:
            continue
        whole[number] = -(-asked * factor.numerator // factor.denominator)
        coloured[number] = -(-(asked // run.colours) * factor.numerator // factor.denominator)
        counts_styles = unit is Unit.STYLE and run.quantity.unit is not Unit.STYLE
        for basis, its in BASES.items():
            parts = run.parts(basis)
            reached = (asked // parts) * factor.numerator // factor.denominator
            if counts_styles:
                reached = run.styles // parts
            code = number * 8 + its
            limit[code] = share[code] = share[code + SOFT] = reached
            limit[code + SOFT] = HUGE
    return RunTables(limit, share, whole, coloured, run.colours)


class Judged:
    """A run judged by the conditions of services. Many services have the same conditions: where many are asked about,
    each is judged once."""

    def __init__(self, conditions: Table, run: Run) -> None:
        self._conditions, self._run = conditions, run
        self._every: dict[Judge, Array] = {}

    def by(self, judge: Judge, of: Array) -> Array:
        """What `takes`, `surcharge` or `need` say of services whose conditions stand in these rows."""
        every = self._every.get(judge)
        if every is None:
            if len(of) * 2 < self._conditions.count:
                return judge(self._conditions, of, self._run)
            every = self._every[judge] = judge(self._conditions, slice(None), self._run)
        return every[of]


def takes(conditions: Table, rows: Array | slice, run: Run) -> Array:
    """Whether the run is taken, at a surcharge or not."""
    tables = run_tables(run)
    whole = tables.whole.take(conditions["unit"][rows])
    taken: Array = (whole != NONE) & (whole <= conditions["maximum"][rows]) & conditions["offers"][rows]
    rules, least = conditions["rule"], conditions["least"]
    taken &= least[0][rows] <= tables.limit.take(rules[0][rows])
    for codes, leasts in zip(rules[1:], least[1:], strict=True):
        code = codes[rows]
        ruled = (code != NO_RULE).nonzero()[0]  # a third have a second rule, hardly any a third
        short = leasts[rows_at(rows, ruled)] > tables.limit.take(code[ruled])
        taken[ruled[short.nonzero()[0]]] = False
    loaded = (conditions["load_high"][rows] > 0).nonzero()[0]
    if len(loaded):
        at = rows_at(rows, loaded)
        unit = conditions["unit"][at]
        # Only a dye bath must not mix colours; elsewhere the whole run fills the machine.
        each = np.where(conditions["dyes"][at], tables.coloured.take(unit), tables.whole.take(unit))
        taken[loaded] &= _loads(each, conditions["load_high"][at]) * conditions["load_low"][at] <= each
    return taken


def surcharge(conditions: Table, rows: Array | slice, run: Run) -> Array:
    """Per cent more that is asked for the run; -1 where it meets the minimums, for 0 % may be asked too."""
    tables = run_tables(run)
    most = np.full(len(conditions["unit"][rows]), NONE, np.int64)
    for codes, leasts, percent in zip(conditions["rule"], conditions["least"], conditions["percent"], strict=True):
        code = codes[rows]
        ruled = (code != NO_RULE).nonzero()[0]
        at = rows_at(rows, ruled)
        below = (leasts[at] > tables.share.take(code[ruled])).nonzero()[0]
        ruled = ruled[below]
        most[ruled] = np.maximum(most[ruled], percent[at[below]])
    return most


def need(conditions: Table, rows: Array | slice, run: Run) -> Array:
    """Scaled atoms that the run takes of the calendar; -1 where that can't be said or no weeks are published."""
    tables = run_tables(run)
    unit, counted = conditions["unit"][rows], conditions["calendar_unit"][rows]
    whole = tables.whole.take(unit)
    needed = -(-whole * conditions["rate"][rows] // RATE_ONE)
    by_load = ((counted == _LOAD) & (unit != _LOAD)).nonzero()[0]
    if len(by_load):
        at = rows_at(rows, by_load)
        high, low = conditions["load_high"][at], conditions["load_low"][at]
        each = -(-whole[by_load] // tables.colours)
        loads = _loads(each, np.maximum(high, 1))
        possible = (high > 0) & (loads * low <= each)
        needed[by_load] = np.where(possible, loads * tables.colours, NONE)
    countable = (whole != NONE) & (counted != NO_UNIT) & conditions["offers"][rows] & (needed != NONE)
    needed *= SCALE
    needed[~countable] = NONE
    return needed


class Weeks:
    """Open capacity by day, of the weeks that the columns hold."""

    def __init__(self, calendars: Table, monday: date) -> None:
        self._per_day, self._open, self._before = calendars["per_day"], calendars["open"], calendars["before"]
        self.monday = monday
        self.days = WEEKS * 7

    def day(self, day: date) -> int:
        """A date as a day of the columns; may lie before or after them."""
        return (day - self.monday).days

    def before(self, calendar: Array | slice, day: int) -> Array:
        """Scaled atoms of each calendar on all days of the columns before a day."""
        week, weekday = divmod(max(0, min(day, self.days)), 7)
        total: Array = self._before[week][calendar]
        if weekday:
            some = np.bitwise_count(self._open[week][calendar] & ((1 << weekday) - 1))
            total = total + self._per_day[week][calendar] * some
        return total

    def between(self, calendar: Array, first: int, day: int) -> Array:
        """Scaled atoms of each calendar from a first day until before another."""
        if len(calendar) * _MANY < self._before.shape[1]:
            return self.before(calendar, day) - self.before(calendar, first)
        # One after the other they lie together in memory: all of them cost less than to pick some, several times.
        every: Array = self.before(slice(None), day) - self.before(slice(None), first)
        return every[calendar]

    def before_each(self, calendar: Array, day: Array) -> Array:
        """The same with a day for each calendar."""
        day = np.minimum(np.maximum(day, 0), self.days)
        week = day // 7
        weekday = day - week * 7
        total: Array = self._before[week, calendar]
        inner = weekday.nonzero()[0]
        week, calendar = week[inner], calendar[inner]
        some = np.bitwise_count(self._open[week, calendar] & ((1 << weekday[inner]) - 1).astype(np.uint8))
        total[inner] += self._per_day[week, calendar] * some
        return total

    def finish(self, calendar: Array, start: int, needed: Array) -> tuple[Array, Array]:
        """(first open day, day on which `needed` is reached) after a start; `days` where the columns end before."""
        base = self.before(calendar, start)
        return self._reach(calendar, base + 1), self._reach(calendar, base + needed)

    def _reach(self, calendar: Array, wanted: Array) -> Array:
        """The day of the columns on which the capacity of all days so far reaches an amount."""
        week = np.zeros(len(calendar), np.int64)
        for step in (16, 8, 4, 2, 1):  # the totals never fall; so many weeks fall short
            further = np.minimum(week + step, WEEKS)
            week = np.where(self._before[further, calendar] < wanted, further, week)
        inside = np.minimum(week, WEEKS - 1)
        per_day, opened = self._per_day[inside, calendar], self._open[inside, calendar]
        missing = wanted - self._before[inside, calendar]
        count = -(-missing // np.maximum(per_day, 1))  # the how-manieth open day of that week
        day = np.full(len(calendar), 7, np.int64)
        for weekday in range(6, -1, -1):
            done = np.bitwise_count(opened & ((2 << weekday) - 1)) >= count
            day[done] = weekday
        return np.where(week < WEEKS, inside * 7 + day, self.days)


def in_window(
    services: Table, weeks: Weeks, goes_on: Array, rows: Array | slice, query: SearchQuery, needed: Array | None
) -> tuple[Array, Array]:
    """(fits the window, undecided by the columns) for each service. `needed`: of each, where a run is asked;
    `goes_on`: of each calendar."""
    calendar = services["calendar"][rows]
    has = calendar != NONE  # what offers nothing has none
    fits, unsure = np.zeros(len(calendar), np.bool_), np.zeros(len(calendar), np.bool_)
    start = weeks.day(query.arrival)
    if not 0 <= start < weeks.days:
        return fits, has
    if needed is None:
        last = min(query.by or query.arrival + timedelta(weeks=12), query.arrival + timedelta(weeks=104))
        end = weeks.day(last) + 1
        fits = has & (weeks.between(calendar, start, end) >= SCALE)
        if end > weeks.days:
            unsure = has & ~fits & goes_on[calendar]
        return fits, unsure
    has &= needed != NONE
    if query.by is None:
        fits = has & (weeks.between(calendar, start, weeks.days) >= needed)
        return fits, has & ~fits & goes_on[calendar]
    end = weeks.day(query.by)
    fits = has & (weeks.between(calendar, start, end) >= needed)
    some = fits.nonzero()[0]
    lead = services["lead"][rows_at(rows, some)]
    # Most have an open day in the first week; only what takes nearly the whole window asks for the very day.
    soon = weeks.between(calendar[some], start, start + 7) > 0
    late = ((lead > 0) & ~(soon & (start + 7 <= end - lead + 1))).nonzero()[0]
    if len(late):
        some, lead = some[late], lead[late]
        begun = weeks.before_each(calendar[some], end - lead + 1) > weeks.before(calendar[some], start)
        if end > weeks.days:
            unsure[some[~begun]] = True
        fits[some] = begun
    if end > weeks.days:
        unsure |= has & ~fits & goes_on[calendar]
    return fits, unsure


_MANY = 3  # one calendar in so many is many


def _loads(each: Array, high: Array) -> Array:
    loads: Array = -(-each // high)
    return loads


def rows_at(rows: Array | slice, positions: Array) -> Array:
    return positions if isinstance(rows, slice) else rows[positions]
