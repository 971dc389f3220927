"""A run and a window against rows of services: what suppliers/rules.py and capacity/rules.py decide, in columns.

Exact: the same whole numbers are compared. `odd` rows and windows beyond the columns are left to documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from marketplace.capacity.model import RATE_ONE
from marketplace.capacity.rules import SCALE
from marketplace.search.columns.layout import BASES, HUGE, NO_RULE, NONE, SOFT, UNITS, WEEKS
from marketplace.search.columns.table import Array, Table
from marketplace.search.query import SearchQuery
from marketplace.suppliers.rules import Run, per_atom
from marketplace.units import Unit

_LOAD = UNITS[Unit.LOAD]


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


def takes(services: Table, rows: Array | slice, run: Run) -> Array:
    """Whether each service takes the run, at a surcharge or not."""
    tables = run_tables(run)
    whole = tables.whole.take(services["unit"][rows])
    taken: Array = (whole != NONE) & (whole <= services["maximum"][rows]) & services["offers"][rows]
    rules, least = services["rule"], services["least"]
    taken &= least[0][rows] <= tables.limit.take(rules[0][rows])
    for codes, leasts in zip(rules[1:], least[1:], strict=True):
        code = codes[rows]
        ruled = (code != NO_RULE).nonzero()[0]  # a third have a second rule, hardly any a third
        short = leasts[_at(rows, ruled)] > tables.limit.take(code[ruled])
        taken[ruled[short.nonzero()[0]]] = False
    loaded = (services["load_high"][rows] > 0).nonzero()[0]
    if len(loaded):
        at = _at(rows, loaded)
        unit = services["unit"][at]
        # Only a dye bath must not mix colours; elsewhere the whole run fills the machine.
        each = np.where(services["dyes"][at], tables.coloured.take(unit), tables.whole.take(unit))
        taken[loaded] &= _loads(each, services["load_high"][at]) * services["load_low"][at] <= each
    return taken


def surcharge(services: Table, rows: Array, run: Run) -> Array:
    """Per cent more that each service asks for the run; -1 where it meets the minimums, for 0 % may be asked too."""
    tables = run_tables(run)
    most = np.full(len(rows), NONE, np.int64)
    for codes, leasts, percent in zip(services["rule"], services["least"], services["percent"], strict=True):
        code = codes[rows]
        ruled = (code != NO_RULE).nonzero()[0]
        at = rows[ruled]
        below = (leasts[at] > tables.share.take(code[ruled])).nonzero()[0]
        ruled = ruled[below]
        most[ruled] = np.maximum(most[ruled], percent[at[below]])
    return most


def need(services: Table, calendars: Table, rows: Array, run: Run) -> Array:
    """Scaled atoms that the run takes of each service's calendar; -1 where that can't be said."""
    tables = run_tables(run)
    unit, calendar = services["unit"][rows], services["calendar"][rows].astype(np.intp)
    whole = tables.whole.take(unit)
    needed = -(-whole * services["rate"][rows] // RATE_ONE)
    by_load = ((calendars["unit"][calendar] == _LOAD) & (unit != _LOAD)).nonzero()[0]
    if len(by_load):
        at = rows[by_load]
        high, low = services["load_high"][at], services["load_low"][at]
        each = -(-whole[by_load] // tables.colours)
        loads = _loads(each, np.maximum(high, 1))
        possible = (high > 0) & (loads * low <= each)
        needed[by_load] = np.where(possible, loads * tables.colours, NONE)
    countable = (whole != NONE) & (calendar != NONE) & services["offers"][rows] & (needed != NONE)
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

    def before(self, calendar: Array, day: int) -> Array:
        """Scaled atoms of each calendar on all days of the columns before a day."""
        week, weekday = divmod(max(0, min(day, self.days)), 7)
        total: Array = self._before[week][calendar]
        if weekday:
            some = np.bitwise_count(self._open[week][calendar] & ((1 << weekday) - 1))
            total += self._per_day[week][calendar] * some
        return total

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


def in_window(services: Table, weeks: Weeks, calendars: Table, rows: Array, query: SearchQuery) -> tuple[Array, Array]:
    """(fits the window, undecided by the columns) for each service."""
    calendar = services["calendar"][rows].astype(np.intp)
    has = (calendar != NONE) & services["offers"][rows]
    fits, unsure = np.zeros(len(rows), np.bool_), np.zeros(len(rows), np.bool_)
    start = weeks.day(query.arrival)
    if not 0 <= start < weeks.days:
        return fits, has
    base = weeks.before(calendar, start)
    if query.run is None:
        last = min(query.by or query.arrival + timedelta(weeks=12), query.arrival + timedelta(weeks=104))
        end = weeks.day(last) + 1
        fits = has & (weeks.before(calendar, end) - base >= SCALE)
        if end > weeks.days:
            unsure = has & ~fits & calendars["goes_on"][calendar]
        return fits, unsure
    needed = need(services, calendars, rows, query.run)
    has &= needed != NONE
    if query.by is None:
        fits = has & (weeks.before(calendar, weeks.days) - base >= needed)
        return fits, has & ~fits & calendars["goes_on"][calendar]
    end = weeks.day(query.by)
    fits = has & (weeks.before(calendar, end) - base >= needed)
    some = fits.nonzero()[0]
    lead = services["lead"][rows[some]]
    # Most have an open day in the first week; only what takes nearly the whole window asks for the very day.
    soon = weeks.before(calendar[some], start + 7) - base[some] > 0
    late = ((lead > 0) & ~(soon & (start + 7 <= end - lead + 1))).nonzero()[0]
    if len(late):
        some, lead = some[late], lead[late]
        begun = weeks.before_each(calendar[some], end - lead + 1) - base[some] > 0
        if end > weeks.days:
            unsure[some[~begun]] = True
        fits[some] = begun
    if end > weeks.days:
        unsure |= has & ~fits & calendars["goes_on"][calendar]
    return fits, unsure


def _loads(each: Array, high: Array) -> Array:
    loads: Array = -(-each // high)
    return loads


def _at(rows: Array | slice, positions: Array) -> Array:
    return positions if isinstance(rows, slice) else rows[positions]
