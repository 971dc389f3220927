"""Read the fields that a client sends about an order. Each raises Invalid that names the field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from marketplace.errors import Invalid
from marketplace.search.forms import read_date
from marketplace.text import clean_text
from marketplace.units import Quantity, Unit, parse_quantity

SMALLEST_UNIT = "must be a whole number of the currency's smallest unit"


def read_text(body: Mapping[str, Any], name: str, maximum: int) -> str:
    value = body.get(name) or ""
    if not isinstance(value, str):
        raise Invalid({name: "must be text"})
    try:
        return clean_text(value, maximum=maximum)
    except ValueError as error:
        raise Invalid({name: str(error)}) from None


def read_day(body: Mapping[str, Any], name: str, *, needed: bool = False) -> date | None:
    value = body.get(name)
    if value is None and not needed:
        return None
    try:
        return read_date(value if isinstance(value, str) else "")
    except ValueError as error:
        raise Invalid({name: str(error)}) from None


def read_quantity(body: Mapping[str, Any], name: str, unit: Unit) -> Quantity:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Invalid({name: f"must be a number of {unit.label}"})
    try:
        return parse_quantity(str(value), unit)
    except ValueError as error:
        raise Invalid({name: str(error)}) from None


def read_whole(body: Mapping[str, Any], name: str, problem: str) -> int:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Invalid({name: problem})
    return value


def read_yes(body: Mapping[str, Any], name: str) -> bool:
    """True or false; false where it is left out."""
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise Invalid({name: "must be true or false"})
    return value
