"""Suggestions: what a few letters may become, in six languages; and places named in a search's words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.app import create_app
from marketplace.db import open_database
from marketplace.places.gazetteer import Gazetteer
from marketplace.places.geocoders import PlaceFinder
from marketplace.search.place_words import place_offer, trailing_names
from marketplace.search.query import SearchQuery
from marketplace.search.suggest import Group
from marketplace.settings import Settings
from marketplace.vocabulary import Facet, vocabulary
from marketplace.web.context import System

TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
def demo(demo_template: Path, tmp_path_factory: pytest.TempPathFactory, gazetteer: Gazetteer) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("suggest")
    url = f"sqlite:///{shutil.copy(demo_template, folder)}"
    database = open_database(url)
    settings = Settings(data_dir=folder, database_url=url, secret_key="t" * 32)
    yield create_app(System(settings=settings, database=database, gazetteer=gazetteer, places=PlaceFinder(gazetteer)))
    database.dispose()


@pytest.fixture(scope="module")
def visitor(demo: Flask) -> FlaskClient:
    return demo.test_client()


def ask(visitor: FlaskClient, text: str, **more: str) -> dict[str, list[dict[str, Any]]]:
    """Group -> its suggestions."""
    answer = visitor.get("/api/v1/suggest", query_string={"q": text, **more})
    assert answer.status_code == 200, answer.text
    return {group["name"]: group["suggestions"] for group in json.loads(answer.text)["groups"]}


@pytest.mark.parametrize(
    ("typed", "group", "sets"),
    [
        ("sew", "processes", {"process": "sew"}),
        ("SEWI", "processes", {"process": "sew"}),
        ("façon", "processes", {"process": "sew"}),
        ("facon", "processes", {"process": "sew"}),
        ("tiss", "processes", {"process": "weave"}),
        ("tessit", "processes", {"process": "weave"}),
        ("tejed", "processes", {"process": "weave"}),
        ("tecelag", "processes", {"process": "weave"}),
        ("Weber", "processes", {"process": "weave"}),
        ("tintor", "kinds", {"kind": "dye_house"}),
        ("Lohnkonf", "kinds", {"kind": "sewing_room"}),
        ("knopfl", "skills", {"skill": "buttonhole"}),
        ("ojal", "skills", {"skill": "buttonhole"}),
        ("selvag", "skills", {"skill": "selvedge"}),
        ("baumw", "materials", {"material": "cotton"}),
        ("pantal", "products", {"product": "pants"}),
        ("cut and s", "processes", {"process": "sew"}),
        ("embroydery", "processes", {"process": "embroider"}),
        ("buttnhole", "skills", {"skill": "buttonhole"}),
    ],
)
def test_terms(visitor: FlaskClient, typed: str, group: str, sets: dict[str, str]) -> None:
    assert sets in [suggestion["sets"] for suggestion in ask(visitor, typed)[group]]


def test_what_begins_so_stands_before_what_contains_it_and_guesses_are_last_resort(visitor: FlaskClient) -> None:
    assert ask(visitor, "buttonh")["skills"][0]["label"] == "Buttonhole"
    assert [s["label"] for s in ask(visitor, "keyh")["skills"]] == ["Keyhole buttonhole"]
    found = ask(visitor, "knit")
    labels = [s["label"] for group in found.values() for s in group]
    assert all("knit" in (s["label"] + s["detail"]).lower() for group in found.values() for s in group), labels


def test_every_suggestion_says_the_name_that_was_meant(visitor: FlaskClient) -> None:
    (sewing,) = [s for s in ask(visitor, "façonn")["processes"] if s["sets"] == {"process": "sew"}]
    assert (sewing["label"], sewing["detail"]) == ("Sewing and assembly", "façonnier")
    assert ask(visitor, "sewing an")["processes"][0]["detail"] == ""


def test_suppliers_by_name(visitor: FlaskClient) -> None:
    hits = json.loads(visitor.get("/api/v1/search?per_page=40").text)["hits"]
    for hit in hits[::4]:
        found = ask(visitor, hit["name"])["suppliers"]
        assert hit["url"] in [s["url"] for s in found], hit["name"]
        assert all(s["sets"] == {} for s in found)
    assert "suppliers" not in ask(visitor, "sew on a Monday in March")


def test_places(visitor: FlaskClient) -> None:
    prato = ask(visitor, "prat", group="places")["places"][0]
    assert prato["label"] == "Prato, Tuscany, Italy"
    assert prato["sets"] == {"near": "Prato, Tuscany, Italy", "lat": "43.8805000", "lon": "11.0969900"}
    assert list(ask(visitor, "la", group="places")) == ["places"]  # also where the letters are a word that says nothing


def test_addresses_lead_to_what_they_say(visitor: FlaskClient) -> None:
    for text in ("tint", "prat", "lin"):
        for group in ask(visitor, text).values():
            for suggestion in group:
                answer = visitor.get(suggestion["url"])
                assert answer.status_code == 200, suggestion
                given = parse_qs(urlsplit(suggestion["url"]).query)
                assert {name: values[0] for name, values in given.items()} == suggestion["sets"]


def test_groups(visitor: FlaskClient) -> None:
    everything = ask(visitor, "te")
    assert list(everything) == [group for group in Group if group in everything]
    assert all(1 <= len(listed) <= 5 for listed in everything.values())
    assert ask(visitor, "te", group="skills") == {"skills": everything["skills"]}
    answer = visitor.get("/api/v1/suggest?q=te&group=firms")
    assert answer.status_code == 422
    assert "use processes, skills" in answer.text


@pytest.mark.parametrize("text", ["", "s", "  s ", "zzzzqqqq", "%", "<b>", "\U0001f9f5", "a" * 250, "-- ; '"])
def test_nothing_to_suggest(visitor: FlaskClient, text: str) -> None:
    assert ask(visitor, text, group="skills") == {}


@pytest.mark.parametrize("query", ["q=a%00b", "q=" + "x" * 1000, "q=sew&limit=5"])
def test_wrong_questions(visitor: FlaskClient, query: str) -> None:
    assert visitor.get(f"/api/v1/suggest?{query}").status_code == 422
    assert visitor.get(f"/suggest?{query}").status_code == 422


def test_the_plain_list_keeps_what_else_was_typed(visitor: FlaskClient) -> None:
    page = visitor.get("/suggest?q=fa%C3%A7on&quantity=50&near=Prato&radius_km=30&unit=&group=processes").text
    address = "/search?quantity=50&amp;near=Prato&amp;radius_km=30&amp;process=sew"
    assert f'href="{address}"' in page
    assert '<input type="hidden" name="quantity" value="50">' in page


def test_every_facet_that_is_suggested_has_its_terms() -> None:
    for facet in (Facet.PROCESS, Facet.SKILL, Facet.KIND, Facet.MATERIAL, Facet.PRODUCT):
        assert vocabulary().terms[facet]


# A place in the words of a search


@pytest.mark.parametrize(
    ("text", "rest", "near"),
    [
        ("CMT near Prato", "CMT", "Prato, Tuscany, Italy"),
        ("teinture près de Lyon", "teinture", "Lyon, Auvergne-Rhône-Alpes, France"),
        ("l'atelier près d'Annecy", "l'atelier", "Annecy, Auvergne-Rhône-Alpes, France"),
        ("couture à Saint-Étienne", "couture", "Saint-Étienne, Auvergne-Rhône-Alpes, France"),
        ("tintoria vicino a Prato", "tintoria", "Prato, Tuscany, Italy"),
        ("costura cerca de Sevilla", "costura", "Sevilla, Andalusia, Spain"),
        ("confecção perto do Porto", "confecção", "Porto, Porto, Portugal"),
        ("Färberei in der Nähe von Chemnitz", "Färberei", "Chemnitz, Saxony, Germany"),
        ("Weberei bei Chemnitz", "Weberei", "Chemnitz, Saxony, Germany"),
        ("cut and sew in Los Angeles", "cut and sew", "Los Angeles, California, United States"),
        ("sewing in wool near Prato, Italy", "sewing in wool", "Prato, Tuscany, Italy"),
        ("near Prato", "", "Prato, Tuscany, Italy"),
    ],
)
def test_a_place_is_offered(gazetteer: Gazetteer, text: str, rest: str, near: str) -> None:
    offer = place_offer(SearchQuery(today=TODAY, text=text), gazetteer.search)
    assert offer is not None
    assert offer.text == rest
    assert offer.place.label.split(",")[0] == near.split(",")[0]
    assert offer.place.label.rpartition(", ")[2] == near.rpartition(", ")[2]


@pytest.mark.parametrize(
    "text", ["", "CMT", "CMT near", "sewing in silk", "filati in lana", "Samt in Seide", "near zzzzqqqq", "Prato"]
)
def test_no_place_is_offered(gazetteer: Gazetteer, text: str) -> None:
    assert place_offer(SearchQuery(today=TODAY, text=text), gazetteer.search) is None


def test_names_are_tried_longest_first() -> None:
    assert list(trailing_names("wool in Prato near Firenze")) == [
        ("wool", "Prato near Firenze"),
        ("wool in Prato", "Firenze"),
    ]


def test_the_offer_is_a_link_and_never_a_guess(visitor: FlaskClient) -> None:
    """The search itself stays what was typed; page and JSON offer the same."""
    answer = json.loads(visitor.get("/api/v1/search", query_string={"q": "CMT near Prato"}).text)
    assert answer["origin"] is None
    assert answer["place_offer"] == {"q": "CMT", "near": "Prato, Tuscany, Italy", "lat": 43.8805, "lon": 11.09699}
    page = visitor.get("/search", query_string={"q": "CMT near Prato", "quantity": "50"}).text
    assert "Search within 40 km of Prato, Tuscany, Italy instead" in page
    link = "/search?q=CMT&amp;quantity=50&amp;unit=piece&amp;near=Prato%2C+Tuscany%2C+Italy&amp;lat=43.8805000"
    assert f'href="{link}' in page
    given = json.loads(visitor.get("/api/v1/search", query_string={"q": "CMT near Prato", "near": "Lyon"}).text)
    assert given["place_offer"] is None
