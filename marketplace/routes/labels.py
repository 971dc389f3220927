"""Labels: the ways to reach a node that may still become one of the best routes. Pure.

A label is beaten by one that comes before it (fewer points; then less money; then earlier supplier ids) and is not
worse in any of its limits: the day, metres where the haul is limited, steps shared with routes already shown. With k
of those before it, none of the k best routes needs it: whatever completes it completes them at least as well, because
who arrives earlier is never ready later.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from marketplace.routes.ready import Array

_BLOCK = 256


@dataclass(frozen=True, slots=True)
class Labels:
    """Columns of labels at one step. `limits`: (labels, 1 + others), the day first; less is never worse.

    `order`: rank of the suppliers so far, in the order of the work; equal only for the same suppliers.
    `parents`: for each step before, the label there that this one continues.
    """

    node: Array
    points: Array
    money: Array
    order: Array
    limits: Array
    parents: tuple[Array, ...]

    def __len__(self) -> int:
        return len(self.node)

    @property
    def day(self) -> Array:
        result: Array = self.limits[:, 0]
        return result

    def take(self, rows: Array) -> Labels:
        return Labels(
            self.node[rows],
            self.points[rows],
            self.money[rows],
            self.order[rows],
            self.limits[rows],
            tuple(parent[rows] for parent in self.parents),
        )


class Columns(NamedTuple):
    """Labels in the making, without an order yet: `orders` are the ranks it will follow from, first one first."""

    node: Array
    points: Array
    money: Array
    orders: tuple[Array, ...]
    limits: Array
    parents: tuple[Array, ...]

    def take(self, rows: Array) -> Columns:
        return Columns(
            self.node[rows],
            self.points[rows],
            self.money[rows],
            tuple(order[rows] for order in self.orders),
            self.limits[rows],
            tuple(parent[rows] for parent in self.parents),
        )


def ranked(orders: tuple[Array, ...]) -> Array:
    """Ranks by several columns, the first one first; equal rows have equal ranks."""
    if not len(orders[0]):
        return np.zeros(0, np.int64)
    places = np.lexsort(orders[::-1])
    changes = np.zeros(len(places), np.int64)
    for order in orders:
        sorted_order = order[places]
        changes[1:] |= sorted_order[1:] != sorted_order[:-1]
    ranks = np.empty(len(places), np.int64)
    ranks[places] = np.cumsum(changes)
    return ranks


def settle(columns: Columns, own_rank: Array, k: int, *, by_node: bool = True) -> Labels:
    """Give the labels their order, and keep those that fewer than k others beat.

    `by_node` False compares labels of all nodes: where a file is handed over, it doesn't matter who made it.
    """
    order = ranked((*columns.orders, own_rank[columns.node]))
    labels = Labels(columns.node, columns.points, columns.money, order, columns.limits, columns.parents)
    group = labels.node if by_node else np.zeros(len(labels), np.int64)
    places = np.lexsort((order, labels.money, labels.points, group))
    return labels.take(places[unbeaten(group[places], labels.limits[places], k)])


def trim(columns: Columns, k: int) -> Columns:
    """Arrivals at the nodes of a step that fewer than k others beat there."""
    order = ranked(columns.orders)
    places = np.lexsort((order, columns.money, columns.points, columns.node))
    return columns.take(places[unbeaten(columns.node[places], columns.limits[places], k)])


def stacked(parts: Sequence[Columns]) -> Columns:
    """Labels one after another."""
    if len(parts) == 1:
        return parts[0]
    node, points, money, orders, limits, parents = zip(*parts, strict=True)
    return Columns(
        np.concatenate(node),
        np.concatenate(points),
        np.concatenate(money),
        tuple(np.concatenate(columns) for columns in zip(*orders, strict=True)),
        np.concatenate(limits),
        tuple(np.concatenate(columns) for columns in zip(*parents, strict=True)),
    )


def unbeaten(group: Array, limits: Array, k: int) -> Array:
    """Rows that fewer than k earlier rows of their group equal or better in all limits; groups lie together."""
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    sizes = np.diff(starts, append=len(group))
    keep = np.ones(len(group), bool)
    only_day = limits.shape[1] == 1
    for start, size in zip(starts[sizes > k].tolist(), sizes[sizes > k].tolist(), strict=True):
        part = limits[start : start + size]
        keep[start : start + size] = _unbeaten_days(part[:, 0].tolist(), k) if only_day else _unbeaten(part, k)
    return np.flatnonzero(keep)


def times_beaten(group: Array, days: Array, k: int) -> Array:
    """How many earlier rows of its group come no later than each; k stands for all from k on."""
    counts = []
    current, least = -1, list[int]()
    for node, day in zip(group.tolist(), days.tolist(), strict=True):
        if node != current:
            current, least = node, []
        place = bisect_right(least, day)
        counts.append(place)
        if place < k:
            least.insert(place, day)
            del least[k:]
    return np.array(counts, np.int64)


def _unbeaten_days(days: list[int], k: int) -> list[bool]:
    """A day is beaten when the k-th least of the earlier ones is not later."""
    least = days[:k]
    least.sort()
    keep = [True] * len(days)
    for place in range(k, len(days)):
        day = days[place]
        if day < least[-1]:
            insort(least, day)
            least.pop()
        else:
            keep[place] = False
    return keep


def _unbeaten(limits: Array, k: int) -> Array:
    """In blocks: that a row beaten by a dropped one is beaten by those which beat that too makes the kept ones do."""
    keep = np.zeros(len(limits), bool)
    kept = limits[:0]
    for start in range(0, len(limits), _BLOCK):
        block = limits[start : start + _BLOCK]
        beats = np.ones((len(block), len(block)), bool)
        before = np.ones((len(block), len(kept)), bool)
        for column in range(limits.shape[1]):
            beats &= block[None, :, column] <= block[:, None, column]
            before &= kept[None, :, column] <= block[:, None, column]
        count = np.tril(beats, -1).sum(axis=1) + before.sum(axis=1)
        keep[start : start + len(block)] = count < k
        kept = np.concatenate((kept, block[count < k]))
    return keep
