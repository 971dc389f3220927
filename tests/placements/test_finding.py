"""Finding a place: the smallest single changes against trying them all, saved searches, and the feed."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from cast import Cast
from place_kit import Program, Workshop

from marketplace.placements import saved
from marketplace.placements.model import Level, Placement, PlacementStatus
from marketplace.placements.search import Missed, Offer, PlacementQuery, search
from marketplace.places.model import Circle, Point
from marketplace.suppliers.model import SiteId
from marketplace.units.wages import Wage, WagePer

DAY = date(2027, 3, 1)
CENTRE = Point.of(43.88, 11.1)
# SELVEDGE_RANDOM_PLACES asks for more questions than a usual run.
QUESTIONS = int(os.environ.get("SELVEDGE_RANDOM_PLACES", "40"))


def an_offer(number: int, rng: random.Random) -> Offer:
    wage = Wage(rng.randrange(900, 1600, 50), rng.choice(("EUR", "EUR", "USD")), WagePer.HOUR)
    placement = Placement(
        public_id=f"{number:032x}",
        site_id=SiteId(1),
        process=rng.choice(("sew", "pattern", "weave")),
        skills=tuple(rng.sample(("buttonhole", "bartack", "plain"), rng.randint(0, 2))),
        seats=2,
        seats_taken=rng.choice((0, 0, 1, 2)),
        starts_on=DAY + timedelta(days=rng.randint(0, 120)),
        months=12,
        wage=rng.choice((None, wage, wage, wage)),
        status=rng.choice((PlacementStatus.OPEN, PlacementStatus.OPEN, PlacementStatus.PAUSED)),
        level=rng.choice(tuple(Level)),
        languages=tuple(rng.sample(("it", "fr", "en"), rng.randint(0, 2))),
        closes_on=rng.choice((None, DAY, DAY - timedelta(days=1))),
    )
    point = Point.of(43.88 + rng.uniform(-0.8, 0.8), 11.1)
    return Offer(number, placement, point, "", str(number), "Room", "room", "sewing_room", "Nord")


def a_query(rng: random.Random) -> PlacementQuery:
    return PlacementQuery(
        circle=Circle(CENTRE, rng.choice((3000, 10_000, 40_000))) if rng.random() < 0.8 else None,
        processes=frozenset(rng.sample(("sew", "pattern"), rng.randint(0, 2))),
        start_from=DAY + timedelta(days=40) if rng.random() < 0.4 else None,
        start_to=DAY + timedelta(days=80) if rng.random() < 0.4 else None,
        paid=rng.random() < 0.5,
        least=Wage(1200, "EUR", WagePer.HOUR) if rng.random() < 0.4 else None,
        levels=frozenset({Level.BEGINNER}) if rng.random() < 0.3 else frozenset(),
        languages=frozenset({"it"}) if rng.random() < 0.3 else frozenset(),
    )


def smaller(miss: Missed) -> PlacementQuery | None:
    """The next smaller change of the same field, which must not let the place in."""
    query = miss.changed
    if miss.field == "radius_km" and query.circle:
        step = 1000 if float(miss.before) >= 5 else 100
        return replace(query, circle=Circle(CENTRE, query.circle.radius_m - step))
    if miss.field == "start_to" and query.start_to:
        return replace(query, start_to=query.start_to - timedelta(days=1))
    if miss.field == "start_from" and query.start_from:
        return replace(query, start_from=query.start_from + timedelta(days=1))
    if miss.field == "wage_min" and query.least:
        return replace(query, least=replace(query.least, minor=query.least.minor + 1))
    return None


def test_relaxations_are_exact_and_the_smallest() -> None:
    rng = random.Random(15)
    tried = 0
    for _ in range(QUESTIONS):
        offers = [an_offer(number, rng) for number in range(60)]
        query = a_query(rng)
        found = search(offers, query, DAY)
        fitting = {each.offer.id for each in found.fits}
        for miss in found.missed:
            assert miss.found.offer.id in {each.offer.id for each in search(offers, miss.changed, DAY).fits}
            less = smaller(miss)
            if less is not None:
                tried += 1
                assert miss.found.offer.id not in {each.offer.id for each in search(offers, less, DAY).fits}
        for change in found.relaxations():
            after = {each.offer.id for each in search(offers, change.missed.changed, DAY).fits}
            assert change.adds == len(after - fitting) > 0
        # A place that one change of these lets in is not passed over: all others miss two things, or can't be helped.
        assert not query.paid or all(each.offer.placement.wage for each in found.fits)
    assert tried > QUESTIONS


def ask(workshop: Workshop, **asked: Any) -> dict[str, Any]:
    answer = workshop.firm.client.get("/api/v1/placements", query_string=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_filters_through_the_api(workshop: Workshop) -> None:
    place = workshop.place(level="some", languages=["it"])["id"]

    def is_found(**asked: Any) -> bool:
        return [hit["id"] for hit in ask(workshop, **asked)["hits"]] == [place]

    assert is_found(skill="buttonhole", level="some", language="Italian", wage_min="12.50", near="Prato, Italy")
    assert is_found(wage_min="12.50", currency="EUR", radius_mi="5", lat="43.88", lon="11.1")
    for wrong in ({"skill": "weaving"}, {"level": "beginner"}, {"language": "fr"}, {"wage_min": "12.51"}):
        assert not is_found(**wrong)
    assert not is_found(wage_min="1", currency="USD")  # other money can't be compared
    change = ask(workshop, wage_min="15")["relaxations"]
    assert [(each["field"], each["to"], each["adds"]) for each in change] == [("wage_min", "1250", 1)]
    for bad in ({"level": "x"}, {"wage_min": "x"}, {"currency": "euro"}, {"language": "x"}, {"colour": "red"}):
        assert workshop.firm.client.get("/api/v1/placements", query_string=bad).status_code == 422


def test_a_saved_search_tells_once_of_each_new_place(workshop: Workshop, cast: Cast) -> None:
    tom = cast.person("Tom")
    program = Program(cast, tom)
    workshop.place()
    kept = program.does(
        "POST", "/placements/searches", {"query": "skill=sew&near=Prato, Italy&radius_km=20&paid=1"}, 201
    )
    assert kept["fits"] == 1
    assert kept["name"].startswith("Sewing and assembly, within 20 km of Prato")
    follower = saved.Follower()
    assert saved.run_due(cast.database, follower, cast.now) == 0
    new = workshop.place(skills=["bartack"])["id"]
    workshop.place(process="weave", skills=[])
    assert saved.run_due(cast.database, follower, cast.now) == 1
    # A worker that begins anew, and one that goes on, tell it no second time; a place that opens again is no news.
    workshop.firm.does("PATCH", f"/placements/{new}", {"status": "paused"})
    workshop.firm.does("PATCH", f"/placements/{new}", {"status": "open"})
    assert [saved.run_due(cast.database, each, cast.now) for each in (follower, saved.Follower())] == [0, 0]
    told = cast.sql("SELECT text, path FROM notice WHERE person_id = :id", id=tom.id)
    assert [path for _, path in told] == [f"/placements/{new}"]
    assert "bartack" in told[0][0]
    assert [each["id"] for each in program.does("GET", "/placements/searches")["searches"]] == [kept["id"]]
    other = Program(cast, cast.person("Uwe"))
    assert other.call("DELETE", f"/placements/searches/{kept['id']}").status_code == 404
    program.does("DELETE", f"/placements/searches/{kept['id']}")
    workshop.place()
    assert saved.run_due(cast.database, follower, cast.now) == 0


def test_a_follower_that_has_seen_it_all_asks_for_no_offers(
    workshop: Workshop, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(cast, cast.person("Tom"))
    program.does("POST", "/placements/searches", {"query": ""}, 201)
    follower = saved.Follower()
    saved.run_due(cast.database, follower, cast.now)
    monkeypatch.setattr(saved, "list_offers", lambda *_: pytest.fail("nothing has changed"))
    assert saved.run_due(cast.database, follower, cast.now) == 0
    with pytest.raises(pytest.fail.Exception):
        saved.run_due(cast.database, follower, cast.now + timedelta(days=1))  # a start may have come into its window


def test_the_feed_of_a_search(workshop: Workshop) -> None:
    place = workshop.place()["id"]
    answer = workshop.firm.client.get("/placements/feed.atom?skill=sew")
    assert answer.content_type.startswith("application/atom+xml")
    atom = "{http://www.w3.org/2005/Atom}"
    root = ElementTree.fromstring(answer.data)
    (entry,) = root.findall(f"{atom}entry")
    link = entry.find(f"{atom}link")
    assert link is not None
    assert link.get("href", "").endswith(f"/placements/{place}")
    assert (datetime.now(UTC) - datetime.fromisoformat(entry.findtext(f"{atom}updated") or "")).total_seconds() < 3600
    again = workshop.firm.client.get(
        "/placements/feed.atom?skill=sew", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    assert (
        ElementTree.fromstring(workshop.firm.client.get("/placements/feed.atom?skill=weave").data).find(f"{atom}entry")
        is None
    )
