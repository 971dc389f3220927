"""What the search page shows: plain values for its templates. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from marketplace.capacity.views import is_stale, weeks_view
from marketplace.places.model import Place
from marketplace.places.rules import KM_PER_MILE
from marketplace.search.decide import ServiceFit, SiteFit
from marketplace.search.explain import DEGRADED_NOTE, Reason, minimum_text, price_text, reasons
from marketplace.search.forms import RADIUS_DEFAULT_KM, RADIUS_DEFAULT_MI, Asked, to_parameters
from marketplace.search.index import Answer, NearMiss, Relaxation
from marketplace.search.place_words import PlaceOffer
from marketplace.search.query import SearchQuery, Sort
from marketplace.search.render import geojson, km
from marketplace.search.suggest import Groups, Suggestion
from marketplace.units import Unit, format_quantity
from marketplace.vocabulary import Facet, vocabulary

FACET_LABELS = {
    Facet.PROCESS: "Work",
    Facet.KIND: "Kind of supplier",
    Facet.SKILL: "Skills",
    Facet.MATERIAL: "Materials",
    Facet.PRODUCT: "Products",
    Facet.CERTIFICATION: "Certificates",
    Facet.LANGUAGE: "Languages",
}
SORT_LABELS = {
    Sort.RELEVANCE: "Best match",
    Sort.DISTANCE: "Nearest",
    Sort.FINISH: "Ready first",
    Sort.LEAD_TIME: "Shortest lead time",
    Sort.PRICE: "Lowest price",
}


GEOJSON_PATH = "/api/v1/search.geojson"


def process_choices() -> list[tuple[str, str]]:
    ordered = sorted(vocabulary().processes.values(), key=lambda process: (process.order, process.label))
    return [(process.id, process.label) for process in ordered]


def unit_choices() -> list[tuple[str, str]]:
    return [(unit.value, unit.label) for unit in (Unit.PIECE, Unit.METRE, Unit.KG, Unit.STYLE, Unit.M2)]


def results_view(asked: Asked, answer: Answer, path: str, now: datetime, distance_unit: str) -> dict[str, Any]:
    """Everything of search/_results.html that is about the answer."""
    query = asked.query
    base = to_parameters(asked)
    return {
        "total": answer.total,
        "total_is_estimate": answer.total_is_estimate,
        "hits": [hit_view(fit, query, now, distance_unit) for fit in answer.hits],
        "asked": question(asked, distance_unit),
        "active_filters": _chips(query, base, path),
        "clear_url": link(path, [pair for pair in base if pair[0] in _KEPT]),
        "sorts": [
            (sort.value, label) for sort, label in SORT_LABELS.items() if sort is not Sort.DISTANCE or query.circle
        ],
        "sort": query.order.value,
        "relaxations": [_relaxation(change, asked, path) for change in answer.relaxations],
        "near_misses": [_near_miss(miss, query) for miss in answer.near_misses],
        "places": None,
        "degraded": answer.degraded,
        "degraded_note": DEGRADED_NOTE,
        "page": _page(answer, query, base, path),
        "geojson_url": link(GEOJSON_PATH, base),
        "map_data": map_view(asked, answer, distance_unit),
        "facets": _facets(answer.facets, query),
    }


_KEPT = frozenset({"q", "near", "lat", "lon", "radius_km", "process", "quantity", "unit"})


def without_words_view(asked: Asked, adds: int, path: str) -> dict[str, Any]:
    """Where nobody fits with the words that were typed: what leaving them out would find."""
    query = replace(asked.query, text="", page=1)
    url = link(path, to_parameters(Asked(query, asked.origin)))
    return {"text": f"Without the words “{asked.query.text[:60]}”", "url": url, "adds": adds}


def hit_view(fit: SiteFit, query: SearchQuery, now: datetime, distance_unit: str = "km") -> dict[str, Any]:
    document = fit.document
    return {
        "id": document.site_public_id,
        "supplier_id": document.public_id,
        "name": document.name + (f", {document.site_name}" if document.site_name else ""),
        "url": f"/suppliers/{document.slug}",
        "kind": document.kind,
        "kind_label": vocabulary().label(Facet.KIND, document.kind) or "Supplier",
        "locality": document.locality or document.country,
        "distance_km": km(fit.metres) if query.circle else None,
        "verified": document.is_verified,
        "reasons": [_reason(reason) for reason in reasons(fit, query, distance_unit)],
        "services": [service_view(service, query, now) for service in fit.services if service.service.draft],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    tone = {True: "met", False: "missed", None: "ask"}[reason.met]
    return {"field": reason.field, "tone": tone, "text": reason.text}


def service_view(fit: ServiceFit, query: SearchQuery, now: datetime) -> dict[str, Any]:
    draft = fit.service.draft
    assert draft is not None
    calendar = fit.service.calendar
    confirmed = calendar.confirmed_at if calendar else None
    return {
        "label": vocabulary().label(Facet.PROCESS, draft.process),
        "unit": (calendar.unit if calendar else draft.unit).value,
        "verdict": fit.verdict.answer.value if fit.verdict else None,
        "minimum_text": minimum_text(draft),
        "lead_days": draft.leads.first,
        "finish": fit.plan.ready if fit.plan and query.run else None,
        "price_text": price_text(fit, query),
        "weeks": weeks_view(calendar, query.today, fit.plan) if calendar else [],
        "weeks_words": f"{calendar.unit.label} open a week" if calendar else "",
        "stale": calendar is not None and is_stale(calendar, now),
        "confirmed_at": confirmed.date() if confirmed else None,
    }


def question(asked: Asked, distance_unit: str) -> str | None:
    """The query in words: 'Sewing and assembly, 50 pieces, within 40 km of Łódź, by 27 Mar 2027'."""
    query, words = asked.query, []
    words += [" or ".join(_labels(Facet.PROCESS, query))] if query.asked(Facet.PROCESS) else []
    if query.run:
        run = query.run
        words.append(format_quantity(run.quantity))
        words += [
            f"{count} {name}"
            for name, count in (("styles", run.styles), ("colours", run.colours), ("sizes", run.sizes))
            if count > 1
        ]
    words += [f"“{query.text}”"] if query.text else []
    if query.circle and asked.origin:
        radius = query.circle.radius_m / 1000
        amount = f"{radius / KM_PER_MILE:.4g} miles" if distance_unit == "mi" else f"{radius:g} km"
        words.append(f"within {amount} of {asked.origin.label}")
    words += [f"from {_day(query.start)}"] if query.start else []
    words += [f"ready by {_day(query.by)}"] if query.by else []
    text = ", ".join(words)
    return text[:1].upper() + text[1:] if text else None


def places_view(choices: Iterable[Place], given: Mapping[str, Sequence[str]], path: str) -> list[dict[str, Any]]:
    """Links that ask the same again at one of several places."""
    kept = [(name, value) for name, values in given.items() if name not in ("near", "lat", "lon") for value in values]
    return [
        {
            "label": place.label,
            "detail": f"{place.population:,} people" if place.population else "",
            "url": link(path, [*kept, ("near", place.label), ("lat", place.point.lat), ("lon", place.point.lon)]),
        }
        for place in choices
    ]


def place_offer_view(offer: PlaceOffer | None, asked: Asked, path: str, distance_unit: str) -> dict[str, str] | None:
    """A link that asks the same around the place that the text names."""
    if offer is None:
        return None
    pairs = [pair for pair in to_parameters(asked) if pair[0] != "q"]
    pairs = [*([("q", offer.text)] if offer.text else []), *pairs, *place_parameters(offer.place)]
    radius = (f"radius_{distance_unit}", RADIUS_DEFAULT_MI if distance_unit == "mi" else RADIUS_DEFAULT_KM)
    amount = f"{radius[1]} {'miles' if distance_unit == 'mi' else 'km'}"
    text = f"Search within {amount} of {offer.place.label} instead"
    return {"text": text, "url": link(path, [*pairs, radius])}


def suggestions_view(found: Groups, pairs: Sequence[tuple[str, str]], path: str) -> list[dict[str, Any]]:
    """Links that ask the same as `pairs` with a suggestion chosen; a supplier's leads to its page."""

    def url(suggestion: Suggestion) -> str:
        if not suggestion.sets:
            return suggestion.url
        kept = [pair for pair in pairs if pair[0] not in ("q", "page", *suggestion.sets)]
        return link(path, [*kept, *suggestion.sets.items()])

    return [
        {"label": group.label, "options": [{"label": s.label, "detail": s.detail, "url": url(s)} for s in listed]}
        for group, listed in found.items()
    ]


def place_parameters(place: Place) -> list[tuple[str, Any]]:
    return [("near", place.label), ("lat", f"{place.point.lat:.7f}"), ("lon", f"{place.point.lon:.7f}")]


def map_view(asked: Asked, answer: Answer, distance_unit: str) -> dict[str, Any]:
    """GeoJSON of this page's hits with the circle that was searched, and where js/map.js finds the others."""
    data = {**geojson(answer.hits, asked.query), "unit": distance_unit}
    if asked.origin and asked.query.circle:
        point = asked.origin.point
        data["centre"] = {"lat": point.lat, "lon": point.lon, "label": asked.origin.label}
        data["radius_km"] = asked.query.circle.radius_m / 1000
    if answer.total > len(answer.hits):
        data["more_url"] = link(GEOJSON_PATH, to_parameters(asked))
    return data


def link(path: str, pairs: Iterable[tuple[str, Any]]) -> str:
    text = urlencode([(name, str(value)) for name, value in pairs])
    return f"{path}?{text}" if text else path


def _chips(query: SearchQuery, base: Sequence[tuple[str, Any]], path: str) -> list[dict[str, str]]:
    chips = [
        (vocabulary().label(facet, value), (facet.value, value))
        for facet, values in query.terms.items()
        for value in sorted(values)
        if facet is not Facet.PROCESS or len(values) > 1
    ]
    chips += [("verified only", ("verified", "true"))] if query.verified else []
    chips += [("trains apprentices", ("teaching", "true"))] if query.teaching else []
    for name, day, word in (("from", query.start, "from"), ("by", query.by, "ready by")):
        chips += [(f"{word} {_day(day)}", (name, day.isoformat()))] if day else []
    return [{"label": label, "remove_url": link(path, [p for p in base if p != gone])} for label, gone in chips]


def _facets(counted: Mapping[Facet, Sequence[tuple[str, int]]], query: SearchQuery) -> list[dict[str, Any]]:
    groups = []
    for facet, label in FACET_LABELS.items():
        asked = query.asked(facet)
        counts = dict(counted.get(facet, ()))
        listed = sorted({*counts, *asked}, key=lambda value: (value not in asked, -counts.get(value, 0), value))
        options = [
            {
                "value": value,
                "label": vocabulary().label(facet, value),
                "count": counts.get(value, 0),
                "checked": value in asked,
            }
            for value in listed
        ]
        # The sentence above the list already asks for one kind of work.
        if options and facet is not Facet.PROCESS:
            groups.append({"name": facet.value, "label": label, "options": options})
    return groups


def _relaxation(change: Relaxation, asked: Asked, path: str) -> dict[str, Any]:
    text = change.text.rpartition(":")[0]
    url = link(path, to_parameters(Asked(change.query, asked.origin)))
    return {"text": text[:1].upper() + text[1:], "url": url, "adds": change.adds}


def _near_miss(miss: NearMiss, query: SearchQuery) -> dict[str, Any]:
    document = miss.fit.document
    return {
        "name": document.name,
        "url": f"/suppliers/{document.slug}",
        "locality": document.locality,
        "distance_km": km(miss.fit.metres) if query.circle else None,
        "lacks": [miss.text],
    }


def _page(answer: Answer, query: SearchQuery, base: Sequence[tuple[str, Any]], path: str) -> dict[str, Any]:
    pages = max(1, -(-answer.total // query.per_page))

    def url(number_: int) -> str | None:
        return link(path, [*base, ("page", number_)]) if 1 <= number_ <= pages else None

    return {"number": query.page, "pages": pages, "previous_url": url(query.page - 1), "next_url": url(query.page + 1)}


def _labels(facet: Facet, query: SearchQuery) -> list[str]:
    return [vocabulary().label(facet, value) for value in sorted(query.asked(facet))]


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
