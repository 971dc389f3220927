"""JSON of one supplier."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from marketplace.errors import NotFound
from marketplace.search.render import amount, rule_json
from marketplace.suppliers import store
from marketplace.suppliers.model import Service, Site, Status, Supplier
from marketplace.units import Quantity
from marketplace.units.rules import whole_or_decimal
from marketplace.web.context import database, today
from marketplace.web.routes import does

blueprint = Blueprint("suppliers_api", __name__)


@blueprint.get("/api/v1/suppliers/<public_id>")
@does("catalogue.search")
def supplier(public_id: str) -> Response:
    with database().reading() as session:
        found = store.find_by_public_id(session, public_id)
    if found is None or found.status is not Status.PUBLISHED:
        raise NotFound
    return jsonify(supplier_json(found))


def supplier_json(found: Supplier) -> dict[str, Any]:
    profile = found.profile
    return {
        "id": found.public_id,
        "external_id": found.external_id,
        "name": profile.name,
        "kind": profile.kind,
        "url": f"/suppliers/{found.slug}",
        "description": profile.description,
        "website": profile.website,
        "verification": found.verification.value,
        "verified": found.is_verified,
        "languages": sorted(profile.tags.languages),
        "skills": sorted(profile.tags.skills),
        "materials": sorted(profile.tags.materials),
        "products": sorted(profile.tags.products),
        "certificates": [
            {
                "scheme": c.scheme,
                "number": c.number,
                "scope": c.scope,
                "holder": c.holder,
                "issuer": c.issuer,
                "valid_from": c.valid_from.isoformat() if c.valid_from else None,
                "valid_to": c.valid_to.isoformat() if c.valid_to else None,
                "valid_today": c.is_valid_on(today()),
            }
            for c in profile.certificates
        ],
        "machines": [
            {
                "family": m.family,
                "name": m.name,
                "count": m.count,
                "width_cm": m.width_cm,
                "gauge": m.gauge,
                "load_min_kg": m.load_min_kg,
                "load_max_kg": m.load_max_kg,
                "heads": m.heads,
                "colours": m.colours,
                "field_cm": m.field_cm,
                "note": m.note,
            }
            for m in profile.machines
        ],
        "sites": [site_json(site) for site in found.sites],
        "services": [service_json(service, found) for service in found.services if service.status is Status.PUBLISHED],
    }


def site_json(site: Site) -> dict[str, Any]:
    draft, address = site.draft, site.draft.address
    return {
        "id": site.public_id,
        "name": draft.name,
        "street": address.street,
        "locality": address.locality,
        "region": address.region,
        "postal_code": address.postal_code,
        "country": address.country,
        "lat": draft.point.lat if draft.point else None,
        "lon": draft.point.lon if draft.point else None,
        "precision": draft.precision.value,
        "timezone": draft.timezone,
        "working_days": sorted(draft.working_days),
    }


def service_json(service: Service, found: Supplier) -> dict[str, Any]:
    draft = service.draft
    price = draft.price
    return {
        "id": service.public_id,
        "site_id": next(site.public_id for site in found.sites if site.id == service.site_id),
        "process": draft.process,
        "unit": draft.unit.value,
        "minimums": [rule_json(rule) for rule in draft.rules],
        "maximum": amount(draft.maximum),
        "load": {
            "minimum": whole_or_decimal(Quantity(draft.load.minimum, draft.unit)),
            "maximum": whole_or_decimal(Quantity(draft.load.maximum, draft.unit)),
        }
        if draft.load
        else None,
        "sample_lead_days": draft.leads.sample,
        "lead_days": draft.leads.first,
        "repeat_lead_days": draft.leads.repeat,
        "price": {
            "currency": price.currency,
            "setup_minor": price.setup_minor,
            "unit_minor": price.unit_minor,
            "per": price.per.value,
            "breaks": [{"from": b.from_quantity, "unit_minor": b.unit_minor} for b in price.breaks],
        }
        if price
        else None,
        "skills": sorted(draft.tags.skills),
        "materials": sorted(draft.tags.materials),
        "products": sorted(draft.tags.products),
        "note": draft.note,
    }
