"""Read a search for placements, and the form that offers one. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from werkzeug.datastructures import MultiDict

from marketplace.errors import Invalid
from marketplace.placements.model import Placement, PlacementStatus, Wage, WagePer
from marketplace.placements.search import PlacementQuery
from marketplace.places.model import Place
from marketplace.search.forms import FindPlaces, Reader, read_circle, read_date, read_flag, read_origin
from marketplace.suppliers.model import SiteId
from marketplace.text import clean_text
from marketplace.units import parse_decimal
from marketplace.units.model import CURRENCIES, minor_exponent
from marketplace.vocabulary import Facet, vocabulary

PARAMETERS = "near lat lon radius_km radius_mi skill process start_from start_to from by paid".split()
_MAXIMUM_SEATS = 50
_MAXIMUM_MONTHS = 60


def read_query(
    given: Mapping[str, Sequence[str]], find_places: FindPlaces, *, choose_first: bool = False
) -> tuple[PlacementQuery, Place | None, tuple[Place, ...]]:
    """The query, where it is asked from, and the places to choose from when a name means several.

    Errors: Invalid naming each parameter.
    """
    reader = Reader(given, PARAMETERS)
    reader.refuse_unknown()
    processes, skills = set(reader.terms(Facet.PROCESS)), set()
    for text in reader.texts("skill"):
        process, skill = vocabulary().find(Facet.PROCESS, text[:64]), vocabulary().find(Facet.SKILL, text[:64])
        if process is None and skill is None:
            reader.problems["skill"] = f"“{text[:40]}” is not a skill or a trade we know"
        processes |= {process.id} if process else set()
        skills |= {skill.id} if skill else set()
    origin, choices = read_origin(reader, find_places, choose_first)
    query = PlacementQuery(
        circle=read_circle(reader, origin),
        processes=frozenset(processes),
        skills=frozenset(skills),
        start_from=reader.one("start_from", read_date) or reader.one("from", read_date),
        start_to=reader.one("start_to", read_date) or reader.one("by", read_date),
        paid=reader.one("paid", read_flag) or False,
    )
    if query.start_from and query.start_to and query.start_to < query.start_from:
        reader.problems["start_to"] = "is before the first day"
    reader.finish()
    return query, origin, choices


def read_offer(form: MultiDict[str, str], public_id: str, site_id: SiteId, today: date) -> Placement:
    """Errors: Invalid with a sentence per field."""
    problems: dict[str, str] = {}

    def number(name: str, low: int, high: int) -> int:
        try:
            value = parse_decimal(form.get(name, "").strip())
            if value.denominator != 1 or not low <= value <= high:
                raise ValueError(f"must be a whole number between {low} and {high}")
            return int(value)
        except ValueError as error:
            problems[name] = str(error)
            return low

    process, skill = form.get("process", ""), form.get("skill", "")
    if process not in vocabulary().processes:
        problems["process"] = "choose the trade you teach"
    if skill and skill not in vocabulary().terms[Facet.SKILL]:
        problems["skill"] = "choose from the list"
    try:
        starts_on = read_date(form.get("starts_on", "").strip())
        if starts_on < today:
            problems["starts_on"] = "has passed"
    except ValueError as error:
        problems["starts_on"], starts_on = str(error), today
    currency, per = form.get("wage_currency", "EUR"), form.get("wage_per", "hour")
    wage = None
    try:
        if currency not in CURRENCIES or per not in set(WagePer):
            raise ValueError("choose the currency and the period")
        amount = parse_decimal(form.get("wage", "").strip()) * 10 ** minor_exponent(currency)
        if amount.denominator != 1 or not 0 < amount <= 10**9:
            raise ValueError("must be an amount of money above 0")
        wage = Wage(int(amount), currency, WagePer(per))
    except ValueError as error:
        problems["wage"] = f"{error}: a place to learn is paid" if not form.get("wage", "").strip() else str(error)
    try:
        note = clean_text(form.get("note", ""), maximum=1000)
    except ValueError as error:
        problems["note"], note = str(error), ""
    seats, months = number("seats", 1, _MAXIMUM_SEATS), number("months", 1, _MAXIMUM_MONTHS)
    if problems:
        raise Invalid(problems)
    return Placement(public_id, site_id, process, skill, seats, 0, starts_on, months, wage, PlacementStatus.OPEN, note)
