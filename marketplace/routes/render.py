"""Routes as JSON: explicit lists of fields, the names of the public interface. Pure."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from marketplace.routes.explain import ESTIMATE, process_label
from marketplace.routes.model import Amount, Leg, NearMiss, Offer, Pick, Route
from marketplace.routes.plan import Plan
from marketplace.routes.telling import blocked_texts, near_miss_text, offer_of, route_why, step_why
from marketplace.search.render import origin_json
from marketplace.units import Quantity
from marketplace.units.rules import whole_or_decimal

_MILLION, _BILLION = 1_000_000, 1_000_000_000


def plan_json(plan: Plan) -> dict[str, Any]:
    """The answer to POST /api/v1/routes."""
    ask, solved = plan.ask, plan.answer
    offers = Counter(offer.step for offer in plan.problem.offers)
    return {
        "start": ask.start.isoformat(),
        "due": ask.due.isoformat() if ask.due else None,
        "due_at": plan.problem.due_at.value,
        "origin": origin_json(ask.origin),
        "radius_km": ask.radius_m / 1000,
        "currency": plan.currency,
        "rank_by": ask.rank_by.value,
        "quantities": [_quantity(step.process, amount) for step, amount in zip(ask.steps, solved.amounts, strict=True)],
        "routes": [_route(plan, route, place) for place, route in enumerate(solved.routes)],
        "is_split": solved.is_split,
        "near_misses": [_near_miss(plan, miss) for miss in solved.near_misses],
        "blocked": [
            {"process": ask.steps[step].process, "offers": offers.get(step, 0), "text": text}
            for step, text in blocked_texts(plan)
        ],
        "pools": [
            {
                "id": pool.id,
                "url": pool.url,
                "process": pool.process,
                "supplier_id": pool.supplier_id or None,
                "text": pool.text,
                **pool.more,
            }
            for pool in plan.pools
        ],
        "money_counted": plan.counts_money,
        "unpriced_suppliers": plan.unpriced,
        "estimate": ESTIMATE,
    }


def supplier_json(plan: Plan, offer: Offer) -> dict[str, Any]:
    site = plan.site_of(offer)
    return {
        "id": offer.supplier_id,
        "external_id": site.external_id,
        "name": site.name,
        "site": site.site_name,
        "url": f"/suppliers/{site.slug}",
        "locality": site.locality,
        "country": site.country,
        "lat": offer.point.lat,
        "lon": offer.point.lon,
        "verified": site.is_verified,
    }


def _quantity(process: str, amount: Amount) -> dict[str, Any]:
    """What a step works on: the amount it is asked for, and the mass that enters and leaves it."""
    return {
        "process": process,
        "quantity": whole_or_decimal(amount.quantity),
        "unit": amount.quantity.unit.value,
        "kg_in": amount.grams_in / 1000,
        "kg_out": amount.grams_out / 1000,
    }


def _route(plan: Plan, route: Route, place: int | None) -> dict[str, Any]:
    """`place`: where it stands among the routes; None for the route of a near-miss."""
    last = route.last_leg
    return {
        "steps": [_pick(plan, route, pick, place) for pick in route.picks],
        "km": route.metres / 1000,
        "money_minor": route.money_minor,
        "currency": plan.currency if route.money_minor is not None else None,
        "ready": route.ready.isoformat(),
        "delivered": route.delivered.isoformat(),
        "days": (route.delivered - plan.ask.start).days,
        "kg_co2e": _kg_co2e(route.mg_co2e),
        "score": _score(route.score_nano),
        "pareto": route.pareto,
        "split": plan.ask.steps[route.split].process if route.split is not None else None,
        "last_leg": _leg(last) if last else None,
        "why": list(route_why(plan, place)) if place is not None else [],
    }


def _pick(plan: Plan, route: Route, pick: Pick, place: int | None) -> dict[str, Any]:
    calendar, step = pick.offer.calendar, plan.ask.steps[pick.step]
    unit = calendar.unit if calendar else pick.quantity.unit
    return {
        "process": step.process,
        "label": process_label(step.process),
        "supplier": supplier_json(plan, pick.offer),
        "service_id": pick.offer.service_id,
        "quantity": whole_or_decimal(pick.quantity),
        "unit": pick.quantity.unit.value,
        "distance_km": pick.distance_m / 1000,
        "arrives": pick.arrives.isoformat(),
        "starts": pick.starts.isoformat(),
        "finishes": pick.finishes.isoformat(),
        "ready": pick.ready.isoformat(),
        "weeks": [
            {"week_start": share.week.monday.isoformat(), "quantity": whole_or_decimal(Quantity(share.atoms, unit))}
            for share in pick.weeks
            if share.atoms
        ],
        "weeks_unit": unit.value,
        "leg_km": pick.leg_m / 1000,
        "legs": [_leg(leg) for leg in pick.legs],
        "money_minor": pick.money_minor,
        "verdict": pick.verdict.answer.value,
        "surcharge_percent": pick.verdict.surcharge_percent,
        "kg_co2e": _kg_co2e(pick.mg_co2e),
        "why": list(step_why(plan, route, pick, place)),
    }


def _leg(leg: Leg) -> dict[str, Any]:
    """`from` and `to` are services; null is the studio."""
    return {
        "from": leg.origin,
        "to": leg.target,
        "km": leg.metres / 1000,
        "kg": leg.grams / 1000,
        "leaves": leg.leaves.isoformat(),
        "arrives": leg.arrives.isoformat(),
        "kg_co2e": _kg_co2e(leg.mg_co2e),
    }


def _near_miss(plan: Plan, miss: NearMiss) -> dict[str, Any]:
    offer = offer_of(miss)
    return {
        "field": miss.field.value,
        "from": _plain(miss.before),
        "to": _plain(miss.after),
        "text": near_miss_text(plan, miss),
        "process": plan.ask.steps[miss.step].process if miss.step is not None else None,
        "supplier": supplier_json(plan, offer) if offer else None,
        "nearest": [{"quantity": whole_or_decimal(amount), "unit": amount.unit.value} for amount in miss.nearest],
        "route": _route(plan, miss.route, None),
    }


def _kg_co2e(milligrams: int) -> float:
    """Kilograms to the gram, rounded half up."""
    return (milligrams + 500) // 1000 / 1000


def _score(nano: int) -> float:
    """Points to the hundredth, rounded half up."""
    return (nano + _BILLION // 200) // (_BILLION // 100) / 100


def _plain(value: object) -> Any:
    """A limit as JSON."""
    if isinstance(value, Quantity):
        return whole_or_decimal(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset | set | tuple):
        return sorted(value)
    return value
