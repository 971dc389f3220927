"""The market stands in a module beside the tests."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from market import Market

from marketplace.db import Database


@pytest.fixture
def market(database: Database) -> Market:
    return Market(database)
