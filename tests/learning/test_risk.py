"""Skills at risk: counted by hand on a small region, and said by firms without a name."""

from __future__ import annotations

from typing import Any

import pytest
from cast import Cast
from place_kit import Workshop

from marketplace.learning.model import Standing
from marketplace.learning.rules import standing


@pytest.mark.parametrize(
    ("holds", "teaches", "retiring", "stands"),
    [
        (2, 0, 0, Standing.AT_RISK),
        (3, 0, 0, Standing.HELD),
        (9, 0, 1, Standing.AT_RISK),
        (2, 1, 0, Standing.RARE),
        (9, 1, 1, Standing.RARE),
        (3, 1, 0, Standing.TAUGHT),
    ],
)
def test_how_a_skill_stands(holds: int, teaches: int, retiring: int, stands: Standing) -> None:
    assert standing(holds, teaches, retiring) is stands


def skills(workshop: Workshop, **asked: str) -> dict[str, dict[str, Any]]:
    answer = workshop.firm.client.get("/api/v1/skills-at-risk", query_string=asked).get_json()
    return {each["id"]: each for each in answer["skills"]}


def test_firms_are_counted_by_region(workshop: Workshop, cast: Cast) -> None:
    rooms = [cast.supplier(None, f"Room {number}") for number in range(3)]
    cast.supplier(None, "Paris room", country="FR")
    for room in (workshop.supplier, *rooms):
        cast.sql("INSERT INTO supplier_tag VALUES (:id, 'skill', 'buttonhole')", id=room.id)
    cast.sql("INSERT INTO supplier_tag VALUES (:id, 'skill', 'bartack')", id=workshop.supplier.id)
    cast.sql("UPDATE site SET region = 'Toscana' WHERE supplier_id <> :id", id=rooms[0].id)
    place = workshop.place(seats=3)["id"]
    found = skills(workshop, country="IT")
    assert {name: found["buttonhole"][name] for name in ("firms_hold", "firms_teach", "places_open", "standing")} == {
        "firms_hold": 4,
        "firms_teach": 1,
        "places_open": 3,
        "standing": "taught",
    }
    assert (found["bartack"]["firms_hold"], found["bartack"]["standing"]) == (1, "at_risk")
    assert (found["sew"]["kind"], found["sew"]["firms_hold"], found["sew"]["places_open"]) == ("trade", 4, 3)
    assert skills(workshop, country="IT", region="Toscana")["buttonhole"]["firms_hold"] == 3
    assert skills(workshop, country="FR")["sew"]["firms_hold"] == 1
    # The most pressing stands first, on the page too.
    assert next(iter(found)) == "bartack"
    page = workshop.firm.client.get("/skills-at-risk?country=IT/Toscana")
    assert (page.status_code, "Toscana, Italy" in page.text) == (200, True)
    workshop.firm.does("PATCH", f"/placements/{place}", {"status": "closed"})
    assert skills(workshop, country="IT")["buttonhole"]["standing"] == "held"
    cast.sql("UPDATE supplier SET status = 'paused' WHERE id = :id", id=workshop.supplier.id)
    assert "bartack" not in skills(workshop, country="IT")
    for bad in ({"country": "Atlantis"}, {"region": "Toscana"}, {"colour": "red"}):
        assert workshop.firm.client.get("/api/v1/skills-at-risk", query_string=bad).status_code == 422


def test_a_firm_says_that_a_skill_may_be_lost(workshop: Workshop, cast: Cast) -> None:
    for skill in ("buttonhole", "bartack"):
        cast.sql("INSERT INTO supplier_tag VALUES (:id, 'skill', :skill)", id=workshop.supplier.id, skill=skill)
    for number in range(3):
        room = cast.supplier(None, f"Room {number}")
        cast.sql("INSERT INTO supplier_tag VALUES (:id, 'skill', 'buttonhole')", id=room.id)
    owner = cast.client(workshop.owner)
    assert skills(workshop, country="IT")["buttonhole"]["standing"] == "held"
    assert owner.post("/listing/retiring-skills", data={"skills": ["buttonhole"]}).status_code == 303
    found = skills(workshop, country="IT")["buttonhole"]
    assert (found["firms_say_holders_retire"], found["standing"]) == (1, "at_risk")
    assert owner.post("/listing/retiring-skills", data={"skills": ["plain"]}).status_code == 422
    assert owner.post("/listing/retiring-skills", data={}).status_code == 303
    assert skills(workshop, country="IT")["buttonhole"]["firms_say_holders_retire"] == 0
