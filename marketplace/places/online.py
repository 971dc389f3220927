"""Asking an online geocoder (Nominatim, Photon) with care: little, seldom, and believing nothing."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import GeocoderParseError, GeocoderServiceError, GeocoderTimedOut, GeopyError
from geopy.geocoders import Nominatim, Photon
from geopy.geocoders.base import Geocoder

from marketplace.places.countries import country_name
from marketplace.places.model import Place, Point, Precision

log = logging.getLogger(__name__)

MAXIMUM_ANSWER_BYTES = 256 * 1024
MINIMUM_GAP_S = 1.0  # Nominatim's usage policy: at most one request a second
LONGEST_WAIT_S = 3.0  # for our turn; then the offline answer is better
PAUSE_AFTER_FAILURE_S = 30.0

_STREET_KINDS = {
    "house",
    "building",
    "road",
    "street",
    "highway",
    "amenity",
    "shop",
    "office",
    "man_made",
    "place_of_work",
}
_POSTCODE_KINDS = {"postcode"}
_TOO_WIDE = {"country", "state", "continent", "ocean"}


def online_geocoder(kind: str, url: str, user_agent: str, timeout_s: float = 5.0) -> Geocoder:
    """Make a geopy geocoder for a service at a base URL such as https://nominatim.example.org.

    Errors: ValueError for another kind, a URL that is not http(s), or no user agent (Nominatim insists).
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"“{url[:80]}” is not a web address: write https://… of the geocoder")
    if not user_agent.strip():
        raise ValueError("an online geocoder needs a user agent that names this site and a contact address")
    services = {"nominatim": Nominatim, "photon": Photon}
    if kind not in services:
        raise ValueError(f"“{kind[:40]}” is not a geocoder: write offline, nominatim or photon")
    return services[kind](
        domain=parts.netloc + parts.path.rstrip("/"),
        scheme=parts.scheme,
        user_agent=user_agent,
        timeout=timeout_s,
        adapter_factory=_Adapter,
    )


class Asker:
    """Asks one service on behalf of all threads: one request a second, and a pause after a failure.

    Cost: waits up to LONGEST_WAIT_S for its turn, then up to twice the geocoder's time-out.
    """

    def __init__(self, geocoder: Geocoder, *, gap_s: float = MINIMUM_GAP_S) -> None:
        self._geocoder = geocoder
        self._gap_s = gap_s
        self._lock = threading.Lock()
        self._next_turn = 0.0
        self._quiet_until = 0.0

    def ask(self, text: str, country: str | None, limit: int) -> list[Place] | None:
        """Places the service finds, or None when it failed, is paused, or too many are waiting.

        Guarantee: never raises for anything the service does.
        """
        if not self._wait_for_turn():
            return None
        options: dict[str, Any] = {"exactly_one": False, "limit": limit, "language": "en"}
        if isinstance(self._geocoder, Nominatim):
            options |= {"addressdetails": True, "country_codes": country}
        query = f"{text}, {country_name(country)}" if country and isinstance(self._geocoder, Photon) else text
        try:
            answers = self._geocoder.geocode(query, **options) or []
            places = [place for place in map(_place, answers) if place is not None]
            if answers and not places:
                raise GeocoderParseError("none of the answers is a place")
        except Exception as error:
            # Whatever it sends, a search must not fail: geopy raises KeyError and TypeError on odd JSON too.
            if not isinstance(error, (GeopyError, LookupError, TypeError, ValueError, AttributeError, OSError)):
                raise
            log.warning("geocoder failed (%s): %s", type(error).__name__, str(error)[:200])
            with self._lock:
                self._quiet_until = time.monotonic() + PAUSE_AFTER_FAILURE_S
            return None
        return [place for place in places if not country or place.country in ("", country)][:limit]

    def _wait_for_turn(self) -> bool:
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next_turn)
            if now < self._quiet_until or turn - now > LONGEST_WAIT_S:
                return False
            self._next_turn = turn + self._gap_s
        time.sleep(turn - now)
        return True


def _place(location: Any) -> Place | None:
    """Read one answer; None when it is nonsense or as wide as a country."""
    raw = location.raw if isinstance(location.raw, Mapping) else {}
    # Photon nests its facts as GeoJSON properties, Nominatim has them at the top.
    facts = raw["properties"] if isinstance(raw.get("properties"), Mapping) else raw
    kinds = {str(facts.get(name, "")) for name in ("addresstype", "type", "osm_key", "class", "category")}
    address = facts["address"] if isinstance(facts.get("address"), Mapping) else facts
    try:
        point = _point(raw)
    except (TypeError, ValueError, LookupError):
        return None
    if (point.lat_e7, point.lon_e7) == (0, 0) or str(facts.get("addresstype", facts.get("type"))) in _TOO_WIDE:
        return None
    code = str(address.get("country_code") or address.get("countrycode") or "").upper()[:2]
    town = next((str(address[k]) for k in ("city", "town", "village", "name") if address.get(k)), "")
    label = ", ".join(part.strip() for part in str(location.address).split(",") if part.strip())[:200]
    if not label:
        return None
    precision = Precision.TOWN
    if kinds & _POSTCODE_KINDS:
        precision = Precision.POSTCODE
    elif kinds & _STREET_KINDS:
        precision = Precision.STREET
    return Place(label, point, precision, code, locality=town[:100], region=str(address.get("state") or "")[:100])


def _point(raw: Mapping[str, Any]) -> Point:
    """Read the point as it was sent: geopy wraps longitude 181 and makes 0 of a missing latitude.

    Errors: TypeError, ValueError, LookupError.
    """
    if "geometry" in raw:
        lon, lat = raw["geometry"]["coordinates"][:2]
    else:
        lat, lon = raw["lat"], raw["lon"]
    return Point.of(float(lat), float(lon))


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """A geocoder that sends us elsewhere is wrongly configured, or not a geocoder."""


class _Adapter(BaseSyncAdapter):  # type: ignore[misc]
    """geopy's transport with a deadline for the whole answer, a size limit and no redirects."""

    def __init__(self, *, proxies: Any, ssl_context: Any) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._opener = build_opener(ProxyHandler(proxies), HTTPSHandler(context=ssl_context), _NoRedirects())

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise GeocoderParseError("The answer is not JSON") from None

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        deadline = time.monotonic() + timeout
        body = b""
        try:
            with self._opener.open(Request(url, headers=dict(headers)), timeout=timeout) as page:  # noqa: S310
                while chunk := page.read1(16 * 1024):
                    body += chunk
                    if len(body) > MAXIMUM_ANSWER_BYTES:
                        raise GeocoderServiceError("The answer is too long")
                    if time.monotonic() > deadline:
                        raise GeocoderTimedOut("The answer took too long")
        except HTTPError as error:
            raise AdapterHTTPError(
                str(error), status_code=error.code, headers=dict(error.headers.items()), text=None
            ) from None
        except TimeoutError:
            raise GeocoderTimedOut("Service timed out") from None
        except OSError as error:
            raise GeocoderServiceError(str(error)) from None
        try:
            return body.decode()
        except UnicodeDecodeError:
            raise GeocoderParseError("The answer is not UTF-8") from None
