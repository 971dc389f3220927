"""Suppliers and services as pages show them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from marketplace.capacity.model import Calendar, Resource, ResourceId, Use
from marketplace.capacity.rules import open_days, still_open
from marketplace.capacity.views import STRIP_WEEKS, is_stale, weeks_view
from marketplace.moderation.rules import verified_words
from marketplace.places.countries import country_name
from marketplace.suppliers.model import (
    Certificate,
    Machine,
    Service,
    ServiceDraft,
    ServiceId,
    Site,
    Supplier,
    Tags,
)
from marketplace.suppliers.rules import load_text, rule_text
from marketplace.units import Money, Week, format_quantity
from marketplace.units.model import format_money
from marketplace.vocabulary import Facet, vocabulary

Calendars = Mapping[ServiceId, Resource]
Figure = tuple[str, str]


def calendars_of(resources: Iterable[Resource], uses: Mapping[ServiceId, Use]) -> dict[ServiceId, Resource]:
    """Service -> the resource it draws on."""
    by_id: dict[ResourceId, Resource] = {resource.id: resource for resource in resources}
    return {service_id: by_id[use.resource_id] for service_id, use in uses.items() if use.resource_id in by_id}


def supplier_view(supplier: Supplier) -> dict[str, Any]:
    profile = supplier.profile
    site = supplier.sites[0] if supplier.sites else None
    address = site.draft.address if site else None
    point = site.draft.point if site else None
    everything = _all_tags(supplier)
    return {
        "name": profile.name,
        "kind": profile.kind,
        "kind_label": vocabulary().label(Facet.KIND, profile.kind) or "Supplier",
        "description": profile.description,
        "address_text": ", ".join((*address.lines, country_name(address.country))) if address else "",
        "locality": address.locality if address else "",
        "country_label": country_name(address.country) if address else "",
        "lat": point.lat if point else None,
        "lon": point.lon if point else None,
        "pin_precision": site.draft.precision.value if site else "none",
        "verified": supplier.is_verified,
        "verified_on": supplier.verified_at,
        "verified_words": verified_words(supplier.verification, supplier.verified_at),
        "status": supplier.status.value,
        "languages": _labels(Facet.LANGUAGE, profile.tags.languages),
        "website": profile.website,
        "skills": _labels(Facet.SKILL, everything.skills),
        "materials": _labels(Facet.MATERIAL, everything.materials),
        "products": _labels(Facet.PRODUCT, everything.products),
        "id": supplier.public_id,
        "demo": supplier.external_id.startswith("demo-"),
        "url": f"/suppliers/{supplier.slug}",
    }


def service_view(service: Service, label: str, calendars: Calendars, today: date) -> dict[str, Any]:
    """`label`: what the work is called among the firm's, of suppliers.words."""
    draft = service.draft
    price = draft.price
    resource = calendars.get(service.id)
    minimums = [rule_text(rule) for rule in draft.rules] + ([load_text(draft)] if draft.load else [])
    return {
        "id": service.public_id,
        "process": draft.process,
        "label": label,
        "unit": (resource.calendar.unit if resource else draft.unit).value,
        "status": service.status.value,
        "minimum_texts": minimums,
        "minimum_text": ", ".join(minimums) or "not stated",
        "maximum_text": f"up to {format_quantity(draft.maximum)} a run" if draft.maximum else None,
        "surcharge_text": _surcharge_text(draft),
        "lead_texts": _lead_texts(draft),
        "lead_text": ", ".join(f"{label.lower()} {text}" for label, text in _lead_texts(draft)) or "not stated",
        "price_text": f"{format_money(Money(price.unit_minor, price.currency))} a {price.per.singular}"
        if price
        else None,
        "setup_text": format_money(Money(price.setup_minor, price.currency)) if price and price.setup_minor else None,
        "breaks": [
            (f"from {b.from_quantity:,} {price.per.label}", format_money(Money(b.unit_minor, price.currency)))
            for b in price.breaks
        ]
        if price
        else [],
        "weeks": weeks_view(resource.calendar, today) if resource else [],
        "next_open": _next_open(resource.calendar, today) if resource else None,
        "skills": _labels(Facet.SKILL, draft.tags.skills),
        "note": draft.note,
        "verdict": None,
        "reasons": [],
    }


def summary_view(services: Sequence[tuple[ServiceDraft, Mapping[str, Any]]], wanted: Collection[str]) -> list[Figure]:
    """The four figures that decide, for the hang tag, of one service: the first of a `wanted` process, else the
    first listed. What nobody stated is left out. `services`: published ones with their service_view.
    """
    if not services:
        return []
    draft, view = next((pair for pair in services if pair[0].process in wanted), services[0])
    figures = [("For", view["label"])] if len(services) > 1 else []
    if draft.rules:
        # A run has to meet all rules, so the largest one decides.
        figures.append(("Smallest run", rule_text(max(draft.rules, key=lambda rule: rule.quantity.atoms))))
    if monday := view["next_open"]:
        figures.append(("Next open week", f"{monday.day} {monday:%b}"))
    if draft.leads.first is not None:
        figures.append(("Lead time", _days(draft.leads.first)))
    if view["price_text"]:
        figures.append(("Price", view["price_text"]))
    return figures[:4]


def _next_open(calendar: Calendar, today: date) -> date | None:
    """The Monday of the first week in which there is room and a day left to work."""
    for number in range(STRIP_WEEKS):
        week = Week.containing(today).plus(number)
        if still_open(calendar, week) and any(day >= today for day in open_days(calendar, week)):
            return week.monday
    return None


def freshness(calendars: Calendars, now: datetime) -> tuple[date | None, bool]:
    """The oldest confirmation among the calendars, and whether any is stale."""
    confirmed = [r.calendar.confirmed_at for r in calendars.values() if r.calendar.confirmed_at]
    stale = any(is_stale(r.calendar, now) for r in calendars.values())
    return (min(confirmed).date() if confirmed else None), stale


def machine_view(machine: Machine) -> dict[str, Any]:
    limits = [
        (f"{machine.width_cm} cm wide", machine.width_cm),
        (f"gauge {machine.gauge}", machine.gauge),
        (f"loads of {machine.load_min_kg or 0} to {machine.load_max_kg} kg", machine.load_max_kg),
        (f"{machine.heads} heads", machine.heads),
        (f"{machine.colours} colours", machine.colours),
        (f"field {machine.field_cm} cm", machine.field_cm),
        (machine.note, machine.note),
    ]
    return {"name": machine.name, "count": machine.count, "limits_text": ", ".join(t for t, has in limits if has)}


def certificate_view(certificate: Certificate, today: date) -> dict[str, Any]:
    return {
        "scheme": vocabulary().label(Facet.CERTIFICATION, certificate.scheme),
        "scope_text": certificate.scope,
        "number": certificate.number,
        "issuer": certificate.issuer,
        "holder": certificate.holder,
        "valid_from": certificate.valid_from,
        "valid_to": certificate.valid_to,
        "expired": not certificate.is_valid_on(today),
        "document_checked": False,
    }


def missing_view(supplier: Supplier, calendars: Calendars, urls: Mapping[str, str]) -> list[dict[str, str]]:
    """What would make the listing easier to find, most useful first."""
    wanted = [
        (not supplier.services, "A service with its minimum run: without one, only your name is found", "service"),
        (
            bool(supplier.services) and any(s.id not in calendars for s in supplier.services),
            "Open weeks: searches with a date leave you out without them",
            "weeks",
        ),
        (
            any(site.draft.point is None or site.draft.precision.rank > 1 for site in supplier.sites),
            "A pin at your door: a radius search is only as true as the point",
            "profile",
        ),
        (
            bool(supplier.services) and not any(s.draft.rules for s in supplier.services),
            "A minimum run: designers filter by it",
            "service",
        ),
        (not supplier.profile.description, "A few sentences about what you make, and for whom", "profile"),
        (not supplier.profile.tags.languages, "The languages you can work in", "profile"),
    ]
    return [{"text": text, "url": urls[key]} for lacks, text, key in wanted if lacks]


def jsonld(supplier: Supplier, url: str) -> dict[str, Any]:
    """schema.org's view of a supplier."""
    site: Site | None = supplier.sites[0] if supplier.sites else None
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LocalBusiness",
        "@id": url,
        "name": supplier.profile.name,
        "description": supplier.profile.description,
        "url": supplier.profile.website or url,
        "knowsLanguage": sorted(supplier.profile.tags.languages),
    }
    if site:
        address = site.draft.address
        data["address"] = {
            "@type": "PostalAddress",
            "streetAddress": address.street,
            "addressLocality": address.locality,
            "addressRegion": address.region,
            "postalCode": address.postal_code,
            "addressCountry": address.country,
        }
        if site.draft.point:
            point = site.draft.point
            data["geo"] = {"@type": "GeoCoordinates", "latitude": point.lat, "longitude": point.lon}
    data["makesOffer"] = [_offer(service.draft) for service in supplier.services]
    return data


def _offer(draft: ServiceDraft) -> dict[str, Any]:
    offer: dict[str, Any] = {
        "@type": "Offer",
        "itemOffered": {"@type": "Service", "name": vocabulary().label(Facet.PROCESS, draft.process)},
    }
    if draft.rules:
        rule = draft.rules[0]
        offer["eligibleQuantity"] = {
            "@type": "QuantitativeValue",
            "minValue": rule.quantity.atoms / rule.quantity.unit.atoms,
            "unitText": f"{rule.quantity.unit.label} {rule.basis.label}",
        }
    return offer


def _surcharge_text(draft: ServiceDraft) -> str | None:
    percents = {rule.surcharge_percent for rule in draft.rules if rule.surcharge_percent is not None}
    return f"smaller runs at +{max(percents)} %" if percents else None


def _lead_texts(draft: ServiceDraft) -> list[tuple[str, str]]:
    leads = (("Sample", draft.leads.sample), ("First run", draft.leads.first), ("Repeat", draft.leads.repeat))
    return [(label, _days(days)) for label, days in leads if days is not None]


def _days(days: int) -> str:
    return f"{days} {'day' if days == 1 else 'days'}"


def _labels(facet: Facet, values: Iterable[str]) -> list[str]:
    return sorted(vocabulary().label(facet, value) for value in values)


def _all_tags(supplier: Supplier) -> Tags:
    tags = [supplier.profile.tags, *(service.draft.tags for service in supplier.services)]
    return Tags(
        skills=frozenset().union(*(t.skills for t in tags)),
        materials=frozenset().union(*(t.materials for t in tags)),
        products=frozenset().union(*(t.products for t in tags)),
    )
