"""How little would have to change for a service to fit: bounds from the columns, never too large.

relax.py works out the real change from the document. These bounds say in which order to try services, and
when none of the rest can do better.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from marketplace.capacity.model import RATE_ONE
from marketplace.capacity.rules import SCALE
from marketplace.search.columns.layout import BASES, NO_RULE, NONE, UNITS
from marketplace.search.columns.matching import Matching
from marketplace.search.columns.ordering import LATE, ready_days
from marketplace.search.columns.runs import run_tables
from marketplace.search.columns.table import Array, Table
from marketplace.suppliers.rules import Run, per_atom
from marketplace.units import Unit

_MOST = 1 << 40  # larger amounts could leave 64 bits when they are converted


@dataclass(frozen=True, slots=True)
class Bounds:
    """For each service, the least share by which the run would have to grow or shrink, or its date to be later;
    infinite where that can't help."""

    grow: Array
    shrink: Array
    later: Array


def bounds(matching: Matching, rows: Array) -> Bounds:
    """Bounds for services that have every term asked and don't take the run, or have no room for it in time."""
    query, tables = matching.query, matching.rowset.tables
    none = np.full(len(rows), np.inf)
    if query.run is None:
        return Bounds(none, none, none)
    table, of = tables.conditions, tables.services["condition"][rows]
    asked, whole = query.run.quantity.atoms, run_tables(query.run).whole[table["unit"][of]]
    up, stuck = _up_to_minimum(table, of, query.run)
    down = _down_to_maximum(table, of, query.run)
    gap = _between_loads(table, of, query.run)
    stuck |= (whole == NONE) | ~table["offers"][of]
    late, later = np.zeros(len(rows), np.bool_), none
    free = table["odd"][of] | gap  # their documents know
    if query.by:
        ready = ready_days(matching, rows)
        late = ready > query.by.toordinal()
        days = max((query.by - query.arrival).days, 7)
        only_late = late & (ready < LATE) & (up == 0) & (down == 0)
        later = np.where(only_late, (ready - query.by.toordinal()) / days, np.inf)
        down = np.where(late, np.maximum(down, asked - _most_in_time(matching, rows, query.run)), down)
        free |= late & (table["load_high"][of] > 0)
    # More pieces are never ready sooner, and what is below a minimum does not reach it by shrinking.
    grow = np.where((up > 0) & (down == 0) & ~late, up / asked, np.inf)
    shrink = np.where((up == 0) & ((down > 0) | late), np.maximum(down, 0) / asked, np.inf)
    return Bounds(
        np.where(stuck, np.inf, np.where(free, 0.0, grow)),
        np.where(stuck, np.inf, np.where(free, 0.0, shrink)),
        np.where(stuck, np.inf, later),
    )


def _up_to_minimum(table: Table, rows: Array, run: Run) -> tuple[Array, Array]:
    """(atoms missing from the run to meet every rule, whether no size of it could)."""
    parts, top, bottom = _factors(run)
    limit = run_tables(run).limit
    up, stuck = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.bool_)
    for codes, leasts in zip(table["rule"], table["least"], strict=True):
        code, least = codes[rows], leasts[rows]
        short = least > limit[code]
        stuck |= short & (top[code] == 0)
        needed = parts[code] * -(-least * bottom[code] // np.maximum(top[code], 1))
        up = np.where(short, np.maximum(up, needed - run.quantity.atoms), up)
    return up, stuck


def _down_to_maximum(table: Table, rows: Array, run: Run) -> Array:
    """Atoms that the run is too large by."""
    _, top, bottom = _factors(run)
    unit, limit = table["unit"][rows], table["maximum"][rows]
    code = unit.astype(np.int64) * 8
    largest = np.minimum(limit, _MOST) * bottom[code] // np.maximum(top[code], 1)
    over = run_tables(run).whole[unit] > limit
    return np.where(over, np.maximum(run.quantity.atoms - largest, 1), 0)


def _between_loads(table: Table, rows: Array, run: Run) -> Array:
    """Whether the run falls between so many machine loads and one more."""
    tables, unit = run_tables(run), table["unit"][rows]
    each = np.where(table["dyes"][rows], tables.coloured[unit], tables.whole[unit])
    high = table["load_high"][rows]
    gap: Array = (high > 0) & (-(-each // np.maximum(high, 1)) * table["load_low"][rows] > each)
    return gap


def _most_in_time(matching: Matching, rows: Array, run: Run) -> Array:
    """Atoms of the run that the weeks until the date could take at most; -1 where none."""
    query, rowset = matching.query, matching.rowset
    weeks = rowset.weeks
    assert query.by is not None
    start, end = weeks.day(query.arrival), weeks.day(query.by)
    if start < 0 or end > weeks.days:
        return np.full(len(rows), run.quantity.atoms)
    calendar = rowset.tables.services["calendar"][rows]
    room = weeks.between(calendar, start, end) // SCALE
    _, top, bottom = _factors(run)
    code = matching.judging.conditions("unit", rows).astype(np.int64) * 8
    job = np.minimum(room, _MOST) * RATE_ONE // np.maximum(matching.judging.conditions("rate", rows), 1)
    most = np.minimum(job, _MOST) * bottom[code] // np.maximum(top[code], 1)
    return np.where(calendar == NONE, NONE, np.where(top[code] == 0, run.quantity.atoms, most))


def _factors(run: Run) -> tuple[Array, Array, Array]:
    """(parts, numerator, denominator) by rule code: atoms of a unit in one atom of the run. Numerator 0 where a
    larger run is no more of that unit."""
    parts, top, bottom = np.ones(256, np.int64), np.zeros(256, np.int64), np.ones(256, np.int64)
    top[NO_RULE] = 1
    for unit, number in UNITS.items():
        factor = per_atom(run, unit)
        if factor is None or (unit is Unit.STYLE and run.quantity.unit is not Unit.STYLE):
            continue
        for basis, its in BASES.items():
            code = number * 8 + its
            parts[code], top[code], bottom[code] = run.parts(basis), factor.numerator, factor.denominator
    return parts, top, bottom
