"""Placements as pages and JSON show them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import url_for

from marketplace.placements.model import Placement, PlacementStatus
from marketplace.placements.rules import NEXT
from marketplace.placements.search import Found, Missed, Offer, PlacementQuery, Relaxation
from marketplace.places.rules import KM_PER_MILE
from marketplace.suppliers.model import Supplier
from marketplace.units import Money
from marketplace.units.model import format_money
from marketplace.units.wages import Wage, WagePer
from marketplace.vocabulary import Facet, vocabulary

STATUS_LABELS = {
    PlacementStatus.OPEN: "Open",
    PlacementStatus.PAUSED: "Paused",
    PlacementStatus.FILLED: "Filled",
    PlacementStatus.CLOSED: "Closed",
}
VERBS = {
    "open": PlacementStatus.OPEN,
    "pause": PlacementStatus.PAUSED,
    "fill": PlacementStatus.FILLED,
    "close": PlacementStatus.CLOSED,
}
_VERB_LABELS = {"open": "Open again", "pause": "Pause", "fill": "All places are taken", "close": "Close"}


def title(placement: Placement) -> str:
    trade = vocabulary().label(Facet.PROCESS, placement.process)
    if not placement.skills:
        return trade
    first = vocabulary().label(Facet.SKILL, placement.skills[0])
    more = len(placement.skills) - 1
    return f"{trade}: {first}" + (f" and {more} more" if more else "")


def wage_text(wage: Wage | None) -> str:
    if wage is None:
        return "unpaid"
    period = "an hour" if wage.per is WagePer.HOUR else "a month"
    return f"{format_money(Money(wage.minor, wage.currency))} {period}"


def length_text(placement: Placement) -> str:
    return f"{placement.months} months" if placement.months > 1 else "1 month"


def hours_text(placement: Placement) -> str:
    return f"{placement.hours_week} a week" if placement.hours_week else ""


def placement_view(placement: Placement, supplier: Supplier, today: date) -> dict[str, Any]:
    """For the supplier's own page."""
    return {
        "title": title(placement),
        "url": url_for("placements.placement", public_id=placement.public_id),
        "start": placement.starts_on,
        "wage_text": wage_text(placement.wage),
    }


def found_view(found: Found) -> dict[str, Any]:
    return offer_view(found.offer) | {"distance_km": found.metres / 1000 if found.metres is not None else None}


def offer_view(offer: Offer) -> dict[str, Any]:
    placement = offer.placement
    words = vocabulary()
    return {
        "id": placement.public_id,
        "title": title(placement),
        "url": url_for("placements.placement", public_id=placement.public_id),
        "workshop": offer.supplier_name,
        "workshop_url": f"/suppliers/{offer.supplier_slug}",
        "locality": offer.locality,
        "start": placement.starts_on,
        "length_text": length_text(placement),
        "hours_text": hours_text(placement),
        "wage_text": wage_text(placement.wage),
        "paid": placement.wage is not None,
        "trade": words.label(Facet.PROCESS, placement.process),
        "skills": [words.label(Facet.SKILL, skill) for skill in placement.skills],
        "level": placement.level.label,
        "mentor": placement.mentor,
        "languages": ", ".join(words.label(Facet.LANGUAGE, language) for language in placement.languages),
        "access": placement.access,
        "seats": placement.seats,
        "places": placement.seats_open,
        "apply_by": placement.closes_on,
        "note": placement.note,
        "status": placement.status.value,
    }


def own_view(placement: Placement, today: date) -> dict[str, Any]:
    """One placement on the page of the firm that offers it."""
    return {
        "id": placement.public_id,
        "title": title(placement),
        "start": placement.starts_on,
        "wage_text": wage_text(placement.wage),
        "seats": placement.seats,
        "seats_open": max(0, placement.seats - placement.seats_taken),
        "status": STATUS_LABELS[placement.status],
        "is_shown": placement.is_shown(today),
        "is_over": placement.status is PlacementStatus.OPEN and not placement.is_shown(today),
        "url": url_for("placements.placement", public_id=placement.public_id),
        "edit_url": url_for("placements.edit", public_id=placement.public_id),
        "effect_url": url_for("placements.weigh", public_id=placement.public_id),
        "moves": [
            (url_for("placements.move", public_id=placement.public_id, verb=verb), _VERB_LABELS[verb])
            for verb, to in VERBS.items()
            if to in NEXT[placement.status]
        ],
    }


def found_json(found: Found) -> dict[str, Any]:
    return offer_json(found.offer) | {"distance_km": found.metres / 1000 if found.metres is not None else None}


def offer_json(offer: Offer) -> dict[str, Any]:
    return placement_json(offer.placement) | {
        "lat": offer.point.lat if offer.point else None,
        "lon": offer.point.lon if offer.point else None,
        "supplier": {
            "id": offer.supplier_public_id,
            "external_id": offer.supplier_external_id,
            "name": offer.supplier_name,
            "url": f"/suppliers/{offer.supplier_slug}",
            "locality": offer.locality,
        },
    }


def placement_json(placement: Placement) -> dict[str, Any]:
    wage, closes_on = placement.wage, placement.closes_on
    return {
        "id": placement.public_id,
        "title": title(placement),
        "url": f"/placements/{placement.public_id}",
        "process": placement.process,
        "skill": placement.skills[0] if placement.skills else None,
        "skills": list(placement.skills),
        "seats": placement.seats,
        "seats_taken": placement.seats_taken,
        "seats_open": placement.seats_open,
        "status": placement.status.value,
        "starts_on": placement.starts_on.isoformat(),
        "months": placement.months,
        "hours_week": placement.hours_week,
        "paid": wage is not None,
        "wage": {"minor": wage.minor, "currency": wage.currency, "per": wage.per.value} if wage else None,
        "level": placement.level.value,
        "mentor": placement.mentor,
        "languages": list(placement.languages),
        "access": placement.access,
        "closes_on": closes_on.isoformat() if closes_on else None,
        "note": placement.note,
    }


def missed_json(miss: Missed) -> dict[str, Any]:
    return {
        "field": miss.field,
        "from": miss.before,
        "to": miss.after,
        "text": miss.text,
        "placement": found_json(miss.found),
    }


def relaxation_json(change: Relaxation) -> dict[str, Any]:
    miss = change.missed
    return {
        "field": miss.field,
        "from": miss.before,
        "to": miss.after,
        "adds": change.adds,
        "text": f"{miss.text}: {change.adds} more",
    }


def words_of(query: PlacementQuery, near: str) -> str:
    """'Sewing and assembly, within 40 km of Prato, paid': a search in words."""
    words = vocabulary()
    taught = [words.label(Facet.PROCESS, each) for each in sorted(query.processes)]
    taught += [words.label(Facet.SKILL, each) for each in sorted(query.skills)]
    said = [" or ".join(taught) or "Any skill"]
    if query.circle:
        km = query.circle.radius_m / 1000
        radius = f"{km / KM_PER_MILE:.3g} miles" if query.in_miles else f"{km:.6g} km"
        said.append(f"within {radius} of {near or 'a place'}")
    days = (("from", query.start_from), ("to", query.start_to))
    said += [f"starting {word} {day.day} {day:%b %Y}" for word, day in days if day]
    said += [f"at least {wage_text(query.least)}"] if query.least else ["paid"] if query.paid else []
    said += [" or ".join(sorted(each.label.lower() for each in query.levels))] if query.levels else []
    spoken = [words.label(Facet.LANGUAGE, each) for each in sorted(query.languages)]
    said += [f"taught in {' or '.join(spoken)}"] if spoken else []
    return ", ".join(said)


def pins(all_found: Iterable[Found]) -> dict[str, Any]:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [found.offer.point.lon, found.offer.point.lat]},
            "properties": {
                "id": found.offer.placement.public_id,
                "name": found.offer.supplier_name,
                "url": url_for("placements.placement", public_id=found.offer.placement.public_id),
                "note": title(found.offer.placement),
            },
        }
        for found in all_found
        if found.offer.point
    ]
    return {"type": "FeatureCollection", "features": features}
