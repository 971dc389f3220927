"""What programs send about a place they offer, put as its form would send it."""

from __future__ import annotations

from typing import Any

from marketplace.errors import Invalid
from marketplace.placements.forms import amount_text
from marketplace.units.model import CURRENCIES
from marketplace.units.wages import Wage, WagePer

FIELDS = (
    "process skills site seats seats_taken starts_on months hours_week wage level mentor languages access closes_on "
    "note"
).split()
_TEXTS = ("process", "site", "starts_on", "level", "mentor", "access", "closes_on", "note")
_NUMBERS = ("seats", "seats_taken", "months", "hours_week")
_LISTS = ("skills", "languages")
_WAGE = {"minor", "currency", "per"}


def as_form(body: dict[str, Any]) -> dict[str, list[str]]:
    """Errors: Invalid for values of another type than the description says."""
    form: dict[str, list[str]] = {}
    problems: dict[str, str] = {}
    for name in _TEXTS:
        if (value := body.get(name)) is not None:
            form[name] = [value] if isinstance(value, str) else []
            problems |= {} if isinstance(value, str) else {name: "must be text"}
        elif name in body:
            form[name] = []
    for name in _NUMBERS:
        value = body.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            problems[name] = "must be a whole number"
        elif name in body:
            form[name] = [] if value is None else [str(value)]
    for name in _LISTS:
        value = body.get(name)
        if value is not None and not (isinstance(value, list) and all(isinstance(each, str) for each in value)):
            problems[name] = "must be a list of texts"
        elif name in body:
            form[name] = list(value or ())
    if "wage" in body:
        form |= _wage(body["wage"], problems)
    if problems:
        raise Invalid(problems)
    return form


def _wage(value: Any, problems: dict[str, str]) -> dict[str, list[str]]:
    if value is None:
        return {"wage": [], "wage_currency": [], "wage_per": []}
    if not isinstance(value, dict) or set(value) != _WAGE:
        problems["wage"] = 'must be an object such as {"minor": 1250, "currency": "EUR", "per": "hour"}'
        return {}
    minor, currency, per = value["minor"], value["currency"], value["per"]
    if isinstance(minor, bool) or not isinstance(minor, int) or minor <= 0:
        problems["wage"] = "minor must be a whole number above 0"
    elif not (isinstance(currency, str) and currency in CURRENCIES and per in ("hour", "month")):
        problems["wage"] = "choose the currency and the period"
    else:
        wage = Wage(minor, currency, WagePer(per))
        return {"wage": [amount_text(wage)], "wage_currency": [currency], "wage_per": [per]}
    return {}
