"""Who is served by one lot: most designers, then least distance. Exact. Pure.

The rule is published and the order of pledging is no part of it. Of all groups that can fill the lot between its
minimum and its maximum, the one is chosen that
  1. serves most designers;
  2. then has the least sum of distances;
  3. then changes the stated amounts least (tolerances are used only as far as they serve more people);
  4. then comes first by names, which are drawn by lot.
The fourth makes the order total, so leaving out somebody who is not served changes nothing.

Dynamic programming over amounts: the state is the filled amount, the value one whole number that orders groups by
1 to 3. O(n * maximum) without tolerances; a tolerance widens each step to a window, which doubling covers in
O(maximum * log tolerance). Amounts are divided by their greatest common divisor first.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from math import gcd
from typing import Any

import numpy as np
import numpy.typing as npt

from marketplace.pools.model import Group, Part, Short

Ints = npt.NDArray[np.int64]
NEVER = -(2**62)
POSSIBLE = -(2**61)


def choose(parts: Sequence[Part], minimum: int, maximum: int, step: int = 1) -> Group | None:
    """The group that is served, or None when no group fills the lot.

    Amounts in atoms; `step`: what people trade in, of which all of them are multiples. At most 100 parts.
    """
    parts = sorted((part for part in parts if part.atoms - part.tolerance <= maximum), key=lambda part: part.name)
    if not parts:
        return None
    amounts = [part.atoms for part in parts] + [part.tolerance for part in parts if part.tolerance]
    if len(amounts) > len(parts):
        amounts += [minimum, maximum]  # tolerances fill up to these exactly
    scale = reduce(gcd, amounts)
    low, high = -(-minimum // scale), maximum // scale
    if low > high:
        return None
    change = sum(part.tolerance for part in parts) // scale + 1
    whole = (sum(part.metres for part in parts) + 1) * change
    steps = [(p.atoms // scale, p.tolerance // scale, whole - p.metres * change) for p in parts]
    names = _best(steps, low, high)
    if names is None:
        return None
    chosen = [parts[n] for n in names]
    return Group(
        amounts_for(chosen, minimum, maximum, step),
        sum(part.metres for part in chosen),
        maximum - sum(part.atoms - part.tolerance for part in chosen),
    )


def nearest_short(parts: Sequence[Part], minimum: int, maximum: int) -> Short | None:
    """The group nearest to the minimum of a lot that no group fills: the largest amount, then as for `choose`.

    None when nobody is there, or all of them are too large for the lot.
    """
    parts = sorted((part for part in parts if part.atoms - part.tolerance <= maximum), key=lambda part: part.name)
    if not parts:
        return None
    scale = reduce(gcd, [part.atoms - part.tolerance for part in parts])
    whole = sum(part.metres for part in parts) + 1
    most = whole * (len(parts) + 1)
    steps = [
        ((part.atoms - part.tolerance) // scale, 0, (part.atoms + part.tolerance) * most + whole - part.metres)
        for part in parts
    ]
    names = _best(steps, 1, maximum // scale)
    assert names is not None  # each fits alone
    chosen = [parts[n] for n in names]
    atoms = sum(part.atoms + part.tolerance for part in chosen)
    return Short(tuple(part.name for part in chosen), atoms, max(minimum - atoms, 0))


def _best(parts: Sequence[tuple[int, int, int]], low: int, high: int) -> list[int] | None:
    """Numbers of the parts (amount, tolerance, worth) with the greatest worth that fill `low` to `high`; of equal ones
    those that come first. A unit of change costs one of worth."""
    tables = np.full((len(parts) + 1, high + 1), NEVER, dtype=np.int64)
    tables[-1, 0] = 0
    for n in range(len(parts) - 1, -1, -1):
        amount, tolerance, worth = parts[n]
        taken = taken_from(tables[n + 1], amount, tolerance)
        np.maximum(tables[n + 1], np.where(taken > POSSIBLE, taken + worth, NEVER), out=tables[n])
    best = int(tables[0, low:].max(initial=NEVER))
    if best <= POSSIBLE:
        return None
    names: list[int] = []
    filled: Ints = np.nonzero(tables[0, low:] == best)[0] + low
    for n, (amount, tolerance, worth) in enumerate(parts):
        before = _before(tables[n], tables[n + 1], filled, amount, tolerance, worth)
        if before.size:
            names.append(n)
            filled = before
        else:
            filled = filled[tables[n + 1][filled] == tables[n][filled]]
    return names


def taken_from(table: Ints, amount: int, tolerance: int) -> Ints:
    """For each filled amount the best of the table from which one part leads there, less what its amount changes."""
    size = len(table)
    # Where the table is read: from -tolerance on, for a part that gives way is taken from a fuller lot.
    padded = np.concatenate([np.full(tolerance, NEVER, dtype=np.int64), table])
    more = _window(padded, tolerance)
    less = _window(padded[::-1], tolerance)[::-1]
    reach = np.maximum(more, less)
    found = np.full(size, NEVER, dtype=np.int64)
    # found[T] = reach at the amount T - amount, which stands at index T - amount + tolerance
    first = amount - tolerance
    if first < size:
        found[first:] = reach[: size - first]
    return found


def _window(values: Ints, width: int) -> Ints:
    """values[s - d] - d, the best over d from 0 to `width`; by doubling."""
    best, covered = values, 1
    while covered <= width:
        by = min(covered, width + 1 - covered)
        shifted = np.full_like(best, NEVER)
        shifted[by:] = best[: len(best) - by] - by
        best = np.maximum(best, shifted)
        covered += by
    return best


def _before(here: Ints, there: Ints, filled: Ints, amount: int, tolerance: int, worth: int) -> Ints:
    """From which amounts the part leads to one of `filled` at its best value."""
    found: list[Any] = []
    for change in range(-tolerance, tolerance + 1):
        before = filled - amount - change
        inside = before >= 0
        before, wanted = before[inside], here[filled[inside]]
        found.append(before[there[before] - abs(change) + worth == wanted])
    return np.unique(np.concatenate(found))


def amounts_for(chosen: Sequence[Part], minimum: int, maximum: int, step: int) -> dict[str, int]:
    """Everybody's stated amount, or as little more or less as the lot needs, shared by tolerance."""
    stated = sum(part.atoms for part in chosen)
    change = min(max(stated, minimum), maximum) - stated
    moved = share(abs(change) // step, {part.name: part.tolerance // step for part in chosen})
    sign = 1 if change > 0 else -1
    return {part.name: part.atoms + sign * moved[part.name] * step for part in chosen}


def share(total: int, weights: dict[str, int]) -> dict[str, int]:
    """A whole number shared by weight so that the parts add up to it: largest remainders first, then by name.

    Shares nothing among nobody, or among weights of nothing.
    """
    whole = sum(weights.values())
    if not whole:
        return dict.fromkeys(weights, 0)
    shares = {name: total * weight // whole for name, weight in weights.items()}
    left = total - sum(shares.values())
    for name in sorted(weights, key=lambda name: (-(total * weights[name] % whole), name))[:left]:
        shares[name] += 1
    return shares
