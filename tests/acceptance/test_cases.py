"""Acceptance cases, exact, through the public interface: CSV in, JSON out.

World: studio S at 43.88, 11.10; suppliers lie k km north of it on its meridian. Day 0 is 1 March 2027.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cast import Cast
from place_kit import Program

from marketplace.accounts.model import Person, Role

Load = Callable[[str, str], None]
Ask = Callable[..., dict[str, Any]]

STUDIO = {"lat": "43.8800000", "lon": "11.1000000"}


def names(answer: dict[str, Any]) -> list[str]:
    return [hit["external_id"] for hit in answer["hits"]]


@pytest.fixture
def sewing_rooms(load: Load) -> None:
    """Case 1: five sewing rooms; all but E have the skill buttonhole."""
    load(
        "suppliers",
        """external_id,name,kind,locality,country,lat,lon,skills
        A,Room A,sewing_room,Nord,IT,44.0959983,11.1,buttonhole
        B,Room B,sewing_room,Nord,IT,44.1049980,11.1,buttonhole
        C,Room C,sewing_room,Nord,IT,44.1139977,11.1,buttonhole
        D,Room D,sewing_room,Nord,IT,43.9700003,11.1,buttonhole
        E,Room E,sewing_room,Sud,IT,43.6999952,11.1,overlock""",
    )
    load(
        "services",
        """supplier_external_id,process,min_quantity,unit,basis
        A,sew,20,piece,order
        B,sew,50,piece,order
        C,sew,10,piece,order
        D,sew,60,piece,order
        E,sew,30,piece,order""",
    )


def test_case_1_radius_border_skill_and_minimum_run(sewing_rooms: None, ask: Ask) -> None:
    answer = ask("search", **STUDIO, radius_km=25, process="sew", skill="buttonhole", quantity=50)
    assert [(hit["external_id"], hit["distance_km"]) for hit in answer["hits"]] == [("A", 24.0), ("B", 25.0)]
    assert answer["total"] == 2
    assert {hit["services"][0]["verdict"] for hit in answer["hits"]} == {"yes"}

    # Near-misses in the order of the change they need.
    assert [(miss["supplier"]["external_id"], miss["text"]) for miss in answer["near_misses"]] == [
        ("C", "radius +1 km"),
        ("D", "Minimum 60 pieces per order: 10 pieces short"),
        ("E", "no buttonhole"),
    ]
    changes = [(r["field"], r["from"], r["to"], r["adds"]) for r in answer["relaxations"]]
    assert changes == [
        ("radius_km", 25.0, 26.0, 1),
        ("quantity", 50, 60, 1),
        ("skill", ["buttonhole"], [], 1),
    ]


@pytest.mark.parametrize(("radius", "found"), [("24.999", ["A"]), ("25", ["A", "B"]), ("26", ["A", "B", "C"])])
def test_case_1_the_edge_belongs_to_the_circle(sewing_rooms: None, ask: Ask, radius: str, found: list[str]) -> None:
    answer = ask("search", **STUDIO, radius_km=radius, process="sew", skill="buttonhole", quantity=50)
    assert names(answer) == found


def test_case_3_minimum_in_kg_demand_in_metres(load: Load, ask: Ask) -> None:
    load(
        "suppliers",
        """external_id,name,kind,locality,country,lat,lon
        D1,Dye house,dye_house,Nord,IT,43.9880002,11.1""",
    )
    load(
        "services",
        """supplier_external_id,process,min_quantity,unit,basis,load_min,load_max
        D1,dye_fabric,30,kg,colour,30,60""",
    )
    cloth = {"process": "dye_fabric", "unit": "metre", "width_cm": 150, "gsm": 180}

    taken = ask("search", **STUDIO, radius_km=25, quantity=120, **cloth)
    assert names(taken) == ["D1"]
    service = taken["hits"][0]["services"][0]
    assert service["verdict"] == "yes"
    assert "32.4 kg fills one load (one load takes 30 kg to 60 kg)" in service["reasons"]

    refused = ask("search", **STUDIO, radius_km=25, quantity=100, **cloth)
    assert refused["total"] == 0
    (miss,) = refused["near_misses"]
    assert (miss["field"], miss["from"], miss["to"]) == ("quantity", 100, 112)
    assert "3.0 kg short = 12 m more of this cloth" in miss["text"]


@pytest.mark.parametrize(
    ("arrives", "ready"), [("2027-03-01", "2027-03-18"), ("2027-03-03", "2027-03-20"), ("2027-03-05", "2027-03-24")]
)
def test_case_6_capacity_window(load: Load, ask: Ask, arrives: str, ready: str) -> None:
    sewing_room(load)
    assert finish(ask, arrives) == ready


def test_case_6_holiday_with_the_whole_week_published(load: Load, ask: Ask) -> None:
    sewing_room(load, closed="2027-03-08")
    load("capacity", "supplier_external_id,process,week_start,open_quantity,unit\nR,sew,2027-03-08,20,piece")
    assert finish(ask, "2027-03-03") == "2027-03-20"


def test_case_6_closed_week(load: Load, ask: Ask) -> None:
    sewing_room(load)
    load("capacity", "supplier_external_id,process,week_start,open_quantity,unit\nR,sew,2027-03-08,0,piece")
    assert finish(ask, "2027-03-03") == "2027-03-27"


def test_case_6_a_date_before_the_run_is_ready_leaves_the_room_out(load: Load, ask: Ask) -> None:
    sewing_room(load)
    run = {**STUDIO, "radius_km": 25, "process": "sew", "quantity": 50, "from": "2027-03-03"}
    assert names(ask("search", **run, by="2027-03-20")) == ["R"]
    late = ask("search", **run, by="2027-03-19")
    assert names(late) == []
    (later,) = [r for r in late["relaxations"] if r["field"] == "by"]
    assert (later["to"], later["adds"]) == ("2027-03-20", 1)


@pytest.mark.parametrize("by_table", [True, False])
def test_case_15_places_for_apprentices(load: Load, ask: Ask, cast: Cast, by_table: bool) -> None:
    """By an imported table, and offered by programs of the firms; one that is unpaid comes in a table only."""
    load("suppliers", "external_id,name,kind,locality,country,lat,lon\n" + "\n".join(ROOMS))
    places = PLACES if by_table else PLACES[3:]
    head = "supplier_external_id,process,skill,seats,seats_taken,starts_on,months,wage_minor,currency,wage_per,status"
    load("placements", "\n".join([head, *places]))
    if not by_table:
        for room, more in OFFERED.items():
            body = {"months": 12, "hours_week": 40, "wage": {"minor": 1250, "currency": "EUR", "per": "hour"}, **more}
            firm = Program(cast, keeper(cast, room))
            firm.does("POST", "/placements", body, 201)
            refused = firm.call("POST", "/placements", body | {"wage": None})
            assert refused.status_code == 422
    asked = {**STUDIO, "skill": ["sewing", "pattern"], "start_from": "2027-04-01", "start_to": "2027-05-31"}
    answer = ask("placements", **asked, radius_km=40, paid="true")
    assert [hit["supplier"]["external_id"] for hit in answer["hits"]] == ["A"]
    assert (answer["hits"][0]["seats_open"], answer["hits"][0]["distance_km"]) == (2, 12.0)
    near = [(miss["placement"]["supplier"]["external_id"], miss["text"]) for miss in answer["near_misses"]]
    assert near == [("C", "radius +2 km")]
    (change,) = answer["relaxations"]
    assert (change["field"], change["from"], change["to"], change["adds"]) == ("radius_km", 40, 42, 1)
    wider = ask("placements", **asked, radius_km=42, paid="true")
    assert [hit["supplier"]["external_id"] for hit in wider["hits"]] == ["A", "C"]
    # In miles: 24.85 are a little short of 40 km, and 26.1 reach C.
    assert ask("placements", **asked, radius_mi="26.1", paid="true")["total"] == 2
    earlier = ask("placements", **asked | {"start_to": "2027-04-04"}, radius_km=42, paid="true")
    assert earlier["total"] == 0
    assert [(m["field"], m["to"], m["adds"]) for m in earlier["relaxations"]] == [("start_to", "2027-04-05", 1)]


def test_case_15_effect_on_capacity(load: Load, ask: Ask, cast: Cast) -> None:
    """4,320 standard minutes are 72 jackets; with teacher and learner 4,896 and 81. Offered, and done after a yes."""
    team = {"operators": 3, "hours": 40, "efficiency": 60}
    answer = ask("placements/effect", **team, minutes_per_piece=60)
    assert answer["before"] == {"standard_minutes": 4320, "pieces": 72}
    assert answer["after"] == {"standard_minutes": 4896, "pieces": 81}
    load("suppliers", "external_id,name,kind,locality,country,lat,lon\n" + "\n".join(ROOMS))
    load(
        "services",
        """supplier_external_id,process,min_quantity,unit,basis,lead_days,weekly_capacity
        C,sew,10,piece,order,2,72""",
    )
    firm = Program(cast, keeper(cast, "C"))
    body = {"months": 3, "wage": {"minor": 1250, "currency": "EUR", "per": "hour"}, **OFFERED["C"]}
    place = firm.does("POST", "/placements", body, 201)["id"]
    proposed = firm.does("GET", f"/placements/{place}/effect?" + "&".join(f"{k}={v}" for k, v in team.items()))
    assert proposed["weeks"][0] == {"week_start": "2027-05-03", "offered": 72, "proposed": 81}
    supplier = firm.client.get(f"/api/v1/placements/{place}").get_json()["supplier"]["id"]

    def week() -> int:
        found: int = ask(f"suppliers/{supplier}/capacity", **{"from": "2027-05-03"}, weeks=1)["services"][0]["weeks"][
            0
        ]["open"]
        return found

    assert week() == 72
    firm.does("POST", f"/placements/{place}/effect", {**team, "yes": True})
    assert week() == 81


ROOMS = (
    "A,Room A,pattern_maker,Nord,IT,43.9880002,11.1",
    "B,Room B,sewing_room,Nord,IT,44.1949947,11.1",
    "C,Room C,sewing_room,Nord,IT,44.2579916,11.1",
    "D,Room D,sewing_room,Nord,IT,44.0419995,11.1",
)
PLACES = (
    "A,pattern,,2,0,2027-04-05,12,1250,EUR,hour,open",
    "B,sew,tailored_collar_and_lapel,1,1,2027-04-12,12,1250,EUR,hour,open",
    "C,sew,,1,0,2027-05-03,12,1250,EUR,hour,open",
    "D,sew,,1,0,2027-04-12,12,,,,open",
)
OFFERED: dict[str, dict[str, Any]] = {
    "A": {"skills": ["pattern cutting"], "seats": 2, "starts_on": "2027-04-05"},
    "B": {"skills": ["hand tailoring"], "seats": 1, "seats_taken": 1, "starts_on": "2027-04-12"},
    "C": {"process": "sewing", "seats": 1, "starts_on": "2027-05-03"},
}


def keeper(cast: Cast, room: str) -> Person:
    """Somebody who keeps an imported room."""
    person = cast.person(f"Keeper of {room}")
    ((organisation_id,),) = cast.sql("SELECT organisation_id FROM supplier WHERE external_id = :room", room=room)
    cast.joins(person, organisation_id, Role.OWNER)
    return person


def sewing_room(load: Load, closed: str = "") -> None:
    """Case 6: 20 jackets open a week, lead 2 days."""
    load(
        "suppliers",
        f"""external_id,name,kind,locality,country,lat,lon,closed
        R,Sewing room,sewing_room,Nord,IT,43.9700003,11.1,{closed}""",
    )
    load(
        "services",
        """supplier_external_id,process,min_quantity,unit,basis,lead_days,weekly_capacity
        R,sew,20,piece,order,2,20""",
    )


def finish(ask: Ask, arrives: str) -> str:
    """The day 50 jackets that arrive on a day are ready."""
    answer = ask("search", **STUDIO, radius_km=25, process="sew", quantity=50, **{"from": arrives})
    (hit,) = answer["hits"]
    ready: str = hit["services"][0]["finish"]
    return ready
