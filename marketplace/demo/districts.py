"""Real textile districts, and a plausible address in them."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from marketplace.demo.dealing import chance, weighted
from marketplace.demo.model import Scale
from marketplace.demo.reading import read
from marketplace.places import Point, Precision
from marketplace.suppliers.model import Address, SiteDraft

_METRES_PER_DEGREE = 111_320
_POSTAL_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_PRECISIONS = {"confirmed": 78, "exact": 3, "street": 9, "postcode": 6, "town": 4}
_SHORT_WEEK_PERCENT = 4


@dataclass(frozen=True, slots=True)
class Quarter:
    """A neighbourhood; firms stand within `spread_m` of its centre. `postal`: # is a digit, @ a letter."""

    locality: str
    lat: float
    lon: float
    spread_m: int
    postal: str
    weight: int


@dataclass(frozen=True, slots=True)
class District:
    """`price`: cost level in percent; `mix`: firms by kind; `only`: the specialities of a kind found here."""

    id: str
    name: str
    centre: Point
    country: str
    region: str
    timezone: str
    currency: str
    language: str
    speaks: tuple[str, ...]
    price: int
    scales: Mapping[Scale, int]
    saturdays: int
    landmarks: tuple[str, ...]
    quarters: tuple[Quarter, ...]
    places: tuple[str, ...]
    mix: Mapping[str, int]
    only: Mapping[str, tuple[str, ...]]


@cache
def districts() -> tuple[District, ...]:
    return tuple(
        District(
            id=key,
            name=row["name"],
            centre=Point.of(*row["centre"]),
            country=row["country"],
            region=row["region"],
            timezone=row["timezone"],
            currency=row["currency"],
            language=row["language"],
            speaks=tuple(row["speaks"]),
            price=row["price"],
            scales=dict(zip(Scale, row["scales"], strict=True)),
            saturdays=row["saturdays"],
            landmarks=tuple(row["landmarks"]),
            quarters=tuple(Quarter(*quarter) for quarter in row["quarters"]),
            places=tuple(row["places"]),
            mix=row["mix"],
            only={kind: tuple(names) for kind, names in row.get("only", {}).items()},
        )
        for key, row in read("districts").items()
    )


def make_site(rng: random.Random, district: District, *, name: str = "", is_confirmed: bool = False) -> SiteDraft:
    """A site in one of the district's quarters, on a street that does not exist."""
    quarter = rng.choices(district.quarters, weights=[quarter.weight for quarter in district.quarters])[0]
    precision = Precision.CONFIRMED if is_confirmed else Precision(weighted(rng, _PRECISIONS))
    point = _scatter(rng, quarter)
    if precision is Precision.TOWN:
        point = Point.of(quarter.lat, quarter.lon)
    elif precision is Precision.POSTCODE:
        point = Point.of(round(point.lat, 3), round(point.lon, 3))
    days = range(6) if chance(rng, district.saturdays) else range(4 if chance(rng, _SHORT_WEEK_PERCENT) else 5)
    return SiteDraft(
        address=Address(
            street=_street(rng, district.language),
            locality=quarter.locality,
            region=district.region,
            postal_code=_postal_code(rng, quarter.postal),
            country=district.country,
        ),
        name=name,
        point=point,
        precision=precision,
        timezone=district.timezone,
        working_days=frozenset(days),
    )


def _scatter(rng: random.Random, quarter: Quarter) -> Point:
    """Evenly over the quarter's disc."""
    metres, angle = quarter.spread_m * math.sqrt(rng.random()), rng.random() * 2 * math.pi
    north, east = metres * math.cos(angle), metres * math.sin(angle)
    lon_metres = _METRES_PER_DEGREE * math.cos(math.radians(quarter.lat))
    return Point.of(
        round(quarter.lat + north / _METRES_PER_DEGREE, 6),
        round(quarter.lon + east / lon_metres, 6),
    )


def _street(rng: random.Random, language: str) -> str:
    names = read("names")[language]
    low, high = names["numbers"]
    return str(names["street"]).format(n=rng.randint(low, high), m=rng.randint(1, 30), r=rng.choice(names["roads"]))


def _postal_code(rng: random.Random, pattern: str) -> str:
    letters = {"#": "0123456789", "@": _POSTAL_LETTERS}
    return "".join(rng.choice(letters[char]) if char in letters else char for char in pattern)
