"""Placements as pages and JSON show them. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from marketplace.placements.model import Placement, Wage, WagePer
from marketplace.placements.search import Found, Missed
from marketplace.suppliers.model import Supplier
from marketplace.units import Money
from marketplace.units.model import format_money
from marketplace.vocabulary import Facet, vocabulary


def title(placement: Placement) -> str:
    trade = vocabulary().label(Facet.PROCESS, placement.process)
    return f"{trade}: {vocabulary().label(Facet.SKILL, placement.skill)}" if placement.skill else trade


def wage_text(wage: Wage | None) -> str:
    if wage is None:
        return "unpaid"
    period = "an hour" if wage.per is WagePer.HOUR else "a month"
    return f"{format_money(Money(wage.minor, wage.currency))} {period}"


def placement_view(placement: Placement, supplier: Supplier, today: date) -> dict[str, Any]:
    """For the supplier's own page."""
    return {
        "title": title(placement),
        "url": f"/placements?skill={placement.process}",
        "start": placement.starts_on,
        "wage_text": wage_text(placement.wage),
    }


def found_view(found: Found) -> dict[str, Any]:
    offer, placement = found.offer, found.offer.placement
    return {
        "id": placement.public_id,
        "title": title(placement),
        "url": f"/suppliers/{offer.supplier_slug}",
        "workshop": offer.supplier_name,
        "workshop_url": f"/suppliers/{offer.supplier_slug}",
        "kind": offer.kind,
        "locality": offer.locality,
        "distance_km": found.metres / 1000 if found.metres is not None else None,
        "start": placement.starts_on,
        "weeks": None,
        "hours_text": f"{placement.months} months" if placement.months > 1 else "1 month",
        "wage_text": wage_text(placement.wage),
        "paid": placement.wage is not None,
        "skills": [vocabulary().label(Facet.SKILL, placement.skill)] if placement.skill else [],
        "places": placement.seats_open,
        "apply_by": None,
        "state": None,
        "note": placement.note,
    }


def found_json(found: Found) -> dict[str, Any]:
    offer, placement = found.offer, found.offer.placement
    wage = placement.wage
    return {
        "id": placement.public_id,
        "title": title(placement),
        "process": placement.process,
        "skill": placement.skill or None,
        "seats": placement.seats,
        "seats_open": placement.seats_open,
        "starts_on": placement.starts_on.isoformat(),
        "months": placement.months,
        "paid": wage is not None,
        "wage": {"minor": wage.minor, "currency": wage.currency, "per": wage.per.value} if wage else None,
        "note": placement.note,
        "distance_km": found.metres / 1000 if found.metres is not None else None,
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


def missed_json(miss: Missed) -> dict[str, Any]:
    return {
        "field": miss.field,
        "from": miss.before,
        "to": miss.after,
        "text": miss.text,
        "placement": found_json(miss.found),
    }


def pins(all_found: list[Found]) -> dict[str, Any]:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [found.offer.point.lon, found.offer.point.lat]},
            "properties": {
                "id": found.offer.placement.public_id,
                "name": found.offer.supplier_name,
                "url": f"/suppliers/{found.offer.supplier_slug}",
                "note": title(found.offer.placement),
            },
        }
        for found in all_found
        if found.offer.point
    ]
    return {"type": "FeatureCollection", "features": features}
