"""Documents as rows of the peer's tables."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from marketplace.bench.peer.numbering import TERMS, UNITS, rule_place
from marketplace.capacity.model import Calendar
from marketplace.capacity.rules import offered, open_days
from marketplace.search.document import ServiceDocument, SiteDocument, weighted_texts
from marketplace.search.words import cut
from marketplace.units import Week
from marketplace.vocabulary import Facet

WEEKS = 27
_SERVICE_FACETS = (Facet.SKILL, Facet.MATERIAL, Facet.PRODUCT)
_LABELS = ((8.0, "A"), (4.0, "B"), (2.0, "C"), (0.0, "D"))  # PostgreSQL knows four weights
_RULES = 3


def site_row(document: SiteDocument) -> tuple[Any, ...]:
    languages = sorted(TERMS[Facet.LANGUAGE, value] for value in document.languages)
    kind = TERMS[Facet.KIND, document.kind]
    tags = {number for service in document.services for number in service_tags(service)}
    point = document.point
    return (
        document.site_id,
        kind,
        document.is_verified,
        document.name.casefold(),
        document.external_id,
        languages,
        sorted({kind, *languages, *tags}),
        min((s.draft.leads.first or 0 for s in document.services if s.draft), default=None),
        f"SRID=4326;POINT({point.lon} {point.lat})" if point else None,
        _lexemes(document),
    )


def page_row(document: SiteDocument) -> tuple[int, str]:
    """What a page of results shows of a site."""
    shown = {
        "id": document.public_id,
        "name": document.name,
        "kind": document.kind,
        "locality": document.locality,
        "country": document.country,
        "lat": document.point.lat if document.point else None,
        "lon": document.point.lon if document.point else None,
        "verified": document.is_verified,
        "services": [
            {
                "id": service.public_id,
                "process": service.draft.process,
                "unit": service.draft.unit,
                "minimums": [[rule.quantity.atoms, rule.basis, rule.surcharge_percent] for rule in service.draft.rules],
                "lead_days": service.draft.leads.first,
                "skills": sorted(service.tags.skills),
                "materials": sorted(service.tags.materials),
            }
            for service in document.services
            if service.draft
        ],
    }
    return document.site_id, json.dumps(shown, ensure_ascii=False)


def certificate_rows(document: SiteDocument) -> Iterable[tuple[Any, ...]]:
    for certificate in document.certificates:
        scheme = TERMS[Facet.CERTIFICATION, certificate.scheme]
        yield document.site_id, scheme, certificate.valid_from or date.min, certificate.valid_to or date.max


def service_row(document: SiteDocument, service: ServiceDocument, first: Week) -> tuple[Any, ...]:
    draft, calendar = service.draft, service.calendar
    shared = (
        document.site_id,
        TERMS[Facet.KIND, document.kind],
        document.is_verified,
        document.name.casefold(),
        document.external_id,
        sorted(TERMS[Facet.LANGUAGE, value] for value in document.languages),
    )
    terms = [sorted(TERMS[facet, value] for value in service.tags.of(facet)) for facet in _SERVICE_FACETS]
    tags = sorted(service_tags(service))
    if draft is None:
        return (*shared, None, *terms, tags, *[None] * 8, False, *[None] * 7)
    hard = [rule for rule in draft.rules if rule.surcharge_percent is None]
    rules: list[int | None] = []
    for rule in hard:
        rules += [rule_place(rule.quantity.unit, rule.basis), rule.quantity.atoms]
    rules += [None] * (2 * (_RULES - len(hard)))
    cap, opens = _capacity(calendar, first) if calendar else (None, None)
    return (
        *shared,
        TERMS[Facet.PROCESS, draft.process],
        *terms,
        tags,
        UNITS[draft.unit],
        draft.maximum.atoms if draft.maximum else None,
        *rules,
        draft.process.startswith("dye"),
        draft.load.minimum if draft.load else None,
        draft.load.maximum if draft.load else None,
        draft.leads.first or 0,
        UNITS[calendar.unit] if calendar else None,
        service.rate,
        cap,
        opens,
    )


def service_tags(service: ServiceDocument) -> set[int]:
    numbers = {TERMS[facet, value] for facet in _SERVICE_FACETS for value in service.tags.of(facet)}
    if service.draft:
        numbers.add(TERMS[Facet.PROCESS, service.draft.process])
    return numbers


def _capacity(calendar: Calendar, first: Week) -> tuple[list[int], list[int | None]]:
    cap, opens = [0], []
    day: date | None = None
    weeks = [first.plus(n) for n in range(WEEKS)]
    amounts = [offered(calendar, week) or 0 for week in weeks]
    for amount in amounts:
        cap.append(cap[-1] + amount)
    for week, amount in zip(reversed(weeks), reversed(amounts), strict=True):
        if amount:
            day = open_days(calendar, week)[0]
        opens.append((day - first.monday) // timedelta(days=1) if day else None)
    return cap, opens[::-1]


def _lexemes(document: SiteDocument) -> str:
    weights: dict[str, float] = {}
    for weight, text in weighted_texts(document):
        for word in cut(text):
            weights[word] = max(weight, weights.get(word, 0.0))
    return " ".join(
        f"'{word}':1{next(label for least, label in _LABELS if weight >= least)}" for word, weight in weights.items()
    )
