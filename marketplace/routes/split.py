"""One step shared by two suppliers, where no single one will do: two lots, said plainly. Pure.

The parts are what the first may take at the least, at the most, and nearest to a half, with what remains for the
second; both have to take their part by their own rules. Of the offers of a step the nearest are paired.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from marketplace.routes.build import Frame, part_grams
from marketplace.routes.choose import diverse
from marketplace.routes.fitting import Fit, part_of
from marketplace.routes.model import Amount, Field
from marketplace.routes.net import Cost, Layer, Net, Numbers, bare_net, layer_of, side_of
from marketplace.routes.scoring import scale_of
from marketplace.routes.ways import Way
from marketplace.units import Unit

MOST_PAIRED = 40  # offers of a step
_MOST_PARTS = 400  # sizes of the first part that are looked at
_AMOUNTS = frozenset((Field.MINIMUM, Field.LOAD, Field.MAXIMUM))

Fits = Sequence[Sequence[Fit]]


class Pair(NamedTuple):
    first: Fit
    second: Fit


def split_ways(frame: Frame, fits: Fits) -> list[tuple[Net, Way]]:
    """The best ways that share one step between two suppliers; with the net of each. Only where no way is without.

    The step is the one that nobody takes alone; or any one, where all have somebody and nobody is in time.
    """
    fitting = [[fit for fit in found if not fit.misses and fit.need is not None] for found in fits]
    lonely = [step for step, found in enumerate(fitting) if not found]
    if len(lonely) > 1 or (not lonely and frame.problem.due is None):
        return []
    found: list[tuple[Net, Way]] = []
    for step in lonely or range(len(fits)):
        pairs = pairs_of(frame, step, fits[step])
        if pairs and all(others for other, others in enumerate(fitting) if other != step):
            net = _net(frame, fitting, step, pairs)
            found += [(net, way) for way in diverse(net, frame.problem.k, frame.problem.differ)]
    found.sort(key=lambda one: (one[1].points, one[1].delivered, one[1].money))
    return found[: frame.problem.k]


def pairs_of(frame: Frame, step: int, fits: Sequence[Fit]) -> list[Pair]:
    """Every two offers that can share the step, each with its part, and those parts in three sizes."""
    amount, steps = frame.amounts[step], frame.problem.steps
    branches = sum(not steps[before].digital for before in frame.before[step])
    if steps[step].digital or amount.quantity.unit is Unit.STYLE or branches > 1:
        return []
    able = [fit for fit in fits if fit.misses <= _AMOUNTS and fit.offer.calendar is not None]
    able = sorted(able, key=lambda fit: (fit.distance_m, fit.offer.key))[:MOST_PAIRED]
    sizes = part_sizes(amount)
    parts = [[part_of(fit, frame.problem, amount, size) for size in sizes] for fit in able]
    takes = [np.array([part is not None and part.need is not None for part in row], bool) for row in parts]
    pairs = []
    for one, other in combinations(range(len(able)), 2):
        if able[one].offer.supplier_id == able[other].offer.supplier_id:
            continue
        for place in _three(takes[one] & takes[other][::-1]):
            first, second = parts[one][place], parts[other][-1 - place]
            assert first is not None
            assert second is not None
            pairs.append(Pair(first, second))
    return pairs


def part_sizes(amount: Amount) -> list[int]:
    """Sizes of a part, in atoms; with each one what remains is among them too."""
    whole, step = amount.quantity.atoms, amount.quantity.unit.step
    grain = step * -(-whole // (step * _MOST_PARTS))
    sizes = set(range(grain, whole, grain))
    return sorted(sizes | {whole - size for size in sizes})


def _three(possible: NDArray[np.bool_]) -> list[int]:
    """The first, the last and the middle place that is possible."""
    places = np.flatnonzero(possible)
    if not len(places):
        return []
    middle = places[np.argmin(np.abs(2 * places - (len(possible) - 1)))]
    return sorted({int(places[0]), int(middle), int(places[-1])})


def _net(frame: Frame, fitting: Fits, step: int, pairs: Sequence[Pair]) -> Net:
    scale, numbers = scale_of(frame.problem), Numbers()
    layers: list[Layer] = []
    for other, nodes in enumerate(fitting):
        amount = frame.amounts[other]
        if other != step:
            side = side_of(frame, numbers, nodes, Cost.of(scale, amount.grams_out))
            keys = [fit.offer.key for fit in nodes]
            firms = [numbers.firm(fit.offer.supplier_id) for fit in nodes]
            layers.append(layer_of(frame, scale, other, (side,), (Cost.of(scale, amount.grams_in),), keys, firms))
            continue
        came = next((before for before in frame.before[step] if not frame.problem.steps[before].digital), None)
        carried = amount.grams_in if came is None else frame.amounts[came].grams_out
        whole = amount.quantity.atoms
        sides, entries = [], []
        for number in range(2):
            those = [pair[number] for pair in pairs]
            sizes = [fit.quantity.atoms for fit in those]
            out = Cost.of_many(scale, [part_grams(amount.grams_out, size, whole) for size in sizes])
            into = Cost.of_many(scale, [part_grams(carried, size, whole) for size in sizes])
            sides.append(side_of(frame, numbers, those, out, into))
            entries.append(Cost.of_many(scale, [part_grams(amount.grams_in, size, whole) for size in sizes]))
        names = [(*pair.first.offer.key, *pair.second.offer.key, pair.first.quantity.atoms) for pair in pairs]
        firm = [numbers.firm(f"{pair.first.offer.supplier_id} {pair.second.offer.supplier_id}") for pair in pairs]
        layers.append(layer_of(frame, scale, step, tuple(sides), entries, names, firm))
    return bare_net(frame, scale, layers)
