"""The running system, as routes reach it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask, current_app, request

from marketplace.db import Database
from marketplace.places.gazetteer import Gazetteer
from marketplace.places.geocoders import PlaceFinder
from marketplace.settings import Settings

_KEY = "selvedge"
_REQUEST_ID = "selvedge.request_id"


@dataclass(frozen=True, slots=True)
class System:
    """Made once at start, by wiring.py."""

    settings: Settings
    database: Database
    gazetteer: Gazetteer
    places: PlaceFinder


def install(app: Flask, system: System) -> None:
    app.extensions[_KEY] = system


def install_extra(app: Flask, key: str, make: Callable[[System], Any]) -> None:
    """Add something of a feature to the running system, made from it."""
    app.extensions[key] = make(app.extensions[_KEY])


def system() -> System:
    found: System = current_app.extensions[_KEY]
    return found


def database() -> Database:
    return system().database


def places() -> PlaceFinder:
    return system().places


def settings() -> Settings:
    return system().settings


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return now().date()


def request_id() -> str:
    """One for each request: in the answer's header, in problem documents, in the audit trail."""
    found: str = request.environ.setdefault(_REQUEST_ID, secrets.token_hex(8))
    return found
