"""Who shares which of several lots: most designers, then least distance. Exact for one lot and for any two; the whole
is put together greedily and then improved two lots at a time until no two can be. Pure.

The problem is NP-hard (bin covering). On small instances the result is compared with brute force in the tests.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, product
from math import gcd

import numpy as np

from marketplace.pools.decide import NEVER, POSSIBLE, Ints, amounts_for, choose, taken_from
from marketplace.pools.model import Group, Part

MOST_CELLS = 4_000_000  # of a table for two lots; larger pairs are left as they are
_MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot that might run. `options`: what it could be (a colour, a cloth) -> who would be in, each with the distance
    to this lot. A lot is one of them only."""

    name: str
    minimum: int
    maximum: int
    options: Mapping[str, tuple[Part, ...]]
    step: int = 1


@dataclass(frozen=True, slots=True)
class Filled:
    lot: Lot
    option: str
    group: Group


Plan = dict[str, Filled]  # name of the lot -> what it runs; lots that do not run are left out


def group(lots: Sequence[Lot]) -> Plan:
    """Which lots run with whom; nobody is in two."""
    lots = sorted(lots, key=lambda lot: lot.name)
    plan = _greedy(lots)
    for _ in range(_MOST_ROUNDS):
        before = worth(plan.values())
        for pair in combinations(lots, 2):
            _improve(plan, pair)
        if worth(plan.values()) == before:
            break
    return plan


def worth(filled: Iterable[Filled]) -> tuple[int, int]:
    """(designers, less their distances): the greater, the better."""
    found = list(filled)
    return sum(len(one.group.amounts) for one in found), -sum(one.group.metres for one in found)


def _greedy(lots: Sequence[Lot]) -> Plan:
    plan: Plan = {}
    served: set[str] = set()
    while True:
        found = [one for lot in lots if lot.name not in plan for one in _options(lot, served)]
        if not found:
            return plan
        best = max(found, key=lambda one: worth([one]))  # the first of equal ones
        plan[best.lot.name] = best
        served |= best.group.amounts.keys()


def _options(lot: Lot, without: Collection[str]) -> list[Filled]:
    filled = []
    for option, parts in sorted(lot.options.items()):
        free = [part for part in parts if part.name not in without]
        found = choose(free, lot.minimum, lot.maximum, lot.step) if free else None
        if found:
            filled.append(Filled(lot, option, found))
    return filled


def _improve(plan: Plan, pair: tuple[Lot, Lot]) -> None:
    """Give the two lots the best that can be had of their own designers and those whom no lot serves."""
    now = [plan[lot.name] for lot in pair if lot.name in plan]
    others = {name for filled in plan.values() if filled.lot not in pair for name in filled.group.amounts}
    best = now
    for single in pair:
        best = max([best, *([one] for one in _options(single, others))], key=worth)
    first, second = pair
    for one, two in product(sorted(first.options), sorted(second.options)):
        best = max(best, _two(first, one, second, two, others), key=worth)
    if worth(best) > worth(now):
        for lot in pair:
            plan.pop(lot.name, None)
        plan.update({filled.lot.name: filled for filled in best})


def _two(first: Lot, one: str, second: Lot, two: str, without: Collection[str]) -> list[Filled]:
    """Both lots with the best groups of two options; nothing when not both can run, or the table would be too large."""
    left, right = (
        {part.name: part for part in lot.options[option] if part.name not in without}
        for lot, option in ((first, one), (second, two))
    )
    if not left.keys() & right.keys():
        groups = [
            choose(list(left.values()), first.minimum, first.maximum, first.step),
            choose(list(right.values()), second.minimum, second.maximum, second.step),
        ]
        return [
            Filled(lot, option, found)
            for lot, option, found in ((first, one, groups[0]), (second, two, groups[1]))
            if all(groups) and found
        ]
    found = _choose_two(first, left, second, right)
    if found is None:
        return []
    return [Filled(first, one, found[0]), Filled(second, two, found[1])]


def _choose_two(
    first: Lot, left: Mapping[str, Part], second: Lot, right: Mapping[str, Part]
) -> tuple[Group, Group] | None:
    """The same dynamic programme over the amounts of both lots at once."""
    names = sorted(left.keys() | right.keys())
    everybody = [*left.values(), *right.values()]
    numbers = [part.atoms for part in everybody] + [part.tolerance for part in everybody if part.tolerance]
    if any(part.tolerance for part in everybody):
        numbers += [first.minimum, first.maximum, second.minimum, second.maximum]
    scale = reduce(gcd, numbers)
    lows = -(-first.minimum // scale), -(-second.minimum // scale)
    highs = first.maximum // scale, second.maximum // scale
    if (len(names) + 1) * (highs[0] + 1) * (highs[1] + 1) > MOST_CELLS or lows[0] > highs[0] or lows[1] > highs[1]:
        return None
    change = sum(part.tolerance for part in everybody) // scale + 1
    whole = (sum(part.metres for part in everybody) + 1) * change
    tables = np.full((len(names) + 1, highs[0] + 1, highs[1] + 1), NEVER, dtype=np.int64)
    tables[-1, 0, 0] = 0
    for n in range(len(names) - 1, -1, -1):
        best = tables[n + 1]
        for part, axis in ((left.get(names[n]), 0), (right.get(names[n]), 1)):
            if part and (part.atoms - part.tolerance) // scale <= highs[axis]:
                taken = _along(axis, tables[n + 1], part, scale)
                gain = whole - part.metres * change
                best = np.maximum(best, np.where(taken > POSSIBLE, taken + gain, NEVER))
        tables[n] = best
    window = tables[0, lows[0] :, lows[1] :]
    if int(window.max(initial=NEVER)) <= POSSIBLE:
        return None
    at = [int(i) + low for i, low in zip(np.unravel_index(int(window.argmax()), window.shape), lows, strict=True)]
    chosen: tuple[list[Part], list[Part]] = ([], [])
    for n, name in enumerate(names):
        value = int(tables[n, at[0], at[1]])
        for part, axis in ((left.get(name), 0), (right.get(name), 1)):
            before = _step_back(tables[n + 1], at, axis, part, scale, value - whole, change) if part else None
            if part and before is not None:
                chosen[axis].append(part)
                at[axis] = before
                break
    groups = [
        Group(
            amounts_for(sorted(parts, key=lambda part: part.name), lot.minimum, lot.maximum, lot.step),
            sum(part.metres for part in parts),
            lot.maximum - sum(part.atoms - part.tolerance for part in parts),
        )
        for lot, parts in ((first, chosen[0]), (second, chosen[1]))
    ]
    return groups[0], groups[1]


def _along(axis: int, table: Ints, part: Part, scale: int) -> Ints:
    lines = table if axis == 0 else table.T
    taken = np.stack([taken_from(line, part.atoms // scale, part.tolerance // scale) for line in lines.T], axis=1)
    return taken if axis == 0 else taken.T


def _step_back(table: Ints, at: Sequence[int], axis: int, part: Part, scale: int, rest: int, change: int) -> int | None:
    """The amount of the lot before this part, if it was taken there; `rest`: what must have been worth till then, but
    for the distance and the change of the amount."""
    line = table[:, at[1]] if axis == 0 else table[at[0]]
    amount, tolerance = part.atoms // scale, part.tolerance // scale
    for by in sorted(range(-tolerance, tolerance + 1), key=abs):
        before = at[axis] - amount - by
        if before >= 0 and int(line[before]) == rest + part.metres * change + abs(by):
            return before
    return None
