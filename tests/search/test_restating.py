"""A supplier whose weeks alone change: its rows stay, and its weeks are written over from the second time on."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from papers import TODAY, random_calendar, random_document

from marketplace.search.columns.files import open_rowset, write
from marketplace.search.columns.rowset import Rowset
from marketplace.search.document import SiteDocument
from marketplace.units import Unit


def _documents(count: int) -> list[SiteDocument]:
    rng = random.Random(7)
    made = (random_document(rng, number, number) for number in range(1, 1000))
    return [document for document in made if any(service.calendar for service in document.services)][:count]


@pytest.fixture
def rowset(tmp_path: Path) -> Rowset:
    write(tmp_path, _documents(20), TODAY, {})
    return open_rowset(tmp_path)


def _restated(document: SiteDocument, seed: int) -> SiteDocument:
    rng = random.Random(seed)
    present = [service.calendar for service in document.services if service.calendar]
    calendars = {id(calendar): replace(random_calendar(rng), unit=calendar.unit) for calendar in present}
    services = [replace(service, calendar=calendars.get(id(service.calendar))) for service in document.services]
    return replace(document, services=tuple(services))


def test_no_site_is_made_anew_and_weeks_are_added_once(rowset: Rowset) -> None:
    document = _documents(1)[0]
    before = rowset.tables.calendars.count
    counts = []
    for seed in range(5):
        document = _restated(document, seed)
        rowset.put(document.supplier_id, [document])
        counts.append(rowset.tables.calendars.count)
        assert rowset.papers.read(0) == document
    assert rowset.tables.sites.count == rowset.base == rowset.live_sites == 20
    assert counts == [counts[0]] * 5
    assert counts[0] > before
    assert rowset.put_since == 1


def test_the_snapshots_weeks_are_left_as_they_were(rowset: Rowset) -> None:
    shared = rowset.tables.calendars["before"].copy()
    for seed in range(3):
        document = _restated(_documents(1)[0], seed)
        rowset.put(document.supplier_id, [document])
    assert (rowset.tables.calendars["before"][:, : shared.shape[1]] == shared).all()


def test_what_did_not_change_is_not_put(rowset: Rowset) -> None:
    document = _documents(1)[0]
    rowset.put(document.supplier_id, [replace(document)])
    assert rowset.put_since == 0


def test_another_text_makes_the_site_anew(rowset: Rowset) -> None:
    document = replace(_restated(_documents(1)[0], 1), description="velvet")
    rowset.put(document.supplier_id, [document])
    assert rowset.put_since == 1
    assert (rowset.tables.sites.count, rowset.live_sites) == (21, 20)


@pytest.mark.parametrize("unit", [None, Unit.LOAD])
def test_weeks_of_another_unit_make_the_site_anew(rowset: Rowset, unit: Unit | None) -> None:
    document = _documents(1)[0]
    calendars = [replace(s.calendar, unit=unit) if s.calendar and unit else None for s in document.services]
    services = [replace(s, calendar=c) for s, c in zip(document.services, calendars, strict=True)]
    rowset.put(document.supplier_id, [replace(document, services=tuple(services))])
    assert (rowset.tables.sites.count, rowset.live_sites) == (21, 20)


def test_many_at_once_are_as_one_after_the_other(rowset: Rowset, tmp_path: Path) -> None:
    """Some with weeks that are written over, some of the snapshot, one that comes twice and one that then goes."""
    other = open_rowset(tmp_path)
    rng = random.Random(4)
    documents = _documents(20)
    for turn in range(6):
        changed = [
            (document.supplier_id, [_restated(document, rng.randrange(100))])
            for document in rng.choices(documents, k=rng.randint(1, 9))
        ]
        if turn == 3:
            changed.append((changed[0][0], []))
        for supplier_id, found in changed:
            other.put(supplier_id, found)
        rowset.put_many(changed)
        assert rowset.documents() == other.documents()
        assert rowset.put_since <= other.put_since
        for ordinal in range(20):
            first, count = (int(rowset.tables.sites[name][ordinal]) for name in ("first_service", "services"))
            for service in range(first, first + count):
                ours, theirs = (_weeks(one, service) for one in (rowset, other))
                assert ours == theirs or not rowset.tables.sites["live"][ordinal]


def _weeks(rowset: Rowset, service: int) -> list[object] | None:
    row = int(rowset.tables.services["calendar"][service])
    calendars = rowset.tables.calendars
    return None if row == -1 else [calendars[name][..., row].tolist() for name in sorted(calendars.columns)]
