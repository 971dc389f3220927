"""Which placements fit an apprentice, and which miss one thing only. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from marketplace.placements.model import Level, Placement
from marketplace.places.model import Circle, Point
from marketplace.places.rules import KM_PER_MILE, MAXIMUM_RADIUS_M, distance_m
from marketplace.units.wages import Wage

MOST_NEAR_MISSES = 10
_WHOLE = 1.0  # the size of a change that drops a whole filter
_WINDOW_DAYS = 60  # a start that is so many days off counts as much as twice the radius


@dataclass(frozen=True, slots=True)
class Offer:
    """A placement with where it is and who offers it."""

    id: int
    placement: Placement
    point: Point | None
    supplier_public_id: str
    supplier_external_id: str
    supplier_name: str
    supplier_slug: str
    kind: str
    locality: str
    country: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class PlacementQuery:
    """Processes and skills are alternatives to each other, and so are levels, and languages. `least`: a wage an hour.
    `paid` is never given up by a relaxation. `in_miles`: how changes of the radius are put."""

    circle: Circle | None = None
    processes: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    start_from: date | None = None
    start_to: date | None = None
    paid: bool = False
    least: Wage | None = None
    levels: frozenset[Level] = frozenset()
    languages: frozenset[str] = frozenset()
    in_miles: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    offer: Offer
    metres: int | None


@dataclass(frozen=True, slots=True)
class Missed:
    """`after` is the changed value that lets it in, `changed` the query with it; `size` orders changes."""

    found: Found
    field: str
    before: float | str
    after: float | str
    text: str
    size: float
    changed: PlacementQuery


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The smallest change of one field that finds more, and how many more it finds."""

    missed: Missed
    adds: int


@dataclass(frozen=True, slots=True)
class Result:
    """`fits`: nearest first, else by start. `missed`: those that one change lets in, smallest change first."""

    fits: tuple[Found, ...]
    missed: tuple[Missed, ...]

    @property
    def near(self) -> tuple[Missed, ...]:
        return self.missed[:MOST_NEAR_MISSES]

    def relaxations(self) -> list[Relaxation]:
        """The smallest change of each field, cheapest first; exact, for one change at a time was tried on all."""
        cheapest: dict[str, Missed] = {}
        for miss in self.missed:
            cheapest.setdefault(miss.field, miss)
        return [
            Relaxation(first, sum(not list(_misses(each.found, first.changed)) for each in self.missed))
            for first in cheapest.values()
        ]


def search(offers: Iterable[Offer], query: PlacementQuery, today: date) -> Result:
    """Judge every offer that may be found today."""
    fits: list[Found] = []
    missed: list[Missed] = []
    for offer in offers:
        if not offer.placement.is_shown(today):
            continue
        centre = query.circle.centre if query.circle else None
        found = Found(offer, distance_m(centre, offer.point) if centre and offer.point else None)
        misses = list(_misses(found, query))
        if not misses:
            fits.append(found)
        elif len(misses) == 1 and misses[0] is not None:
            missed.append(misses[0])
    fits.sort(key=_order)
    missed.sort(key=lambda miss: (miss.size, *_order(miss.found)))
    return Result(tuple(fits), tuple(missed))


def _misses(found: Found, query: PlacementQuery) -> Iterator[Missed | None]:
    """Each limit that is missed; None where no single change of the query helps."""
    placement = found.offer.placement
    if (query.processes or query.skills) and not (
        placement.process in query.processes or query.skills.intersection(placement.skills)
    ):
        yield None  # who wants to learn sewing is not helped by weaving
    if query.paid and placement.wage is None:
        yield None  # pay is not what an apprentice is asked to give up
    if query.circle:
        yield from _too_far(found, query, query.circle)
    if query.least:
        yield from _too_little(found, query, query.least)
    if query.levels and placement.level not in query.levels:
        changed = replace(query, levels=query.levels | {placement.level})
        text = f"for who: {placement.level.label[:1].lower()}{placement.level.label[1:]}"
        yield Missed(found, "level", _list(query.levels), _list(changed.levels), text, _WHOLE, changed)
    if query.languages and not query.languages.intersection(placement.languages):
        changed = replace(query, languages=frozenset())
        yield Missed(found, "language", _list(query.languages), "", "without the language", _WHOLE, changed)
    starts = placement.starts_on
    words = f"starts {starts.day} {starts:%b %Y}"
    if query.start_from and starts < query.start_from:
        changed, days = replace(query, start_from=starts), (query.start_from - starts).days
        before = query.start_from.isoformat()
        yield Missed(found, "start_from", before, starts.isoformat(), words, days / _WINDOW_DAYS, changed)
    if query.start_to and starts > query.start_to:
        changed, days = replace(query, start_to=starts), (starts - query.start_to).days
        before = query.start_to.isoformat()
        yield Missed(found, "start_to", before, starts.isoformat(), words, days / _WINDOW_DAYS, changed)


def _too_far(found: Found, query: PlacementQuery, circle: Circle) -> Iterator[Missed | None]:
    """As the search for suppliers rounds: whole kilometres of a change, in the asker's favour."""
    if found.metres is None:
        yield None
        return
    before_m = circle.radius_m
    if found.metres <= before_m:
        return
    step_m = 1000 if before_m >= 5000 else 100
    after_m = min(before_m + -(-(found.metres - before_m) // step_m) * step_m, MAXIMUM_RADIUS_M)
    more_km = (after_m - before_m) / 1000
    text = f"radius +{more_km / KM_PER_MILE:.1f} miles" if query.in_miles else f"radius +{more_km:g} km"
    changed = replace(query, circle=Circle(circle.centre, after_m))
    size = (after_m - before_m) / before_m
    yield Missed(found, "radius_km", before_m / 1000, after_m / 1000, text, size, changed)


def _too_little(found: Found, query: PlacementQuery, least: Wage) -> Iterator[Missed | None]:
    wage = found.offer.placement.wage
    hourly = wage.an_hour(found.offer.placement.hours_week) if wage and wage.currency == least.currency else None
    if hourly is None:
        yield None  # unpaid, of unknown hours, or in other money
        return
    if hourly >= least.minor:
        return
    minor = int(hourly)  # rounded down, so that the change lets it in
    changed = replace(query, least=replace(least, minor=minor))
    text = "pays less"
    size = (least.minor - minor) / least.minor
    yield Missed(found, "wage_min", str(least.minor), str(minor), text, size, changed)


def _list(values: Iterable[str]) -> str:
    return " ".join(sorted(values))


def _order(found: Found) -> tuple[int, date, str]:
    metres = found.metres if found.metres is not None else 10**9
    return metres, found.offer.placement.starts_on, found.offer.placement.public_id
