"""The little street of workshops stands in a module beside the tests."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from little_street import Street

from marketplace.db import Database


@pytest.fixture
def street(database: Database) -> Street:
    return Street(database)
