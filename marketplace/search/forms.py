"""Read a search from a query string: the page, the JSON API and the command line ask in the same words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from marketplace.errors import Invalid
from marketplace.places import Point, Precision
from marketplace.places.model import Circle, Place, parse_coordinate
from marketplace.places.names import fold
from marketplace.places.rules import KM_PER_MILE, MAXIMUM_RADIUS_M, MINIMUM_RADIUS_M
from marketplace.search.query import PER_PAGE_DEFAULT, PER_PAGE_MAXIMUM, SearchQuery, Sort
from marketplace.search.words import MAXIMUM_TEXT
from marketplace.suppliers.rules import Cloth, Run
from marketplace.text import clean_line
from marketplace.units import Unit, parse_decimal, parse_quantity
from marketplace.units.rules import format_number
from marketplace.vocabulary import Facet, vocabulary

RADIUS_DEFAULT_KM = 40
RADIUS_DEFAULT_MI = 25  # what a form shows in miles; 40 km would read as 24.85
MAXIMUM_TERMS = 30
_MAXIMUM_PARTS = 1000
_MOST_UNKNOWN = 10  # that are named in an answer: each takes a sentence

PARAMETERS = (
    "q near lat lon radius_km radius_mi kind process skill material product certification language quantity unit "
    "colours sizes styles width_cm gsm piece_g from by verified teaching sort page per_page"
).split()

T = TypeVar("T")
FindPlaces = Callable[[str], Sequence[Place]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query and where it is asked from. `choices`: places to choose from when a name means several.
    `distance_unit`, "km" or "mi": in what the radius was given."""

    query: SearchQuery
    origin: Place | None = None
    choices: tuple[Place, ...] = ()
    distance_unit: str = "km"


def read_search(
    given: Mapping[str, Sequence[str]], today: date, find_places: FindPlaces, *, choose_first: bool = False
) -> Asked:
    """Read the parameters of interface.md.

    With `choose_first` the most likely of several places is taken, as programs expect; people get the list.

    Errors: Invalid naming each field with what to write instead. An unknown parameter is an error too: a
    misspelt filter that is silently ignored gives a wrong answer that looks right.
    """
    reader = Reader(given)
    reader.refuse_unknown()
    terms = {facet: found for facet in Facet if (found := reader.terms(facet))}
    run = _run(reader)
    start, by = reader.one("from", read_date), reader.one("by", read_date)
    if by and by < today:
        reader.problems["by"] = "has passed: give a day to come"
    elif start and by and by < start:
        reader.problems["by"] = "is before “from”"
    origin, choices = read_origin(reader, find_places, choose_first)
    circle = read_circle(reader, origin)
    query = SearchQuery(
        today=today,
        text=reader.one("q", lambda text: clean_line(text, maximum=MAXIMUM_TEXT)) or "",
        circle=circle,
        terms=terms,
        run=run,
        start=start,
        by=by,
        verified=reader.one("verified", read_flag) or False,
        teaching=reader.one("teaching", read_flag) or False,
        sort=reader.one("sort", _sort),
        page=reader.one("page", lambda text: read_whole(text, 1, 1_000_000)) or 1,
        per_page=reader.one("per_page", lambda text: read_whole(text, 1, PER_PAGE_MAXIMUM)) or PER_PAGE_DEFAULT,
    )
    if query.sort is Sort.DISTANCE and circle is None and not choices and "near" not in reader.problems:
        reader.problems["sort"] = "by distance needs a place: give “near”, or “lat” and “lon”"
    reader.finish()
    return Asked(query, origin, choices, "mi" if reader.texts("radius_mi") else "km")


class Reader:
    """Collects what is wrong with a query string, parameter by parameter."""

    def __init__(self, given: Mapping[str, Sequence[str]], known: Sequence[str] = PARAMETERS) -> None:
        self._given = given
        self._known = known
        self.problems: dict[str, str] = {}

    def refuse_unknown(self) -> None:
        unknown = [name for name in self._given if name not in self._known]
        for name in unknown[:_MOST_UNKNOWN]:
            self.problems[name[:40]] = f"is not a parameter of this search; these are: {', '.join(self._known)}"

    def is_given(self, name: str) -> bool:
        """Whether the parameter is there, blank or not."""
        return name in self._given

    def texts(self, name: str) -> list[str]:
        return [text.strip() for text in self._given.get(name, ()) if text.strip()]

    def one(self, name: str, parse: Callable[[str], T]) -> T | None:
        """The last value given, parsed; None when it is missing, blank or wrong."""
        texts = self.texts(name)
        if not texts:
            return None
        try:
            return parse(texts[-1])
        except ValueError as error:
            self.problems[name] = str(error)
            return None

    def terms(self, facet: Facet) -> frozenset[str]:
        texts = self.texts(facet.value)
        if len(texts) > MAXIMUM_TERMS:
            self.problems[facet.value] = f"at most {MAXIMUM_TERMS} at a time"
            return frozenset()
        found: set[str] = set()
        for text in texts:
            named = vocabulary().find_all(facet, text) if len(text) <= 64 else []
            if not named:
                near = vocabulary().nearest(facet, text[:64])
                hint = f"; did you mean {', '.join(near)}?" if near else ""
                self.problems[facet.value] = f"“{text[:40]}” is not a {facet.value} we know{hint}"
            else:
                found.update(term.id for term in named)
        return frozenset(found)

    def finish(self) -> None:
        if self.problems:
            raise Invalid(self.problems)


def _run(reader: Reader) -> Run | None:
    unit = reader.one("unit", _unit) or Unit.PIECE
    quantity = reader.one("quantity", lambda text: parse_quantity(text, unit))
    parts = {
        name: reader.one(name, lambda text: read_whole(text, 1, _MAXIMUM_PARTS)) or 1
        for name in ("styles", "colours", "sizes")
    }
    width = reader.one("width_cm", lambda text: read_whole(text, 1, 1000))
    gsm = reader.one("gsm", lambda text: read_whole(text, 1, 5000))
    piece_g = reader.one("piece_g", lambda text: read_whole(text, 1, 100_000))
    for here, there, name in ((width, gsm, "gsm"), (gsm, width, "width_cm")):
        if here and not there and name not in reader.problems:
            reader.problems[name] = "give the cloth's width (width_cm) and weight (gsm) together"
    if quantity is None:
        return None
    cells = parts["styles"] * parts["colours"]
    if quantity.atoms < cells and unit.atoms == 1:
        reader.problems["quantity"] = f"{quantity.atoms} can't be split into {cells} styles and colours"
    cloth = Cloth(width, gsm) if width and gsm else None
    return Run(quantity, parts["styles"], parts["colours"], parts["sizes"], cloth, piece_g)


def read_origin(reader: Reader, find_places: FindPlaces, choose_first: bool) -> tuple[Place | None, tuple[Place, ...]]:
    """Where a search is asked from, or the places to choose from when a name means several."""
    lat = reader.one("lat", lambda text: parse_coordinate(text, "latitude"))
    lon = reader.one("lon", lambda text: parse_coordinate(text, "longitude"))
    near = reader.one("near", lambda text: clean_line(text))
    for name, other in (("lat", "lon"), ("lon", "lat")):
        if reader.texts(name) and not reader.texts(other):
            reader.problems[other] = "give “lat” and “lon” together"
    if lat is not None and lon is not None:
        label = near or f"{lat:g}, {lon:g}"
        return Place(label, Point.of(lat, lon), Precision.EXACT, ""), ()
    if not near or "lat" in reader.problems or "lon" in reader.problems:
        return None, ()
    found = list(find_places(near))
    if not found:
        reader.problems["near"] = f"“{near[:60]}” was not found: try the town and the country, or type “43.88, 11.10”"
        return None, ()
    if len(found) == 1 or choose_first or is_clear(near, found):
        return found[0], ()
    return None, tuple(found)


def is_clear(typed: str, found: Sequence[Place]) -> bool:
    """Whether the first place is what nearly everybody means: nothing else has the name that was typed, or ten
    times as many people live there. Not where the words after a comma mean two countries, as in "Vernon, CA".
    """
    name, comma, _ = re.sub(r"(?<=\S) +([A-Z]{2})$", r", \1", typed).partition(",")  # "Vernon CA" too
    named = [place for place in found if fold(place.label.partition(",")[0]) == fold(name)]
    if named == [found[0]]:
        return True
    if comma and len({place.country for place in named}) > 1:
        return False
    first, second = found[0], found[1]
    return first.population >= 10 * max(second.population, 1) and first.population >= 5000


def read_circle(reader: Reader, origin: Place | None) -> Circle | None:
    """The circle around the origin; 40 km where no radius is given."""
    km = reader.one("radius_km", _radius(1000))
    miles = reader.one("radius_mi", _radius(1000 * KM_PER_MILE))
    if reader.texts("radius_km") and reader.texts("radius_mi"):
        reader.problems["radius_mi"] = "give the radius in km or in miles, not both"
    radius_m = km or miles
    if origin is None:
        # A form sends its radius with an empty place; a program that names none has forgotten it.
        if radius_m and not reader.is_given("near") and not reader.is_given("lat"):
            reader.problems["near"] = "a radius needs a place: give “near”, or “lat” and “lon”"
        return None
    return Circle(origin.point, radius_m or RADIUS_DEFAULT_KM * 1000)


def _radius(unit_m: float) -> Callable[[str], int]:
    def parse(text: str) -> int:
        number = parse_decimal(text.removesuffix("km").removesuffix("mi").strip())
        metres = int(number * 1000) if unit_m == 1000 else round(float(number) * unit_m)
        if not MINIMUM_RADIUS_M <= metres <= MAXIMUM_RADIUS_M:
            raise ValueError("must be between 0.1 and 20037 km (0.1 and 12450 miles)")
        return metres

    return parse


def read_date(text: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(f"“{text[:40]}” is not a date: write year-month-day, such as 2027-03-31")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text}” is not a date: there is no such day") from None
    if not 2000 <= day.year <= 2200:
        raise ValueError("must lie between the years 2000 and 2200")
    return day


def _unit(text: str) -> Unit:
    try:
        return Unit(text)
    except ValueError:
        raise ValueError(f"“{text[:40]}” is not a unit: use {', '.join(Unit)}") from None


def _sort(text: str) -> Sort:
    try:
        return Sort(text)
    except ValueError:
        raise ValueError(f"“{text[:40]}” is not a sort: use {', '.join(Sort)}") from None


def read_flag(text: str) -> bool:
    values = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False}
    if text.lower() not in values:
        raise ValueError("must be true or false")
    return values[text.lower()]


def read_whole(text: str, low: int, high: int) -> int:
    number = parse_decimal(text)
    if number.denominator != 1 or not low <= number <= high:
        raise ValueError(f"must be a whole number between {low} and {high:,}")
    return int(number)


def to_parameters(asked: Asked) -> list[tuple[str, Any]]:
    """The query string that asks this again: for links that change one thing."""
    query = asked.query
    pairs: list[tuple[str, Any]] = [("q", query.text)] if query.text else []
    if asked.origin:
        pairs += [("near", asked.origin.label), ("lat", f"{asked.origin.point.lat:.7f}")]
        pairs += [("lon", f"{asked.origin.point.lon:.7f}")]
    if query.circle:
        pairs.append(("radius_km", f"{query.circle.radius_m / 1000:.3f}".rstrip("0").rstrip(".")))
    pairs += [(facet.value, value) for facet, values in query.terms.items() for value in sorted(values)]
    if query.run:
        run = query.run
        pairs += [("quantity", format_number(run.quantity.atoms, run.quantity.unit)), ("unit", run.quantity.unit.value)]
        pairs += [(n, v) for n, v in (("colours", run.colours), ("sizes", run.sizes), ("styles", run.styles)) if v > 1]
        if run.cloth:
            pairs += [("width_cm", run.cloth.width_cm), ("gsm", run.cloth.gsm)]
        if run.piece_g:
            pairs.append(("piece_g", run.piece_g))
    pairs += [(name, day.isoformat()) for name, day in (("from", query.start), ("by", query.by)) if day]
    if query.verified:
        pairs.append(("verified", "true"))
    if query.teaching:
        pairs.append(("teaching", "true"))
    if query.sort:
        pairs.append(("sort", query.sort.value))
    return pairs
