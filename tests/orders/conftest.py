"""Two parties and what is between them."""

from __future__ import annotations

import pytest
from booked import Deal
from cast import Cast


@pytest.fixture
def deal(cast: Cast) -> Deal:
    return Deal.between(cast)
