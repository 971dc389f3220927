"""Never a dead end: the smallest change of one limit that adds results, each checked by deciding again. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from marketplace.places.model import Circle
from marketplace.places.rules import MAXIMUM_RADIUS_M
from marketplace.search.decide import Limit, ServiceFit, SiteFit, decide, plan_run
from marketplace.search.document import SiteDocument
from marketplace.search.index import NearMiss, Relaxation
from marketplace.search.order import tie
from marketplace.search.query import SearchQuery
from marketplace.suppliers.rules import Answer
from marketplace.units import Quantity, format_quantity
from marketplace.vocabulary import Facet, vocabulary

MOST_NEAR_MISSES = 10

# `size` of changes that are no share of anything: one more figure would tell; a whole filter goes; nothing helps.
UNCOMPARED, WHOLE, NO_STEP = 0.5, 1.0, 2.0


@dataclass(frozen=True, slots=True)
class Step:
    """A changed query that would let a site in."""

    limit: Limit
    before: Any
    after: Any
    query: SearchQuery
    size: float
    lack: str  # what the site lacks, in words
    offer: str  # the change, in words

    @property
    def kind(self) -> tuple[Limit, bool]:
        """Larger and smaller runs are two kinds of change."""
        return self.limit, self.limit is Limit.QUANTITY and self.after.atoms > self.before.atoms


@dataclass(frozen=True, slots=True)
class Considered:
    """A site that does not fit: the single changes that would let it in, and how it narrowly fails, if it does."""

    steps: tuple[Step, ...]
    near: NearMiss | None


def relax(documents: Iterable[SiteDocument], query: SearchQuery) -> tuple[list[Relaxation], list[NearMiss]]:
    """Relaxations, cheapest first, and the sites that miss one limit only, nearest first; every site is tried.

    A step is kept only when the site fits the changed query; `adds` counts every site that does and does
    not fit now.
    """
    outside = [fit for fit in (decide(document, query) for document in documents) if not fit.fits]

    def count(changed: SearchQuery) -> int:
        return sum(decide(fit.document, changed).fits for fit in outside)

    return choose((consider(fit, query) for fit in outside), count)


def consider(fit: SiteFit, query: SearchQuery) -> Considered:
    """What would let one site in that does not fit."""
    # No step moves the centre, so the distance stays.
    own = tuple(step for step in _steps(fit, query) if decide(fit.document, step.query, fit.metres).fits)
    near: NearMiss | None = None
    if reason := _cannot_compare(fit):
        near = NearMiss(fit, Limit.QUANTITY, None, None, reason, UNCOMPARED)
    elif own:
        best = min(own, key=lambda step: step.size)
        near = NearMiss(fit, best.limit, best.before, best.after, best.lack, best.size)
    elif len(fit.all_misses) == 1:
        (limit,) = fit.all_misses
        near = NearMiss(fit, limit, None, None, _lack_without_step(limit, fit), NO_STEP)
    return Considered(own, near)


def choose(
    considered: Iterable[Considered], count: Callable[[SearchQuery], int]
) -> tuple[list[Relaxation], list[NearMiss]]:
    """The cheapest step of each kind with what it adds (by `count`), and the nearest misses."""
    cheapest: dict[tuple[Limit, bool], Step] = {}
    near: list[NearMiss] = []
    for one in considered:
        for step in one.steps:
            if step.kind not in cheapest or step.size < cheapest[step.kind].size:
                cheapest[step.kind] = step
        near += [one.near] if one.near else []
    # A larger and a smaller run may be equally far: the order must not depend on who was considered first.
    chosen = sorted(cheapest.values(), key=lambda step: (step.size, *step.kind))
    near.sort(key=lambda miss: (miss.size, *tie(miss.fit)))
    return [_relaxation(step, count(step.query)) for step in chosen], near[:MOST_NEAR_MISSES]


def _relaxation(step: Step, adds: int) -> Relaxation:
    return Relaxation(step.limit, step.before, step.after, adds, f"{step.offer}: {adds} more", step.query, step.size)


def _cannot_compare(fit: SiteFit) -> str | None:
    """What a site does that fits but for a quantity it counts in another way: one more figure would settle it."""
    for service in fit.services:
        verdict = service.verdict
        if fit.misses | service.misses <= {Limit.QUANTITY, Limit.BY} and verdict and verdict.converted is None:
            return verdict.reasons[0]
    return None


def _steps(fit: SiteFit, query: SearchQuery) -> Iterable[Step]:
    """Single changes that might let this site in."""
    told: set[frozenset[Limit]] = set()
    for service in fit.services:
        misses = fit.misses | service.misses
        if misses in told and not misses <= {Limit.QUANTITY, Limit.BY}:
            continue  # the same change for another service
        told.add(misses)
        if misses == {Limit.RADIUS}:
            yield from _wider(fit, query)
        elif misses == {Limit.VERIFIED}:
            changed = replace(query, verified=False)
            yield Step(Limit.VERIFIED, True, False, changed, WHOLE, "not verified yet", "with unverified suppliers")
        elif misses == {Limit.TEACHING}:
            changed = replace(query, teaching=False)
            text = "that train nobody now"
            yield Step(Limit.TEACHING, True, False, changed, WHOLE, "trains nobody now", f"with suppliers {text}")
        elif misses <= {Limit.QUANTITY, Limit.BY}:
            yield from _other_quantity(service, query)
            if misses == {Limit.BY}:
                yield from _later(service, query)
        elif len(misses) == 1:
            (limit,) = misses
            yield _without(Facet(limit.value), query)


def _wider(fit: SiteFit, query: SearchQuery) -> Iterable[Step]:
    if query.circle is None or fit.metres is None:
        return
    before_m = query.circle.radius_m
    step_m = 1000 if before_m >= 5000 else 100  # rounded up, in the asker's favour
    # The change is rounded, so that a radius of 12.5 km grows by whole kilometres too.
    after_m = min(before_m - (before_m - fit.metres) // step_m * step_m, MAXIMUM_RADIUS_M)
    more_km = _km(after_m - before_m)
    changed = replace(query, circle=Circle(query.circle.centre, after_m))
    text = f"radius +{more_km:g} km"
    yield Step(Limit.RADIUS, _km(before_m), _km(after_m), changed, (after_m - before_m) / before_m, text, text)


def _other_quantity(service: ServiceFit, query: SearchQuery) -> Iterable[Step]:
    run, verdict = query.run, service.verdict
    if run is None or verdict is None:
        return
    asked = run.quantity
    amounts = list(verdict.nearest)
    if Limit.BY in service.misses and (fits := _most_in_time(service, query)):
        amounts.append(fits)
    for amount in amounts:
        changed = replace(query, run=replace(run, quantity=amount))
        lack = verdict.reasons[0] if verdict.answer is Answer.NO else f"only {format_quantity(amount)} fit by then"
        size = abs(amount.atoms - asked.atoms) / asked.atoms
        yield Step(Limit.QUANTITY, asked, amount, changed, size, lack, format_quantity(amount))


def _most_in_time(service: ServiceFit, query: SearchQuery) -> Quantity | None:
    """The largest smaller run that is ready in time: readiness never gets earlier with more pieces."""
    run, by = query.run, query.by
    if run is None or by is None:
        return None
    step = run.quantity.unit.step

    def in_time(steps: int) -> bool:
        smaller = replace(run, quantity=Quantity(steps * step, run.quantity.unit))
        planned = plan_run(service.service, smaller, query.arrival)
        return planned is not None and planned.ready <= by

    low, high = 0, -(-run.quantity.atoms // step)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if in_time(middle) else (low, middle)
    return Quantity(low * step, run.quantity.unit) if low else None


def _later(service: ServiceFit, query: SearchQuery) -> Iterable[Step]:
    if query.by is None or service.plan is None or service.plan.ready <= query.by:
        return
    ready = service.plan.ready
    days = (ready - query.by).days
    text = f"ready {_day(ready)}, {days} {'day' if days == 1 else 'days'} later"
    asked_days = max((query.by - query.arrival).days, 7)
    yield Step(Limit.BY, query.by, ready, replace(query, by=ready), days / asked_days, text, text)


def _without(facet: Facet, query: SearchQuery) -> Step:
    asked = sorted(query.asked(facet))
    labels = " or ".join(vocabulary().label(facet, value) for value in asked)
    limit = Limit(facet.value)
    return Step(limit, asked, [], query.without(facet), WHOLE, f"no {labels}", f"without “{labels}”")


def _lack_without_step(limit: Limit, fit: SiteFit) -> str:
    if limit is Limit.BY:
        return "no open weeks published that take this run"
    if limit is Limit.RADIUS:
        return "not on the map"
    if limit is Limit.QUANTITY and fit.best.verdict:
        return fit.best.verdict.reasons[0]
    return f"misses {limit.value}"


def _km(metres: int) -> float:
    return metres / 1000


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
