"""Forms as they are filled in: from a saved draft, or exactly as somebody typed them. Pure."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from marketplace.listings.forms import MAXIMUM_ROWS
from marketplace.places import Precision
from marketplace.suppliers.model import WORKING_DAYS_DEFAULT, ServiceDraft, SiteDraft, Supplier
from marketplace.units.model import COUNTRY_CURRENCIES, minor_exponent
from marketplace.units.rules import format_number

ROWS = 3  # shown at least, so that a form without JavaScript has room


def profile_form(supplier: Supplier | None) -> dict[str, Any]:
    if supplier is None or not supplier.sites:
        return {"languages": []}
    return {
        "name": supplier.profile.name,
        "kind": supplier.profile.kind,
        **_place_form(supplier.sites[0].draft),
        "description": supplier.profile.description,
        "website": supplier.profile.website,
        "languages": sorted(supplier.profile.tags.languages),
    }


def site_form(draft: SiteDraft | None) -> dict[str, Any]:
    if draft is None:
        return {"working_days": [str(day) for day in sorted(WORKING_DAYS_DEFAULT)]}
    days = [str(day) for day in sorted(draft.working_days)]
    return {"site_name": draft.name, **_place_form(draft), "working_days": days}


def typed_site(form: MultiDict[str, str]) -> dict[str, Any]:
    return {
        **form.to_dict(),
        "working_days": form.getlist("working_days"),
        "pin_confirmed": bool(form.get("pin_confirmed")),
    }


def _place_form(draft: SiteDraft) -> dict[str, Any]:
    address, point = draft.address, draft.point
    return {
        "street": address.street,
        "postal_code": address.postal_code,
        "locality": address.locality,
        "region": address.region,
        "country": address.country,
        "lat": f"{point.lat:.7f}" if point else "",
        "lon": f"{point.lon:.7f}" if point else "",
        "pin_confirmed": draft.precision is Precision.CONFIRMED,
        "pin_words": draft.precision.label if point else None,
    }


def typed_profile(form: MultiDict[str, str]) -> dict[str, Any]:
    return {**form.to_dict(), "languages": form.getlist("language"), "pin_confirmed": bool(form.get("pin_confirmed"))}


def service_form(draft: ServiceDraft | None, country: str = "") -> dict[str, Any]:
    """A saved service, or an empty form in the currency of the supplier's country."""
    if draft is None:
        return {
            "unit": "piece",
            "currency": COUNTRY_CURRENCIES.get(country, "EUR"),
            "rules": _padded([], {"quantity": "", "scope": "style"}),
            "breaks": _padded([], _BREAK),
        }
    price = draft.price
    surcharges = [rule.surcharge_percent for rule in draft.rules if rule.surcharge_percent is not None]
    rules = [
        {"quantity": format_number(rule.quantity.atoms, rule.quantity.unit), "scope": rule.basis.value}
        for rule in draft.rules
    ]
    breaks = (
        [{"from_": str(b.from_quantity), "price": money_text(b.unit_minor, price.currency)} for b in price.breaks]
        if price
        else []
    )
    return {
        "process": draft.process,
        "unit": draft.unit.value,
        "rules": _padded(rules, {"quantity": "", "scope": "order"}),
        "surcharge_percent": max(surcharges) if surcharges else "",
        "max_quantity": format_number(draft.maximum.atoms, draft.unit) if draft.maximum else "",
        "load_min": format_number(draft.load.minimum, draft.unit) if draft.load else "",
        "load_max": format_number(draft.load.maximum, draft.unit) if draft.load else "",
        "lead_days": _blank(draft.leads.first),
        "sample_lead_days": _blank(draft.leads.sample),
        "repeat_lead_days": _blank(draft.leads.repeat),
        "currency": price.currency if price else "EUR",
        "price_setup": money_text(price.setup_minor, price.currency) if price and price.setup_minor else "",
        "price_unit": money_text(price.unit_minor, price.currency) if price else "",
        "breaks": _padded(breaks, _BREAK),
        "skills": sorted(draft.tags.skills),
        "materials": sorted(draft.tags.materials),
        "products": sorted(draft.tags.products),
        "note": draft.note,
    }


_BREAK = {"from_": "", "price": ""}


def typed_service(form: MultiDict[str, str]) -> dict[str, Any]:
    rules = [
        {"quantity": form.get(f"rule-{n}-quantity", ""), "scope": form.get(f"rule-{n}-scope", "")}
        for n in range(MAXIMUM_ROWS)
        if f"rule-{n}-quantity" in form
    ]
    breaks = [
        {"from_": form.get(f"break-{n}-from", ""), "price": form.get(f"break-{n}-price", "")}
        for n in range(MAXIMUM_ROWS)
        if f"break-{n}-from" in form
    ]
    return {
        **form.to_dict(),
        "rules": _padded(rules, {"quantity": "", "scope": "order"}),
        "breaks": _padded(breaks, _BREAK),
        "skills": form.getlist("skill"),
        "materials": form.getlist("material"),
        "products": form.getlist("product"),
    }


def money_text(minor: int, currency: str) -> str:
    """An amount as people type it: '12.50'."""
    exponent = minor_exponent(currency)
    return f"{minor / 10**exponent:.{exponent}f}"


def _padded(rows: list[dict[str, str]], empty: dict[str, str]) -> list[dict[str, str]]:
    return rows + [dict(empty) for _ in range(max(1, ROWS - len(rows)))]


def _blank(number: int | None) -> str:
    return "" if number is None else str(number)
