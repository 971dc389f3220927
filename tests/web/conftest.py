"""A small world of six firms and the demonstration people, and browsers that check every page they fetch.

Tests run on SQLite; those where the engine can matter ask for both with `both_engines`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from databases import admin, settle, with_database
from flask import Flask
from page_client import Dump
from postgresql import Databases, make_wipeable
from sqlalchemy.orm import close_all_sessions
from web_site import OTHER, OWN, Site

from marketplace.accounts import password
from marketplace.accounts.password import hash_password
from marketplace.db import Database, open_database
from marketplace.demo.load import load_demo
from marketplace.demo.people import DEMO_PASSWORD
from marketplace.demo.world import make_world
from marketplace.places.gazetteer import Gazetteer
from marketplace.places.geocoders import PlaceFinder
from marketplace.settings import Settings
from marketplace.suppliers.model import Status
from marketplace.web.context import System

_FIRMS = 6


@pytest.fixture(scope="session", autouse=True)
def _cheap_hashes() -> None:
    """The real parameters cost 70 ms for each sign-in."""
    password._hasher = password.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    password._dummy_hash.cache_clear()


def _load(database: Database) -> None:
    now = datetime.now(UTC)
    world = make_world(now.date())
    wanted = [s for s in world.suppliers if s.external_id in (OWN, OTHER)]
    teaching = [s for s in world.suppliers if s.status is Status.PUBLISHED and any(t.placements for t in s.sites)]
    paused = [s for s in world.suppliers if s.status is Status.PAUSED]
    rest = [s for s in (*teaching[: _FIRMS - 3], *paused[:1]) if s not in wanted]
    load_demo(
        database,
        now,
        password_hash=hash_password(DEMO_PASSWORD),
        world=replace(world, suppliers=(*wanted, *rest)),
        has_deals=False,
    )


@pytest.fixture(scope="session")
def sqlite_world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, _cheap_hashes: None) -> Path:
    path = tmp_path_factory.mktemp("world") / "world.sqlite3"
    shutil.copy(sqlite_template, path)
    database = open_database(f"sqlite:///{path}")
    _load(database)
    settle(database)
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_world(postgresql_url: str, postgresql_template: str, _cheap_hashes: None) -> str:
    name = f"{postgresql_template}_world"
    admin(postgresql_url, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
    database = open_database(with_database(postgresql_url, name))
    _load(database)
    database.dispose()
    make_wipeable(with_database(postgresql_url, name))
    return name


@pytest.fixture(scope="session")
def postgresql_worlds(postgresql_url: str, postgresql_world: str) -> Databases:
    return Databases(postgresql_url, postgresql_world)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def database_url(request: pytest.FixtureRequest, engine: str, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh copy of the small world."""
    if engine == "sqlite":
        path = tmp_path / "selvedge.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_world"), path)
        yield f"sqlite:///{path}"
        return
    worlds = request.getfixturevalue("postgresql_worlds")
    url = worlds.take()
    yield url
    worlds.give_back(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    close_all_sessions()
    opened.dispose()


@pytest.fixture
def site(app: Flask, system: System) -> Site:
    return Site(app, system)


@pytest.fixture(scope="session")
def still(
    sqlite_world: Path, gazetteer: Gazetteer, places: PlaceFinder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site that is only read, shared by the tests that change nothing."""
    folder = tmp_path_factory.mktemp("still")
    path = folder / "selvedge.sqlite3"
    shutil.copy(sqlite_world, path)
    database = open_database(f"sqlite:///{path}")
    settings = Settings(data_dir=folder, database_url=f"sqlite:///{path}", secret_key="t" * 32)
    shared = Site(*_app(System(settings=settings, database=database, gazetteer=gazetteer, places=places)))
    # Later tests sign in: sessions are not what this is about.
    without: dict[str, set[str] | None] = {"session": None, "attempt": None, "audit_event": None}
    before = Dump.of(database, without)
    yield shared
    assert not before.changed(Dump.of(database, without)), "a test that should only read has changed something"
    database.dispose()


def _app(system: System) -> tuple[Flask, System]:
    from marketplace.app import create_app

    return create_app(system), system


@pytest.fixture
def today() -> date:
    return datetime.now(UTC).date()
