"""One unpacked gazetteer for all tests of a session: unpacking takes seconds."""

from __future__ import annotations

import os

import pytest

from marketplace.places.gazetteer import Gazetteer


@pytest.fixture(scope="session")
def gazetteer(tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    base = tmp_path_factory.getbasetemp()
    # Parallel workers have a directory each; the one above is theirs together.
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    return Gazetteer(shared / "gazetteer")
