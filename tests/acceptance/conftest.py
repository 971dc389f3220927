"""Worlds for the acceptance cases: tables are imported, questions are asked through the JSON API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask

from marketplace.db import Database
from marketplace.places.geocoders import PlaceFinder
from marketplace.transfer.actions import import_table
from marketplace.transfer.model import Table


@pytest.fixture(autouse=True)
def _before_day_0() -> Iterator[None]:
    """Day 0 is Monday 1 March 2027; a little before it, so that nothing lies in the past."""
    with time_machine.travel(datetime(2027, 2, 22, 9, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def load(database: Database, places: PlaceFinder) -> Callable[[str, str], None]:
    """Import a table given as text; every row has to be taken."""

    def load_table(kind: str, text: str) -> None:
        rows = "\n".join(line.strip() for line in text.strip().splitlines())
        now = datetime.now(UTC)
        report = import_table(database, places, Table(kind), rows.encode(), f"{kind}.csv", now)
        assert report.refused == 0, report.problems
        assert report.accepted == len(rows.splitlines()) - 1

    return load_table


@pytest.fixture
def ask(app: Flask) -> Callable[..., dict[str, Any]]:
    """GET a route of the JSON API; lists repeat a parameter."""

    def get(path: str, **parameters: Any) -> dict[str, Any]:
        response = app.test_client().get(f"/api/v1/{path}", query_string=parameters)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.get_json()
        return answer

    return get


@pytest.fixture
def find_routes(app: Flask) -> Callable[..., dict[str, Any]]:
    """POST /api/v1/routes; the studio S, 1 March 2027 and a wide circle where nothing else is said."""

    def post(**request: Any) -> dict[str, Any]:
        body = {"lat": 43.88, "lon": 11.1, "radius_km": 60, "start": "2027-03-01", **request}
        response = app.test_client().post("/api/v1/routes", json=body)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.get_json()
        return answer

    return post
