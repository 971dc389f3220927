"""The best routes of a problem. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from marketplace.routes.build import Frame, build
from marketplace.routes.choose import diverse, with_badges
from marketplace.routes.fitting import Fit, fits_by_step
from marketplace.routes.model import Answer, Blocked, Field, Problem, Route
from marketplace.routes.near import near_misses
from marketplace.routes.net import Net, net_of
from marketplace.routes.split import split_ways
from marketplace.routes.ways import Way


def answer(problem: Problem) -> Answer:
    """The k best routes, exactly, of which no two differ in fewer than `differ` steps; near-misses where none fits.

    Errors: ValueError in words, where the steps make no tree or the cloth isn't said.
    """
    frame = Frame.of(problem)
    fits = fits_by_step(problem, frame.amounts)
    net = net_of(frame, [[one for one in found if not one.misses] for found in fits])
    routes = with_badges([route_of(net, way) for way in diverse(net, problem.k, problem.differ)])
    if routes:
        return Answer(frame.amounts, routes)
    shared = with_badges([route_of(net, way) for net, way in split_ways(frame, fits)])
    return Answer(frame.amounts, shared, near_misses(frame, fits), blocked(frame, fits), is_split=bool(shared))


def blocked(frame: Frame, fits: Sequence[Sequence[Fit]]) -> tuple[Blocked, ...]:
    """The steps that no offer fits by itself, with what they miss."""
    found = []
    for step, offers in enumerate(fits):
        if any(not fit.misses and fit.need is not None for fit in offers):
            continue
        misses = Counter(miss for fit in offers for miss in fit.misses)
        found.append(Blocked(step, len(offers), dict(misses.most_common()), _blocked_text(len(offers), misses)))
    return tuple(found)


_MISSED = {
    Field.RADIUS: "too far",
    Field.MINIMUM: "too small a run",
    Field.MAXIMUM: "too large a run",
    Field.LOAD: "between two machine loads",
    Field.SKILL: "without the skill",
    Field.MATERIAL: "for other materials",
    Field.PRODUCT: "for other products",
    Field.CERTIFICATE: "without a valid certificate",
    Field.PRICE: "without a price to compare",
}


def _blocked_text(offers: int, misses: Counter[Field]) -> str:
    """'5 offer this and none fits: 3 too far, 2 too small a run'."""
    if not offers:
        return "Nobody near offers this"
    who = "One offers this and doesn't fit" if offers == 1 else f"{offers} offer this and none fits"
    said = [f"{count} {_MISSED[miss]}" for miss, count in misses.most_common()]
    return f"{who}: {', '.join(said) if said else 'no weeks published'}"


def route_of(net: Net, way: Way) -> Route:
    """A way as the route it is, with its days and legs."""
    route = build(net.frame, [layer.fits(node) for layer, node in zip(net.layers, way.nodes, strict=True)])
    if route is None:
        raise AssertionError("a way that is no route")
    return route
