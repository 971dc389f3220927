"""Counted tries: how many, for how long, and when many come at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from marketplace.accounts import limits
from marketplace.accounts.tables import AttemptRow
from marketplace.db import Database
from marketplace.errors import TooMany

NOW = datetime(2027, 1, 4, 12, tzinfo=UTC)
LIMIT = limits.Limit("test", 3, timedelta(minutes=5))
WIDE = limits.Limit("wide", 100, timedelta(minutes=5))


def _take(database: Database, now: datetime = NOW, subject: str = "a") -> tuple[int, ...]:
    with database.writing() as session:
        return limits.take(session, ((LIMIT, subject), (WIDE, "x")), now)


def _count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(AttemptRow)) or 0


def test_so_many_and_no_more(database: Database) -> None:
    for minute in range(3):
        _take(database, NOW + timedelta(minutes=minute))
    with pytest.raises(TooMany) as refused:
        _take(database, NOW + timedelta(minutes=3))
    assert refused.value.retry_after_s == 120
    assert "2 minutes" in refused.value.detail
    assert _count(database) == 6, "a refused try is not counted, so waiting helps"
    _take(database, NOW + timedelta(minutes=3), subject="b")
    _take(database, NOW + timedelta(minutes=5))
    with pytest.raises(TooMany):
        _take(database, NOW + timedelta(minutes=5))


def test_given_back_tries_do_not_count(database: Database) -> None:
    for _ in range(20):
        ids = _take(database)
        with database.writing() as session:
            limits.give_back(session, ids)
    assert _count(database) == 0


def test_a_clock_set_back_shuts_nobody_out_for_long(database: Database) -> None:
    for _ in range(3):
        _take(database, NOW + timedelta(days=900))
    with pytest.raises(TooMany) as refused:
        _take(database)
    assert refused.value.retry_after_s <= 300


def test_old_tries_go_away(database: Database) -> None:
    for number in range(30):
        _take(database, subject=str(number))
    for number in range(10):
        _take(database, NOW + timedelta(days=2, hours=number), subject="later")
    assert _count(database) == 20


def test_subjects_are_not_kept(database: Database) -> None:
    _take(database, subject="ada@example.com")
    with database.reading() as session:
        assert not [key for key in session.scalars(select(AttemptRow.key)) if "ada" in key]


def test_many_at_once(database: Database) -> None:
    barrier = Barrier(12)

    def one(_: int) -> bool:
        barrier.wait()
        try:
            _take(database)
        except TooMany:
            return False
        return True

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(one, range(12))) == 3


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_what_counts_as_one_address(address: str, network: str) -> None:
    assert limits.network_of(address) == network
