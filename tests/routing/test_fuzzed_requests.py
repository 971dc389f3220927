"""Whatever a client sends, it is answered: routes, or a problem that says what to do, never an error of ours."""

from __future__ import annotations

import copy
import os
import random
from typing import Any

import pytest
from district import REQUEST
from flask import Flask

COUNT = int(os.environ.get("SELVEDGE_RANDOM_ROUTE_REQUESTS", "40"))
ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    1,
    1.5,
    10**15,
    -(10**15),
    1e-9,
    "",
    "x",
    "sew",
    "2027-03-01",
    "9999-12-31",
    "\u0000",
    "\u202e",
    "é" * 500,
    [],
    {},
    [[]],
    [None],
    {"x": 1},
    ["sew"],
    [{"process": "sew"}] * 3,
    "a" * 32,
]
FULL: dict[str, Any] = {
    **REQUEST,
    "near": "Prato",
    "max_haul_km": 60,
    "due": "2027-05-01",
    "due_at": "ready",
    "product": "jacket",
    "colours": 2,
    "sizes": 3,
    "piece_g": 480,
    "sends_cloth": True,
    "currency": "EUR",
    "weights": {"km": 1.0, "money": 1.0, "day": 20.0, "kg_co2e": 0.2},
    "rank_by": "weighted",
    "k": 3,
    "differ": 1,
    "steps": [
        {"process": "pattern", "before": "cut"},
        {"process": "weave", "loss_percent": 5},
        {"process": "dye_fabric", "skills": ["indigo"], "certifications": [], "without": []},
        {"process": "cut"},
        {"process": "sew", "supplier": ""},
    ],
}


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    found = [at] if at else []
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        found += paths(child, (*at, key))
    return found


def mutated(chance: random.Random) -> dict[str, Any]:
    body = copy.deepcopy(FULL)
    for _ in range(chance.randint(1, 4)):
        *way, last = chance.choice(paths(body))
        inner: Any = body
        for key in way:
            inner = inner[key]
        match chance.randrange(4):
            case 0:
                inner[last] = copy.deepcopy(chance.choice(ODD))
            case 1 if isinstance(inner, dict):
                del inner[last]
            case 2 if isinstance(inner, dict):
                inner[str(chance.choice(ODD))[:20]] = copy.deepcopy(chance.choice(ODD))
            case _ if isinstance(inner[last], int | float) and not isinstance(inner[last], bool):
                inner[last] = inner[last] * chance.choice([0, -1, 0.1, 3, 1000, 10**9])
    return body


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("district")
def test_any_request_is_answered(app: Flask) -> None:
    chance, client, answered = random.Random(7), app.test_client(), 0
    app.config["PROPAGATE_EXCEPTIONS"] = False
    for number in range(COUNT):
        body = mutated(chance)
        answer = client.post("/api/v1/routes", json=body)
        assert answer.status_code in (200, 400, 422), f"{number}: {answer.status_code} for {body}"
        if answer.status_code == 422:
            assert all(error["detail"] for error in answer.get_json()["errors"])
        answered += answer.status_code == 200
    assert answered > COUNT // 20  # some of them still make sense
