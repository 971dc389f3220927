"""Read what people type about a saved search, and a stored question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs, parse_qsl, urlencode

from marketplace.alerts.model import MAXIMUM_NAME, Frequency, Wanted
from marketplace.errors import Invalid
from marketplace.places.model import Place
from marketplace.search.forms import Asked, FindPlaces, read_date, read_search, to_parameters
from marketplace.text import clean_line, clean_name

_PAGING = frozenset({"view", "page", "per_page"})  # they say what of the answer is shown, not what is asked
_MOST_FIELDS = 300  # a search has some twenty names, a few of them repeatable
_UNITS = ("km", "mi")


@dataclass(frozen=True, slots=True)
class SaveForm:
    wanted: Wanted
    asked: Asked
    replaces: str  # the public id of one whose question this becomes, or empty


@dataclass(frozen=True, slots=True)
class ChangeForm:
    name: str
    frequency: Frequency
    by: date | None  # where the question has a date


def read_question(
    text: str, today: date, find_places: FindPlaces | None = None, *, choose_first: bool = False
) -> Asked:
    """The search that a query string asks. Without `find_places` it must name its place by coordinates.

    Errors: Invalid, as the search itself; also when a day has passed since it was saved.
    """
    try:
        given = parse_qs(text, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Invalid({"question": "is too long: use fewer filters"}) from None
    return read_asked(given, today, find_places or _nowhere, choose_first=choose_first)


def read_asked(
    given: Mapping[str, Sequence[str]], today: date, find_places: FindPlaces, *, choose_first: bool = False
) -> Asked:
    """Errors: Invalid."""
    kept = {name: values for name, values in given.items() if name not in _PAGING}
    return read_search(kept, today, find_places, choose_first=choose_first)


def question_of(asked: Asked) -> str:
    """The query string that is kept: it means the same whichever way the search was written."""
    return urlencode([(name, str(value)) for name, value in to_parameters(asked)])


def with_date(question: str, by: date) -> str:
    """The same question with another date. Its own may have passed, so it can't be asked to change itself."""
    return urlencode([*(pair for pair in parse_qsl(question) if pair[0] != "by"), ("by", by.isoformat())])


def date_of(question: str) -> str:
    """The date a question asks for, or an empty text."""
    return dict(parse_qsl(question)).get("by", "")


def read_save(form: Mapping[str, str], today: date, find_places: FindPlaces) -> SaveForm:
    """Errors: Invalid."""
    problems: dict[str, str] = {}
    name, frequency = _read_name(form, problems), _read_frequency(form, problems)
    asked = None
    try:
        asked = read_question(form.get("question", ""), today, find_places, choose_first=True)
    except Invalid as error:
        problems |= {f"question_{field}": f"{field}: {text}" for field, text in error.problems.items()}
    if problems or asked is None:
        raise Invalid(problems)
    unit = form.get("distance_unit", "")
    wanted = Wanted(name, question_of(asked), unit if unit in _UNITS else "km", frequency)
    return SaveForm(wanted, asked, form.get("replaces", "").strip())


def read_change(form: Mapping[str, str], today: date, *, has_date: bool) -> ChangeForm:
    """Errors: Invalid."""
    problems: dict[str, str] = {}
    name, frequency, by = _read_name(form, problems), _read_frequency(form, problems), None
    if has_date:
        try:
            by = read_date(form.get("by", "").strip())
            if by < today:
                raise ValueError("has passed: give a day to come")
        except ValueError as error:
            problems["by"] = f"The day {error}" if str(error).startswith("has") else str(error)
    if problems:
        raise Invalid(problems)
    return ChangeForm(name, frequency, by)


def _read_name(form: Mapping[str, str], problems: dict[str, str]) -> str:
    try:
        return clean_name(clean_line(form.get("name", ""), maximum=MAXIMUM_NAME))
    except ValueError as error:
        problems["name"] = f"The name {error}."
        return ""


def _read_frequency(form: Mapping[str, str], problems: dict[str, str]) -> Frequency:
    try:
        return Frequency(form.get("frequency", ""))
    except ValueError:
        problems["frequency"] = "How often is missing: choose at once, daily or weekly."
        return Frequency.DAILY


def _nowhere(_name: str) -> list[Place]:
    return []
