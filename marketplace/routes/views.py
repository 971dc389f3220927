"""What the page of routes shows: plain values for its templates. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from marketplace.briefs.rules import CLOTH_STEPS
from marketplace.places.rules import format_distance
from marketplace.routes.ask import MOST_STEPS
from marketplace.routes.choosing import chosen_text, figures_of, figures_text, services_of
from marketplace.routes.explain import day_words, process_label
from marketplace.routes.model import NearMiss, Pick, RankBy, Route
from marketplace.routes.outlines import OUTLINES
from marketplace.routes.plan import Plan
from marketplace.routes.telling import blocked_texts, headline, near_miss_text, notes, offer_of, route_why, step_why
from marketplace.routes.typed import FIELDS, Typed, TypedStep, body_of, pairs_of
from marketplace.units import Money, format_quantity
from marketplace.units.model import format_money
from marketplace.vocabulary import Facet, vocabulary

PATH = "/routes"
RANKS = {
    RankBy.WEIGHTED: "Best balance",
    RankBy.KM: "Fewest kilometres",
    RankBy.MONEY: "Lowest price",
    RankBy.DATE: "Soonest",
    RankBy.CO2E: "Least CO2e",
}
_BLANK_ROWS = 1
_STOP = 0.6


def link(typed: Typed, *more: tuple[str, str]) -> str:
    """The page that asks this."""
    return f"{PATH}?{urlencode([*pairs_of(typed), *more])}"


def request_text(typed: Typed) -> str:
    """The request as it is kept and sent with a form."""
    return json.dumps(body_of(typed), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def form_view(typed: Typed, errors: Mapping[str, str]) -> dict[str, Any]:
    """The form as it was typed, with a blank row for one more step."""
    blank = [TypedStep()] * min(_BLANK_ROWS if typed.steps else 3, MOST_STEPS - len(typed.steps))
    return {
        **{name: typed.get(name) for name in typed.texts},
        "steps": [
            {"process": step.process, "skill": step.skill, "before": step.before} for step in (*typed.steps, *blank)
        ],
        "held": [
            (f"{name}-{place}", supplier)
            for place, step in enumerate(typed.steps)
            for name, supplier in (("only", step.only), *(("not", each) for each in step.left_out))
            if supplier
        ],
        "errors": errors,
        "fields": sorted(FIELDS),
        "is_cloth": bool(typed.steps) and all(step.process in CLOTH_STEPS for step in typed.steps),
    }


def choices_view() -> dict[str, Any]:
    """What the selects of the form offer."""
    words = vocabulary()
    ordered = sorted(words.processes.values(), key=lambda process: (process.order, process.label))
    fibres = [term for term in words.terms[Facet.MATERIAL].values() if term.group == "fibre"]
    return {
        "processes": [(process.id, process.label) for process in ordered],
        "products": sorted(((term.id, term.label) for term in words.terms[Facet.PRODUCT].values()), key=lambda p: p[1]),
        "materials": sorted(((term.id, term.label) for term in fibres), key=lambda pair: pair[1]),
        "skills": sorted(term.label for term in words.terms[Facet.SKILL].values()),
        "ranks": [(rank.value, label) for rank, label in RANKS.items()],
        "outlines": [
            {"id": outline.id, "label": outline.label, "says": outline.says, "url": f"{PATH}?outline={outline.id}"}
            for outline in OUTLINES
        ],
    }


def plan_view(plan: Plan, typed: Typed, shown: int, brief: str = "") -> dict[str, Any]:
    """The answer: routes as cards, the one on the map, near-misses, pools, and what was swapped."""
    routes = plan.answer.routes
    shown = shown if 0 <= shown < len(routes) else 0
    more = [("brief", brief)] if brief else []
    return {
        "headline": headline(plan),
        "routes": [route_view(plan, route, place, typed, shown, more) for place, route in enumerate(routes)],
        "near_misses": [_near_miss(plan, miss, typed, more) for miss in plan.answer.near_misses],
        "blocked": [f"{process_label(plan.ask.steps[step].process)}: {text}" for step, text in blocked_texts(plan)],
        "pools": [{"text": pool.text, "url": pool.url} for pool in plan.pools],
        "quantities": [
            {"process": process_label(step.process), "quantity": format_quantity(amount.quantity)}
            for step, amount in zip(plan.ask.steps, plan.answer.amounts, strict=True)
        ],
        "notes": notes(plan),
        "swaps": swaps_view(plan, typed, more),
        "map_data": map_view(plan, routes[shown], shown) if routes else map_view(plan, None, 0),
        "request": request_text(typed),
    }


def route_view(
    plan: Plan, route: Route, place: int, typed: Typed, shown: int, more: Sequence[tuple[str, str]] = ()
) -> dict[str, Any]:
    steps = len(plan.ask.steps)
    return {
        "number": place + 1,
        **totals_view(plan, route),
        "why": route_why(plan, place),
        "steps": [_step(plan, route, pick, place, typed, more) for pick in route.picks],
        "is_shown": place == shown,
        "show_url": link(typed, *more, ("show", str(place + 1))) + "#route-map",
        "alone_url": link(typed, *more, ("alone", str(place + 1))),
        "services": chosen_text(services_of(route, steps)),
        "figures": figures_text(figures_of(plan.ask, route, plan.currency)),
        "label": label_of(plan, route),
    }


def totals_view(plan: Plan, route: Route) -> dict[str, Any]:
    money = route.money_minor
    return {
        "km": format_distance(route.metres),
        "money": format_money(Money(money, plan.currency)) if money is not None else None,
        "delivered": route.delivered,
        "days": (route.delivered - plan.ask.start).days,
        "kg_co2e": f"{route.mg_co2e / 1_000_000:.1f}",
        "pareto": route.pareto,
        "is_split": route.split is not None,
    }


def label_of(plan: Plan, route: Route) -> str:
    """'Jackets/Blazers, 50: weaving to pressing near Prato', for the list of kept routes."""
    ask = plan.ask
    what = vocabulary().label(Facet.PRODUCT, ask.product) if ask.product else "Run"
    first, last = (process_label(ask.steps[place].process).lower() for place in (0, -1))
    chain = first if len(ask.steps) == 1 else f"{first} to {last}"
    return f"{what}, {ask.pieces}: {chain} near {ask.origin.label.partition(',')[0]}"[:120]


def swaps_view(plan: Plan, typed: Typed, more: Sequence[tuple[str, str]] = ()) -> list[dict[str, str]]:
    """What the person settled or left out, each with the way back."""
    names = {offer.supplier_id: offer.name for offer in plan.found.offers}
    said = []
    for place, step in enumerate(typed.steps):
        label = process_label(step.process)
        if step.only:
            undone = with_step(typed, place, replace(step, only=""))
            said.append((f"{label}: only {names.get(step.only, 'one workshop')}", undone))
        for each in step.left_out:
            kept = [other for other in step.left_out if other != each]
            undone = with_step(typed, place, replace(step, left_out=kept))
            said.append((f"{label}: without {_name_of(plan, each)}", undone))
    return [{"text": text, "url": link(undone, *more)} for text, undone in said]


def _name_of(plan: Plan, supplier_id: str) -> str:
    names = (site.name for site in plan.found.sites.values() if site.public_id == supplier_id)
    return next(names, "one workshop")


def with_step(typed: Typed, place: int, step: TypedStep) -> Typed:
    return Typed(typed.texts, [*typed.steps[:place], step, *typed.steps[place + 1 :]])


def map_view(plan: Plan, route: Route | None, place: int) -> dict[str, Any]:
    """The circle, the workshops of one route, and its legs with the days of handing over; as js/map.js reads it."""
    ask = plan.ask
    centre = ask.origin.point
    data: dict[str, Any] = {
        "centre": {"lat": centre.lat, "lon": centre.lon, "label": ask.origin.label},
        "radius_km": ask.radius_m / 1000,
        "unit": "km",
        "hits": [],
        "routes": [],
    }
    if route is None:
        return data
    sites: dict[str, list[Pick]] = {}
    for pick in route.picks:
        sites.setdefault(pick.offer.site_id, []).append(pick)
    data["hits"] = [_pin(plan, picks) for picks in sites.values()]
    points = {pick.offer.service_id: pick.offer.point for pick in route.picks}
    legs = [leg for pick in route.picks for leg in pick.legs if leg.metres]
    legs += [route.last_leg] if route.last_leg and route.last_leg.metres else []
    for number, leg in enumerate(legs):
        start = points[leg.origin] if leg.origin else centre
        end = points[leg.target] if leg.target else centre
        data["routes"].append(
            {
                "id": f"{place + 1}-{number + 1}",
                "label": f"{day_words(leg.leaves)} to {day_words(leg.arrives)}",
                "points": [[start.lat, start.lon], [end.lat, end.lon]],
                "stop": {
                    # Nearer to where it goes: a way there and back are two lines in one place.
                    "lat": start.lat + (end.lat - start.lat) * _STOP,
                    "lon": start.lon + (end.lon - start.lon) * _STOP,
                    "text": day_words(leg.arrives),
                },
            }
        )
    return data


def _pin(plan: Plan, picks: Sequence[Pick]) -> dict[str, Any]:
    offer = picks[0].offer
    site = plan.site_of(offer)
    days = [f"{process_label(plan.ask.steps[pick.step].process)}: ready {day_words(pick.ready)}" for pick in picks]
    return {
        "id": site.site_public_id,
        "lat": offer.point.lat,
        "lon": offer.point.lon,
        "name": offer.name,
        "url": f"/suppliers/{site.slug}",
        "distance": format_distance(picks[0].distance_m),
        "tone": picks[0].verdict.answer.value,
        "verdict": "",
        "note": "; ".join(days),
    }


def _step(
    plan: Plan, route: Route, pick: Pick, place: int | None, typed: Typed, more: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    row, offer = typed.steps[pick.step], pick.offer
    site = plan.site_of(offer)
    settled = with_step(typed, pick.step, replace(row, only=offer.supplier_id, left_out=[]))
    swapped = with_step(typed, pick.step, replace(row, only="", left_out=[*row.left_out, offer.supplier_id]))
    legs = [leg for leg in pick.legs if leg.metres]
    return {
        "process": process_label(row.process),
        "name": offer.name,
        "kind": site.kind,
        "url": f"/suppliers/{site.slug}",
        "locality": site.locality or site.country,
        "hit": site.site_public_id,
        "quantity": format_quantity(pick.quantity),
        "arrives": pick.arrives,
        "starts": pick.starts,
        "ready": pick.ready,
        "leg": " + ".join(format_distance(leg.metres) for leg in legs) or ("0 km" if pick.legs else ""),
        "money": format_money(Money(pick.money_minor, plan.currency)) if pick.money_minor is not None else "ask",
        "verdict": pick.verdict.answer.value,
        "why": step_why(plan, route, pick, place),
        "swap_url": link(swapped, *more) + "#routes",
        "settle_url": link(settled, *more) + "#routes" if not row.only else "",
    }


def kept_steps_view(plan: Plan, route: Route, typed: Typed) -> list[dict[str, Any]]:
    return [_step(plan, route, pick, None, typed, ()) for pick in route.picks]


_APPLIES = {"radius_km": "radius_km", "max_haul_km": "max_haul_km", "due": "due", "pieces": "pieces"}


def _near_miss(plan: Plan, miss: NearMiss, typed: Typed, more: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """With a link that makes the one change, where the form has a field for it."""
    name = _APPLIES.get(miss.field.value)
    url = ""
    if name:
        value = miss.after.isoformat() if hasattr(miss.after, "isoformat") else f"{miss.after}"
        url = link(Typed({**typed.texts, name: value}, typed.steps), *more)
    offer = offer_of(miss)
    site = plan.site_of(offer) if offer else None
    return {
        "text": near_miss_text(plan, miss),
        "name": offer.name if offer else "",
        "process": process_label(plan.ask.steps[miss.step].process) if miss.step is not None else "",
        "supplier_url": f"/suppliers/{site.slug}" if site else "",
        "url": url,
        "totals": totals_view(plan, miss.route),
        "through": [pick.offer.name for pick in miss.route.picks],
    }
