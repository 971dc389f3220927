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
