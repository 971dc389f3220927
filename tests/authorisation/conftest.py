"""The world of the walk, built once, and put back after each change."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from walk import Walk
from world import build, take_away

from marketplace.accounts import password
from marketplace.db import open_database
from marketplace.db.engine import sqlite_module
from marketplace.places.gazetteer import Gazetteer
from marketplace.places.geocoders import PlaceFinder
from marketplace.settings import Settings
from marketplace.web.context import System


@pytest.fixture(scope="session")
def walk(
    sqlite_template: Path, gazetteer: Gazetteer, places: PlaceFinder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Walk]:
    from marketplace.app import create_app

    # The real parameters cost 70 ms for each password that is asked for again.
    password._hasher = password.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    password._dummy_hash.cache_clear()
    folder = tmp_path_factory.mktemp("authorisation")
    path = folder / "selvedge.sqlite3"
    shutil.copy(sqlite_template, path)
    url = f"sqlite:///{path}"
    database = open_database(url)
    settings = Settings(data_dir=folder / "var", database_url=url, secret_key="t" * 32)
    settings.data_dir.mkdir()
    system = System(settings=settings, database=database, gazetteer=gazetteer, places=places)
    world = build(create_app(system), system)
    from rows import all_rows

    for row in all_rows():
        if row.make:
            world.values(row.make)
    take_away(world)
    yield Walk(world, _keeper(path, settings.data_dir))
    database.dispose()


def _keeper(path: Path, data: Path) -> Callable[[], None]:
    """How to put the database and the files back as they are now."""
    sqlite = sqlite_module()
    kept = sqlite.connect(":memory:")
    live = sqlite.connect(str(path))
    live.backup(kept)
    files = path.parent / "files"
    shutil.copytree(data, files)

    def restore() -> None:
        kept.backup(live)
        shutil.copytree(files, data, dirs_exist_ok=True)

    return restore
