"""The reasons of a plan, put together: one place that page, JSON and terminal ask, so that they cannot differ."""

from __future__ import annotations

from marketplace.places.rules import distance_m
from marketplace.routes import explain
from marketplace.routes.model import Field, NearMiss, Offer, Pick, Route
from marketplace.routes.plan import Plan


def step_why(plan: Plan, route: Route, pick: Pick, place: int | None) -> tuple[str, ...]:
    """Why this supplier. `place`: where the route stands among those shown; None for a near-miss's."""
    other = plan.next_best.get((place, pick.step)) if place is not None else None
    next_best = explain.Alternative(other.offer, other.route) if other else None
    return explain.step_reasons(plan.problem, route, pick, next_best)


def route_why(plan: Plan, place: int) -> tuple[str, ...]:
    return explain.route_reasons(plan.problem, plan.answer.routes, place, counts_money=plan.counts_money)


def near_miss_text(plan: Plan, miss: NearMiss) -> str:
    return explain.near_miss_words(plan.problem, miss)


def offer_of(miss: NearMiss) -> Offer | None:
    """The supplier that a near-miss is about: whose limit it is, else who lies farthest out or is ready last."""
    picks = miss.route.picks
    if miss.offer is not None:
        return miss.offer
    if miss.field is Field.RADIUS:
        return max(picks, key=lambda pick: pick.distance_m).offer
    if miss.field is Field.DUE:
        return max(picks, key=lambda pick: ((pick.starts - pick.arrives).days, pick.ready)).offer
    return None


def blocked_texts(plan: Plan) -> list[tuple[int, str]]:
    """(step, why nobody does it): limits that all miss, or weeks that nobody has published so far ahead."""
    told = {blocked.step: blocked.text for blocked in plan.answer.blocked}
    if not plan.answer.routes and not plan.answer.near_misses:
        for step in range(len(plan.ask.steps)):
            offers = [offer for offer in plan.problem.offers if offer.step == step and _is_near(plan, offer)]
            calendars = [offer.calendar for offer in offers]
            if offers and not any(calendar and calendar.usual is not None for calendar in calendars):
                days = [day for calendar in calendars if (day := explain.last_published(calendar))]
                told[step] = explain.nothing_after(max(days, default=None))
    return sorted(told.items())


def _is_near(plan: Plan, offer: Offer) -> bool:
    return distance_m(plan.problem.studio, offer.point) <= plan.ask.radius_m


def headline(plan: Plan) -> str:
    """What came of the request, in one sentence."""
    routes, ask = plan.answer.routes, plan.ask
    if not routes:
        return "No route fits all of it"
    count = "One route" if len(routes) == 1 else f"{len(routes)} routes"
    many = len({pick.offer.supplier_id for route in routes for pick in route.picks})
    workshops = "one workshop" if many == 1 else f"{many} workshops"
    return f"{count} through {workshops} within {ask.radius_m / 1000:g} km of {ask.origin.label}"


def notes(plan: Plan) -> tuple[str, ...]:
    """What to know before comparing the routes."""
    said = []
    if plan.answer.is_split:
        said.append("No single supplier takes one of the steps: it is split over two")
    if not plan.counts_money and plan.answer.routes:
        said.append("No route has a published price for every step: money is not compared, ask for the missing ones")
    elif plan.unpriced:
        many = "One supplier publishes" if plan.unpriced == 1 else f"{plan.unpriced} suppliers publish"
        said.append(f"{many} no price in {plan.currency} and could not be compared")
    said.append(explain.ESTIMATE)
    return tuple(said)
