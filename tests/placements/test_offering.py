"""Offering a place by the API: every field, the least wage of a region, states, and what a learner makes of weeks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cast import Cast
from flask import Flask
from place_kit import Program, Workshop
from werkzeug.test import TestResponse

from marketplace.accounts.model import Scope
from marketplace.placements import store
from marketplace.settings import Settings
from marketplace.web.context import System

FULL: dict[str, Any] = {
    "skills": ["buttonhole", "bartack"],
    "seats": 3,
    "months": 18,
    "hours_week": 36,
    "level": "some",
    "mentor": "Nonna Pia, forty years at the machine",
    "languages": ["it", "en"],
    "access": "Two steps; a ramp lies ready.",
    "note": "Bring an apron.",
}


def test_every_field_comes_back_and_stays_when_another_changes(workshop: Workshop) -> None:
    closes = (workshop.today + timedelta(days=30)).isoformat()
    made = workshop.place(**FULL, closes_on=closes)
    assert {name: made[name] for name in FULL} | {"languages": ["it", "en"]} == FULL | {"languages": ["it", "en"]}
    assert (made["closes_on"], made["status"], made["seats_open"]) == (closes, "open", 3)
    changed = workshop.firm.does("PATCH", f"/placements/{made['id']}", {"months": 24})
    assert changed == made | {"months": 24}
    assert workshop.firm.client.get(f"/api/v1/placements/{made['id']}").get_json()["mentor"] == FULL["mentor"]


def test_one_key_offers_one_place(workshop: Workshop, cast: Cast) -> None:
    first = workshop.firm.call("POST", "/placements", workshop.body(), key="k")
    assert workshop.firm.call("POST", "/placements", workshop.body(), key="k").data == first.data
    assert cast.sql("SELECT count(*) FROM placement") == [(1,)]


def test_a_trade_may_stand_among_the_skills_and_aliases_are_understood(workshop: Workshop) -> None:
    body = workshop.body(skills=["pattern cutting"]) | {"process": None}
    assert workshop.firm.does("POST", "/placements", body)["process"] == "pattern"
    body = workshop.body(skills=["hand tailoring"]) | {"process": None}
    found = workshop.firm.does("POST", "/placements", body)
    assert (found["process"], found["skills"]) == ("sew", ["tailored_collar_and_lapel"])


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"wage": None}, "wage"),
    ({"wage": {"minor": 0, "currency": "EUR", "per": "hour"}}, "wage"),
    ({"wage": {"minor": 1250, "currency": ["EUR"], "per": "hour"}}, "wage"),
    ({"wage": 12}, "wage"),
    ({"wage": {"minor": 150000, "currency": "EUR", "per": "month"}, "hours_week": None}, "hours_week"),
    ({"seats": 0}, "seats"),
    ({"seats": True}, "seats"),
    ({"seats": 1, "seats_taken": 2}, "seats_taken"),
    ({"starts_on": "2020-01-06"}, "starts_on"),
    ({"closes_on": "2020-01-06"}, "closes_on"),
    ({"months": 61}, "months"),
    ({"hours_week": 90}, "hours_week"),
    ({"skills": ["juggling"]}, "skills"),
    ({"languages": "it"}, "languages"),
    ({"level": "wizard"}, "level"),
    ({"site": "0" * 32}, "site"),
    ({"status": "filled"}, "status"),
    ({"access": "x" * 501}, "access"),
)


def problems(answer: TestResponse) -> dict[str, str]:
    """Field -> sentence of a refusal."""
    assert answer.status_code == 422, answer.text
    return {each["pointer"]: each["detail"] for each in answer.get_json()["errors"]}


def test_a_wrong_field_is_named(workshop: Workshop, cast: Cast) -> None:
    for change, field in WRONG:
        assert field in problems(workshop.firm.call("POST", "/placements", workshop.body() | change)), change
    assert cast.sql("SELECT count(*) FROM placement") == [(0,)]


def test_only_a_firm_of_its_own_with_the_scope(workshop: Workshop, cast: Cast) -> None:
    place = workshop.place()["id"]
    stranger = Program(cast, cast.person("Somebody"))
    assert stranger.call("POST", "/placements", workshop.body()).status_code == 404
    assert stranger.call("PATCH", f"/placements/{place}", {"seats": 9}).status_code == 404
    no_scope = Program(cast, workshop.owner, Scope.READ)
    assert no_scope.call("POST", "/placements", workshop.body()).status_code == 403


def move(workshop: Workshop, place: str, to: str) -> tuple[int, bool]:
    """(status, whether it is found)."""
    answer = workshop.firm.call("PATCH", f"/placements/{place}", {"status": to})
    hits = workshop.firm.client.get("/api/v1/placements").get_json()["hits"]
    return answer.status_code, place in [hit["id"] for hit in hits]


def test_a_place_is_paused_opened_filled_and_closed_for_good(workshop: Workshop) -> None:
    place = workshop.place(seats=2)["id"]
    assert [move(workshop, place, to) for to in ("paused", "open", "filled")] == [
        (200, False),
        (200, True),
        (200, False),
    ]
    assert workshop.firm.client.get(f"/api/v1/placements/{place}").get_json()["seats_taken"] == 2
    assert move(workshop, place, "open") == (409, False)
    # A place more, and it opens by itself.
    assert workshop.firm.does("PATCH", f"/placements/{place}", {"seats": 3})["status"] == "open"
    assert [move(workshop, place, to) for to in ("closed", "open")] == [(200, False), (409, False)]


def test_after_its_last_day_nobody_finds_it(workshop: Workshop, cast: Cast) -> None:
    place = workshop.place(closes_on=workshop.today.isoformat())["id"]
    assert move(workshop, place, "open") == (200, True)
    with cast.database.writing() as session:
        gone = replace(store.get(session, place), closes_on=workshop.today - timedelta(days=1))
        store.update_one(session, gone)
    assert move(workshop, place, "open") == (200, False)


@pytest.fixture
def least(app: Flask, system: System, settings: Settings) -> None:
    """The operator's minimum wages: 12.40 euros in Italy, 13 in Toscana."""
    wages = settings.model_copy(update={"minimum_wages": "IT=EUR 12.40; IT/Toscana=EUR 13.00"})
    app.extensions["selvedge"] = System(wages, system.database, system.gazetteer, system.places)


@pytest.mark.usefixtures("least")
def test_a_wage_below_the_least_of_the_region_is_refused_in_words(workshop: Workshop, cast: Cast) -> None:
    def refused(**wage: Any) -> str:
        answer = workshop.firm.call("POST", "/placements", workshop.body(wage=wage, hours_week=40))
        return problems(answer)["wage"] if answer.status_code == 422 else ""

    assert refused(minor=1239, currency="EUR", per="hour") == "is below the least in IT, €12.40 an hour"
    assert refused(minor=1240, currency="EUR", per="hour") == ""
    assert "must be in EUR" in refused(minor=1240, currency="USD", per="hour")
    # 12.40 x 40 x 52/12 = 2,149.33...: a cent less is too little.
    assert "€2,149.34 a month at 40 hours a week" in refused(minor=214933, currency="EUR", per="month")
    assert refused(minor=214934, currency="EUR", per="month") == ""
    cast.sql("UPDATE site SET region = 'TOSCANA'")
    assert "Toscana, IT" in refused(minor=1240, currency="EUR", per="hour")


TEAM = "operators=3&hours=40&efficiency=60&teachers=1&teacher_loss=10&apprentices=1&apprentice_rate=30"


def test_what_a_teacher_and_a_learner_make_of_a_week(workshop: Workshop) -> None:
    answer = workshop.firm.client.get(f"/api/v1/placements/effect?{TEAM}&minutes_per_piece=60").get_json()
    assert answer == {
        "before": {"standard_minutes": 4320, "pieces": 72},
        "after": {"standard_minutes": 4896, "pieces": 81},
    }
    two = TEAM.replace("teachers=1", "teachers=2").replace("apprentices=1", "apprentices=0")
    # 1 x 1440 + 2 x 1296
    assert workshop.firm.client.get(f"/api/v1/placements/effect?{two}").get_json()["after"]["standard_minutes"] == 4032
    assert workshop.firm.client.get("/api/v1/placements/effect?operators=1&teachers=2").status_code == 422
    assert workshop.firm.client.get("/api/v1/placements/effect").status_code == 422


def test_weeks_change_after_a_yes_only_and_go_back(workshop: Workshop, cast: Cast) -> None:
    service = workshop.supplier.services[0].public_id
    starts = workshop.today + timedelta(days=60 - workshop.today.weekday())
    place = workshop.place(starts_on=starts.isoformat(), months=2)["id"]
    path = f"/placements/{place}/effect"

    def offers() -> list[int]:
        url = f"/api/v1/suppliers/{workshop.supplier.public_id}/capacity?weeks=24"
        weeks = workshop.firm.client.get(url).get_json()["services"][0]["weeks"]
        return [week["open"] for week in weeks]

    proposed = workshop.firm.does("GET", f"{path}?{TEAM}")
    assert {(week["offered"], week["proposed"]) for week in proposed["weeks"]} == {(40, 45)}  # 40 x 4896/4320 = 45.3
    assert (proposed["service"], proposed["agreed"], len(proposed["weeks"])) == (service, False, 8)
    assert set(offers()) == {40}
    team = {"operators": 3, "hours": 40}
    assert "yes" in problems(workshop.firm.call("POST", path, team))
    assert set(offers()) == {40}
    assert workshop.firm.does("POST", path, team | {"yes": True})["agreed"] is True
    assert (offers().count(45), offers().count(40)) == (8, 16)
    assert workshop.firm.call("POST", path, team | {"yes": True}).status_code == 409  # 45 must not become 51
    assert workshop.firm.does("DELETE", path)["agreed"] is False
    assert set(offers()) == {40}
    stranger = Program(cast, cast.person("Somebody"))
    assert stranger.call("POST", path, team | {"yes": True}).status_code == 404


def test_a_week_that_is_shut_stays_shut_and_none_published_is_said(workshop: Workshop, cast: Cast) -> None:
    place = workshop.place(months=1)["id"]
    cast.sql("UPDATE resource SET usual = 0")
    weeks = workshop.firm.does("GET", f"/placements/{place}/effect?{TEAM}")["weeks"]
    assert {(week["offered"], week["proposed"]) for week in weeks} == {(0, 0)}
    cast.sql("UPDATE resource SET usual = NULL")
    assert workshop.firm.call("GET", f"/placements/{place}/effect?{TEAM}").status_code == 409


def test_teaching_shows_on_the_firms_page_while_somebody_learns(workshop: Workshop, cast: Cast) -> None:
    place = workshop.place(seats=2)["id"]
    page = f"/suppliers/{workshop.supplier.slug}"

    def shown() -> tuple[bool, bool]:
        text = workshop.firm.client.get(page).text
        return "Teaches now: Sewing and assembly: buttonhole" in text, f"/placements/{place}" in text

    assert shown() == (False, True)
    cast.sql("UPDATE placement SET seats_taken = 1")
    assert shown() == (False, True)  # it has not begun
    cast.sql("UPDATE placement SET starts_on = :day", day=workshop.today.isoformat())
    assert shown() == (True, True)
    workshop.firm.does("PATCH", f"/placements/{place}", {"seats": 1})
    assert shown() == (True, False)
    cast.sql("UPDATE placement SET starts_on = :day", day=(workshop.today - timedelta(days=366)).isoformat())
    assert shown() == (False, False)
