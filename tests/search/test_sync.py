"""A running process and the change log: what it does not know is read, and when the log can't say, all is."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select
from worlds import NOW, TODAY, random_supplier

from marketplace.changes import store as changes
from marketplace.changes.tables import ChangeRow
from marketplace.db import Database
from marketplace.search import sync as sync_module
from marketplace.search.columns import ColumnIndex
from marketplace.search.document import SiteDocument
from marketplace.search.query import SearchQuery
from marketplace.search.snapshots import Snapshots
from marketplace.search.sync import LiveIndex
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import ProfileDraft, Status, SupplierId

EVERYTHING = SearchQuery(today=TODAY, per_page=100)


@pytest.fixture
def world(database: Database) -> list[SupplierId]:
    rng = random.Random(5)
    return [random_supplier(database, rng, number) for number in range(12)]


def close(database: Database, supplier_id: SupplierId) -> None:
    with database.writing() as session:
        suppliers.set_status(session, supplier_id, Status.CLOSED, NOW)
        changes.record(session, supplier_id)


def rename(database: Database, supplier_id: SupplierId, name: str) -> None:
    with database.writing() as session:
        suppliers.update_profile(session, supplier_id, ProfileDraft(name, "atelier"), NOW)
        changes.record(session, supplier_id)


def shown(live: LiveIndex) -> list[SiteDocument]:
    return sorted((fit.document for fit in live.every(EVERYTHING)), key=lambda document: document.site_id)


def is_right(live: LiveIndex, database: Database) -> None:
    assert shown(live) == shown(LiveIndex(database, ColumnIndex.empty(TODAY)))


def cut_everything(database: Database) -> None:
    """As snapshots do that are made week after week; but the newest row stays."""
    for weeks in range(3):
        with database.writing() as session:
            changes.cut(session, TODAY + timedelta(days=10 * weeks), changes.current_position(session))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ChangeRow)) == 1


def test_one_change_is_read_alone(live: LiveIndex, database: Database, world: list[SupplierId]) -> None:
    is_right(live, database)
    assert live.count() == 12
    put: list[int] = []
    index = live._index
    plain_put = index.put_many

    def spied(changed: Iterable[tuple[int, Iterable[SiteDocument]]]) -> None:
        found = list(changed)
        put.extend(supplier_id for supplier_id, _ in found)
        plain_put(found)

    index.put_many = spied  # type: ignore[method-assign]
    rename(database, world[3], "Sartoria Nuova")
    rename(database, world[3], "Sartoria Nuovissima")
    close(database, world[5])
    is_right(live, database)
    assert sorted(put) == [world[3], world[5]]
    is_right(live, database)
    assert len(put) == 2
    assert "Sartoria Nuovissima" in {document.name for document in shown(live)}


def test_who_slept_while_the_log_was_cut_reads_everything(
    live: LiveIndex, database: Database, world: list[SupplierId]
) -> None:
    is_right(live, database)
    close(database, world[0])
    rename(database, world[1], "Renamed meanwhile")
    close(database, world[2])
    rename(database, world[3], "The newest change")
    cut_everything(database)
    is_right(live, database)
    assert {document.supplier_id for document in shown(live)} == set(world) - {world[0], world[2]}
    # From here on it follows the log again.
    close(database, world[4])
    is_right(live, database)


def test_who_slept_and_whose_snapshot_is_older_than_the_log_makes_another(
    database: Database, world: list[SupplierId], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_module, "SMALL", 1)
    snapshots = Snapshots(database, tmp_path / "index")
    live = LiveIndex(database, ColumnIndex.empty(TODAY), snapshots)
    is_right(live, database)
    first = snapshots.newest()
    close(database, world[0])
    close(database, world[1])
    cut_everything(database)
    assert snapshots.open() is None
    is_right(live, database)
    assert snapshots.newest() != first
    assert snapshots.open() is not None
    is_right(LiveIndex(database, ColumnIndex.empty(TODAY), snapshots), database)


def test_making_snapshots_keeps_the_log_short(database: Database, world: list[SupplierId], tmp_path: Path) -> None:
    snapshots = Snapshots(database, tmp_path / "index")
    live = LiveIndex(database, ColumnIndex.empty(TODAY), snapshots)
    left = []
    for day in range(30):
        for supplier_id in world[:5]:
            rename(database, supplier_id, f"Day {day}")
        snapshots.build(TODAY + timedelta(days=day))
        if day % 3 == 0:
            is_right(live, database)
        with database.reading() as session:
            left.append(session.scalar(select(func.count()).select_from(ChangeRow)))
    assert max(left[9:]) <= 5 * 9  # a day or two more than a week
    assert left[-1] == left[-10]
    assert snapshots.open() is not None


def test_a_backup_put_back_under_a_running_process(
    live: LiveIndex, database: Database, world: list[SupplierId]
) -> None:
    """On SQLite the log is then shorter than what the process has read."""
    if not database.is_sqlite:
        return
    is_right(live, database)
    with database.writing() as session:
        suppliers.set_status(session, world[0], Status.CLOSED, NOW)
        last = session.scalar(select(func.max(ChangeRow.seq)))
        session.execute(delete(ChangeRow).where(ChangeRow.seq == last))
    is_right(live, database)
    assert world[0] not in {document.supplier_id for document in shown(live)}
