"""The gazetteer that ships with the package: names, positions, map labels, unpacking."""

from __future__ import annotations

import multiprocessing
import os
import random
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from effort import lines_of, steps_of

from marketplace.places import Point, Precision, distance_m
from marketplace.places.gazetteer import Gazetteer
from marketplace.places.names import fold, keys_of, one_edit_away
from marketplace.places.rules import haversine_m


def labels_of(gazetteer: Gazetteer, text: str, country: str | None = None) -> list[str]:
    return [place.label for place in gazetteer.search(text, country=country)]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Silver Lake", "Silver Lake, California, United States"),
        ("Silver Lake, Los Angeles", "Silver Lake, California, United States"),
        ("silver lake los angeles", "Silver Lake, California, United States"),
        ("Silver Lake, CA", "Silver Lake, California, United States"),
        ("Silver Lake, Kansas", "Silver Lake, Kansas, United States"),
        ("Prato, Italy", "Prato, Tuscany, Italy"),
        ("PRATO,IT", "Prato, Tuscany, Italy"),
        ("Prato, Italia", "Prato, Tuscany, Italy"),
        ("Paris", "Paris, Île-de-France, France"),
        ("Paris, TX", "Paris, Texas, United States"),
        ("Paris TX", "Paris, Texas, United States"),
        ("Hackney, London", "Hackney, England, United Kingdom"),
        ("Hackney, London, UK", "Hackney, England, United Kingdom"),
        ("Hackney", "Hackney, England, United Kingdom"),
        ("12 Mare Street, Hackney, London", "Hackney, England, United Kingdom"),
        ("London, Ontario", "London, Ontario, Canada"),
        ("Leeds, West Yorkshire", "Leeds, England, United Kingdom"),
        ("Milano", "Milan, Lombardy, Italy"),
        ("Firenze", "Florence, Tuscany, Italy"),
        ("Florence", "Florence, Tuscany, Italy"),
        ("Lisboa", "Lisbon, Portugal"),
        ("Lisbon, Portugal", "Lisbon, Portugal"),
        ("München", "Munich, Bavaria, Germany"),
        ("Muenchen", "Munich, Bavaria, Germany"),
        ("Munchen", "Munich, Bavaria, Germany"),
        ("MUNICH", "Munich, Bavaria, Germany"),
        ("Guimaraes", "Guimarães, Braga, Portugal"),
        ("Guimarães", "Guimarães, Braga, Portugal"),
        ("St Albans", "St Albans, England, United Kingdom"),
        ("東京", "Tokyo, Japan"),
        ("Москва", "Moscow, Russia"),
        ("NYC", "New York City, New York, United States"),
    ],
)
def test_the_first_answer_is_the_place_meant(gazetteer: Gazetteer, text: str, label: str) -> None:
    assert labels_of(gazetteer, text)[0] == label


def test_a_name_alone_offers_a_list_the_largest_first(gazetteer: Gazetteer) -> None:
    found = gazetteer.search("Silver Lake")
    assert len(found) == 8
    assert found[0].timezone == "America/Los_Angeles"
    assert found[0].precision is Precision.TOWN
    assert distance_m(found[0].point, Point.of(34.0867, -118.2702)) < 10
    assert [place.population for place in found] == sorted((p.population for p in found), reverse=True)
    assert len({place.label for place in found}) == len(found)


def test_ca_is_canada_and_california(gazetteer: Gazetteer) -> None:
    assert labels_of(gazetteer, "Vernon, CA") == [
        "Vernon, British Columbia, Canada",
        "Vernon, California, United States",
    ]


def test_a_country_narrows_the_answer(gazetteer: Gazetteer) -> None:
    assert {place.country for place in gazetteer.search("London", country="CA")} == {"CA"}
    assert gazetteer.search("Guimarães", country="JP") == []


def test_a_qualifier_that_is_known_rules_out(gazetteer: Gazetteer) -> None:
    assert gazetteer.search("Silver Lake, Italy") == []


def test_one_typing_slip_is_forgiven_when_nothing_is_exact(gazetteer: Gazetteer) -> None:
    assert labels_of(gazetteer, "Barcelonna")[0] == "Barcelona, Catalonia, Spain"
    assert labels_of(gazetteer, "Guimareas, Portugal")[0] == "Guimarães, Braga, Portugal"
    assert labels_of(gazetteer, "Qxz") == []
    assert labels_of(gazetteer, "Baarcelonna") == []


@pytest.mark.parametrize(
    ("text", "lat_e7", "lon_e7"),
    [
        ("34.0867, -118.2702", 340867000, -1182702000),
        ("  34.0867,-118.2702 ", 340867000, -1182702000),
        ("(34.0867 -118.2702)", 340867000, -1182702000),
        ("34.0867 N, 118.2702 W", 340867000, -1182702000),
        ("34.0867° N 118.2702° W", 340867000, -1182702000),
        ("-33, 151", -330000000, 1510000000),
    ],
)
def test_typed_coordinates_are_that_point(gazetteer: Gazetteer, text: str, lat_e7: int, lon_e7: int) -> None:
    (place,) = gazetteer.search(text)
    assert place.point == Point(lat_e7, lon_e7)
    assert place.precision is Precision.EXACT
    assert gazetteer.suggest(text) == [place]


def test_a_typed_point_gets_country_and_zone_of_its_neighbours(gazetteer: Gazetteer) -> None:
    (place,) = gazetteer.search("34.0867, -118.2702")
    assert (place.country, place.timezone, place.region) == ("US", "America/Los_Angeles", "California")
    assert place.label == "34.0867, -118.2702"


@pytest.mark.parametrize(
    "text", ["91.5, 10", "10.5, 181", "51,5", "10 12", "34.1 N, 118.2", "-34.1 S, 18.2 E", "1.5, x"]
)
def test_other_numbers_are_no_point(gazetteer: Gazetteer, text: str) -> None:
    assert all(place.precision is not Precision.EXACT for place in gazetteer.search(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ",",
        ",,,",
        "'",
        '"',
        "%",
        "_",
        "a",
        "\x00",
        "💃",
        "; DROP TABLE place",
        "a" * 100_000,
        ", ".join(["London"] * 50),
        "مرحبا",
        "-",
        "..",
        "St",
        "st st st st",
    ],
)
def test_odd_texts_do_no_harm(gazetteer: Gazetteer, text: str) -> None:
    for look in (gazetteer.search, gazetteer.suggest):
        assert len(look(text)) <= 8
        is_little_work(gazetteer, lambda look=look: look(text))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("silver la", "Silver Lake, California, United States"),
        ("Guima", "Guimarães, Braga, Portugal"),
        ("mil", "Milan, Lombardy, Italy"),
        ("Pari", "Paris, Île-de-France, France"),
        ("hackney, lon", "Hackney, England, United Kingdom"),
        ("prato, it", "Prato, Tuscany, Italy"),
        ("prato, tusc", "Prato, Tuscany, Italy"),
        ("münch", "Munich, Bavaria, Germany"),
        ("st alb", "St Albans, England, United Kingdom"),
        ("tirup", "Tiruppur, Tamil Nadu, India"),
    ],
)
def test_suggestions(gazetteer: Gazetteer, text: str, label: str) -> None:
    assert label in [place.label for place in gazetteer.suggest(text)][:2]


def test_suggestions_need_two_letters_and_obey_limit_and_country(gazetteer: Gazetteer) -> None:
    assert gazetteer.suggest("l") == []
    assert len(gazetteer.suggest("lo", limit=3)) == 3
    assert {place.country for place in gazetteer.suggest("lo", country="PT")} == {"PT"}


def test_nearest_is_in_order_and_measured_on_the_ellipsoid(gazetteer: Gazetteer) -> None:
    point = Point.of(51.5465, -0.0553)
    near = gazetteer.nearest(point, limit=10)
    assert len(near) == 10
    assert [metres for _, metres in near] == sorted(metres for _, metres in near)
    assert all(distance_m(point, place.point) == metres for place, metres in near)
    assert near[0][0].label == "Hackney, England, United Kingdom"


@pytest.mark.parametrize("seed", range(5))
def test_nearest_equals_brute_force(gazetteer: Gazetteer, seed: int) -> None:
    rng = random.Random(seed)
    point = Point.of(rng.uniform(-75, 85), rng.choice([rng.uniform(-180, 180), 179.99, -179.99]))
    rows = gazetteer._db().execute("SELECT lat_e7, lon_e7 FROM place").fetchall()
    rough = sorted(rows, key=lambda r: haversine_m(point, Point(*r)))[:30]
    expected = min(distance_m(point, Point(*row)) for row in rough)
    assert gazetteer.nearest(point)[0][1] == expected


@pytest.mark.parametrize(("lat", "lon"), [(90, 0), (-90, 77), (0, 180), (0, -180), (-48.87, -123.39), (0, 0)])
def test_nearest_anywhere_on_earth(gazetteer: Gazetteer, lat: float, lon: float) -> None:
    assert len(gazetteer.nearest(Point.of(lat, lon), limit=3)) == 3


def test_map_labels_are_the_largest_places_of_the_box(gazetteer: Gazetteer) -> None:
    found = gazetteer.labels(33.9, -118.5, 34.2, -118.1, limit=20)
    assert len(found) == 20
    assert found[0].locality == "Los Angeles"
    assert all(33.9 <= p.point.lat <= 34.2 and -118.5 <= p.point.lon <= -118.1 for p in found)
    world = gazetteer.labels(-90, -180, 90, 180, limit=5)
    assert [p.population for p in world] == sorted((p.population for p in world), reverse=True)


def test_map_labels_across_the_antimeridian(gazetteer: Gazetteer) -> None:
    found = gazetteer.labels(-30, 170, -10, -170)
    assert {"FJ", "TO", "WS"} <= {place.country for place in found}
    assert all(abs(place.point.lon) >= 170 for place in found)
    assert gazetteer.labels(0, 0, 0, 0) == []


@pytest.mark.parametrize(
    "text", ["Silver Lake", "Paris, TX", "santa", "san", "Guimaraes", "Barcelonna", "x" * 40, "San Jose, CA"]
)
def test_look_ups_are_little_work(gazetteer: Gazetteer, text: str) -> None:
    is_little_work(gazetteer, lambda: gazetteer.search(text))
    is_little_work(gazetteer, lambda: gazetteer.suggest(text))


def is_little_work(gazetteer: Gazetteer, look: Callable[[], object]) -> None:
    """No look-up reads a table from end to end (that is a million steps and more) or weighs thousands of places."""
    assert lines_of(look) < 50_000
    assert steps_of(gazetteer._db(), look) < 150_000


def test_what_reads_a_whole_table_is_not_little_work(gazetteer: Gazetteer) -> None:
    db = gazetteer._db()
    with pytest.raises(AssertionError):
        is_little_work(gazetteer, lambda: db.execute("SELECT count(*) FROM name WHERE key LIKE '%a%'").fetchone())
    with pytest.raises(AssertionError):
        is_little_work(gazetteer, lambda: [one_edit_away(word) for word in ("parto",) * 5000])


def test_threads_share_one_gazetteer(gazetteer: Gazetteer) -> None:
    answers: list[str] = []

    def look() -> None:
        for _ in range(20):
            answers.append(gazetteer.search("Guimaraes")[0].label)

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["Guimarães, Braga, Portugal"] * 160


def _look(directory: Path) -> str:
    return Gazetteer(directory).search("Prato, Italy")[0].label


@pytest.mark.slow
def test_processes_that_start_at_once_each_see_a_whole_file(tmp_path: Path) -> None:
    stale = tmp_path / "gazetteer-old.building"
    stale.write_bytes(b"half")
    os.utime(stale, (0, 0))
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert pool.map(_look, [tmp_path] * 3) == ["Prato, Tuscany, Italy"] * 3
    assert len(list(tmp_path.iterdir())) == 1


def test_an_unwritable_directory_is_an_error_not_a_half_file(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a directory")
    with pytest.raises(OSError):
        Gazetteer(blocked).search("Prato")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Guimarães", "guimaraes"),
        ("  SÃO  Paulo ", "sao paulo"),
        ("L’Aquila", "laquila"),
        ("Saint-Étienne", "saint etienne"),
        ("St. Gallen", "saint gallen"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("Tromsø", "tromso"),
        ("!!", ""),
    ],
)
def test_folding(text: str, key: str) -> None:
    assert fold(text) == key
    assert fold(key) == key


def test_written_out_letters_and_slips() -> None:
    assert keys_of("Århus") == {"arhus", "aarhus"}
    assert keys_of("München") == {"munchen", "muenchen"}
    assert {"pari", "pariss", "apris", "paros"} <= one_edit_away("paris")
    assert "paris" not in one_edit_away("paris")
