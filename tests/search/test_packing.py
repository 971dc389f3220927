"""Documents come back from a snapshot as they went in."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from papers import random_document

from marketplace.capacity.model import Calendar, Closure
from marketplace.search.columns.papers import Papers, pack, unpack, write_packed
from marketplace.search.document import SiteDocument
from marketplace.units import Unit, Week
from marketplace.units.model import MAXIMUM_WHOLE

AWKWARD = Calendar(
    unit=Unit.KG,
    usual=MAXIMUM_WHOLE * 1_000_000,
    stated={Week(date(2026, 12, 28)): 0, Week(date(1999, 1, 4)): 2**62},
    closures=(Closure(date(2026, 8, 3), date(2026, 8, 21), "été — 8月 🌊"),),
    working_days=frozenset(),
    confirmed_at=datetime(2026, 11, 22, 1, 2, 3, 456, tzinfo=timezone(timedelta(hours=5, minutes=45))),
)


@pytest.mark.parametrize("seed", range(200))
def test_what_is_packed_comes_back_equal_with_the_same_types(seed: int) -> None:
    document = random_document(random.Random(seed), seed, seed)
    back = unpack(pack(document))
    assert back == document
    assert repr(back) == repr(document) or _sorted(repr(back)) == _sorted(repr(document))


def test_awkward_calendars() -> None:
    document = random_document(random.Random(1), 1, 1)
    services = tuple(replace(service, calendar=AWKWARD) for service in document.services)
    document = replace(document, services=services, description="\u0000\ud7ff\U0010ffff", languages=frozenset())
    assert unpack(pack(document)) == document
    utc = replace(AWKWARD, confirmed_at=datetime(2026, 11, 22, tzinfo=UTC))
    document = replace(document, services=tuple(replace(service, calendar=utc) for service in services))
    assert unpack(pack(document)) == document


def test_papers_are_read_where_they_start() -> None:
    documents = [random_document(random.Random(seed), seed, seed) for seed in range(40)]
    written = bytearray()
    start = write_packed(documents, written.extend)
    papers = Papers(np.frombuffer(bytes(written), np.uint8), np.array(start, np.int64))
    for ordinal in (39, 0, 17, 17):
        assert papers.read(ordinal) == documents[ordinal]


def test_what_is_put_is_there_whoever_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplace.search.columns.papers._KEPT", 3)
    rng = random.Random(5)
    written = [random_document(rng, number, number) for number in range(6)]
    packed = bytearray()
    start = write_packed(written, packed.extend)
    papers = Papers(np.frombuffer(bytes(packed), np.uint8), np.array(start, np.int64))
    current = dict(enumerate(written))
    for turn in range(200):
        ordinal = rng.randrange(12)
        if rng.random() < 0.5:
            current[ordinal] = random_document(rng, ordinal, turn)
            papers.put(ordinal, current[ordinal])
        elif ordinal in current:
            assert papers.read(ordinal) == current[ordinal]
    assert {ordinal: papers.read(ordinal) for ordinal in current} == current
    assert len(current) > 6


def _sorted(said: str) -> list[str]:
    """Sets say their members in any order."""
    return sorted(said)


def test_a_packed_document_that_was_scribbled_over_is_not_taken_for_another() -> None:
    packed = bytearray(pack(random_document(random.Random(3), 3, 3)))
    packed[0] ^= 0xFF
    with pytest.raises(ValueError, match=r"."):
        unpack(bytes(packed))
    assert isinstance(unpack(pack(random_document(random.Random(3), 3, 3))), SiteDocument)
