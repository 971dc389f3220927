"""Turning what people type into points: offline always, online where an operator configured a service."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point as GeopyPoint

from marketplace.places.addresses import locate_address
from marketplace.places.answers import AnswerCache
from marketplace.places.gazetteer import Gazetteer
from marketplace.places.model import Place, Point, Precision
from marketplace.places.names import fold
from marketplace.places.online import Asker, online_geocoder

CACHE_FILE = "geocoder-answers.sqlite3"


class OfflineGeocoder(Geocoder):  # type: ignore[misc]
    """geopy's interface over the gazetteer: the same calls as Nominatim, no network."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        super().__init__(timeout=None, user_agent="selvedge-offline")
        self.gazetteer = gazetteer

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,
        limit: int | None = None,
        country_codes: str | None = None,
    ) -> Location | list[Location] | None:
        """Find a place by name. `timeout` is there for the interface: nothing here waits."""
        country = country_codes.upper() if country_codes else None
        found = self.gazetteer.search(query, country=country, limit=1 if exactly_one else limit or 8)
        return _locations(found, exactly_one)

    def reverse(
        self,
        query: Any,
        *,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,
        limit: int | None = None,
    ) -> Location | list[Location] | None:
        """Find the places nearest to a point: a geopy point, a pair or a text such as '51.5, -0.1'.

        Errors: ValueError when the coordinates are out of range.
        """
        # geopy wraps longitude 181 silently, so pairs are checked before it sees them.
        if isinstance(query, (tuple, list)):
            point = Point.of(float(query[0]), float(query[1]))
        else:
            read = GeopyPoint(query)
            point = Point.of(read.latitude, read.longitude)
        near = self.gazetteer.nearest(point, limit=1 if exactly_one else limit or 8)
        return _locations([place for place, _ in near], exactly_one)


def _locations(places: list[Place], exactly_one: bool) -> Location | list[Location] | None:
    found = [Location(place.label, (place.point.lat, place.point.lon, 0.0), {"place": place}) for place in places]
    if not found:
        return None
    return found[0] if exactly_one else found


def make_geocoder(
    gazetteer: Gazetteer, kind: str = "offline", url: str = "", user_agent: str = "", timeout_s: float = 5.0
) -> Geocoder:
    """Make the configured geocoder: 'offline', or 'nominatim' or 'photon' at a base URL.

    Errors: ValueError that says what to put right in the settings.
    """
    return OfflineGeocoder(gazetteer) if kind == "offline" else online_geocoder(kind, url, user_agent, timeout_s)


class PlaceFinder:
    """What pages and jobs use. Online answers are kept 30 days; without one the offline answer stands.

    Guarantee: a service that hangs, fails or talks nonsense costs at most the wait for our turn and the
    geocoder's time-out, once in 30 seconds, and never an error.
    """

    def __init__(self, gazetteer: Gazetteer, geocoder: Geocoder | None = None, data_dir: Path | None = None) -> None:
        online = geocoder is not None and not isinstance(geocoder, OfflineGeocoder)
        self.gazetteer = gazetteer
        self._asker = Asker(geocoder) if online else None
        self._service = f"{type(geocoder).__name__}:{getattr(geocoder, 'domain', '')}"
        self._cache = AnswerCache(data_dir / CACHE_FILE) if data_dir else None

    def find(self, text: str, country: str | None = None, limit: int = 8) -> list[Place]:
        """Find places by name or address, best first; `country` is an alpha-2 code."""
        offline = self.gazetteer.search(text, country=country, limit=limit)
        if self._asker is None or len(fold(text)) < 2 or any(p.precision is Precision.EXACT for p in offline):
            return offline
        key = f"{self._service}|{country or ''}|{limit}|{fold(text[:200])}"
        online = self._cache.get(key) if self._cache else None
        if online is None:
            online = self._asker.ask(text[:200], country, limit)
            if online is not None:
                online = [self._with_zone(place) for place in online]
                if self._cache:
                    self._cache.put(key, online)
        return online or offline

    def suggest(self, text: str, country: str | None = None, limit: int = 8) -> list[Place]:
        """Complete what is being typed: offline always, a keystroke never asks a service."""
        return self.gazetteer.suggest(text, country=country, limit=limit)

    def locate_address(self, address: str, country: str) -> Place | None:
        """Find the town of an address without coordinates, offline: see addresses.py."""
        return locate_address(self.gazetteer, address, country)

    def timezone_at(self, point: Point) -> str:
        """IANA time zone of the nearest place; 'UTC' when unknown."""
        near = self.gazetteer.nearest(point)
        return (near[0][0].timezone if near else "") or "UTC"

    def _with_zone(self, place: Place) -> Place:
        near = self.gazetteer.describe(place.point)
        return Place(
            place.label,
            place.point,
            place.precision,
            place.country or near.country,
            place.population,
            near.timezone,
            place.locality or near.locality,
            place.region or near.region,
        )
