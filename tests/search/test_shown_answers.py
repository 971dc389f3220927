"""What an answer says of itself on the page, in the JSON, on the map and on the terminal."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from worlds import random_supplier

from marketplace.cli.main import main
from marketplace.db import Database
from marketplace.search import api, context
from marketplace.search.explain import DEGRADED_NOTE
from marketplace.search.index import Answer
from marketplace.search.query import SearchQuery
from marketplace.search.reference import ReferenceIndex
from marketplace.search.sync import LiveIndex
from marketplace.site import feeds

MANY = 30


@pytest.fixture
def world(database: Database) -> None:
    rng = random.Random(4)
    for number in range(MANY):
        random_supplier(database, rng, number)


class Estimating(LiveIndex):
    """An engine that has to estimate and is not well, as one behind a network may be."""

    def search(self, query: SearchQuery) -> Answer:
        return replace(super().search(query), total_is_estimate=True, degraded=True)


def estimating(app: Flask, database: Database) -> None:
    app.extensions[context._KEY] = Estimating(database, ReferenceIndex())


def test_an_exact_total_says_no_about(world: None, client: FlaskClient) -> None:
    page = client.get("/search").text
    assert f"<b>{MANY}</b> workshops fit" in page
    assert f"About <b>{MANY}</b>" not in page
    assert DEGRADED_NOTE not in page
    answer = json.loads(client.get("/api/v1/search").text)
    assert (answer["total"], answer["total_is_estimate"], answer["degraded"]) == (MANY, False, False)


def test_an_estimate_says_about_and_trouble_is_told(
    world: None, app: Flask, database: Database, client: FlaskClient
) -> None:
    estimating(app, database)
    page = client.get("/search").text
    assert f"About <b>{MANY}</b> workshops fit" in page
    assert DEGRADED_NOTE in page
    answer = json.loads(client.get("/api/v1/search").text)
    assert (answer["total_is_estimate"], answer["degraded"]) == (True, True)


@pytest.mark.parametrize("estimate", [True, False])
def test_the_terminal_says_so_too(
    world: None, database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, estimate: bool
) -> None:
    monkeypatch.setenv("SELVEDGE_DATABASE_URL", database_url)
    monkeypatch.setenv("SELVEDGE_DATA_DIR", str(tmp_path / "var"))
    engine = Estimating if estimate else LiveIndex
    monkeypatch.setattr(context, "open_index", lambda system: engine(database, ReferenceIndex()))
    result = CliRunner().invoke(main, ["search"])
    assert result.exit_code == 0, result.output
    first = next(line for line in result.stdout.splitlines() if "fit" in line)
    assert first == (f"about {MANY} suppliers fit" if estimate else f"{MANY} suppliers fit")
    assert (DEGRADED_NOTE in result.stderr) == estimate


def test_the_page_carries_its_own_pins_and_the_way_to_the_others(world: None, client: FlaskClient) -> None:
    page = client.get("/search?lat=43.88&lon=11.10&radius_km=200").text
    data = json.loads(page.partition('id="map-data">')[2].partition("</script>")[0])
    everything = json.loads(client.get(data["more_url"].replace("\\u0026", "&")).text)
    assert len(data["features"]) <= 20
    ids = [feature["id"] for feature in everything["features"]]
    assert [feature["id"] for feature in data["features"]] == ids[: len(data["features"])]
    assert everything["total"] >= len(ids) > 20
    few = client.get("/search?lat=43.88&lon=11.10&radius_km=5").text
    assert "more_url" not in few.partition('id="map-data">')[2].partition("</script>")[0]


def test_geojson_is_limited_and_says_so(world: None, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "/api/v1/search.geojson?lat=43.88&lon=11.10&radius_km=500"
    everything = json.loads(client.get(address).text)
    assert not everything["truncated"]
    assert everything["total"] == len(everything["features"]) > 5
    distances = [feature["properties"]["distance_km"] for feature in everything["features"]]
    assert distances == sorted(distances)
    monkeypatch.setattr(api, "MOST_FEATURES", 5)
    nearest = json.loads(client.get(address).text)
    assert nearest["truncated"]
    assert nearest["total"] == everything["total"]
    assert nearest["features"] == everything["features"][:5]


def test_site_map(world: None, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file while one holds all; then a list of files that hold all, each once."""

    def places(path: str) -> list[str]:
        return [
            element.text or "" for element in fromstring(client.get(path).text).iter() if element.tag.endswith("loc")
        ]

    whole = places("/sitemap.xml")
    assert len([address for address in whole if "/suppliers/" in address]) == MANY
    monkeypatch.setattr(feeds, "MOST_URLS", 10)
    files = places("/sitemap.xml")
    assert len(files) == 4
    assert [address for file in files for address in places(file[file.index("/sitemap") :])] == whole
    assert client.get("/sitemap.xml?file=5").status_code == 404
    assert client.get("/sitemap.xml?file=0").status_code == 404


def test_front_page_counts_what_the_search_counts(world: None, client: FlaskClient) -> None:
    answer = json.loads(client.get("/api/v1/search").text)
    page = client.get("/").text
    for label, number in (
        ("workshops", answer["total"]),
        ("kinds of work", len(answer["facets"]["process"])),
        ("skills", len(answer["facets"]["skill"])),
        ("languages spoken", len(answer["facets"]["language"])),
    ):
        assert f"<dt>{label}</dt><dd>{number}</dd>" in page
    for kind in answer["facets"]["kind"]:
        assert f"/search?kind={kind['value']}" in page


def test_the_radius_of_an_empty_form_asks_for_no_place(world: None, client: FlaskClient) -> None:
    """The form always sends its radius; a program that sends one without a place has forgotten the place."""
    whole_form = "process=&quantity=50&unit=piece&q=&radius_km=40&near=&by="
    for path in ("/search", "/api/v1/search"):
        assert client.get(f"{path}?{whole_form}").status_code == 200
    assert client.get("/api/v1/search?radius_km=40").status_code == 422
