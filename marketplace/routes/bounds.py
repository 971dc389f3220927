"""What a route has to cost at the least beyond a node, so that what can't be among the best is left out early. Pure.

Two bounds, each never more than the truth. The static one knows every leg (by the chord through the Earth, which is
no longer than the geodesic) and no day. The timed one knows on which day each supplier would be ready and, of
legs, only the shortest into each node. Neither ever rules out a tie.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from marketplace.routes.model import STUDIO
from marketplace.routes.net import INF, METRES, Cost, Net, siblings
from marketplace.routes.ready import NEVER, Array

_MOST_KEPT = 1 << 20  # pairs of nodes of two steps
_BLOCK = 1 << 16  # pairs looked at together: as many as lie near the processor


def rough(net: Net) -> list[Array]:
    """The least points of a way through each node, from prices, lead times and the way to the studio alone.

    Goods go from a node to the studio by whatever legs, which are no shorter than the straight line; each whole
    metre of a leg may have been rounded by half a metre.
    """
    steps = net.frame.problem.steps
    least: list[Array] = []
    for step, layer in enumerate(net.layers):
        on_chain = steps[step].before is None
        least.append(layer.own + (net.scale.day * np.maximum(layer.lead, 1) if on_chain else 0))
    cheapest = [int(values.min(initial=INF)) for values in least]
    result = []
    for step, (layer, values) in enumerate(zip(net.layers, least, strict=True)):
        home: Array | int = 0
        if not net.is_digital(step):
            home = np.maximum(layer.sides[0].home_m - len(steps), 0) * net.scale.metre
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


def static(net: Net, *, metres: bool = False) -> Static:
    """Of points, or of metres alone, for a limit of the haul."""
    cost = METRES if metres else None
    own = tuple(layer.entry_m if metres else layer.own for layer in net.layers)
    frame = net.frame
    count = len(net.layers)
    kept: dict[tuple[int, int], list[tuple[slice, Array]]] = {}

    def legs(one: int, other: int) -> Iterable[tuple[slice, Array]]:
        """Blocks of legs; worked out once for both directions where they are few."""
        if len(net.layers[one]) * len(net.layers[other]) > _MOST_KEPT:
            return _blocks(net, one, other, cost)
        if (one, other) not in kept:
            kept[one, other] = list(_blocks(net, one, other, cost))
        return kept[one, other]

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
                for rows, points in legs(before, step):
                    np.minimum(shortest, points.min(axis=0, initial=INF), out=shortest)
                    reached = points + up[before][rows, None]
                    np.minimum(came, reached.min(axis=0, initial=INF), out=came)
                legs_in[before, step] = shortest
            into[before, step] = came
            total += came
        up[step] = np.minimum(total, INF)
    for step in reversed(frame.order):
        target = frame.following[step]
        if target == STUDIO:
            points, _, metres_home = net.layers[step].home()
            beyond[step] = (metres_home if metres else points) * (not net.is_digital(step))
            continue
        after = own[target] + beyond[target]
        for other in siblings(net, step):
            after = after + into[other, target]
        after = np.minimum(after, INF)
        if net.is_digital(step):
            beyond[step] = np.full(len(net.layers[step]), after.min(initial=INF))
            continue
        least = np.full(len(net.layers[step]), INF)
        for rows, points in legs(step, target):
            least[rows] = (points + after).min(axis=1, initial=INF)
        beyond[step] = least
    return Static(tuple(up), tuple(beyond), legs_in, into)


def _blocks(net: Net, step: int, target: int, cost: Cost | None) -> Iterator[tuple[slice, Array]]:
    one, other = net.layers[step], net.layers[target]
    size = max(_BLOCK // max(len(other), 1), 1)
    for start in range(0, len(one), size):
        rows = slice(start, start + size)
        yield rows, net.least_points(step, rows, target, cost)


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
            one_site = net.is_digital(before) or share_a_site(net, before, step)
            arrival = max(arrival, first_ready[before] + (0 if one_site else 1))
        earliest[step] = min(arrival, days)
        at = np.full(len(layer), earliest[step])
        first_ready[step] = int(ready.at(np.arange(len(layer)), at).min(initial=NEVER))
        last = earliest[step] + 1 if not frame.before[step] and not net.frame.problem.sends_cloth else days
        tables[step] = np.minimum(ready.table(len(layer), earliest[step], max(last, earliest[step] + 1)), days + 1)
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
            delay = 0 if digital or share_a_site(net, step, target) else 1
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


def share_a_site(net: Net, step: int, target: int) -> bool:
    """Whether some leg between two steps stays within a site."""
    sides = ((one, other) for one in net.layers[step].sides for other in net.layers[target].sides)
    return any(bool(np.isin(one.site, other.site).any()) for one, other in sides)


def home_days(net: Net) -> Array:
    """Days of the last leg from each node of the last step."""
    last = net.frame.last
    return net.layers[last].home()[1] * (not net.is_digital(last))


def _slack(net: Net) -> int:
    """Where the due date is compared with the day goods are ready, they may be on the way when it comes."""
    return int(home_days(net).max(initial=0)) if net.by_ready else 0


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
