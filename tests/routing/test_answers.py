"""What routes answer through the API: the same figures, whoever asks, with the reasons, from the database of now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from district import REQUEST, Ask, Load
from flask import Flask

from marketplace.cli.main import main
from marketplace.db import Database
from marketplace.errors import TooMany
from marketplace.routes import candidates, planning
from marketplace.routes.limits import Pace
from marketplace.routes.port import PoolFit, PoolWish, connect_pools
from marketplace.settings import Settings

# Of the SQL, kept routes and the acceptance cases are asked on both engines.
pytestmark = [pytest.mark.usefixtures("district"), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def through(route: dict[str, Any]) -> list[str]:
    return [step["supplier"]["external_id"] for step in route["steps"]]


def test_a_route_says_who_when_how_far_and_why(ask: Ask) -> None:
    answer = ask(k=1).get_json()
    (route,) = answer["routes"]
    assert through(route) == ["W1", "D2", "C1", "S1"]
    weave, dye, cut, sew = route["steps"]
    assert [step["quantity"] for step in route["steps"]] == [106, 106, 50, 50]
    assert [step["leg_km"] for step in route["steps"]] == [0, 5, 10, 1]
    assert (sew["starts"], sew["ready"]) <= (route["ready"], route["delivered"])
    assert weave["arrives"] == "2027-03-01"
    assert dye["arrives"] > weave["ready"]
    assert sum(week["quantity"] for week in weave["weeks"]) == 106
    # The dyer counts kilograms: 31.8 of them, at 3.00.
    assert (dye["weeks_unit"], dye["money_minor"]) == ("kg", 9540)
    assert route["money_minor"] == sum(step["money_minor"] for step in route["steps"])
    assert cut["supplier"]["url"].startswith("/suppliers/")
    assert any("decides the date" in text for text in route["why"])
    assert any("Next best: Tintoria Uno" in text for text in dye["why"])
    assert answer["currency"] == "EUR"
    assert "estimate" in answer["estimate"]


def test_a_skill_and_a_material_rule_out(ask: Ask) -> None:
    steps = [*REQUEST["steps"][:1], {"process": "dye_fabric", "skills": ["indigo"]}, *REQUEST["steps"][2:]]
    assert through(ask(steps=steps, k=1).get_json()["routes"][0])[1] == "D1"
    # Tintoria Due lists cotton only; who lists no material has not said no.
    wool = {**REQUEST["cloth"], "materials": ["wool"]}
    routes = ask(cloth=wool, k=9, differ=1).get_json()["routes"]
    assert {through(route)[1] for route in routes} == {"D1"}
    assert any("Lists no materials: ask about wool" in text for text in routes[0]["steps"][0]["why"])
    # The construction of a cloth is another list than its fibre.
    twill = {**REQUEST["cloth"], "materials": ["woven_twill"]}
    assert {through(route)[1] for route in ask(cloth=twill, k=9, differ=1).get_json()["routes"]} == {"D1", "D2"}


def test_one_step_swapped(ask: Ask) -> None:
    """As the page does it: the same request with a supplier settled, or left out."""
    best = ask(k=1).get_json()["routes"][0]
    sewer = best["steps"][3]["supplier"]["id"]
    without = [*REQUEST["steps"][:3], {"process": "sew", "without": [sewer]}]
    assert through(ask(steps=without, k=1).get_json()["routes"][0]) == ["W1", "D2", "C1", "S2"]
    only = [*REQUEST["steps"][:3], {"process": "sew", "supplier": sewer}]
    assert {through(route)[3] for route in ask(steps=only, k=9, differ=1).get_json()["routes"]} == {"S1"}


def test_the_pattern_decides_when_it_takes_longer_than_the_cloth(ask: Ask) -> None:
    """Weaving and dyeing are done in three weeks; a pattern with 40 days of lead time is not."""
    steps = [*REQUEST["steps"][2:], {"process": "pattern", "before": "cut"}]
    route = ask(steps=steps, k=1).get_json()["routes"][0]
    pattern = next(step for step in route["steps"] if step["process"] == "pattern")
    cut = next(step for step in route["steps"] if step["process"] == "cut")
    assert pattern["legs"] == []
    assert cut["arrives"] == pattern["ready"]  # a file is there at once
    assert any("Pattern making at Modelli Uno decides the date" in text for text in route["why"])


def test_the_studio_sends_its_cloth(ask: Ask) -> None:
    steps = REQUEST["steps"][2:]
    bought, sent = (ask(steps=steps, k=1, sends_cloth=sends).get_json()["routes"][0] for sends in (False, True))
    assert sent["km"] == bought["km"] + 5  # the cutter is 5 km away
    assert sent["steps"][0]["legs"][0]["from"] is None
    assert sent["steps"][0]["arrives"] == "2027-03-02"


def test_prices_in_other_currencies_are_never_added_up(ask: Ask, load: Load) -> None:
    load("suppliers", "external_id,name,kind,locality,country,lat,lon\nS3,Room,sewing_room,Nord,IT,43.8900000,11.1")
    load(
        "services",
        "supplier_external_id,process,unit,weekly_capacity,price_minor,currency,price_per\nS3,sew,piece,100,1,USD,piece",
    )
    answer = ask(k=9, differ=1).get_json()
    assert "S3" not in {through(route)[3] for route in answer["routes"]}
    assert answer["unpriced_suppliers"] == 1
    # By another criterion money need not be known: they are shown, and their price is not added to euros.
    nearest = ask(rank_by="km", k=1).get_json()["routes"][0]
    assert through(nearest)[3] == "S3"
    assert (nearest["money_minor"], nearest["currency"]) == (None, None)


def test_without_any_price_money_is_not_compared(ask: Ask, load: Load) -> None:
    load("suppliers", "external_id,name,kind,locality,country,lat,lon\nK1,Press,presser,Nord,IT,43.8900000,11.1")
    load("services", "supplier_external_id,process,unit,weekly_capacity\nK1,press,piece,100")
    answer = ask(steps=[*REQUEST["steps"][2:], {"process": "press"}]).get_json()
    assert answer["money_counted"] is False
    assert through(answer["routes"][0])[-1] == "K1"
    assert answer["routes"][0]["money_minor"] is None


def test_nobody_does_it(ask: Ask) -> None:
    answer = ask(steps=[{"process": "embroider"}]).get_json()
    assert answer["routes"] == answer["near_misses"] == []
    assert [blocked["process"] for blocked in answer["blocked"]] == ["embroider"]
    assert answer["blocked"][0]["text"]


def test_loads_that_do_not_fit_are_answered_with_the_nearest_amounts(ask: Ask, load: Load) -> None:
    """70 kg between one load of 50 to 60 kg and two of 100 to 120."""
    load("suppliers", "external_id,name,kind,locality,country,lat,lon\nL1,Vats,dye_house,Nord,IT,43.8900000,11.1")
    load(
        "services",
        "supplier_external_id,process,unit,load_min,load_max,weekly_capacity,price_minor,currency,price_per\n"
        "L1,dye_garment,kg,50,60,500,100,EUR,kg",
    )
    answer = ask(pieces=140, piece_g=500, cloth=None, steps=[{"process": "dye_garment"}]).get_json()
    assert answer["routes"] == []
    (miss,) = [miss for miss in answer["near_misses"] if miss["field"] == "load"]
    assert [amount["quantity"] for amount in miss["nearest"]] == [120, 200]
    assert miss["text"] == "falls between machine loads (50 kg to 60 kg each): 120 pieces or 200 pieces would fit"


def test_a_step_that_no_single_supplier_takes_is_split(ask: Ask, load: Load) -> None:
    load(
        "suppliers",
        "external_id,name,kind,locality,country,lat,lon\n"
        "V1,Vats One,dye_house,Nord,IT,43.8900000,11.1\nV2,Vats Two,dye_house,Nord,IT,43.8980002,11.1",
    )
    load(
        "services",
        "supplier_external_id,process,min_quantity,unit,basis,max_quantity,weekly_capacity,price_minor,currency,price_per"
        "\nV1,dye_garment,5,kg,colour,15,100,100,EUR,kg\nV2,dye_garment,5,kg,colour,15,100,100,EUR,kg",
    )
    answer = ask(pieces=50, piece_g=480, cloth=None, steps=[{"process": "dye_garment"}]).get_json()
    assert answer["is_split"] is True
    route = answer["routes"][0]
    assert route["split"] == "dye_garment"
    assert sorted(through(route)) == ["V1", "V2"]
    assert sum(step["quantity"] for step in route["steps"]) == 50
    assert any("shades of two lots never match" in text for text in route["why"])


def test_weeks_not_published_are_not_never(ask: Ask, load: Load) -> None:
    load("suppliers", "external_id,name,kind,locality,country,lat,lon\nE1,Ricami,embroiderer,Nord,IT,43.8900000,11.1")
    load(
        "services", "supplier_external_id,process,unit,price_minor,currency,price_per\nE1,embroider,piece,100,EUR,piece"
    )
    nothing = ask(steps=[{"process": "embroider"}]).get_json()
    assert nothing["blocked"][0]["text"] == "No open weeks published yet: that is not never, ask"
    load("capacity", "supplier_external_id,process,week_start,open_quantity,unit\nE1,embroider,2027-03-01,10,piece")
    few = ask(steps=[{"process": "embroider"}]).get_json()
    assert [each["text"] for each in few["blocked"]] == [
        "No open capacity published after Sun 7 Mar 2027: that is not never, ask"
    ]


def test_what_changes_while_it_is_worked_out_is_seen(
    ask: Ask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index and the first look at the weeks are a moment old: what is shown was read after that."""
    gathered = candidates.gather

    def then_the_room_closes(*given: Any) -> Any:
        found = gathered(*given)
        with database.writing() as session:
            session.connection().exec_driver_sql("UPDATE supplier SET status = 'paused' WHERE external_id = 'S1'")
        return found

    monkeypatch.setattr(planning, "gather", then_the_room_closes)
    routes = ask(k=9, differ=1).get_json()["routes"]
    assert {through(route)[3] for route in routes} == {"S2"}


def test_the_terminal_answers_the_same(ask: Ask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELVEDGE_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SELVEDGE_DATA_DIR", str(settings.data_dir))
    run = CliRunner()
    told = run.invoke(main, ["route", "-", "--json"], input=orjson.dumps(REQUEST).decode())
    assert told.exit_code == 0, told.output
    assert orjson.loads(told.output.splitlines()[-1]) == ask().get_json()
    plain = run.invoke(main, ["route", "-"], input=orjson.dumps(REQUEST).decode())
    assert plain.exit_code == 0
    assert "Tessitura Uno" in plain.output
    assert "decides the date" in plain.output
    refused = run.invoke(main, ["route", "-"], input='{"pieces": 0}')
    assert refused.exit_code == 2
    assert "pieces: must be a whole number" in refused.output
    assert run.invoke(main, ["route", "-"], input="{").exit_code == 1


def test_open_pools_stand_in_the_answer(app: Flask, ask: Ask) -> None:
    """What connects through the port is asked once, with each step's amount, and its words are shown."""
    seen: list[PoolWish] = []

    def find(database: Database, wishes: Any, today: Any) -> list[PoolFit]:
        seen.extend(wishes)
        return [PoolFit("p1", "/pools/p1", "dye_fabric", "62 of 100 m, closes Friday", more={"missing": 38})]

    connect_pools(app, find)
    pools = ask().get_json()["pools"]
    assert pools == [
        {"id": "p1", "url": "/pools/p1", "process": "dye_fabric", "supplier_id": None, "missing": 38,
         "text": "62 of 100 m, closes Friday"}
    ]  # fmt: skip
    assert [wish.process for wish in seen] == ["weave", "dye_fabric", "cut", "sew"]
    page = app.test_client().get("/routes?lat=43.88&lon=11.1&pieces=50&metres=2&step-0=dye_fabric&step-1=cut").text
    assert "62 of 100 m, closes Friday" in page


def test_one_address_asks_so_often_in_a_minute() -> None:
    pace, now = Pace(), datetime(2027, 3, 1, 9, 0, 30, tzinfo=UTC)
    for _ in range(3):
        pace.take("192.0.2.1", 3, now)
    with pytest.raises(TooMany) as caught:
        pace.take("192.0.2.1", 3, now.replace(second=40))
    assert caught.value.retry_after_s == 51
    pace.take("192.0.2.2", 3, now)  # another address is not meant
    pace.take("192.0.2.1", 3, now.replace(minute=1, second=31))
    pace.take("192.0.2.1", 3, now.replace(hour=8))  # a clock that was set back
