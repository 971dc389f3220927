"""All labels of a net from the first step to the last, and the best ways they are. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from marketplace.routes.bounds import (
    Static,
    Timed,
    home_days,
    last_useful_day,
    share_a_site,
    static,
    still_to_pay,
    timed,
)
from marketplace.routes.labels import Columns, Labels, settle, stacked, times_beaten, trim
from marketplace.routes.net import INF, Net
from marketplace.routes.ready import Array

_PAIRS = 1 << 20  # of labels and nodes, looked at together


@dataclass(frozen=True, slots=True)
class Way:
    """One way through a net: the node of each step, and what it counts, the delivery's weight included."""

    nodes: tuple[int, ...]
    points: int
    delivered: int
    money: int

    def renumbered(self, rows: Sequence[Array]) -> Way:
        return replace(self, nodes=tuple(int(row[node]) for row, node in zip(rows, self.nodes, strict=True)))


@dataclass(frozen=True, slots=True)
class _Search:
    """A search under way: what is known beforehand, and the labels of the steps that are done."""

    net: Net
    k: int
    ceiling: int
    known: Static
    dates: Timed
    metres: Static | None  # of metres alone, where the haul is limited
    found: dict[int, Labels]

    def may_end(self, step: int, columns: Columns, rest: Array | int) -> Array:
        """Rows of what is ready at `step` that may still be within the limits and below the ceiling.

        `rest`: points that each row still adds at the step itself.
        """
        net, node = self.net, columns.node
        ready = self.dates.clip(columns.limits[:, 0])
        least = columns.points + rest + still_to_pay(net, self.known, self.dates, step, node, ready)
        fits = least <= min(self.ceiling, INF - 1)
        if self.metres is not None and net.haul_m is not None:
            fits &= columns.limits[:, 1] + self.metres.beyond[step][node] <= net.haul_m
        if net.shown:
            fits &= (columns.limits[:, -len(net.shown) :] <= len(net.layers) - net.differ).all(axis=1)
        rows: Array = np.flatnonzero(fits)
        return rows

    def ahead(self, step: int, arrivals: Array, rest: Array) -> Array:
        """(arrivals, nodes): the least points from an arrival at each node of `step` on."""
        count = len(rest)
        node = np.tile(np.arange(count), len(arrivals))
        ready = self.dates.ready(step, node, np.repeat(arrivals, count))
        least = still_to_pay(self.net, self.known, self.dates, step, node, ready).reshape(len(arrivals), count)
        result: Array = np.minimum(least + rest, INF)
        return result

    def may_go_on(self, step: int, columns: Columns, rest: Array) -> Array:
        """The same of what arrives at `step`; `rest` by node: its own points, and branches not yet joined."""
        ready = columns.limits.copy()
        ready[:, 0] = self.dates.ready(step, columns.node, columns.limits[:, 0])
        return self.may_end(step, columns._replace(limits=ready), rest[columns.node])


def search(net: Net, k: int, ceiling: int) -> list[Way]:
    """The k best ways of those up to the ceiling, in order."""
    known = static(net)
    dates = timed(net, known, last_useful_day(net, known, ceiling))
    metres = static(net, metres=True) if net.haul_m is not None else None
    run = _Search(net, k, ceiling, known, dates, metres, {})
    for step in net.frame.order:
        run.found[step] = _labels(run, step)
    return _ways(run)


def _labels(run: _Search, step: int) -> Labels:
    """The labels of a step from those of the steps before it."""
    net, layer = run.net, run.net.layers[step]
    came = _arrivals(run, step)
    node, limits = came.node, came.limits.copy()
    limits[:, 0] = run.dates.ready(step, node, np.maximum(limits[:, 0], layer.entry_day[node]))
    if net.haul_m is not None:
        limits[:, 1] += layer.entry_m[node]
    for number, shown in enumerate(net.shown):
        limits[:, number - len(net.shown)] += layer.supplier[node] == shown[step]
    columns = came._replace(points=came.points + layer.own[node], money=came.money + layer.money[node], limits=limits)
    columns = columns.take(run.may_end(step, columns, 0))
    return settle(columns, layer.rank, run.k, by_node=not net.is_digital(step))


def _arrivals(run: _Search, step: int) -> Columns:
    """What arrives at each node of a step, all branches joined."""
    net, layer = run.net, run.net.layers[step]
    before = net.frame.before[step]
    width = 1 + (net.haul_m is not None) + len(net.shown)
    if not before:
        zeros = np.zeros(len(layer), np.int64)
        return Columns(np.arange(len(layer)), zeros, zeros, (), np.zeros((len(layer), width), np.int64), ())
    columns: Columns | None = None
    goods_first = sorted(before, key=net.is_digital)
    for number, previous in enumerate(goods_first):
        rest = layer.own.copy()
        for other in goods_first[number + 1 :]:
            rest += run.known.into[other, step]
        if net.is_digital(previous):
            columns = trim(columns, run.k) if columns and number > 1 else columns
            columns = _handed_over(run, previous, step, columns, rest)
        else:
            came = _carried(run, previous, step, rest)
            if len(before) > 1:
                came = trim(came, run.k)
            columns = _joined(columns, came) if columns else came
        columns = columns.take(run.may_go_on(step, columns, rest))
    assert columns is not None
    place = [goods_first.index(previous) for previous in before]
    return columns._replace(
        orders=tuple(columns.orders[number] for number in place),
        parents=tuple(columns.parents[number] for number in place),
    )


def _handed_over(run: _Search, previous: int, step: int, columns: Columns | None, rest: Array) -> Columns:
    """Files reach every node at once, on the day they are ready: with what is there, as long as it is not too dear."""
    labels, count = run.found[previous], len(run.net.layers[step])
    files = Columns(
        np.zeros(len(labels), np.int64),
        labels.points,
        labels.money,
        (labels.order,),
        labels.limits,
        (np.arange(len(labels)),),
    )
    if columns is None:
        rows = np.tile(np.arange(len(labels)), count)
        return files.take(rows)._replace(node=np.repeat(np.arange(count), len(labels)))
    ready = run.dates.ready(step, columns.node, columns.limits[:, 0])
    spent = columns.points + rest[columns.node]
    spent += still_to_pay(run.net, run.known, run.dates, step, columns.node, ready)
    room = min(run.ceiling, INF - 1) - spent
    left, right = np.nonzero((labels.points <= room[:, None]) & _unbeaten_pairs(columns, labels, run.k))
    return _together(columns.take(left), files.take(right))


def _unbeaten_pairs(columns: Columns, files: Labels, k: int) -> Array:
    """Which arrivals go with which files, both best first: a pair is beaten by all pairs of what beats its two parts.

    Files that are there before the goods are all there on the same day.
    """
    pairs = np.ones((len(columns.node), len(files)), bool)
    if columns.limits.shape[1] > 1:
        return pairs
    goods = times_beaten(columns.node, columns.limits[:, 0], k)
    day, on_day = np.unique(columns.limits[:, 0], return_inverse=True)
    there = np.maximum(files.day, day[:, None])
    beats = there[:, None, :] <= there[:, :, None]
    beaten = np.tril(beats, -1).sum(axis=2)  # (days, files)
    result: Array = (goods + 1)[:, None] * (beaten[on_day] + 1) <= k
    return result


def _carried(run: _Search, previous: int, step: int, rest: Array) -> Columns:
    """Goods from each label of the step before to each node, where that may still be worth it."""
    net, labels = run.net, run.found[previous]
    there = net.layers[step]
    used, place = np.unique(labels.node, return_inverse=True)
    legs, days = net.least_legs(previous, used, step)
    day, on_day = np.unique(labels.day, return_inverse=True)
    ahead = run.ahead(step, day + (0 if share_a_site(net, previous, step) else 1), rest)
    size = max(_PAIRS // max(len(there), 1), 1)
    parts = []
    for start in range(0, max(len(labels), 1), size):
        block = slice(start, start + size)
        least = legs[place[block]]
        least += labels.points[block, None]
        least += ahead[on_day[block]]
        label, node = np.nonzero(least <= min(run.ceiling, INF - 1))
        label += start
        guess = (legs[place[label], node], days[place[label], node])
        parts.append(_measured(run, previous, step, rest, label, node, guess))
    return stacked(parts)


def _measured(
    run: _Search, previous: int, step: int, rest: Array, label: Array, node: Array, guess: tuple[Array, Array]
) -> Columns:
    """The pairs of labels and nodes that hold out with a leg of at least so many points and days; then exactly."""
    net, labels = run.net, run.found[previous]

    def columns(points: Array, days: Array) -> Columns:
        limits = labels.limits[label]
        limits[:, 0] += days
        return Columns(
            node, labels.points[label] + points, labels.money[label], (labels.order[label],), limits, (label,)
        )

    rows = run.may_go_on(step, columns(*guess), rest)
    label, node = label[rows], node[rows]
    here, there = labels.node[label], len(net.layers[step])
    legs, place = np.unique(here * there + node, return_inverse=True)
    points, days, metres = (column[place] for column in net.legs(previous, legs // there, step, legs % there))
    found = columns(points, days)
    if net.haul_m is not None:
        found.limits[:, 1] += metres
    return found


def _joined(one: Columns, other: Columns) -> Columns:
    """Every pair of arrivals at the same node: the later day, everything else together."""
    one, other = (part.take(np.argsort(part.node, kind="stable")) for part in (one, other))
    first = np.searchsorted(other.node, one.node)
    count = np.searchsorted(other.node, one.node, side="right") - first
    left = np.repeat(np.arange(len(one.node)), count)
    right = np.arange(len(left)) - np.repeat(np.cumsum(count) - count - first, count)
    return _together(one.take(left), other.take(right))


def _together(a: Columns, b: Columns) -> Columns:
    """Rows side by side, at the nodes of the first."""
    limits = a.limits + b.limits
    limits[:, 0] = np.maximum(a.limits[:, 0], b.limits[:, 0])
    return Columns(a.node, a.points + b.points, a.money + b.money, a.orders + b.orders, limits, a.parents + b.parents)


def _ways(run: _Search) -> list[Way]:
    """The best labels of the last step, with the last leg, read back to the first steps."""
    net, step = run.net, run.net.frame.last
    labels, layer = run.found[step], net.layers[step]
    delivered = labels.day + home_days(net)[labels.node]
    points = labels.points + run.known.beyond[step][labels.node] + net.scale.day * delivered
    order = np.lexsort((labels.order, labels.money, delivered, points))
    if net.haul_m is not None and not net.is_digital(step):
        order = order[labels.limits[order, 1] + layer.home()[2][labels.node[order]] <= net.haul_m]
    ways = []
    for place in order[: run.k].tolist():
        nodes = [0] * len(net.layers)
        _read_back(run, step, place, nodes)
        ways.append(Way(tuple(nodes), int(points[place]), int(delivered[place]), int(labels.money[place])))
    return ways


def _read_back(run: _Search, step: int, place: int, nodes: list[int]) -> None:
    labels = run.found[step]
    nodes[step] = int(labels.node[place])
    for previous, parent in zip(run.net.frame.before[step], labels.parents, strict=True):
        _read_back(run, previous, int(parent[place]), nodes)
