from __future__ import annotations

import pytest
from cast import Cast
from dyehouse import DyeHouse


@pytest.fixture
def house(cast: Cast) -> DyeHouse:
    return DyeHouse(cast)
