"""The change log: nothing committed is missed, what is old goes, and who is too far behind is told.

Every position is compared with what was really written since; tests/search/test_sync_kills.py does it under fire.
"""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, insert, select

from marketplace.changes import store as changes
from marketplace.changes.tables import ChangeMarkRow, ChangeRow
from marketplace.db import Database, migrate

DAY = date(2027, 3, 1)
WEEK = changes.KEPT


def write(database: Database, *supplier_ids: int) -> None:
    """One transaction each."""
    for supplier_id in supplier_ids:
        with database.writing() as session:
            changes.record(session, supplier_id)


def position(database: Database) -> int:
    with database.reading() as session:
        return changes.current_position(session)


def since(database: Database, start: int) -> list[int] | None:
    with database.reading() as session:
        page = changes.read_since(session, start)
        assert changes.covers(session, start) is (page is not None)
        some = changes.suppliers_since(session, start, 1000)
        if page is None:
            assert some is None
            return None
        assert page.position == changes.current_position(session)
        found = [change.supplier_id for change in page.changes]
        assert some is not None
        assert sorted(some) == sorted(set(found))
        return found


def cut(database: Database, day: date, at: int | None = None) -> None:
    with database.writing() as session:
        changes.cut(session, day, changes.current_position(session) if at is None else at)


def rows(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(ChangeRow)) or 0


def test_what_came_since(database: Database) -> None:
    assert since(database, 0) == []
    write(database, 5, 3)
    here = position(database)
    write(database, 9, 5)
    assert since(database, 0) == [5, 3, 9, 5]
    assert since(database, here) == [9, 5]
    assert since(database, position(database)) == []
    with database.reading() as session:
        assert changes.suppliers_since(session, 0, 2) in ([5, 3], [3, 5], [5, 9], [9, 5], [3, 9], [9, 3])


def test_what_kind_of_change_it_was(database: Database) -> None:
    with database.writing() as session:
        changes.record(session, 1, weeks_only=True)
        changes.record(session, 2)
    with database.reading() as session:
        page = changes.read_since(session, 0)
    assert page is not None
    assert [(change.supplier_id, change.weeks_only) for change in page.changes] == [(1, True), (2, False)]


def test_what_was_written_before_kinds_were_counts_as_everything(database: Database) -> None:
    write(database, 1)
    with database.writing() as session:
        changes.record(session, 2, weeks_only=True)
    migrate.downgrade(database, "0014")
    migrate.upgrade(database)
    with database.reading() as session:
        page = changes.read_since(session, 0)
    assert page is not None
    assert [(change.supplier_id, change.weeks_only) for change in page.changes] == [(1, False), (2, False)]


def test_a_later_number_committed_first_is_not_lost(database: Database) -> None:
    """On PostgreSQL numbers are given before transactions end."""
    if database.is_sqlite:
        return
    # A thread of its own has a connection of its own.
    with database.writing() as slow, ThreadPoolExecutor(1) as elsewhere:
        changes.record(slow, 1)
        elsewhere.submit(write, database, 2).result()
        with database.reading() as session:
            page = changes.read_since(session, position(database))
            assert page is not None
            assert [change.supplier_id for change in page.changes] == [2]
    assert since(database, page.position) == [1, 2]  # 2 again: the reader knows its number


def test_a_position_in_the_future_is_of_another_state(database: Database) -> None:
    """A backup was put back under a running process."""
    write(database, 1, 2)
    assert since(database, position(database) + 1) is None
    assert since(database, 2**62) is None


def test_a_week_is_kept(database: Database) -> None:
    write(database, 1, 2, 3)
    old = position(database)
    cut(database, DAY)
    write(database, 4, 5)
    newer = position(database)
    cut(database, DAY + timedelta(days=3))
    write(database, 6)
    cut(database, DAY + WEEK)  # written a week ago and some hours, or some hours less: nobody knows
    assert since(database, 0) == [1, 2, 3, 4, 5, 6]
    cut(database, DAY + WEEK + timedelta(days=1))
    assert rows(database) == 3
    assert since(database, 0) is None
    assert since(database, old - 1) is None
    assert since(database, old) == [4, 5, 6]
    cut(database, DAY + WEEK + timedelta(days=4))
    assert since(database, old) is None
    assert since(database, newer) == [6]
    write(database, 7)
    assert since(database, newer) == [6, 7]


def test_nothing_since_the_snapshot_goes(database: Database) -> None:
    write(database, 1)
    snapshot = position(database)
    cut(database, DAY, snapshot)
    write(database, 2, 3)
    cut(database, DAY + timedelta(days=1), snapshot)
    write(database, 4)
    cut(database, DAY + timedelta(days=100), snapshot)
    assert since(database, snapshot) == [2, 3, 4]
    assert rows(database) == 3
    cut(database, DAY + timedelta(days=100), 0)
    cut(database, DAY + timedelta(days=100), -1)
    assert since(database, snapshot) == [2, 3, 4]


def test_the_newest_row_stays(database: Database) -> None:
    """SQLite numbers the next row after the last: an empty log would begin again at one, before everybody."""
    write(database, 1, 2, 3)
    here = position(database)
    cut(database, DAY)
    cut(database, DAY + timedelta(days=30))
    assert rows(database) == 1
    assert position(database) >= here
    write(database, 4)
    assert since(database, here) == [4]


def test_much_goes_in_portions(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    write(database, *range(1, 11))
    here = position(database)
    monkeypatch.setattr(changes, "_CUT_AT_ONCE", 4)
    cut(database, DAY)
    write(database, 11)
    left = []
    for days in range(30, 34):
        cut(database, DAY + timedelta(days=days))
        left.append(rows(database))
        assert since(database, here - 1) is None
        assert since(database, here) == [11]
    assert left == [7, 3, 1, 1]


def test_a_clock_that_jumps_hides_nothing(database: Database) -> None:
    days = [DAY, DAY + timedelta(days=4000), DAY - timedelta(days=4000), DAY + timedelta(days=1), DAY]
    check_all_positions(database, random.Random(3), [*days, *reversed(days)] * 4)


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_ever_missed(seed: int, database: Database) -> None:
    rng = random.Random(seed)
    days = sorted(DAY + timedelta(days=rng.randrange(60)) for _ in range(40))
    check_all_positions(database, rng, days)
    assert rows(database) < 40  # and something was cut


def check_all_positions(database: Database, rng: random.Random, days: list[date]) -> None:
    """After each of many writes and cuts: from every position that ever was, the log says all that came or None."""
    known: list[tuple[int, int]] = []  # positions, and how many changes had been written
    written: list[int] = []
    for day in days:
        known.append((position(database), len(written)))
        fresh = [rng.randrange(100) for _ in range(rng.randrange(4))]
        write(database, *fresh)
        written += fresh
        cut(database, day, rng.choice(known)[0])
        told = [(found, written[count:]) for start, count in known if (found := since(database, start)) is not None]
        assert told
        assert all(found == wanted for found, wanted in told)


@pytest.mark.parametrize("ahead", [20, 1000])
def test_a_dump_of_another_cluster_hides_nothing(ahead: int, database: Database) -> None:
    """The marks of the log that was dumped are numbers of another counter."""
    write(database, 1, 2)
    here = position(database)
    with database.writing() as session:
        session.execute(delete(ChangeMarkRow))
        foreign = [{"day": DAY - timedelta(days=100 * n), "position": here + ahead - n} for n in (1, 2, 3)]
        session.execute(insert(ChangeMarkRow), foreign)
    assert since(database, here) == []
    cut(database, DAY)
    assert since(database, here) in ([], None)
    here = position(database)
    write(database, *range(40))
    cut(database, DAY + timedelta(days=1))
    assert since(database, here) == list(range(40))
