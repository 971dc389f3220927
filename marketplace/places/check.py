"""Does a point fit the country it is said to lie in? Pure, given something that knows the nearest places."""

from __future__ import annotations

from typing import Protocol

from marketplace.places.countries import country_name
from marketplace.places.model import Place, Point
from marketplace.places.rules import format_distance

SURROUNDINGS_M = 150_000
_PLACES_ASKED = 60
_ZERO_E7 = 1000  # within 0.0001 degree of (0, 0): what broken exports write for "unknown"

# Lists write the state, the source its territory: neither is a mistake.
_TERRITORIES = {
    "CN": {"HK", "MO"},
    "US": {"PR", "GU", "VI", "AS", "MP"},
    "GB": {"GG", "JE", "IM", "GI"},
    "FR": {"GP", "MQ", "GF", "RE", "YT", "NC", "PF", "MF", "BL", "PM", "MC"},
    "NL": {"AW", "CW", "SX", "BQ"},
    "FI": {"AX"},
    "NO": {"SJ"},
    "DK": {"FO", "GL"},
    "IT": {"SM", "VA"},
    "IL": {"PS"},
    "MA": {"EH"},
    "RS": {"XK"},
}


class Nearest(Protocol):
    def __call__(self, point: Point, *, limit: int = 1) -> list[tuple[Place, int]]:
        """The nearest places with their distance in metres, nearest first (Gazetteer.nearest)."""


def check_location(point: Point, country: str, nearest: Nearest) -> str | None:
    """Say what is odd about a point for a facility in `country` (alpha-2, '' when not stated), or None.

    A warning to show beside the map, never a reason to refuse: borders are near, and sources err. Swapped
    coordinates are pointed out, never corrected.
    """
    if abs(point.lat_e7) <= _ZERO_E7 and abs(point.lon_e7) <= _ZERO_E7:
        return "The point 0, 0 lies in the Atlantic Ocean; it usually means that the position is not known."
    if not country:
        return None
    near = _surroundings(point, nearest)
    accepted = {country} | _TERRITORIES.get(country, set())
    accepted |= {state for state, territories in _TERRITORIES.items() if country in territories}
    if any(place.country in accepted for place, _ in near):
        return None
    written, name = f"{point.lat:g}, {point.lon:g}", country_name(country)
    if near:
        place, metres = near[0]
        where = f"is {format_distance(metres)} from {place.label}"
    else:
        where = f"has no town within {SURROUNDINGS_M // 1000} km"
    sentence = f"The point {written} {where}, but the country given is {name}"
    if abs(point.lon_e7) <= 900_000_000:
        swapped = Point(point.lon_e7, point.lat_e7)
        if any(place.country in accepted for place, _ in _surroundings(swapped, nearest)):
            would_fit = f"{swapped.lat:g}, {swapped.lon:g} would fit"
            return f"{sentence}: latitude and longitude may be swapped ({would_fit})."
    return f"{sentence}: please check the place."


def _surroundings(point: Point, nearest: Nearest) -> list[tuple[Place, int]]:
    return [(place, m) for place, m in nearest(point, limit=_PLACES_ASKED) if m <= SURROUNDINGS_M]
