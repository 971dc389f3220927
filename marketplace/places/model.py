"""Points on the WGS84 ellipsoid and how far to trust them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

E7 = 10_000_000


class Precision(StrEnum):
    """How a point was found, best first. A list geocoded twice by machine differed by 33 km at the 90th
    percentile, so a point the supplier confirmed on a map is another thing than one guessed from a town."""

    CONFIRMED = "confirmed"  # a person set the pin
    EXACT = "exact"  # coordinates given in a list
    STREET = "street"
    POSTCODE = "postcode"
    TOWN = "town"
    NONE = "none"  # not located: found by text only

    @property
    def label(self) -> str:
        return _PRECISION_LABELS[self]

    @property
    def rank(self) -> int:
        """0 is the most precise."""
        return list(Precision).index(self)


_PRECISION_LABELS = {
    Precision.CONFIRMED: "pin set by the supplier",
    Precision.EXACT: "coordinates given",
    Precision.STREET: "found by street",
    Precision.POSTCODE: "found by postcode",
    Precision.TOWN: "found by town only",
    Precision.NONE: "not on the map",
}


@dataclass(frozen=True, slots=True)
class Point:
    """A point in whole 1e-7 degrees, WGS84."""

    lat_e7: int
    lon_e7: int

    @classmethod
    def of(cls, lat: float, lon: float) -> Point:
        """Make a point from degrees.

        Errors: ValueError unless both are finite, -90 <= lat <= 90 and -180 <= lon <= 180. Checked here,
        before any library sees them: geopy wraps longitude 181 silently.
        """
        for name, value, limit in (("latitude", lat, 90), ("longitude", lon, 180)):
            if not math.isfinite(value) or abs(value) > limit:
                raise ValueError(f"{name} must be between -{limit} and {limit}, not {value!r}")
        return cls(round(lat * E7), round(lon * E7))

    @property
    def lat(self) -> float:
        return self.lat_e7 / E7

    @property
    def lon(self) -> float:
        return self.lon_e7 / E7


@dataclass(frozen=True, slots=True)
class Place:
    """A named point: what a geocoder answers."""

    label: str  # "Silver Lake, California, United States"
    point: Point
    precision: Precision
    country: str  # ISO 3166-1 alpha-2, "" when unknown
    population: int = 0
    timezone: str = ""
    locality: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Circle:
    """Everything within `radius_m` whole metres of a centre, the edge included."""

    centre: Point
    radius_m: int


def parse_coordinate(text: str, name: str) -> float:
    """Read one coordinate in decimal degrees.

    Errors: ValueError naming the coordinate; refuses nan, inf, exponents, digit groups and other scripts.
    """
    limit = 90 if name.startswith("lat") else 180
    body = text[1:] if text[:1] in "+-" else text
    parts = body.split(".")
    digits = body.isascii() and len(parts) <= 2 and parts[0].isdigit() and all(p.isdigit() for p in parts[1:])
    if not digits or len(body) > 40:
        raise ValueError(f"“{text[:40]}” is not a {name}: write decimal degrees such as 51.5074")
    value = Fraction(body) * (-1 if text[0] == "-" else 1)
    if abs(value) > limit:
        raise ValueError(f"{name} must be between -{limit} and {limit}, not {text[:40]}")
    return float(value)
