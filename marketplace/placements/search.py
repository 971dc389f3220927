"""Which placements fit an apprentice, and which miss one thing only. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.placements.model import Placement
from marketplace.places.model import Circle, Point
from marketplace.places.rules import distance_m

MOST_NEAR_MISSES = 10


@dataclass(frozen=True, slots=True)
class Offer:
    """A placement with where it is and who offers it."""

    placement: Placement
    point: Point | None
    supplier_public_id: str
    supplier_external_id: str
    supplier_name: str
    supplier_slug: str
    kind: str
    locality: str


@dataclass(frozen=True, slots=True)
class PlacementQuery:
    """Processes and skills are alternatives to each other."""

    circle: Circle | None = None
    processes: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    start_from: date | None = None
    start_to: date | None = None
    paid: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    offer: Offer
    metres: int | None


@dataclass(frozen=True, slots=True)
class Missed:
    """`after` is the changed value that would let it in; `size` orders changes, smallest first."""

    found: Found
    field: str
    before: float | str | bool
    after: float | str | bool
    text: str
    size: float


def search(offers: Iterable[Offer], query: PlacementQuery) -> tuple[list[Found], list[Missed]]:
    """Open placements that fit, nearest first, and those that miss one limit only."""
    fits: list[Found] = []
    missed: list[Missed] = []
    for offer in offers:
        if not offer.placement.seats_open:
            continue
        centre = query.circle.centre if query.circle else None
        found = Found(offer, distance_m(centre, offer.point) if centre and offer.point else None)
        misses = list(_misses(found, query))
        if not misses:
            fits.append(found)
        elif len(misses) == 1 and misses[0] is not None:
            missed.append(misses[0])
    fits.sort(key=_order)
    missed.sort(key=lambda miss: (miss.size, miss.found.offer.supplier_external_id))
    return fits, missed[:MOST_NEAR_MISSES]


def relaxations(missed: Sequence[Missed]) -> list[tuple[Missed, int]]:
    """The smallest change of each field with the number of placements it adds, cheapest first."""
    cheapest: dict[str, Missed] = {}
    for miss in missed:
        cheapest.setdefault(miss.field, miss)
    return [
        (first, sum(m.field == field and m.size <= first.size for m in missed)) for field, first in cheapest.items()
    ]


def _misses(found: Found, query: PlacementQuery) -> Iterable[Missed | None]:
    """Each limit that is missed; None where no change of the query helps."""
    placement = found.offer.placement
    if (query.processes or query.skills) and not (
        placement.process in query.processes or placement.skill in query.skills
    ):
        yield Missed(found, "skill", "", "", "teaches something else", 1.0)
    if query.circle:
        if found.metres is None:
            yield None
        elif found.metres > query.circle.radius_m:
            before = query.circle.radius_m
            after = before + -(-(found.metres - before) // 1000) * 1000
            more = (after - before) / 1000
            yield Missed(
                found, "radius_km", before / 1000, after / 1000, f"radius +{more:g} km", (after - before) / before
            )
    if query.paid and placement.wage is None:
        yield Missed(found, "paid", True, False, "no wage stated", 1.0)
    for limit, field, late in ((query.start_from, "start_from", False), (query.start_to, "start_to", True)):
        if limit and (placement.starts_on > limit if late else placement.starts_on < limit):
            days = abs((placement.starts_on - limit).days)
            text = f"starts {placement.starts_on.day} {placement.starts_on:%b %Y}"
            yield Missed(found, field, limit.isoformat(), placement.starts_on.isoformat(), text, days / 60)


def _order(found: Found) -> tuple[int, date, str]:
    metres = found.metres if found.metres is not None else 10**9
    return metres, found.offer.placement.starts_on, found.offer.placement.public_id
