"""The best routes of a problem. Pure."""

from __future__ import annotations

from marketplace.routes.best import best
from marketplace.routes.build import Frame, build
from marketplace.routes.fitting import Fit, fits_of
from marketplace.routes.model import Answer, Offer, Problem, Route
from marketplace.routes.net import Net, net_of
from marketplace.routes.ways import Way


def answer(problem: Problem) -> Answer:
    """The k best routes, exactly, of which no two differ in fewer than `differ` steps; near-misses where none fits.

    Errors: ValueError in words, where the steps make no tree or the cloth isn't said.
    """
    frame = Frame.of(problem)
    fits = fits_by_step(frame)
    net = net_of(frame, [[one for one in found if not one.misses] for found in fits])
    return Answer(frame.amounts, tuple(route_of(net, way) for way in best(net, problem.k)))


def fits_by_step(frame: Frame) -> list[list[Fit]]:
    """How each offer meets its step."""
    problem = frame.problem
    offers: list[list[Offer]] = [[] for _ in problem.steps]
    for offer in problem.offers:
        offers[offer.step].append(offer)
    each = zip(problem.steps, frame.amounts, offers, strict=True)
    return [fits_of(problem, step, amount, offered) for step, amount, offered in each]


def route_of(net: Net, way: Way) -> Route:
    """A way as the route it is, with its days and legs."""
    route = build(net.frame, [layer.fits[node] for layer, node in zip(net.layers, way.nodes, strict=True)])
    if route is None:
        raise AssertionError("a way that is no route")
    return route
