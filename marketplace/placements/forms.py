"""Read a search for placements. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qs, urlencode

from marketplace.errors import Invalid
from marketplace.placements.model import Level
from marketplace.placements.search import PlacementQuery
from marketplace.places.model import Place
from marketplace.search.forms import FindPlaces, Reader, read_circle, read_date, read_flag, read_origin, read_whole
from marketplace.units import parse_decimal
from marketplace.units.model import CURRENCIES, minor_exponent
from marketplace.units.wages import Wage, WagePer
from marketplace.vocabulary import Facet, vocabulary

PARAMETERS = (
    "near lat lon radius_km radius_mi skill process start_from start_to from by paid wage_min currency level language"
).split()
PER_PAGE_DEFAULT, PER_PAGE_MAXIMUM, PAGE_MAXIMUM = 100, 500, 10_000
_MOST_FIELDS = 200


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
        least=_least(reader),
        levels=_levels(reader),
        languages=reader.terms(Facet.LANGUAGE),
        in_miles=bool(reader.texts("radius_mi")),
    )
    if query.start_from and query.start_to and query.start_to < query.start_from:
        reader.problems["start_to"] = "is before the first day"
    reader.finish()
    return query, origin, choices


def take_number(given: dict[str, list[str]], name: str, usual: int, most: int) -> int:
    """A whole number from 1, such as the page; it is taken out of what is given. Errors: Invalid."""
    texts = [text.strip() for text in given.pop(name, []) if text.strip()]
    try:
        return read_whole(texts[-1], 1, most) if texts else usual
    except ValueError as error:
        raise Invalid({name: str(error)}) from None


def question_of(query: PlacementQuery, origin: Place | None) -> str:
    """The query string that asks this again, its place by coordinates."""
    pairs: list[tuple[str, str]] = []
    if origin and query.circle:
        pairs += [("near", origin.label), ("lat", f"{origin.point.lat:.7f}"), ("lon", f"{origin.point.lon:.7f}")]
        pairs.append(("radius_km", f"{query.circle.radius_m / 1000:.3f}".rstrip("0").rstrip(".")))
    pairs += [("process", each) for each in sorted(query.processes)]
    pairs += [("skill", each) for each in sorted(query.skills)]
    days = (("start_from", query.start_from), ("start_to", query.start_to))
    pairs += [(name, day.isoformat()) for name, day in days if day]
    if query.paid:
        pairs.append(("paid", "true"))
    if query.least:
        pairs += [("wage_min", amount_text(query.least)), ("currency", query.least.currency)]
    pairs += [("level", each.value) for each in sorted(query.levels)]
    pairs += [("language", each) for each in sorted(query.languages)]
    return urlencode(pairs)


def read_asked(question: str, find_places: FindPlaces) -> tuple[PlacementQuery, Place | None, tuple[Place, ...]]:
    """The search of a query string. Errors: Invalid, as for the search itself."""
    try:
        given = parse_qs(question, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Invalid({"query": "is too long: use fewer filters"}) from None
    return read_query(given, find_places, choose_first=True)


def read_question(question: str) -> PlacementQuery:
    """A stored search, whose place stands in it by coordinates. Errors: Invalid, when it makes no sense any more."""
    return read_asked(question, lambda _name: [])[0]


def amount_text(wage: Wage) -> str:
    """'12.50', as a form shows it."""
    exponent = minor_exponent(wage.currency)
    whole, part = divmod(wage.minor, 10**exponent)
    return f"{whole}.{part:0{exponent}d}" if part else str(whole)


def read_amount(currency: str) -> Callable[[str], int]:
    """Minor units of an amount of this currency."""

    def parse(text: str) -> int:
        amount = parse_decimal(text) * 10 ** minor_exponent(currency)
        if amount.denominator != 1 or not 0 < amount <= 10**9:
            raise ValueError("must be an amount of money above 0")
        return int(amount)

    return parse


def _least(reader: Reader) -> Wage | None:
    currency = (reader.texts("currency") or ["EUR"])[-1].upper()
    if currency not in CURRENCIES:
        reader.problems["currency"] = f"“{currency[:20]}” is not a currency we know: write its three letters, as EUR"
        return None
    minor = reader.one("wage_min", read_amount(currency))
    return Wage(minor, currency, WagePer.HOUR) if minor else None


def _levels(reader: Reader) -> frozenset[Level]:
    texts = reader.texts("level")
    wrong = [text for text in texts if text not in set(Level)]
    if wrong:
        reader.problems["level"] = f"“{wrong[0][:40]}” is not a level: use {', '.join(Level)}"
    return frozenset(Level(text) for text in texts if text not in wrong)
