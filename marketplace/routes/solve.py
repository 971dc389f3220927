"""The best routes of a problem. Pure."""

from __future__ import annotations

from itertools import product

from marketplace.routes.build import Frame, build, within_limits
from marketplace.routes.fitting import fit
from marketplace.routes.model import Answer, Problem


def answer(problem: Problem) -> Answer:
    """The k best routes, exactly, of which no two differ in fewer than `differ` steps; near-misses where none fits.

    Errors: ValueError in words, where the steps make no tree or the cloth isn't said.
    """
    frame = Frame.of(problem)
    steps = range(len(problem.steps))
    found = [fit(problem, problem.steps[o.step], frame.amounts[o.step], o) for o in problem.offers]
    fits = [[one for one in found if one.offer.step == step and not one.misses] for step in steps]
    built = [route for picks in product(*fits) if (route := build(frame, picks)) and within_limits(problem, route)]
    built.sort(key=lambda route: (route.score_nano, route.delivered, route.money_minor or 0, route.service_ids))
    return Answer(frame.amounts, tuple(built[: problem.k]))
