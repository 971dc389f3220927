"""Where the rows of a file are. What was found is remembered, so that the second pass asks nothing."""

from __future__ import annotations

from marketplace.places.check import SURROUNDINGS_M, check_location
from marketplace.places.geocoders import PlaceFinder
from marketplace.places.model import Place, Point
from marketplace.suppliers.model import Address


class Locator:
    """The places of one import, offline: a list of 20,000 rows would wait hours for a service."""

    def __init__(self, places: PlaceFinder) -> None:
        self._places = places
        self._towns: dict[Address, Place | None] = {}
        self._zones: dict[Point, str] = {}
        self._checks: dict[tuple[Point, str], tuple[bool, str]] = {}

    def town(self, address: Address) -> Place | None:
        """The town of an address without coordinates; None rather than a wild guess."""
        if address not in self._towns:
            self._towns[address] = self._find_town(address)
        return self._towns[address]

    def timezone(self, point: Point) -> str:
        """IANA name; 'UTC' when unknown."""
        if point not in self._zones:
            self._zones[point] = self._places.timezone_at(point)
        return self._zones[point]

    def check(self, point: Point, country: str) -> tuple[bool, str]:
        """(whether to refuse the point, what is odd about it or '').

        Refused: 0, 0 and coordinates that fit the country only the other way round. A point that fits
        another country is taken with a warning: borders are near, and lists err in the country as well.
        """
        key = (point, country)
        if key not in self._checks:
            self._checks[key] = self._check(point, country)
        return self._checks[key]

    def _find_town(self, address: Address) -> Place | None:
        if address.locality:
            named = ", ".join(part for part in (address.locality, address.region) if part)
            found = self._places.gazetteer.search(named, country=address.country, limit=1)
            if found and found[0].country == address.country:
                return found[0]
        return self._places.locate_address(", ".join(address.lines), address.country)

    def _check(self, point: Point, country: str) -> tuple[bool, str]:
        nearest = self._places.gazetteer.nearest
        near = nearest(point)
        self._zones[point] = (near[0][0].timezone if near else "") or "UTC"  # saves asking for it again
        if point.lat_e7 and near and near[0][0].country == country and near[0][1] <= SURROUNDINGS_M:
            return False, ""
        odd = check_location(point, country, nearest)
        if odd is None:
            return False, ""
        if check_location(point, "", nearest):
            return True, odd
        swapped = Point(point.lon_e7, point.lat_e7) if abs(point.lon_e7) <= 900_000_000 else None
        return swapped is not None and check_location(swapped, country, nearest) is None, odd
