"""Offline and online geocoders. The online service is a small HTTP server of our own."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from marketplace.places import Point, Precision
from marketplace.places.addresses import locate_address
from marketplace.places.answers import KEPT_S, NOTHING_KEPT_S, AnswerCache
from marketplace.places.gazetteer import Gazetteer
from marketplace.places.geocoders import CACHE_FILE, OfflineGeocoder, PlaceFinder, make_geocoder
from marketplace.places.online import LONGEST_WAIT_S, Asker

MARE_STREET = {
    "lat": "51.5448",
    "lon": "-0.0551",
    "display_name": "Mare Street, London Borough of Hackney, London, E8 1HE, United Kingdom",
    "class": "highway",
    "type": "primary",
    "addresstype": "road",
    "address": {"road": "Mare Street", "city": "London", "state": "England", "country_code": "gb"},
}


# A machine may stand still for many seconds. What would go on for ever is told from what ends by a minute.
FAR_TOO_LONG_S = 60


class Service:
    """Answers every request with `answer` (status, body), after `before` has run."""

    def __init__(self) -> None:
        self.answer: tuple[int, bytes] = (200, json.dumps([MARE_STREET]).encode())
        self.before: Callable[[BaseHTTPRequestHandler], None] = lambda handler: None
        self.asked: list[tuple[float, dict[str, list[str]], str]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = parse_qs(urlsplit(self.path).query)
                service.asked.append((time.monotonic(), query, self.headers["User-Agent"]))
                try:
                    service.before(self)
                    status, body = service.answer
                    self.send_response(status)
                    if status == 302:
                        self.send_header("Location", "/elsewhere")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass  # the client gave up, as it should

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    yield service
    service.server.shutdown()
    service.server.server_close()


def finder_for(
    gazetteer: Gazetteer, service: Service, tmp_path: Path, kind: str = "nominatim", timeout_s: float = 5.0
) -> PlaceFinder:
    geocoder = make_geocoder(gazetteer, kind, service.url, "selvedge tests", timeout_s)
    return PlaceFinder(gazetteer, geocoder, tmp_path)


def test_offline_geocoder_has_geopys_interface(gazetteer: Gazetteer) -> None:
    geocoder = make_geocoder(gazetteer)
    assert isinstance(geocoder, OfflineGeocoder)
    location = geocoder.geocode("Prato, Italy")
    assert location.address == "Prato, Tuscany, Italy"
    assert (round(location.latitude, 1), round(location.longitude, 1)) == (43.9, 11.1)
    assert len(geocoder.geocode("Silver Lake", exactly_one=False, limit=3)) == 3
    assert geocoder.geocode("London", country_codes="ca").raw["place"].country == "CA"
    assert geocoder.geocode("qxqxqxqx") is None
    assert "Hackney" in geocoder.reverse((51.5465, -0.0553)).address
    assert "Hackney" in geocoder.reverse("51.5465, -0.0553").address
    assert len(geocoder.reverse((51.5465, -0.0553), exactly_one=False, limit=4)) == 4
    with pytest.raises(ValueError):
        geocoder.reverse((0, 181))


def test_settings_that_cannot_work_are_refused(gazetteer: Gazetteer) -> None:
    for kind, url, agent in (
        ("google", "https://example.org", "x"),
        ("nominatim", "ftp://example.org", "x"),
        ("nominatim", "example.org", "x"),
        ("nominatim", "https://example.org", " "),
    ):
        with pytest.raises(ValueError):
            make_geocoder(gazetteer, kind, url, agent)


def test_offline_finder(gazetteer: Gazetteer) -> None:
    finder = PlaceFinder(gazetteer)
    assert finder.find("Hackney, London")[0].country == "GB"
    assert finder.find("London", "CA", 2)[0].label == "London, Ontario, Canada"
    assert finder.suggest("guima")[0].locality == "Guimarães"


def test_nominatim_finds_streets_and_is_asked_once_in_thirty_days(
    gazetteer: Gazetteer, service: Service, tmp_path: Path
) -> None:
    finder = finder_for(gazetteer, service, tmp_path)
    (place,) = finder.find("12 Mare Street, Hackney", "GB")
    assert place.point == Point(515448000, -551000)
    assert (place.precision, place.country, place.timezone) == (Precision.STREET, "GB", "Europe/London")
    assert place.locality == "London"
    assert service.asked[0][1]["countrycodes"] == ["GB"]
    assert service.asked[0][2] == "selvedge tests"
    assert finder.find("12 mare street  HACKNEY", "GB") == [place]
    # Another process with the same directory.
    assert finder_for(gazetteer, service, tmp_path).find("12 Mare Street, Hackney", "GB") == [place]
    assert len(service.asked) == 1


def test_photon(gazetteer: Gazetteer, service: Service, tmp_path: Path) -> None:
    feature = {
        "geometry": {"coordinates": [-0.0551, 51.5448]},
        "properties": {"name": "Mare Street", "city": "London", "countrycode": "GB", "osm_key": "highway"},
    }
    service.answer = (200, json.dumps({"features": [feature]}).encode())
    (place,) = finder_for(gazetteer, service, tmp_path, "photon").find("Mare Street", "GB")
    assert (place.point, place.precision) == (Point(515448000, -551000), Precision.STREET)


def test_suggestions_and_coordinates_never_go_online(gazetteer: Gazetteer, service: Service, tmp_path: Path) -> None:
    finder = finder_for(gazetteer, service, tmp_path)
    for text in ("h", "ha", "hack", "hackney", "qxqx"):
        finder.suggest(text)
    finder.find("51.5448, -0.0551")
    finder.find("")
    assert service.asked == []


NONSENSE = [
    b"",
    b"<html>",
    b"{",
    b"null",
    b"[1, 2]",
    b"[[]]",
    b'{"error": "nope"}',
    b"\xff\xfe",
    b"[" * 5000,
    b"x" * 300_000,
    json.dumps([MARE_STREET | {"lat": "nan"}]).encode(),
    json.dumps([MARE_STREET | {"lat": "91", "lon": "0"}]).encode(),
    json.dumps([MARE_STREET | {"lat": "0", "lon": "0"}]).encode(),
    json.dumps([MARE_STREET | {"lat": None}]).encode(),
    json.dumps([MARE_STREET | {"lat": "51", "lon": "-181"}]).encode(),
    json.dumps([MARE_STREET | {"addresstype": "country"}]).encode(),
    json.dumps([MARE_STREET | {"address": {"country_code": "fr"}}]).encode(),
    json.dumps([{"display_name": "no point"}]).encode(),
]


@pytest.mark.filterwarnings("ignore:Latitude normalization:UserWarning")
@pytest.mark.parametrize("body", NONSENSE)
@pytest.mark.parametrize("kind", ["nominatim", "photon"])
def test_nonsense_leaves_the_offline_answer(
    gazetteer: Gazetteer, service: Service, tmp_path: Path, body: bytes, kind: str
) -> None:
    service.answer = (200, body)
    found = finder_for(gazetteer, service, tmp_path, kind).find("Hackney, London", "GB")
    assert found[0].label == "Hackney, England, United Kingdom"
    assert len(service.asked) == 1


@pytest.mark.parametrize("status", [302, 400, 403, 404, 429, 500, 502, 503])
def test_errors_leave_the_offline_answer_and_pause(
    gazetteer: Gazetteer, service: Service, tmp_path: Path, status: int
) -> None:
    service.answer = (status, b"no")
    finder = finder_for(gazetteer, service, tmp_path)
    for _ in range(3):
        assert finder.find("Hackney, London")[0].country == "GB"
    assert len(service.asked) == 1


def test_a_service_that_hangs_costs_one_time_out(gazetteer: Gazetteer, service: Service, tmp_path: Path) -> None:
    gone = threading.Event()
    service.before = lambda handler: gone.wait(2 * FAR_TOO_LONG_S) and None
    finder = finder_for(gazetteer, service, tmp_path, timeout_s=0.3)
    started = time.monotonic()
    assert finder.find("Hackney, London")[0].country == "GB"
    assert finder.find("Prato, Italy")[0].country == "IT"
    assert time.monotonic() - started < FAR_TOO_LONG_S
    gone.set()


def test_a_service_that_drips_is_cut_off(gazetteer: Gazetteer, service: Service, tmp_path: Path) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:  # until we hang up
            handler.wfile.write(b"[")
            time.sleep(0.1)

    service.before = drip
    started = time.monotonic()
    assert finder_for(gazetteer, service, tmp_path, timeout_s=0.5).find("Hackney, London")[0].country == "GB"
    assert time.monotonic() - started < FAR_TOO_LONG_S


def test_a_service_that_is_not_there(gazetteer: Gazetteer, tmp_path: Path) -> None:
    geocoder = make_geocoder(gazetteer, "nominatim", "http://127.0.0.1:9", "selvedge tests", 0.5)
    assert PlaceFinder(gazetteer, geocoder, tmp_path).find("Prato, Italy")[0].country == "IT"


def test_at_most_one_request_a_second_over_all_threads(gazetteer: Gazetteer, service: Service) -> None:
    asker = Asker(make_geocoder(gazetteer, "nominatim", service.url, "selvedge tests"), gap_s=0.2)
    threads = [threading.Thread(target=asker.ask, args=(f"street {n}", None, 1)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = sorted(at for at, _, _ in service.asked)
    assert len(times) == 5
    # Four gaps in all; on a busy machine one request may come late, and the next seem early.
    assert times[-1] - times[0] > 0.5


def test_nobody_waits_long_for_a_turn(gazetteer: Gazetteer, service: Service) -> None:
    asker = Asker(make_geocoder(gazetteer, "nominatim", service.url, "selvedge tests"), gap_s=LONGEST_WAIT_S + 1)
    assert asker.ask("a street", None, 1)
    assert asker.ask("another street", None, 1) is None  # who waits for a turn is answered


def test_answers_expire(gazetteer: Gazetteer, tmp_path: Path) -> None:
    now = [1_000_000.0]
    cache = AnswerCache(tmp_path / "answers.sqlite3", lambda: now[0])
    place = gazetteer.search("Prato, Italy")[0]
    cache.put("prato", [place])
    cache.put("nowhere", [])
    assert cache.get("prato") == [place]
    assert cache.get("nowhere") == []
    assert cache.get("other") is None
    now[0] += NOTHING_KEPT_S + 1
    assert cache.get("nowhere") is None
    now[0] += KEPT_S - NOTHING_KEPT_S
    assert cache.get("prato") is None


def test_a_broken_cache_is_an_empty_one(gazetteer: Gazetteer, service: Service, tmp_path: Path) -> None:
    (tmp_path / CACHE_FILE).write_bytes(b"this is no database" * 100)
    assert finder_for(gazetteer, service, tmp_path).find("Mare Street")[0].precision is Precision.STREET
    cache = AnswerCache(tmp_path / "sub" / "answers.sqlite3")
    cache.put("key", [])
    with sqlite3.connect(tmp_path / "sub" / "answers.sqlite3") as db:
        db.execute("UPDATE answer SET answer = '[{\"label\": 1}]'")
    db.close()
    assert cache.get("key") is None


def test_time_zones(gazetteer: Gazetteer) -> None:
    finder = PlaceFinder(gazetteer)
    assert finder.timezone_at(Point.of(34.0867, -118.2702)) == "America/Los_Angeles"
    assert finder.timezone_at(Point.of(51.5, -0.1)) == "Europe/London"
    assert finder.timezone_at(Point.of(40.68, 14.75)) == "Europe/Rome"


@pytest.mark.parametrize(
    ("address", "country", "town"),
    [
        ("Bangobandhu Road, Tangabari, Ashulia, Savar, Dhaka 1341", "BD", "Savar"),
        ("NO.8 SHUANGBAO WEST ROAD, OUHAI ECONOMIC DEVELOPM P.C. 325014, WENZHOU, CHINA", "CN", "Wenzhou"),
        ("MAQBOOL ROAD ,NOAL MORE OPP WAZIRABAD ROAD, Sialkot, 51310, Punjab", "PK", "Sialkot"),
        ("Via Roma 12, 59100 Prato (PO), Italia", "IT", "Prato"),
        ("Rua de Santo António 20, 4800-162 Guimarães", "PT", "Guimarães"),
        ("Chonlinder Stasse 1-11,86956 SCHONGAU", "DE", "Schongau"),
        ("12 London Road, Leicester LE2 0QA", "GB", "Leicester"),
        ("520 McCall Rd., Manhattan, KS", "US", "Manhattan"),
    ],
)
def test_the_town_of_an_address(gazetteer: Gazetteer, address: str, country: str, town: str) -> None:
    place = locate_address(gazetteer, address, country)
    assert place is not None
    assert (place.locality, place.country, place.precision) == (town, country, Precision.TOWN)
    assert PlaceFinder(gazetteer).locate_address(address, country) == place


def test_manhattan_in_kansas_is_not_in_new_york(gazetteer: Gazetteer) -> None:
    place = locate_address(gazetteer, "520 McCall Rd., Manhattan, KS", "US")
    assert place is not None
    assert place.region == "Kansas"


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("", "IT"),
        ("12345", "IT"),
        ("Main Street 1", "US"),
        ("Industrial Zone, Block 4, Floor 2", "CN"),
        ("Via Roma 12", "IT"),
        ("Prato", ""),
        ("Prato", "XX"),
        ("x" * 10_000, "GB"),
        (", ,;;((", "GB"),
    ],
)
def test_no_guess_is_better_than_a_wild_one(gazetteer: Gazetteer, address: str, country: str) -> None:
    assert locate_address(gazetteer, address, country) is None
