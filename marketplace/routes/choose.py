"""Which of the best ways are shown: diverse ones, and which of them nothing shown beats. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marketplace.routes.best import best
from marketplace.routes.model import Route
from marketplace.routes.net import Net
from marketplace.routes.ways import Way

_LISTED = 32  # ways looked through before each further one is searched for by itself


def diverse(net: Net, k: int, differ: int) -> list[Way]:
    """The best way; then again and again the best of those that differ in `differ` steps' suppliers from all before.

    A list of the best ways is complete down to its last one, so going through it in order finds the first of them.
    """
    differ = min(differ, len(net.layers))
    if differ <= 1:
        return best(net, k)
    listed = best(net, max(_LISTED, k))
    chosen: list[Way] = []
    firms: list[tuple[int, ...]] = []
    for way in listed:
        own = firms_of(net, way)
        if all(sum(a != b for a, b in zip(own, other, strict=True)) >= differ for other in firms):
            chosen.append(way)
            firms.append(own)
            if len(chosen) == k:
                return chosen
    if len(listed) < max(_LISTED, k):
        return chosen
    while len(chosen) < k:
        found = best(replace(net, shown=tuple(firms), differ=differ), 1)
        if not found:
            break
        chosen += found
        firms.append(firms_of(net, found[0]))
    return chosen


def firms_of(net: Net, way: Way) -> tuple[int, ...]:
    """The suppliers of a way, by their numbers in the net."""
    return tuple(int(layer.supplier[node]) for layer, node in zip(net.layers, way.nodes, strict=True))


def with_badges(routes: Sequence[Route]) -> tuple[Route, ...]:
    """Mark the routes that no other one shown beats: none is at least as good in kilometres, money, date and CO2e."""
    figures = [(route.metres, route.money_minor or 0, route.delivered, route.gram_metres) for route in routes]
    return tuple(
        replace(route, pareto=not any(_beats(other, own) for other in figures))
        for route, own in zip(routes, figures, strict=True)
    )


def _beats(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))  # type: ignore[operator]
