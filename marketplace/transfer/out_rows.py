"""What stands in the cells of an export: the reverse of what the imports read. Pure."""

from __future__ import annotations

from marketplace.capacity.model import Closure, Resource, Use
from marketplace.placements.model import Placement
from marketplace.places.model import E7
from marketplace.suppliers.model import MinimumRule, Service, Site, Supplier, Tags
from marketplace.transfer.escapes import join_list, write_text
from marketplace.transfer.lists import (
    write_breaks,
    write_certificates,
    write_closures,
    write_machines,
    write_working_days,
)
from marketplace.transfer.service_rows import shown_rate
from marketplace.units import Unit, Week
from marketplace.units.rules import format_number

Cells = dict[str, str]


def supplier_row(supplier: Supplier, site: Site, site_name: str, closures: tuple[Closure, ...]) -> Cells:
    profile, draft = supplier.profile, site.draft
    address = draft.address
    return {
        "external_id": supplier.external_id,
        "name": profile.name,
        "kind": profile.kind,
        "street": address.street,
        "locality": address.locality,
        "region": address.region,
        "postal_code": address.postal_code,
        "country": address.country,
        "lat": degrees(draft.point.lat_e7) if draft.point else "",
        "lon": degrees(draft.point.lon_e7) if draft.point else "",
        "description": write_text(profile.description),
        **_tags(profile.tags),
        "certifications": write_certificates(profile.certificates),
        "languages": join_list(sorted(profile.tags.languages)),
        "website": profile.website,
        "site": site_name,
        "precision": draft.precision,
        "timezone": draft.timezone,
        "working_days": write_working_days(draft.working_days),
        "closed": write_closures(closures),
        "machines": write_machines(profile.machines),
        "status": supplier.status,
        "verification": supplier.verification,
        "verified_at": supplier.verified_at.isoformat() if supplier.verified_at else "",
    }


def service_rows(
    external_id: str, site_name: str, service: Service, resource: Resource | None, use: Use | None
) -> list[Cells]:
    """One row for each minimum rule, at least one: everything but the rule stands in the first only."""
    draft, unit = service.draft, service.draft.unit
    key = {"supplier_external_id": external_id, "site": site_name, "process": draft.process, "unit": unit.value}
    price = draft.price
    first = {
        **key,
        "max_quantity": format_number(draft.maximum.atoms, unit) if draft.maximum else "",
        "sample_lead_days": _number(draft.leads.sample),
        "lead_days": _number(draft.leads.first),
        "repeat_lead_days": _number(draft.leads.repeat),
        "load_min": format_number(draft.load.minimum, unit) if draft.load else "",
        "load_max": format_number(draft.load.maximum, unit) if draft.load else "",
        **_tags(draft.tags),
        "status": service.status.value,
        "note": write_text(draft.note),
    }
    if price:
        first |= {
            "price_minor": str(price.unit_minor),
            "currency": price.currency,
            "price_per": price.per.value,
            "setup_minor": str(price.setup_minor),
            "price_breaks": write_breaks(price.breaks),
        }
    if resource and use:
        calendar = resource.calendar
        first |= {
            "resource": resource.name,
            "resource_unit": calendar.unit.value,
            "rate": shown_rate(use.rate, unit, calendar.unit),
            "weekly_capacity": format_number(calendar.usual, calendar.unit) if calendar.usual is not None else "",
            "usual_confirmed": calendar.confirmed_at.isoformat() if calendar.confirmed_at else "",
        }
    head, *others = draft.rules or (None,)
    rows = [first | _rule(head, unit) if head else first]
    return rows + [key | _rule(rule, unit) for rule in others if rule]


def capacity_row(external_id: str, site_name: str, process: str, week: Week, atoms: int, unit: Unit) -> Cells:
    return {
        "supplier_external_id": external_id,
        "process": process,
        "week_start": str(week),
        "open_quantity": format_number(atoms, unit),
        "unit": unit.value,
        "site": site_name,
    }


def placement_row(external_id: str, site_name: str, placement: Placement) -> Cells:
    wage = placement.wage
    return {
        "supplier_external_id": external_id,
        "site": site_name,
        "external_id": placement.public_id,
        "process": placement.process,
        "skill": join_list(placement.skills),
        "seats": str(placement.seats),
        "seats_taken": str(placement.seats_taken),
        "starts_on": placement.starts_on.isoformat(),
        "months": str(placement.months),
        "wage_minor": str(wage.minor) if wage else "",
        "currency": wage.currency if wage else "",
        "wage_per": wage.per.value if wage else "",
        "hours_week": str(placement.hours_week) if placement.hours_week else "",
        "level": placement.level.value,
        "mentor": placement.mentor,
        "languages": join_list(placement.languages),
        "access": write_text(placement.access),
        "closes_on": placement.closes_on.isoformat() if placement.closes_on else "",
        "status": placement.status.value,
        "note": write_text(placement.note),
    }


def degrees(e7: int) -> str:
    """Decimal degrees with every decimal that is stored, and no rounding."""
    whole, part = divmod(abs(e7), E7)
    text = f"{whole}.{part:07d}".rstrip("0").rstrip(".")
    return f"-{text}" if e7 < 0 else text


def _tags(tags: Tags) -> Cells:
    return {
        "skills": join_list(sorted(tags.skills)),
        "materials": join_list(sorted(tags.materials)),
        "products": join_list(sorted(tags.products)),
    }


def _rule(rule: MinimumRule, unit: Unit) -> Cells:
    return {
        "min_quantity": format_number(rule.quantity.atoms, rule.quantity.unit),
        "min_unit": rule.quantity.unit.value if rule.quantity.unit is not unit else "",
        "basis": rule.basis.value,
        "surcharge_percent": _number(rule.surcharge_percent),
    }


def _number(number: int | None) -> str:
    return "" if number is None else str(number)
