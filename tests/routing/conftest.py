"""The district of district.py, imported as an operator would, and a way to ask for routes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

sys.path.insert(0, str(Path(__file__).parent))

from district import REQUEST, SERVICES, SUPPLIERS, Ask, Load

from marketplace.db import Database
from marketplace.places.geocoders import PlaceFinder
from marketplace.transfer.actions import import_table
from marketplace.transfer.model import Table


@pytest.fixture(autouse=True)
def _before_march() -> Iterator[None]:
    with time_machine.travel(datetime(2027, 2, 22, 9, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def load(database: Database, places: PlaceFinder) -> Load:
    def load_table(kind: str, text: str) -> None:
        report = import_table(database, places, Table(kind), text.encode(), f"{kind}.csv", datetime.now(UTC))
        assert report.refused == 0, report.problems

    return load_table


@pytest.fixture
def district(load: Load) -> None:
    load("suppliers", SUPPLIERS)
    load("services", SERVICES)


@pytest.fixture
def ask(app: Flask) -> Ask:
    """POST /api/v1/routes with the district's request, changed as said; None takes a field out."""

    def post(**changes: Any) -> TestResponse:
        body = {name: value for name, value in {**REQUEST, **changes}.items() if value is not None}
        return app.test_client().post("/api/v1/routes", json=body)

    return post
