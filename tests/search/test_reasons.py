"""Reasons: complete, true to the decision, and the same on the page, in the JSON and on the terminal."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from test_search import random_query
from worlds import CENTRE, NOW, TODAY, random_supplier

from marketplace.capacity.model import Calendar
from marketplace.cli.search import _row
from marketplace.db import Database
from marketplace.places import Point, Precision
from marketplace.places.model import Circle
from marketplace.search.decide import SiteFit, decide
from marketplace.search.document import ServiceDocument, SiteDocument
from marketplace.search.explain import Reason, reasons, texts
from marketplace.search.forms import read_search
from marketplace.search.query import SearchQuery
from marketplace.search.reference import ReferenceIndex
from marketplace.search.render import hit_json
from marketplace.search.sync import LiveIndex
from marketplace.search.views import hit_view
from marketplace.suppliers.model import Certificate, LeadDays, MinimumRule, ServiceTerms, Tags
from marketplace.suppliers.rules import Run
from marketplace.units import Quantity, Unit
from marketplace.vocabulary import Facet
from marketplace.vocabulary.model import Basis

TEN_KM = Circle(CENTRE, 10_000)
GOTS = "Global Organic Textile Standard (GOTS)"
OPEN = Calendar(Unit.PIECE, 25, confirmed_at=NOW)
FIFTY = Run(Quantity(50, Unit.PIECE))


def site(
    *,
    north_m: int = 3000,
    precision: Precision = Precision.CONFIRMED,
    rules: tuple[MinimumRule, ...] = (MinimumRule(Quantity(20, Unit.PIECE), Basis.ORDER),),
    lead: int | None = 5,
    calendar: Calendar | None = OPEN,
    verification: str = "self_declared",
    certificates: tuple[Certificate, ...] = (),
    teaches_until: date | None = None,
) -> SiteDocument:
    """A sewing room north of the centre."""
    draft = ServiceTerms("sew", Unit.PIECE, rules=rules, leads=LeadDays(first=lead))
    tags = Tags(skills=frozenset(("buttonhole", "overlock")))
    return SiteDocument(
        site_id=1,
        supplier_id=1,
        public_id="a" * 32,
        site_public_id="b" * 32,
        external_id="x1",
        slug="x",
        name="X",
        site_name="",
        kind="sewing_room",
        verification=verification,
        is_verified=verification != "self_declared",
        description="",
        street="",
        locality="Prato",
        region="",
        country="IT",
        point=Point.of(CENTRE.lat + north_m / 111_104, CENTRE.lon) if precision is not Precision.NONE else None,
        precision=precision,
        languages=frozenset(("it",)),
        certificates=certificates,
        machines=(),
        services=(ServiceDocument("c" * 32, draft, tags, calendar),),
        teaches_until=teaches_until,
    )


def said(document: SiteDocument, query: SearchQuery, unit: str = "km") -> list[tuple[str, bool | None, str]]:
    return [(r.field, r.met, r.text) for r in reasons(decide(document, query), query, unit)]


ASKED = SearchQuery(today=TODAY)
RUN = replace(ASKED, run=FIFTY)
IN_TIME = ("by", True, "Starts Mon 22 Feb 2027, ready Sat 6 Mar 2027")


@pytest.mark.parametrize(
    ("document", "query", "expected"),
    [
        (site(), ASKED, []),
        (
            site(),
            replace(ASKED, circle=TEN_KM),
            [("radius_km", True, "3.0 km away, within your 10.0 km")],
        ),
        (
            site(north_m=12_400),
            replace(ASKED, circle=TEN_KM),
            [("radius_km", False, "12.4 km away: 2.4 km outside your 10.0 km")],
        ),
        (
            site(precision=Precision.NONE),
            replace(ASKED, circle=TEN_KM),
            [("radius_km", False, "Not on the map: how far away it is, nobody knows")],
        ),
        (
            site(precision=Precision.TOWN),
            replace(ASKED, circle=TEN_KM),
            [
                ("radius_km", True, "3.0 km away, within your 10.0 km"),
                ("radius_km", None, "Pin found by town only, 7.0 km inside your radius: may lie outside"),
            ],
        ),
        (
            site(precision=Precision.STREET),
            replace(ASKED, circle=TEN_KM),
            [("radius_km", True, "3.0 km away, within your 10.0 km")],
        ),
        (
            site(),
            replace(ASKED, terms={Facet.SKILL: frozenset(("buttonhole", "draping"))}),
            [("skill", True, "Skill: buttonhole")],
        ),
        (
            site(),
            replace(ASKED, terms={Facet.SKILL: frozenset(("draping",)), Facet.LANGUAGE: frozenset(("de", "it"))}),
            [("language", True, "Language: Italian"), ("skill", False, "No draping")],
        ),
        (site(), replace(ASKED, verified=True), [("verified", False, "Not verified yet")]),
        (site(), replace(ASKED, teaching=True), [("teaching", False, "Trains nobody now")]),
        (site(teaches_until=TODAY), replace(ASKED, teaching=True), [("teaching", True, "Trains apprentices")]),
        (site(verification="visited"), ASKED, [("verified", True, "Verified: visited")]),
        (
            site(certificates=(Certificate("gots", valid_to=date(2027, 3, 1)),)),
            replace(ASKED, terms={Facet.CERTIFICATION: frozenset(("gots",))}, by=date(2027, 3, 31)),
            [
                ("certification", False, f"{GOTS}: valid until 1 Mar 2027, not on 31 Mar 2027"),
                ("by", True, "140 pieces open from 22 Feb 2027 to 31 Mar 2027"),
            ],
        ),
        (
            site(certificates=(Certificate("gots"),)),
            replace(ASKED, terms={Facet.CERTIFICATION: frozenset(("gots",))}),
            [
                ("certification", True, f"Certificate: {GOTS}"),
                ("certification", None, "Certificates are the supplier's own word: not verified yet"),
            ],
        ),
        (
            site(certificates=(Certificate("gots"),), verification="visited"),
            replace(ASKED, terms={Facet.CERTIFICATION: frozenset(("gots",))}),
            [("certification", True, f"Certificate: {GOTS}"), ("verified", True, "Verified: visited")],
        ),
        (site(), RUN, [("quantity", True, "From 20 pieces per order: your 50 pieces fit"), IN_TIME]),
        (
            site(rules=(MinimumRule(Quantity(80, Unit.PIECE), Basis.ORDER),)),
            RUN,
            [("quantity", False, "Minimum 80 pieces per order: 30 pieces short"), IN_TIME],
        ),
        (
            site(rules=(MinimumRule(Quantity(80, Unit.PIECE), Basis.ORDER, 15),)),
            RUN,
            [("quantity", None, "Below the minimum of 80 pieces per order: +15 % (none from 80 pieces)"), IN_TIME],
        ),
        (site(rules=()), RUN, [("quantity", None, "No minimum stated: ask before you count on it"), IN_TIME]),
        (
            site(lead=None),
            RUN,
            [
                ("quantity", True, "From 20 pieces per order: your 50 pieces fit"),
                IN_TIME,
                ("by", None, "Lead time not stated: the day ready counts working days only"),
            ],
        ),
        (
            site(),
            replace(RUN, by=date(2027, 3, 3)),
            [
                ("quantity", True, "From 20 pieces per order: your 50 pieces fit"),
                ("by", False, "Starts Mon 22 Feb 2027, ready Sat 6 Mar 2027: 3 days after your date"),
            ],
        ),
        (
            site(calendar=None),
            replace(RUN, by=date(2027, 3, 31)),
            [
                ("quantity", True, "From 20 pieces per order: your 50 pieces fit"),
                ("by", False, "No open weeks published: ask for dates"),
            ],
        ),
        (
            site(calendar=Calendar(Unit.PIECE, 0, confirmed_at=NOW - timedelta(days=23))),
            RUN,
            [
                ("quantity", True, "From 20 pieces per order: your 50 pieces fit"),
                ("by", None, "The weeks published don't take this run: ask for dates"),
                ("by", None, "Weeks not confirmed for 23 days"),
            ],
        ),
        (
            site(calendar=Calendar(Unit.PIECE, 25)),
            replace(ASKED, start=TODAY),
            [
                ("by", True, "305 pieces open from 22 Feb 2027 to 17 May 2027"),
                ("by", None, "Weeks never confirmed by the supplier"),
            ],
        ),
    ],
)
def test_reasons(document: SiteDocument, query: SearchQuery, expected: list[tuple[str, bool | None, str]]) -> None:
    assert said(document, query) == expected


def test_distances_in_miles() -> None:
    assert said(site(), replace(ASKED, circle=TEN_KM), "mi") == [
        ("radius_km", True, "1.9 miles away, within your 6.2 miles")
    ]


def asked_fields(query: SearchQuery) -> set[str]:
    fields: set[str] = {facet.value for facet, terms in query.terms.items() if terms}
    fields |= {"radius_km"} if query.circle else set()
    fields |= {"quantity", "by"} if query.run else set()
    fields |= {"by"} if query.has_window else set()
    return fields | {name for name in ("verified", "teaching") if getattr(query, name)}


def untrue(fit: SiteFit, query: SearchQuery, found: tuple[Reason, ...]) -> list[str]:
    """What is missing in the reasons of a decision, or contradicts it."""
    wrong = [f"{field} has no reason" for field in asked_fields(query) - {reason.field for reason in found}]
    missed = {reason.field for reason in found if reason.met is False}
    if missed != {limit.value for limit in fit.all_misses}:
        wrong.append(f"says that {missed} are missed, decided was {set(fit.all_misses)}")
    return wrong


def test_reasons_agree_with_the_decision(database: Database) -> None:
    """Random sites and queries: each field asked about is spoken of, and what is missed is what keeps a site out."""
    rng = random.Random(11)
    for number in range(40):
        random_supplier(database, rng, number)
    live = LiveIndex(database, ReferenceIndex())
    documents = live.documents(live.site_ids(SearchQuery(today=TODAY)))
    seen = set()
    for _ in range(150):
        query = random_query(rng)
        for document in documents:
            fit = decide(document, query)
            found = reasons(fit, query)
            assert untrue(fit, query, found) == [], (document.external_id, query)
            seen |= {(reason.field, reason.met) for reason in found}
    fields = ("radius_km", "quantity", "by", "verified", "kind", "process", "skill", "certification")
    assert seen >= {(field, met) for field in fields for met in (True, False)}
    assert seen >= {("radius_km", None), ("quantity", None), ("by", None), ("certification", None)}


def test_an_untrue_reason_is_found() -> None:
    query = replace(RUN, circle=TEN_KM, by=date(2027, 3, 31))
    fit = decide(site(), query)
    found = reasons(fit, query)
    assert untrue(fit, query, found) == []
    assert untrue(fit, query, found[1:]) == ["radius_km has no reason"]
    assert untrue(fit, query, (*found, Reason("by", met=False, text="late")))


# The page, the JSON and the terminal


class Cards(HTMLParser):
    """The reasons of each result of a page: a list of sentences for each card."""

    def __init__(self) -> None:
        super().__init__()
        self.cards: list[list[str]] = []
        self._depth = self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        if tag == "article":
            self.cards.append([])
        elif tag == "ul" and "reasons" in classes:
            self._depth = 1
        elif self._depth and tag == "li":
            self.cards[-1].append("")
        elif self._depth and tag == "span" and ("visually-hidden" in classes or self._hidden):
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "ul":
            self._depth = 0
        elif tag == "span" and self._hidden:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if self._depth and not self._hidden and data.strip():
            self.cards[-1][-1] += data.replace("\u00a0", " ")


@pytest.fixture
def world(database: Database) -> None:
    rng = random.Random(3)
    for number in range(40):
        random_supplier(database, rng, number)


@pytest.mark.parametrize("radius", ["radius_km=60", "radius_mi=35"])
def test_page_json_and_terminal_say_the_same(world: None, client: FlaskClient, database: Database, radius: str) -> None:
    by = (datetime.now().date() + timedelta(weeks=40)).isoformat()
    address = f"lat=43.88&lon=11.10&{radius}&quantity=20&by={by}&process=sew&process=cut&per_page=100"
    answer = json.loads(client.get(f"/api/v1/search?{address}").text)
    assert len(answer["hits"]) > 3
    by_json = [[check["text"] for check in hit["checks"]] for hit in answer["hits"]]
    assert all({"field", "met", "text"} == check.keys() for hit in answer["hits"] for check in hit["checks"])

    page = Cards()
    page.feed(client.get(f"/search?{address}").text)
    assert page.cards == by_json

    assert by_terminal(database, address) == ["; ".join(card) for card in by_json]
    assert any("miles" in text for card in by_json for text in card) == ("mi" in radius)


def by_terminal(database: Database, address: str) -> list[str]:
    given: dict[str, list[str]] = {}
    for pair in address.split("&"):
        name, _, value = pair.partition("=")
        given.setdefault(name, []).append(value)
    asked = read_search(given, datetime.now().date(), lambda _: [])
    answer = LiveIndex(database, ReferenceIndex()).search(asked.query)
    return [_row(fit, asked.query, asked.distance_unit)[-1] for fit in answer.hits]


def test_older_fields_of_the_json_say_the_same() -> None:
    """`why` and the reasons of services are the same sentences, without what they meet."""
    query = replace(RUN, circle=TEN_KM, by=date(2027, 3, 3))
    fit = decide(site(), query)
    hit: dict[str, Any] = hit_json(fit, query)
    everything = texts(reasons(fit, query))
    assert [*hit["why"], *hit["services"][0]["reasons"]] == everything
    assert [check["text"] for check in hit["services"][0]["checks"]] == hit["services"][0]["reasons"]
    assert [reason["text"] for reason in hit_view(fit, query, NOW)["reasons"]] == everything
