"""Worlds stand in a module beside the tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from worlds import TODAY

from marketplace.db import Database
from marketplace.search import sync
from marketplace.search.columns import ColumnIndex
from marketplace.search.snapshots import Snapshots


@pytest.fixture(params=["memory", "snapshots"])
def live(
    request: pytest.FixtureRequest, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> sync.LiveIndex:
    """One that is small, and one that is mapped from disk."""
    if request.param == "memory":
        return sync.LiveIndex(database, ColumnIndex.empty(TODAY))
    monkeypatch.setattr(sync, "SMALL", 1)
    return sync.LiveIndex(database, ColumnIndex.empty(TODAY), Snapshots(database, tmp_path / "index"))
