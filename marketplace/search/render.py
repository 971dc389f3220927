"""An answer as JSON: explicit field lists, the names of the public interface. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date
from typing import Any

from marketplace.places.countries import country_name
from marketplace.places.model import Place
from marketplace.search.decide import SERVICE_FACETS, ServiceFit, SiteFit, open_in_window
from marketplace.search.document import SiteDocument
from marketplace.search.explain import (
    Reason,
    edge_note,
    last_day,
    minimum_text,
    not_about_run,
    price_text,
    reasons,
    run_reasons,
    service_term_reasons,
    texts,
)
from marketplace.search.index import Answer, NearMiss, Relaxation
from marketplace.search.kept import Kept
from marketplace.search.place_words import PlaceOffer
from marketplace.search.query import SearchQuery
from marketplace.suppliers.model import MinimumRule
from marketplace.suppliers.rules import rule_text
from marketplace.units import Quantity
from marketplace.units.rules import whole_or_decimal

_documents: Kept[dict[str, Any]] = Kept(4096)
_services: Kept[dict[str, Any]] = Kept(8192)

MOST_FEATURES = 2000  # of a GeoJSON answer: each is decided, and a browser draws them


def answer_json(
    answer: Answer,
    query: SearchQuery,
    origin: Place | None,
    distance_unit: str = "km",
    offer: PlaceOffer | None = None,
) -> dict[str, Any]:
    return {
        "origin": origin_json(origin),
        "total": answer.total,
        "total_is_estimate": answer.total_is_estimate,
        "page": query.page,
        "per_page": query.per_page,
        "sort": query.order.value,
        "hits": _hits_json(answer.hits, query, distance_unit),
        "facets": {
            facet.value: [{"value": value, "count": count} for value, count in counted]
            for facet, counted in answer.facets.items()
        },
        "relaxations": [relaxation_json(relaxation) for relaxation in answer.relaxations],
        "near_misses": [near_miss_json(miss, query) for miss in answer.near_misses],
        "place_offer": place_offer_json(offer),
        "degraded": answer.degraded,
    }


def origin_json(origin: Place | None) -> dict[str, Any] | None:
    if origin is None:
        return None
    point = origin.point
    return {"lat": point.lat, "lon": point.lon, "label": origin.label, "precision": origin.precision.value}


def place_offer_json(offer: PlaceOffer | None) -> dict[str, Any] | None:
    """The parameters that ask the same around the place that the text names."""
    if offer is None:
        return None
    point = offer.place.point
    return {"q": offer.text, "near": offer.place.label, "lat": point.lat, "lon": point.lon}


def _hits_json(hits: Iterable[SiteFit], query: SearchQuery, distance_unit: str) -> list[dict[str, Any]]:
    # Without a run a service answers everybody alike who asks for the same terms and days.
    asked = (tuple(query.asked(facet) for facet in SERVICE_FACETS), query.arrival, query.start, query.by)
    alike = asked if query.run is None else None
    return [hit_json(fit, query, distance_unit, alike) for fit in hits]


def hit_json(fit: SiteFit, query: SearchQuery, distance_unit: str = "km", alike: Hashable = None) -> dict[str, Any]:
    """One hit. `alike`: what its services have in common with answers to others; None where nothing."""
    document = fit.document
    said = reasons(fit, query, distance_unit)
    return {
        **_documents.get(document, None, lambda: _document_json(document)),
        "distance_km": km(fit.metres),
        "edge_note": edge_note(fit, query, distance_unit),
        "services": [_service_json(service, query, alike) for service in fit.services if service.service.draft],
        "why": texts(not_about_run(said)),
        "checks": [reason_json(reason) for reason in said],
    }


def _document_json(document: SiteDocument) -> dict[str, Any]:
    """What is the same whoever asks."""
    return {
        "id": document.public_id,
        "external_id": document.external_id,
        "site_id": document.site_public_id,
        "name": document.name,
        "site": document.site_name,
        "url": f"/suppliers/{document.slug}",
        "kind": document.kind,
        "locality": document.locality,
        "region": document.region,
        "country": document.country,
        "country_name": country_name(document.country) if document.country else "",
        "lat": document.point.lat if document.point else None,
        "lon": document.point.lon if document.point else None,
        "precision": document.precision.value,
        "verified": document.is_verified,
        "teaches_until": document.teaches_until.isoformat() if document.teaches_until else None,
    }


def reason_json(reason: Reason) -> dict[str, Any]:
    return {"field": reason.field, "met": reason.met, "text": reason.text}


def _service_json(fit: ServiceFit, query: SearchQuery, alike: Hashable) -> dict[str, Any]:
    if alike is None:
        return _judged_json(fit, query)
    return _services.get(fit.service, alike, lambda: _judged_json(fit, query))


def _judged_json(fit: ServiceFit, query: SearchQuery) -> dict[str, Any]:
    draft = fit.service.draft
    assert draft is not None
    open_now = open_in_window(fit.service, query)
    said = run_reasons(fit, query)
    calendar = fit.service.calendar
    return {
        "id": fit.service.public_id,
        "process": draft.process,
        "unit": draft.unit.value,
        "verdict": fit.verdict.answer.value if fit.verdict else None,
        "surcharge_percent": fit.verdict.surcharge_percent if fit.verdict else 0,
        "reasons": texts(said),
        "checks": [reason_json(reason) for reason in (*service_term_reasons(fit, query), *said)],
        "minimum": rule_json(draft.rules[0]) if draft.rules else None,
        "minimums": [rule_json(rule) for rule in draft.rules],
        "minimum_text": minimum_text(draft),
        "maximum": amount(draft.maximum),
        "lead_days": draft.leads.first,
        "open": {
            "quantity": whole_or_decimal(open_now) if open_now else (0 if calendar else None),
            "unit": calendar.unit.value if calendar else None,
            "from": query.arrival.isoformat(),
            "by": last_day(query).isoformat(),
        },
        "starts": iso(fit.plan.starts if fit.plan and query.run else None),
        # The first day the run is ready: last day of work, or lead time, whichever is later.
        "finish": iso(fit.plan.ready if fit.plan and query.run else None),
        "weeks": [
            {
                "week_start": share.week.monday.isoformat(),
                "quantity": whole_or_decimal(Quantity(share.atoms, calendar.unit)),
            }
            for share in fit.plan.weeks
            if share.atoms
        ]
        if fit.plan and calendar and query.run
        else [],
        "price_text": price_text(fit, query),
    }


def rule_json(rule: MinimumRule) -> dict[str, Any]:
    return {
        "quantity": whole_or_decimal(rule.quantity),
        "unit": rule.quantity.unit.value,
        "basis": rule.basis.value,
        "surcharge_percent": rule.surcharge_percent,
        "text": rule_text(rule),
    }


def relaxation_json(relaxation: Relaxation) -> dict[str, Any]:
    return {
        "field": relaxation.limit.value,
        "from": plain(relaxation.before),
        "to": plain(relaxation.after),
        "adds": relaxation.adds,
        "text": relaxation.text,
    }


def near_miss_json(miss: NearMiss, query: SearchQuery) -> dict[str, Any]:
    document = miss.fit.document
    return {
        "field": miss.limit.value,
        "from": plain(miss.before),
        "to": plain(miss.after),
        "text": miss.text,
        "supplier": {
            "id": document.public_id,
            "external_id": document.external_id,
            "name": document.name,
            "url": f"/suppliers/{document.slug}",
            "distance_km": km(miss.fit.metres) if query.circle else None,
        },
    }


def geojson(fits: Iterable[SiteFit], query: SearchQuery) -> dict[str, Any]:
    """The fits that have a point, as a GeoJSON FeatureCollection (RFC 7946)."""
    return {
        "type": "FeatureCollection",
        "features": [feature(fit, query) for fit in fits if fit.document.point],
    }


def feature(fit: SiteFit, query: SearchQuery) -> dict[str, Any]:
    document, best = fit.document, fit.best
    assert document.point is not None
    return {
        "type": "Feature",
        "id": document.site_public_id,
        "geometry": {"type": "Point", "coordinates": [document.point.lon, document.point.lat]},
        "properties": {
            "id": document.site_public_id,
            "name": document.name,
            "kind": document.kind,
            "locality": document.locality,
            "url": f"/suppliers/{document.slug}",
            "distance_km": km(fit.metres),
            "verdict": best.verdict.answer.value if best.verdict else None,
            "text": "; ".join(texts(run_reasons(best, query)[:1])),
            "finish": iso(best.plan.ready if best.plan and query.run else None),
        },
    }


def amount(quantity: Quantity | None) -> dict[str, Any] | None:
    return {"quantity": whole_or_decimal(quantity), "unit": quantity.unit.value} if quantity else None


def km(metres: int | None) -> float | None:
    return metres / 1000 if metres is not None else None


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def plain(value: Any) -> Any:
    """A value of a query as JSON."""
    if isinstance(value, Quantity):
        return whole_or_decimal(value)
    if isinstance(value, date):
        return value.isoformat()
    return value
