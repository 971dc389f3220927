"""What an event keeps of a change: plain JSON, never more than anybody reads, and only what differs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.audit.rules import LONGEST, changed, to_json


class Colour(StrEnum):
    NAVY = "navy"


@dataclass(frozen=True)
class Cloth:
    name: str
    gsm: int
    colours: frozenset[Colour] = frozenset()


def test_only_what_differs() -> None:
    before, after = Cloth("twill", 200), Cloth("twill", 220)
    assert changed(before, after, "cloth.") == ({"cloth.gsm": 200}, {"cloth.gsm": 220})
    assert changed(before, before) == ({}, {})


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (Colour.NAVY, "navy"),
        (date(2027, 3, 1), "2027-03-01"),
        (datetime(2027, 3, 1, 9, tzinfo=UTC), "2027-03-01T09:00:00+00:00"),
        (Cloth("twill", 200, frozenset((Colour.NAVY,))), {"name": "twill", "gsm": 200, "colours": ["navy"]}),
        ({date(2027, 3, 1): 5}, {"2027-03-01": 5}),
        ((1, None, True), [1, None, True]),
        (1 + 2j, "(1+2j)"),
    ],
)
def test_plain(value: object, kept: object) -> None:
    assert json.loads(to_json({"x": value})) == {"x": kept}


def test_nothing() -> None:
    assert to_json(None) == to_json({}) == "{}"


def test_the_longest_is_cut_first_and_the_rest_stays() -> None:
    kept = json.loads(to_json({"long": "x" * LONGEST, "longer": "y" * 2 * LONGEST, "short": "z"}))
    assert (kept["short"], kept["longer"].endswith("..."), len(kept["longer"]) < 300) == ("z", True, True)


@given(st.dictionaries(st.text(max_size=50), st.text(max_size=3000), max_size=60))
def test_never_longer_than_anybody_reads(values: dict[str, str]) -> None:
    text = to_json(values)
    assert len(text) <= LONGEST
    json.loads(text)
