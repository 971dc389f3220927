"""A JSON body read as what a studio wants to hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from marketplace.booking.actions import Wanted
from marketplace.errors import Invalid
from marketplace.suppliers.rules import Run
from marketplace.units import Unit, Week
from marketplace.units.rules import parse_quantity

T = TypeVar("T")

FIELDS = ("supplier", "service", "quantity", "unit", "styles", "colours", "sizes", "from", "by", "week")
_MOST_PARTS = 100
_FIRST, _LAST = date(2000, 1, 1), date(2200, 1, 1)


def read_wanted(body: Mapping[str, Any], today: date) -> Wanted:
    """`body` has no other names than FIELDS. Errors: Invalid, a sentence for each wrong field."""
    problems: dict[str, str] = {}

    def read(name: str, how: Callable[[Any], T], default: T) -> T:
        value = body.get(name)
        if value is None:
            return default
        try:
            return how(value)
        except (ValueError, TypeError, OverflowError) as error:
            problems[name] = str(error)
            return default

    unit = read("unit", _unit, Unit.PIECE)
    quantity = read("quantity", lambda value: parse_quantity(_number(value), unit), None)
    if quantity is None and "quantity" not in problems:
        problems["quantity"] = "how many?"
    names = {name: read(name, _text, "") for name in ("supplier", "service")}
    problems.update(
        {name: "which one? Give its id" for name, value in names.items() if not value and name not in problems}
    )
    parts = {name: read(name, _part, 1) for name in ("styles", "colours", "sizes")}
    arrival, by = read("from", _day, today), read("by", _day, None)
    only = read("week", lambda value: Week.parse(_text(value)), None)
    if by is not None and by < arrival:
        problems.setdefault("by", "lies before “from”")
    if problems or quantity is None:
        raise Invalid(problems)
    run = Run(quantity, styles=parts["styles"], colours=parts["colours"], sizes=parts["sizes"])
    return Wanted(names["supplier"], names["service"], run, arrival, by, only)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 64:
        raise ValueError("must be a short text")
    return value


def _number(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)) or len(str(value)) > 20:
        raise ValueError("must be a number")
    return str(value)


def _unit(value: object) -> Unit:
    try:
        return Unit(_text(value))
    except ValueError:
        raise ValueError(f"must be one of {', '.join(unit.value for unit in Unit)}") from None


def _part(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_PARTS:
        raise ValueError(f"must be a whole number between 1 and {_MOST_PARTS}")
    return value


def _day(value: object) -> date:
    try:
        day = date.fromisoformat(_text(value))
    except ValueError:
        raise ValueError("must be a date such as 2027-03-31") from None
    if not _FIRST <= day <= _LAST:
        raise ValueError("must lie between the years 2000 and 2200")
    return day
