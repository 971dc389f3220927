"""A workshop that teaches."""

from __future__ import annotations

import pytest
from cast import Cast
from place_kit import Workshop


@pytest.fixture
def workshop(cast: Cast) -> Workshop:
    return Workshop(cast)
