"""A route from the offers chosen for its steps: days by capacity.rules.plan, distances by places, nothing else. Pure.

Whatever finds the offers, this says what the route is; also of offers read anew before enquiries are sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from marketplace.capacity.model import Plan
from marketplace.capacity.rules import plan
from marketplace.routes.fitting import Fit, fit_of
from marketplace.routes.model import STUDIO, Amount, DueAt, Leg, Pick, Problem, Route
from marketplace.routes.quantities import amounts, successors
from marketplace.routes.ready import horizon_days
from marketplace.routes.scoring import weighted
from marketplace.routes.travel import home_days, leg_metres, mg_co2e, transit_days
from marketplace.suppliers.rules import Verdict, judge
from marketplace.units import Quantity


@dataclass(frozen=True, slots=True)
class Frame:
    """What stays the same for every route of a problem."""

    problem: Problem
    following: tuple[int, ...]
    amounts: tuple[Amount, ...]
    order: tuple[int, ...]  # predecessors first
    before: tuple[tuple[int, ...], ...]  # the predecessors of each step
    jobs: dict[tuple[object, ...], tuple[Plan | None, Verdict]] = field(default_factory=dict, compare=False)

    def job(self, step: int, fit: Fit, arrives: date) -> tuple[Plan | None, Verdict]:
        """When a job is ready, and the words about it; worked out once, because the best routes share most jobs."""
        key = step, fit.offer.service_id, fit.quantity.atoms, fit.need, arrives
        if key not in self.jobs:
            calendar, need = fit.offer.calendar, fit.need
            planned = (
                plan(calendar, need, arrives, fit.lead_days) if calendar is not None and need is not None else None
            )
            run = replace(self.amounts[step].run, quantity=fit.quantity)
            self.jobs[key] = planned, judge(fit.offer.draft, run)
        return self.jobs[key]

    @classmethod
    def of(cls, problem: Problem) -> Frame:
        """Errors: ValueError in words, where the steps make no tree or the cloth isn't said."""
        following = successors(problem.steps)
        before = tuple(
            tuple(number for number, target in enumerate(following) if target == step)
            for step in range(len(problem.steps))
        )
        order: list[int] = []
        at = [following.index(STUDIO)]
        while at:
            step = at.pop()
            order.append(step)
            at += before[step]
        return cls(problem, following, amounts(problem.goods, problem.steps), tuple(reversed(order)), before)

    @property
    def last(self) -> int:
        return self.order[-1]

    def is_source(self, step: int) -> bool:
        """Whether goods of the studio go there first, where it sends its own cloth."""
        steps = self.problem.steps
        return not steps[step].digital and all(steps[number].digital for number in self.before[step])


def evaluate(problem: Problem, service_ids: Sequence[str]) -> Route | None:
    """The route through these services, one for each step in order; None when a limit is missed or weeks are short.

    Errors: ValueError as of Frame.of, or when an id is none of the step's offers.
    """
    frame = Frame.of(problem)
    known = {(offer.step, offer.service_id): offer for offer in problem.offers}
    fits = []
    for step, service_id in enumerate(service_ids):
        offer = known.get((step, service_id))
        if offer is None:
            raise ValueError(f"{service_id} is not offered for step {step + 1}")
        fits.append(fit_of(problem, problem.steps[step], frame.amounts[step], offer))
    if len(fits) != len(problem.steps):
        raise ValueError(f"{len(problem.steps)} steps need as many services")
    if any(found.misses for found in fits):
        return None
    route = build(frame, [(found,) for found in fits])
    return route if route and within_limits(problem, route) else None


def within_limits(problem: Problem, route: Route) -> bool:
    """The limits of a route as a whole: the due date and the haul, both inclusive."""
    if problem.haul_m is not None and route.metres > problem.haul_m:
        return False
    day = route.ready if problem.due_at is DueAt.READY else route.delivered
    return problem.due is None or day <= problem.due


def build(frame: Frame, fits: Sequence[tuple[Fit, ...]]) -> Route | None:
    """Walk the steps in order; None when a job finds no published weeks. Limits are not looked at.

    `fits`: for each step the offer picked, or the two that share it. Both parts of a shared step begin once all that
    is carried to them is there, and go on together once both are ready.
    """
    problem = frame.problem
    picks: dict[int, tuple[Pick, ...]] = {}
    for step in frame.order:
        picked = _picks(frame, step, fits[step], [picks[number] for number in frame.before[step]])
        if picked is None:
            return None
        picks[step] = picked
    home = () if problem.steps[frame.last].digital else _legs_home(frame, picks[frame.last])
    return _total(frame, [picks[step] for step in range(len(fits))], home)


def part_grams(grams: int, part: int, whole: int) -> int:
    """The mass of a part of a step's quantity, rounded half up to the gram."""
    return (2 * grams * part + whole) // (2 * whole)


def _total(frame: Frame, by_step: Sequence[tuple[Pick, ...]], home: tuple[Leg, ...]) -> Route:
    """Add the picks and the last legs up."""
    problem = frame.problem
    picks = tuple(pick for one in by_step for pick in one)
    legs = [*(leg for pick in picks for leg in pick.legs), *home]
    prices = [pick.money_minor for pick in picks]
    known = sum(price for price in prices if price is not None)
    ready = max(pick.ready for pick in by_step[frame.last])
    delivered = max((leg.arrives for leg in home), default=ready)
    scale = weighted(problem.weights, problem.currency)
    score = sum(scale.leg(leg.metres, leg.grams) for leg in legs) + scale.minor * known
    gram_metres = sum(leg.grams * leg.metres for leg in legs)
    return Route(
        picks=picks,
        last_legs=home,
        metres=sum(leg.metres for leg in legs),
        money_minor=None if None in prices else known,
        delivered=delivered,
        ready=ready,
        gram_metres=gram_metres,
        mg_co2e=mg_co2e(gram_metres),
        score_nano=score + scale.day * (delivered - problem.start).days,
        split=next((step for step, shared in enumerate(by_step) if len(shared) > 1), None),
        recheck=_shared(frame, picks),
    )


def _picks(
    frame: Frame, step: int, fits: tuple[Fit, ...], before: Sequence[tuple[Pick, ...]]
) -> tuple[Pick, ...] | None:
    problem = frame.problem
    carried = [_legs(frame, step, fit, before) for fit in fits]
    waited = [leg.arrives for legs in carried for leg in legs] + [pick.ready for picks in before for pick in picks]
    arrives = max([problem.start, *waited])
    picks = []
    for fit, legs in zip(fits, carried, strict=True):
        planned, verdict = frame.job(step, fit, arrives)
        if planned is None or (planned.ready - problem.start).days > horizon_days(problem.start):
            return None
        pick = Pick(
            step=step,
            offer=fit.offer,
            quantity=fit.quantity,
            verdict=verdict,
            arrives=arrives,
            starts=planned.starts,
            finishes=planned.last_worked,
            ready=planned.ready,
            weeks=planned.weeks,
            money_minor=fit.money_minor,
            legs=legs,
            distance_m=fit.distance_m,
        )
        picks.append(pick)
    return tuple(picks)


def _legs(frame: Frame, step: int, target: Fit, before: Sequence[tuple[Pick, ...]]) -> tuple[Leg, ...]:
    """What is carried to a supplier: from the steps before it that hand over goods, or from the studio."""
    problem, offer = frame.problem, target.offer
    if problem.steps[step].digital:
        return ()
    if problem.sends_cloth and frame.is_source(step):
        metres = leg_metres(problem.studio, offer.point, same_site=False)
        whole = frame.amounts[step].grams_in
        grams = _share(frame, step, whole, target.quantity) if target.is_part else whole
        arrives = problem.start + timedelta(days=home_days(metres))
        return (_leg(None, offer.service_id, metres, grams, problem.start, arrives),)
    legs = []
    for picks in before:
        number = picks[0].step
        if problem.steps[number].digital:
            continue
        leaves = max(pick.ready for pick in picks)
        for pick in picks:
            same = pick.offer.site_id == offer.site_id
            metres = leg_metres(pick.offer.point, offer.point, same_site=same)
            arrives = leaves + timedelta(days=transit_days(metres, same_site=same))
            whole = frame.amounts[number].grams_out
            grams = _share(frame, number, whole, pick.quantity) if len(picks) > 1 else whole
            if target.is_part:
                grams = _share(frame, step, whole, target.quantity)
            legs.append(_leg(pick.offer.service_id, offer.service_id, metres, grams, leaves, arrives))
    return tuple(legs)


def _legs_home(frame: Frame, last: tuple[Pick, ...]) -> tuple[Leg, ...]:
    legs = []
    leaves = max(pick.ready for pick in last)
    for pick in last:
        metres = leg_metres(pick.offer.point, frame.problem.studio, same_site=False)
        whole = frame.amounts[pick.step].grams_out
        grams = _share(frame, pick.step, whole, pick.quantity) if len(last) > 1 else whole
        arrives = leaves + timedelta(days=home_days(metres))
        legs.append(_leg(pick.offer.service_id, None, metres, grams, leaves, arrives))
    return tuple(legs)


def _share(frame: Frame, step: int, grams: int, part: Quantity) -> int:
    return part_grams(grams, part.atoms, frame.amounts[step].quantity.atoms)


def _leg(origin: str | None, target: str | None, metres: int, grams: int, leaves: date, arrives: date) -> Leg:
    return Leg(origin, target, metres, grams, leaves, arrives, mg_co2e(metres * grams))


def _shared(frame: Frame, picks: Sequence[Pick]) -> tuple[str, ...]:
    """Resources that two branches use, neither of which waits for the other: they might meet on one day."""
    met = set()
    for number, one in enumerate(picks):
        for other in picks[number + 1 :]:
            same = one.offer.resource_id is not None and one.offer.resource_id == other.offer.resource_id
            if same and not _waits(frame, one.step, other.step) and not _waits(frame, other.step, one.step):
                met.add(str(one.offer.resource_id))
    return tuple(sorted(met))


def _waits(frame: Frame, first: int, later: int) -> bool:
    at = first
    while at != STUDIO:
        at = frame.following[at]
        if at == later:
            return True
    return False
