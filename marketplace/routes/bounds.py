"""What a route has to cost at the least beyond a node, so that what can't be among the best is left out early. Pure.

Two bounds, each never more than the truth. The static one knows every leg (by the chord through the Earth, which is
no longer than the geodesic) and no day. The timed one knows on which day each supplier would be ready and, of
legs, only the shortest into each node. Neither ever rules out a tie.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from marketplace.routes.model import STUDIO
from marketplace.routes.net import INF, Cost, Layer, Net, home_days_of, siblings
from marketplace.routes.ready import NEVER, Array
from marketplace.routes.travel import KM_A_DAY

_BLOCK = 1 << 16  # pairs looked at together: as many as lie near the processor


def chord_metres(one: Layer, nodes: Array | slice, other: Layer, others: Array) -> Array:
    """Whole metres (nodes, others), never more than the leg's; chords from the studio's point of view."""
    a, b = one.xyz[:, nodes], other.xyz[:, others]
    square = np.zeros((a.shape[1], b.shape[1]))
    for axis in range(3):  # no matrix product: its threads would take turns with those of other requests
        difference = np.subtract.outer(a[axis], b[axis])
        difference *= difference
        square += difference
    np.sqrt(square, out=square)
    square -= 1
    np.maximum(square, 0, out=square)
    result: Array = square.astype(np.int64)
    return result


def least_points(cost: Cost, metres: Array) -> Array:
    """Points of legs of at least so many metres."""
    return cost.metre * metres


def rough(net: Net) -> list[Array]:
    """The least points of a way through each node, from prices, lead times and the way to the studio alone.

    Goods go from a node to the studio by whatever legs, which are no shorter than the straight line; each whole
    metre of a leg may have been rounded by half a metre.
    """
    frame, steps = net.frame, net.frame.problem.steps
    least: list[Array] = []
    for step, layer in enumerate(net.layers):
        on_chain = steps[step].before is None
        least.append(layer.own + (net.scale.day * np.maximum(layer.lead, 1) if on_chain else 0))
    cheapest = [int(values.min(initial=INF)) for values in least]
    result = []
    for step, (layer, values) in enumerate(zip(net.layers, least, strict=True)):
        later, at = [], step
        while at != STUDIO:
            later.append(net.costs[at].metre)
            at = frame.following[at]
        home = np.maximum(layer.home_m - len(later), 0) * min(later) if not net.is_digital(step) else 0
        result.append(np.minimum(values + home + (sum(cheapest) - cheapest[step]), INF))
    return result


@dataclass(frozen=True, slots=True)
class Static:
    """For each step and node: the least points up to it (its own included), and beyond it."""

    up: tuple[Array, ...]
    beyond: tuple[Array, ...]
    legs_in: dict[tuple[int, int], Array]  # (step, target): points of the shortest leg into each target node
    into: dict[tuple[int, int], Array]  # (step, target): least points that the step's branch brings to each target node

    @property
    def through(self) -> list[Array]:
        return [up + beyond for up, beyond in zip(self.up, self.beyond, strict=True)]


def static(net: Net, costs: tuple[Cost, ...] | None = None, own: tuple[Array, ...] | None = None) -> Static:
    """With `costs` and `own` of other criteria, such as metres alone, instead of the net's."""
    costs = costs or net.costs
    own = own or tuple(layer.own for layer in net.layers)
    frame = net.frame
    count = len(net.layers)
    up: list[Array] = [np.zeros(0, np.int64)] * count
    beyond: list[Array] = [np.zeros(0, np.int64)] * count
    legs_in: dict[tuple[int, int], Array] = {}
    into: dict[tuple[int, int], Array] = {}
    for step in frame.order:
        total = own[step].copy()
        for before in frame.before[step]:
            came = np.full(len(net.layers[step]), INF)
            if net.is_digital(before):
                came[:] = up[before].min(initial=INF)
            else:
                shortest = np.full(len(net.layers[step]), INF)
                for rows, metres in _blocks(net, before, step):
                    points = least_points(costs[before], metres)
                    np.minimum(shortest, points.min(axis=0, initial=INF), out=shortest)
                    points += up[before][rows, None]
                    np.minimum(came, points.min(axis=0, initial=INF), out=came)
                legs_in[before, step] = shortest
            into[before, step] = came
            total += came
        up[step] = np.minimum(total, INF)
    for step in reversed(frame.order):
        target = frame.following[step]
        if target == STUDIO:
            home = np.zeros(len(net.layers[step]), np.int64)
            beyond[step] = home if net.is_digital(step) else costs[step].points(net.layers[step].home_m)
            continue
        after = own[target] + beyond[target]
        for other in siblings(net, step):
            after = after + into[other, target]
        after = np.minimum(after, INF)
        if net.is_digital(step):
            beyond[step] = np.full(len(net.layers[step]), after.min(initial=INF))
            continue
        least = np.full(len(net.layers[step]), INF)
        for rows, metres in _blocks(net, step, target):
            points = least_points(costs[step], metres)
            points += after
            least[rows] = points.min(axis=1, initial=INF)
        beyond[step] = least
    return Static(tuple(up), tuple(beyond), legs_in, into)


def _blocks(net: Net, step: int, target: int) -> Iterator[tuple[slice, Array]]:
    one, other = net.layers[step], net.layers[target]
    size = max(_BLOCK // max(len(other), 1), 1)
    everyone = np.arange(len(other))
    for start in range(0, len(one), size):
        rows = slice(start, start + size)
        yield rows, chord_metres(one, rows, other, everyone)


def metres_static(net: Net) -> Static:
    """The same of metres alone, for a limit of the haul."""
    own = tuple(layer.entry_m for layer in net.layers)
    return static(net, tuple(Cost(1, 0) for _ in net.costs), own)


@dataclass(frozen=True, slots=True)
class Timed:
    """By step and day: the least a route still costs and the earliest it is delivered, once the step is ready then."""

    days: int
    earliest: tuple[int, ...]  # arrival at each step
    points: tuple[Array, ...]  # days + 2 entries: INF at the end, for days beyond
    delivered: tuple[Array, ...]  # NEVER where it would be too late
    tables: dict[int, Array]  # by step: (nodes, arrivals from `earliest` on) -> ready, clipped

    def ready(self, step: int, nodes: Array, arrivals: Array) -> Array:
        """Ready days, clipped, for arrivals not before `earliest`."""
        table = self.tables[step]
        column = np.maximum(arrivals - self.earliest[step], 0)
        known = column < table.shape[1]
        result: Array = np.where(known, table[nodes, np.where(known, column, 0)], self.days + 1)
        return result

    def clip(self, day: Array) -> Array:
        result: Array = np.minimum(day, self.days + 1)
        return result


def timed(net: Net, known: Static, days: int) -> Timed:
    """Bounds for arrivals before `days`."""
    frame, count = net.frame, len(net.layers)
    earliest, first_ready = [0] * count, [0] * count
    tables: dict[int, Array] = {}
    for step in frame.order:
        layer = net.layers[step]
        ready = layer.ready(net, days)
        arrival = int(layer.entry_day.min(initial=NEVER))
        for before in frame.before[step]:
            one_site = net.is_digital(before) or bool(np.isin(layer.site, net.layers[before].site).any())
            arrival = max(arrival, first_ready[before] + (0 if one_site else 1))
        earliest[step] = min(arrival, days)
        at = np.full(len(layer), earliest[step])
        first_ready[step] = int(ready.at(np.arange(len(layer)), at).min(initial=NEVER))
        last = earliest[step] + 1 if not frame.before[step] and not net.frame.problem.sends_cloth else days
        tables[step] = np.minimum(ready.table(earliest[step], max(last, earliest[step] + 1)), days + 1)
    points = [np.zeros(0, np.int64)] * count
    delivered = [np.zeros(0, np.int64)] * count
    for step in reversed(frame.order):
        target = frame.following[step]
        day = np.arange(days + 2)
        if target == STUDIO:
            home = home_days(net)
            points[step] = net.scale.day * (day + home.min(initial=0)) + known.beyond[step].min(initial=INF)
            delivered[step] = day + home.min(initial=0)
        else:
            digital = net.is_digital(step)
            delay = 0 if digital or bool(np.isin(net.layers[target].site, net.layers[step].site).any()) else 1
            points[step], delivered[step] = _before(
                net, known, days, step, target, delay, earliest[target], tables[target], points, delivered
            )
        late = delivered[step] > net.last_day + _slack(net)
        late[days + 1] = True
        points[step][late] = INF
        delivered[step][late] = NEVER
    return Timed(days, tuple(earliest), tuple(points), tuple(delivered), tables)


def _before(
    net: Net,
    known: Static,
    days: int,
    step: int,
    target: int,
    delay: int,
    first: int,
    ready: Array,
    points: list[Array],
    delivered: list[Array],
) -> tuple[Array, Array]:
    """The bounds of a step from those of the step it hands over to."""
    layer = net.layers[target]
    costs, dates = np.full(days + 2, INF), np.full(days + 2, NEVER)
    if not len(layer) or first >= days:
        return costs, dates
    spent = layer.own + (0 if net.is_digital(step) else known.legs_in[step, target])
    for other in siblings(net, step):
        spent = spent + known.into[other, target]
    spent = np.minimum(spent, INF)
    if net.frame.following[target] == STUDIO:
        home = home_days(net)[:, None]
        after = net.scale.day * (ready + home) + known.beyond[target][:, None]
        after[ready > days] = INF
        came = ready + home
        came[ready > days] = NEVER
        arrived = came.min(axis=0)
    else:
        after = points[target][ready]
        arrived = delivered[target][ready.min(axis=0)]
    least = np.minimum((after + spent[:, None]).min(axis=0), INF)
    costs[: first + 1], dates[: first + 1] = least[0], arrived[0]
    span = days - first - 1
    costs[first + 1 : first + 1 + span], dates[first + 1 : first + 1 + span] = least[1:], arrived[1:]
    if delay:
        costs[:-1], dates[:-1] = costs[1:].copy(), dates[1:].copy()
    return costs, dates


def home_days(net: Net) -> Array:
    """Days of the last leg from each node of the last step."""
    last = net.frame.last
    if net.is_digital(last):
        return np.zeros(len(net.layers[last]), np.int64)
    return home_days_of(net.layers[last].home_m)


def _slack(net: Net) -> int:
    """Where the due date is compared with the day goods are ready, they may be on the way when it comes."""
    return int(home_days(net).max(initial=0)) if net.by_ready else 0


def way_days(metres: Array) -> Array:
    """Days on the way of legs between two sites."""
    result: Array = 1 + metres // (KM_A_DAY * 1000)
    return result


def last_useful_day(net: Net, known: Static, ceiling: int) -> int:
    """No way below the ceiling is delivered later."""
    days = min(net.horizon, net.last_day)
    if net.scale.day and ceiling < INF:
        cheapest = int(known.up[net.frame.last].min() + known.beyond[net.frame.last].min())
        days = min(days, (ceiling - cheapest) // net.scale.day)
    return max(days, 1)


def still_to_pay(net: Net, known: Static, dates: Timed, step: int, nodes: Array, ready: Array) -> Array:
    """The least points beyond nodes that are ready on these days, the delivery's weight included."""
    if step == net.frame.last:
        delivered = ready + home_days(net)[nodes]
        late = (ready if net.by_ready else delivered) > net.last_day
        result: Array = known.beyond[step][nodes] + net.scale.day * delivered
        result[late | (ready > dates.days)] = INF
        return result
    by_legs: Array = known.beyond[step][nodes] + net.scale.day * np.minimum(
        dates.delivered[step][ready], 4 * net.horizon
    )
    return np.maximum(by_legs, dates.points[step][ready])
