"""Designers find who trains apprentices: what is offered, taken, paused and closed counts at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from cast import Cast
from place_kit import Workshop

from marketplace.checks import check_all
from marketplace.db import Database
from marketplace.placements import store
from marketplace.placements.model import Placement, PlacementStatus
from marketplace.placements.rules import taught_until
from marketplace.suppliers.model import SiteId

START = date(2027, 9, 1)
YEAR = date(2028, 8, 30)  # the last of twelve months of 365 days
OPEN, PAUSED, FILLED, CLOSED = PlacementStatus


@pytest.mark.parametrize(
    ("status", "taken", "closes_on", "until"),
    [
        (OPEN, 0, None, YEAR),
        (OPEN, 0, date(2027, 8, 1), date(2027, 8, 1)),
        (OPEN, 0, date(2029, 1, 1), YEAR),
        (OPEN, 1, date(2027, 8, 1), YEAR),
        (PAUSED, 0, None, None),
        (PAUSED, 1, None, YEAR),
        (FILLED, 2, date(2027, 8, 1), YEAR),
        (CLOSED, 0, None, None),
        (CLOSED, 1, None, YEAR),
    ],
)
def test_until_when_a_placement_teaches(
    status: PlacementStatus, taken: int, closes_on: date | None, until: date | None
) -> None:
    placement = Placement("p", SiteId(1), "sew", (), 2, taken, START, 12, None, status, closes_on=closes_on)
    assert taught_until(placement) == until


def found(workshop: Workshop, **asked: str) -> dict[str, Any]:
    answer: dict[str, Any] = workshop.firm.client.get("/api/v1/search", query_string=asked).get_json()
    return answer


def teachers(workshop: Workshop) -> list[str]:
    return [hit["id"] for hit in found(workshop, teaching="true")["hits"]]


def test_designers_find_who_teaches(workshop: Workshop) -> None:
    firm = workshop.supplier.public_id
    assert [hit["id"] for hit in found(workshop)["hits"]] == [firm]
    nobody = found(workshop, teaching="true")
    assert nobody["hits"] == []
    assert [(each["field"], each["adds"]) for each in nobody["relaxations"]] == [("teaching", 1)]
    place = workshop.place(seats=1)["id"]
    assert teachers(workshop) == [firm]
    (hit,) = found(workshop, teaching="true")["hits"]
    assert "Trains apprentices" in hit["why"]
    assert hit["teaches_until"] > workshop.today.isoformat()
    for status, expected in (("paused", []), ("open", [firm]), ("filled", [firm]), ("closed", [firm])):
        workshop.firm.does("PATCH", f"/placements/{place}", {"status": status})
        assert teachers(workshop) == expected, status
    page = workshop.firm.client.get("/search?teaching=1").text
    assert workshop.supplier.profile.name in page
    assert "trains apprentices" in page


def test_an_offer_counts_until_its_last_day(workshop: Workshop, database: Database) -> None:
    workshop.place(closes_on=workshop.today.isoformat())
    assert len(teachers(workshop)) == 1
    (hit,) = found(workshop)["hits"]
    assert hit["teaches_until"] == workshop.today.isoformat()


def test_the_last_place_taken_counts_in_the_same_transaction(workshop: Workshop, database: Database) -> None:
    last = workshop.today + timedelta(days=3)
    place = workshop.place(seats=1, closes_on=last.isoformat())["id"]
    with database.writing() as session:
        assert store.take_seat(session, store.id_of(session, place))
    (hit,) = found(workshop, teaching="true")["hits"]
    assert hit["teaches_until"] > last.isoformat()
    with database.writing() as session:
        assert store.close(session, place)
    assert len(teachers(workshop)) == 1  # who learns there stays


def test_a_site_that_says_something_else_is_found(workshop: Workshop, cast: Cast) -> None:
    workshop.place()
    assert dict(check_all(cast.database))["sites teach for as long as their placements do"] == []
    cast.sql("UPDATE site SET teaches_until = '2020-01-01'")
    (wrong,) = dict(check_all(cast.database))["sites teach for as long as their placements do"]
    assert "teaches until 2020-01-01" in wrong
