"""From what is asked to the routes that are shown: find, solve, look again in the database, explain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from marketplace.db import Database
from marketplace.errors import Conflict, Invalid
from marketplace.routes.ask import Ask, goods_of, solver_steps
from marketplace.routes.best import best
from marketplace.routes.build import Frame
from marketplace.routes.candidates import gather, gather_again, offers_of
from marketplace.routes.choosing import Chosen
from marketplace.routes.fitting import fits_by_step, needs_price
from marketplace.routes.model import Answer, Field, Offer, Problem, RankBy, Route
from marketplace.routes.net import net_of
from marketplace.routes.plan import Found, NextBest, Plan
from marketplace.routes.port import FindPools, PoolFit, PoolWish, no_pools
from marketplace.routes.solve import answer, route_of
from marketplace.search.sync import LiveIndex

_MOST_LOOKS = 4  # at the database, when suppliers change what they publish while a route is worked out
_MOST_OFFERS_COMPARED = 600  # with more, only the best route says what the next best of each step would be
_MOST_STEPS_COMPARED = 30  # of all routes, the best first


def plan_routes(live: LiveIndex, database: Database, ask: Ask, today: date, find_pools: FindPools = no_pools) -> Plan:
    """The best routes for a request, with reasons, or the smallest changes that would open one.

    Guarantee: what is shown was read from the database after the search, and found to be so.
    Errors: Invalid where the steps make no tree, or nothing says how much cloth a piece takes; Conflict when
    suppliers change what they publish faster than it can be read.
    """
    found = gather(live, database, ask, today)
    for _ in range(_MOST_LOOKS):
        plan = _solve(ask, found)
        again = gather_again(database, ask, found, _shown_suppliers(plan.answer))
        if _same(plan, again):
            return replace(plan, next_best=_next_best(plan), pools=_pools(plan, database, find_pools, today))
        found = again
    raise Conflict("Suppliers are changing their open weeks just now: ask again in a moment.")


def _solve(ask: Ask, found: Found) -> Plan:
    problem = Problem(
        goods=goods_of(ask),
        steps=solver_steps(ask),
        offers=found.offers,
        studio=ask.origin.point,
        start=ask.start,
        currency=ask.currency or _usual_currency(found.offers),
        due=ask.due,
        due_at=ask.due_at,
        radius_m=ask.radius_m,
        haul_m=ask.max_haul_m,
        weights=ask.weights,
        rank_by=ask.rank_by,
        k=ask.k,
        differ=max(ask.differ, 1),
        sends_cloth=ask.sends_cloth,
    )
    if not needs_price(problem):
        return Plan(ask, problem, _answer(problem), found, {}, counts_money=True, unpriced=0)
    by_points = RankBy.WEIGHTED if ask.rank_by is RankBy.MONEY else ask.rank_by
    free = replace(problem, weights=replace(problem.weights, money=0), rank_by=by_points)
    if not _is_open(problem) and (_is_open(free) or not _has_prices(problem)):
        return Plan(ask, free, _answer(free), found, {}, counts_money=False, unpriced=0)
    return Plan(ask, problem, _answer(problem), found, {}, counts_money=True, unpriced=_unpriced(problem))


def _is_open(problem: Problem) -> bool:
    """Whether there is a route at all. Errors: Invalid."""
    frame = _frame(problem)
    fits = [[fit for fit in found if not fit.misses] for found in fits_by_step(problem, frame.amounts)]
    return all(fits) and bool(best(net_of(frame, fits), 1))


def _has_prices(problem: Problem) -> bool:
    """Whether somebody publishes a price for every step; else prices can't be what stands between."""
    priced = {
        offer.step
        for offer in problem.offers
        if offer.draft.price is not None and offer.draft.price.currency == problem.currency
    }
    return len(priced) == len(problem.steps)


def _answer(problem: Problem) -> Answer:
    """Errors: Invalid."""
    _frame(problem)
    return answer(problem)


def _frame(problem: Problem) -> Frame:
    """Errors: Invalid where the steps make no tree, or nothing says how much cloth a piece takes."""
    try:
        return Frame.of(problem)
    except ValueError as error:
        name = "cloth/metres_per_piece" if "cloth one piece" in str(error) else "steps"
        raise Invalid({name: str(error)}) from None


def _usual_currency(offers: Sequence[Offer]) -> str:
    """The one in which most of the suppliers publish prices; of two the first by its letters."""
    counted = Counter(offer.draft.price.currency for offer in offers if offer.draft.price)
    return min(counted, key=lambda currency: (-counted[currency], currency), default="EUR")


def _unpriced(problem: Problem) -> int:
    """Suppliers that publish no price in the currency of the request."""
    prices: dict[str, bool] = {}
    for offer in problem.offers:
        price = offer.draft.price
        prices[offer.supplier_id] = prices.get(offer.supplier_id, False) or (
            price is not None and price.currency == problem.currency
        )
    return sum(not has_price for has_price in prices.values())


def _shown_routes(solved: Answer) -> list[Route]:
    return [*solved.routes, *(miss.route for miss in solved.near_misses)]


def _shown_suppliers(solved: Answer) -> set[str]:
    return {pick.offer.supplier_id for route in _shown_routes(solved) for pick in route.picks}


def _same(plan: Plan, again: Found) -> bool:
    """Whether everything that is shown still stands as it was read."""
    now = {(offer.step, offer.service_id): offer for offer in again.offers}
    shown = (pick.offer for route in _shown_routes(plan.answer) for pick in route.picks)
    return all(now.get((offer.step, offer.service_id)) == offer for offer in shown)


def _next_best(plan: Plan) -> dict[tuple[int, int], NextBest]:
    """For each step of the routes shown: who else would do it, everything else as it is."""
    problem = plan.problem
    routes = [route for route in plan.answer.routes if route.split is None]
    if not routes:
        return {}
    if len(problem.offers) > _MOST_OFFERS_COMPARED:
        routes = routes[:1]
    frame = Frame.of(problem)
    fits = [[fit for fit in found if not fit.misses] for found in fits_by_step(problem, frame.amounts)]
    known = [{fit.offer.service_id: [fit] for fit in found} for found in fits]
    found: dict[tuple[int, int], NextBest] = {}
    for place, route in enumerate(routes):
        settled = [known[pick.step][pick.offer.service_id] for pick in route.picks]
        for pick in route.picks[: _MOST_STEPS_COMPARED - len(found)]:
            others = [fit for fit in fits[pick.step] if fit.offer.supplier_id != pick.offer.supplier_id]
            net = net_of(frame, [*settled[: pick.step], others, *settled[pick.step + 1 :]])
            for way in best(net, 1):
                other = route_of(net, way)
                found[place, pick.step] = NextBest(other.picks[pick.step].offer, other)
    return found


def _pools(plan: Plan, database: Database, find_pools: FindPools, today: date) -> tuple[PoolFit, ...]:
    """Open pools for the steps, those first that meet a minimum which is the wall."""
    ask, solved = plan.ask, plan.answer
    walls = {
        miss.step: miss.offer.supplier_id
        for miss in solved.near_misses
        if miss.field is Field.MINIMUM and miss.step is not None and miss.offer is not None
    }
    wishes = [
        PoolWish(
            process=step.process,
            quantity=solved.amounts[place].quantity,
            near=ask.origin.point,
            radius_m=ask.radius_m,
            materials=ask.cloth.materials,
            colours=ask.colours,
            product=ask.product,
            needed_by=ask.due,
            supplier_id=walls.get(place, ""),
        )
        for place, step in sorted(enumerate(ask.steps), key=lambda item: item[0] not in walls)
    ]
    return tuple(find_pools(database, wishes, today))


def plan_chosen(database: Database, ask: Ask, chosen: Chosen) -> Plan:
    """A route through settled services, by what the database says now. It has no route where one of them does not
    take it any more; its near-misses say why, and `gone` is there for services that nobody can ask for.

    Errors: as of plan_routes.
    """
    wanted = {(step, service) for step, services in enumerate(chosen) for service in services}
    everyone = replace(ask, steps=tuple(replace(step, only="", without=frozenset()) for step in ask.steps))
    found = offers_of(database, everyone, {service for _, service in wanted})
    kept = tuple(offer for offer in found.offers if (offer.step, offer.service_id) in wanted)
    return _solve(replace(everyone, k=1, differ=1), Found(kept, found.sites))
