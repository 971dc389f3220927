"""Read the forms about weeks. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from marketplace.capacity.model import Closure
from marketplace.errors import Invalid
from marketplace.text import clean_line
from marketplace.units import Unit, Week, parse_decimal, parse_quantity

_LONGEST_CLOSURE_DAYS = 366
_MOST_WEEKS = 105  # the two years that can be stated


def read_amount(text: str, unit: Unit) -> int | None:
    """What a week offers, in atoms: 0 is a full week, blank is not published.

    Errors: Invalid.
    """
    text = text.strip()
    if not text:
        return None
    try:
        return 0 if parse_decimal(text) == 0 else parse_quantity(text, unit).atoms
    except ValueError as error:
        raise Invalid({"offered": str(error)}) from None


def read_week(text: str, today: date) -> Week:
    """A week by its Monday, from the current one to two years ahead.

    Errors: Invalid.
    """
    try:
        week = Week.parse(text)
    except ValueError as error:
        raise Invalid({"monday": str(error)}) from None
    current = Week.containing(today)
    if not current <= week <= current.plus(104):
        raise Invalid({"monday": "is not a week of the next two years"})
    return week


def read_stated(body: Mapping[str, object], unit: Unit, today: date) -> dict[Week, int | None]:
    """The weeks of a JSON body: what each offers in all, or None for a usual week.

    Errors: Invalid that names each week by its place in the list.
    """
    listed = body.get("weeks")
    if not isinstance(listed, list) or not 0 < len(listed) <= _MOST_WEEKS:
        raise Invalid({"weeks": f"is a list of 1 to {_MOST_WEEKS} weeks"})
    problems: dict[str, str] = {}
    weeks: dict[Week, int | None] = {}
    for number, stated in enumerate(listed):
        at = f"weeks/{number}"
        if not isinstance(stated, dict) or set(stated) != {"week_start", "offered"}:
            problems[at] = "has week_start and offered, and nothing else"
            continue
        offered = stated["offered"]
        if offered is not None and (isinstance(offered, bool) or not isinstance(offered, int | float)):
            problems[f"{at}/offered"] = "is a number, or null for a usual week"
            continue
        try:
            week = read_week(str(stated["week_start"]), today)
            if week in weeks:
                raise Invalid({"monday": "stands there twice"})
            weeks[week] = None if offered is None else read_amount(_typed(offered), unit)
        except Invalid as error:
            for name, text in error.problems.items():
                problems[f"{at}/{'week_start' if name == 'monday' else name}"] = text
    if problems:
        raise Invalid(problems)
    return weeks


def _typed(number: int | float) -> str:
    """As a person would write it: 12.5, not 12.500000."""
    if isinstance(number, int):
        return str(number)
    whole, _, part = format(number, "f").partition(".")
    text = f"{whole}.{part}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def read_closure(form: Mapping[str, str]) -> Closure:
    """Errors: Invalid with a sentence per field."""
    problems: dict[str, str] = {}
    days: dict[str, date] = {}
    for name in ("from", "to"):
        text = form.get(name, "").strip()
        try:
            if not re.fullmatch(r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}", text):
                raise ValueError
            days[name] = date.fromisoformat(text)
        except ValueError:
            problems[name] = "give a date as year-month-day, such as 2027-08-02"
    try:
        reason = clean_line(form.get("reason", ""), maximum=80)
    except ValueError as error:
        problems["reason"] = str(error)
        reason = ""
    if len(days) == 2:
        length = (days["to"] - days["from"]).days
        if length < 0:
            problems["to"] = "is before the first closed day"
        elif length > _LONGEST_CLOSURE_DAYS:
            problems["to"] = "a closure lasts a year at most; pause the listing instead"
    if problems:
        raise Invalid(problems)
    return Closure(days["from"], days["to"], reason)
