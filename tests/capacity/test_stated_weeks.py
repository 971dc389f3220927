"""The weeks that a program states: what can't be offered is said as it was sent, and why."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from marketplace.capacity.forms import read_stated
from marketplace.errors import Invalid
from marketplace.units import Unit, Week

MONDAY = date(2027, 3, 1)


def read(offered: Any, unit: Unit = Unit.PIECE) -> int | None:
    weeks = read_stated({"weeks": [{"week_start": MONDAY.isoformat(), "offered": offered}]}, unit, MONDAY)
    return weeks[Week(MONDAY)]


@pytest.mark.parametrize(
    ("offered", "said"),
    [
        (-1, "“-1” is less than 0: leave out the minus"),
        (-12.5, "“-12.5” is less than 0: leave out the minus"),
        (10**12, "“1000000000000” has too many digits: at most 12 before the point and 6 after it"),
        (1e12, "“1000000000000” has too many digits: at most 12 before the point and 6 after it"),
        (10_000_001, "“10000001” is more than 10,000,000"),
        (1.5, "“1.5” must be a whole number of pieces"),
        (float("inf"), "“inf” is not a number: write digits with a point, such as 50 or 12.5"),
    ],
)
def test_what_cannot_be_offered(offered: float, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(offered)
    assert refused.value.problems == {"weeks/0/offered": said}


@pytest.mark.parametrize(("offered", "atoms"), [(0, 0), (0.0, 0), (-0.0, 0), (40, 40), (40.0, 40), (None, None)])
def test_what_can_be(offered: float | None, atoms: int | None) -> None:
    assert read(offered) == atoms
    assert read(12.5, Unit.KG) == 12_500
    assert read(0.1 + 0.2, Unit.KG) == 300
