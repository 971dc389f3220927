from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from marketplace.demo.model import World
from marketplace.demo.world import make_world

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def world() -> World:
    return make_world(TODAY)


@pytest.fixture
def sqlite_copy(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite database: what takes long is not done twice."""
    path = tmp_path / "demo.sqlite3"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"
