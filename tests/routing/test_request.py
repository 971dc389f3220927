"""A request for routes is read strictly: each wrong field gets a sentence, and nothing is guessed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from district import REQUEST, Ask

from marketplace.errors import Invalid
from marketplace.places import Point, Precision
from marketplace.places.model import Place
from marketplace.routes.ask import goods_of, solver_steps
from marketplace.routes.forms import read_ask
from marketplace.routes.model import DueAt, Loss, RankBy

TODAY = date(2027, 2, 22)
THIRTEEN = "spin weave dye_fabric cut sew press pack wash laser link finish pleat embroider".split()
PRATO = Place("Prato, Tuscany, Italy", Point.of(43.88, 11.1), Precision.TOWN, "IT", 195_000)


def nowhere(text: str) -> list[Place]:
    return []


def wrong(body: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        read_ask(body, TODAY, nowhere)
    return caught.value.problems


def request(**changes: Any) -> dict[str, Any]:
    return {**REQUEST, **changes}


def test_a_full_request() -> None:
    ask = read_ask(
        {
            **REQUEST,
            "max_haul_km": 80.5,
            "due": "2027-04-23",
            "product": "jacket",
            "colours": 2,
            "sizes": 4,
            "steps": [
                {"process": "weave", "loss_percent": 7.5},
                {"process": "dye_fabric", "skills": ["indigo"], "certifications": ["gots"]},
                {"process": "cut"},
                {"process": "sew", "without": ["a" * 32]},
                {"process": "pattern", "before": "cut"},
            ],
            "weights": {"km": 1.5, "money": 1},
            "rank_by": "date",
            "k": 20,
            "differ": 0,
        },
        TODAY,
        nowhere,
    )
    assert (ask.radius_m, ask.max_haul_m, ask.pieces, ask.k, ask.differ) == (30_000, 80_500, 50, 20, 0)
    assert (ask.product, ask.rank_by, ask.due_at) == ("jackets_blazers", RankBy.DATE, DueAt.DELIVERED)
    # What is left out of given weights does not count.
    assert (ask.weights.km, ask.weights.money, ask.weights.day, ask.weights.kg_co2e) == (1500, 1000, 0, 0)
    steps = solver_steps(ask)
    assert [step.before for step in steps] == [None, None, None, None, 2]
    assert steps[0].loss == Loss(75_000)
    assert steps[4].digital
    assert steps[3].products == {"jackets_blazers"}
    assert steps[0].products == frozenset()  # cloth is no jacket yet
    assert goods_of(ask).metres_per_piece_mm == 2000


def test_defaults() -> None:
    ask = read_ask({"lat": 0, "lon": 0, "pieces": 5, "steps": [{"process": "sew"}]}, TODAY, nowhere)
    assert (ask.start, ask.radius_m, ask.k, ask.differ, ask.colours) == (TODAY, 40_000, 5, 2, 1)
    assert (ask.weights.km, ask.weights.money, ask.weights.day, ask.weights.kg_co2e) == (1000, 1000, 20_000, 200)
    assert ask.due_at is DueAt.READY  # one step: one workshop promises a day, as in a search


def test_a_place_by_name_is_read_as_a_search_reads_it() -> None:
    body = {"near": "Prato", "pieces": 5, "steps": [{"process": "sew"}]}
    assert read_ask(body, TODAY, lambda text: [PRATO]).origin == PRATO
    assert "was not found" in wrong(body)["near"]
    # Coordinates win, the name is kept.
    both = read_ask({**body, "lat": 43.5, "lon": 11}, TODAY, nowhere).origin
    assert (both.label, both.point) == ("Prato", Point.of(43.5, 11))


def test_the_usual_figures_of_a_product_stand_in_for_what_nobody_said() -> None:
    body = {"lat": 0, "lon": 0, "pieces": 5, "product": "jeans", "steps": [{"process": "sew"}]}
    goods = goods_of(read_ask(body, TODAY, nowhere))
    assert (goods.piece_g, goods.cut_waste_ppm) == (450, 220_000)
    stated = goods_of(read_ask({**body, "piece_g": 600, "cloth": {"cut_waste_percent": 12.5}}, TODAY, nowhere))
    assert (stated.piece_g, stated.cut_waste_ppm) == (600, 125_000)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": 2}, "colour"),
        ({"cloth": {"metres": 2}}, "cloth/metres"),
        ({"cloth": 2}, "cloth"),
        ({"weights": {"kilometres": 1}}, "weights/kilometres"),
        ({"weights": {"km": -1}}, "weights/km"),
        ({"weights": {"km": 0.0001}}, "weights/km"),
        ({"weights": {"km": 1e300}}, "weights/km"),
        ({"pieces": 0}, "pieces"),
        ({"pieces": 1.5}, "pieces"),
        ({"pieces": True}, "pieces"),
        ({"pieces": "50"}, "pieces"),
        ({"pieces": 10**17}, "pieces"),
        ({"pieces": None}, "pieces"),
        ({"pieces": 3, "colours": 4}, "pieces"),
        ({"lat": 91}, "lat"),
        ({"lat": "43"}, "lat"),
        ({"lon": None}, "lon"),
        ({"lat": None, "lon": None}, "near"),
        ({"near": 7}, "near"),
        ({"radius_km": 0}, "radius_km"),
        ({"radius_km": 99_999}, "radius_km"),
        ({"radius_km": 10.00001}, "radius_km"),
        ({"max_haul_km": -1}, "max_haul_km"),
        ({"start": "2027-02-21"}, "start"),
        ({"start": "2030-01-01"}, "start"),
        ({"start": "soon"}, "start"),
        ({"due": "2027-02-28"}, "due"),
        ({"due": "2027-02-30"}, "due"),
        ({"due_at": "noon"}, "due_at"),
        ({"rank_by": "price"}, "rank_by"),
        ({"currency": "XXX"}, "currency"),
        ({"k": 21}, "k"),
        ({"k": 0}, "k"),
        ({"differ": 13}, "differ"),
        ({"product": "spaceship"}, "product"),
        ({"sends_cloth": "yes"}, "sends_cloth"),
        ({"piece_g": 0}, "piece_g"),
        ({"cloth": {"width_cm": 150}}, "cloth/gsm"),
        ({"cloth": {"materials": ["kryptonite"]}}, "cloth/materials"),
        ({"cloth": {"materials": {"wool": 1}}}, "cloth/materials"),
        ({"steps": []}, "steps"),
        ({"steps": "sew"}, "steps"),
        ({"steps": ["sew"]}, "steps/0"),
        ({"steps": [{}]}, "steps/0/process"),
        ({"steps": [{"process": "juggle"}]}, "steps/0/process"),
        ({"steps": [{"process": "sew", "skill": "x"}]}, "steps/0/skill"),
        ({"steps": [{"process": "sew", "skills": ["juggling"]}]}, "steps/0/skills"),
        ({"steps": [{"process": "sew", "skills": [7]}]}, "steps/0/skills"),
        ({"steps": [{"process": "sew", "loss_percent": 95}]}, "steps/0/loss_percent"),
        ({"steps": [{"process": "sew"}, {"process": "sew"}]}, "steps/1/process"),
        ({"steps": [{"process": "pattern", "before": "cut"}, {"process": "sew"}]}, "steps/0/before"),
        ({"steps": [{"process": "sew", "before": "sew"}]}, "steps"),
        ({"steps": [{"process": "cut", "before": "sew"}, {"process": "sew", "before": "cut"}]}, "steps"),
        ({"steps": [{"process": name} for name in THIRTEEN]}, "steps"),
    ],
)  # fmt: skip
def test_each_wrong_field_is_named(change: dict[str, Any], field: str) -> None:
    assert field in wrong(request(**change))


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert wrong({"pieces": 0, "steps": [], "lat": 200, "lon": 0, "hats": 1}).keys() == {
        "pieces",
        "steps",
        "lat",
        "hats",
    }


def test_numbers_are_exact() -> None:
    ask = read_ask(request(cloth={"metres_per_piece": 1.1, "width_cm": 150, "gsm": 200}), TODAY, nowhere)
    assert ask.cloth.metres_per_piece == Fraction(11, 10)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("raw", ["", "[]", "{", '{"pieces": NaN}', '{"pieces": 1, "pieces": 2}', "[" * 50 + "]" * 50])
def test_what_is_no_request_is_refused_as_a_problem_document(client: Any, raw: str) -> None:
    answer = client.post("/api/v1/routes", data=raw, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["detail"]


def test_problems_have_pointers(ask: Ask) -> None:
    answer = ask(steps=[{"process": "juggle"}])
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == ["steps/0/process"]


def test_cloth_without_metres_is_asked_for(ask: Ask) -> None:
    answer = ask(cloth=None)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "cloth/metres_per_piece"
