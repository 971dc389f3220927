"""Processes race for the same weeks and are killed: nothing oversold, lost or done twice. Wrong ways are found.

`SELVEDGE_BOOKING_KILLS` asks for more than the few of a usual run.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from mutants import key_after_commit, read_then_write
from workshop import FIRST, LATER, open_workshop

from marketplace.bench.racing.run import run
from marketplace.booking import holds, store
from marketplace.booking.model import Outcome, Side, State
from marketplace.db import Database
from marketplace.errors import Conflict

KILLS = int(os.environ.get("SELVEDGE_BOOKING_KILLS", "12"))
RACED_HOLDS = int(os.environ.get("SELVEDGE_RACED_HOLDS", "12"))


def test_racers_that_are_killed_oversell_lose_and_repeat_nothing(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    race = run(database_url, tmp_path_factory.mktemp("race"), processes=4, kills=KILLS)
    assert race.kills >= KILLS
    assert race.verdict.acknowledged > 10
    assert race.verdict.is_clean, race.as_json()


def test_racers_through_the_server(database_url: str, tmp_path: Path) -> None:
    race = run(database_url, tmp_path, processes=3, seconds=1.0, over_http=True)
    found = race.as_json()
    assert race.verdict.booked > 0
    assert race.verdict.is_clean, found
    assert found["engine"] == database_url.partition(":")[0]
    assert found["kills"] == 0
    assert set(found) >= {"attempts", "acknowledged", "refused", "bookings_per_s", "p95_ms"}


def test_reading_first_and_writing_then_is_found(database_url: str, tmp_path: Path) -> None:
    race = run(database_url, tmp_path, processes=4, seconds=1.5, how=read_then_write)
    assert race.verdict.oversold > 0, race.as_json()


def test_a_key_that_is_remembered_after_the_commit_is_found(database_url: str, tmp_path: Path) -> None:
    race = run(database_url, tmp_path, processes=4, kills=25, how=key_after_commit)
    assert race.verdict.double > 0, race.as_json()


@pytest.mark.parametrize("rounds", [RACED_HOLDS])
def test_a_hold_that_is_confirmed_expired_and_cancelled_at_once_ends_one_way(database: Database, rounds: int) -> None:
    room = open_workshop(database, usual=None, stated={FIRST: 40})
    ends: Counter[str] = Counter()
    for _ in range(rounds):
        with database.writing() as session:
            held = room.hold(session, 5, made_by=Side.SUPPLIER).reservation
        won: list[str] = []
        barrier = threading.Barrier(3)

        def confirm(barrier: threading.Barrier, number: int, won: list[str]) -> None:
            barrier.wait()
            with database.writing() as session:
                reservation = store.get_by_id(session, number)  # type: ignore[arg-type]
                try:
                    if reservation.state is State.HELD:
                        holds.make_firm(session, reservation.id, Side.STUDIO, LATER - timedelta(seconds=1))
                        won.append("firm")
                except Conflict:
                    pass

        def end(barrier: threading.Barrier, number: int, won: list[str], outcome: Outcome) -> None:
            barrier.wait()
            with database.writing() as session:
                if holds.release(session, number, outcome, LATER):  # type: ignore[arg-type]
                    won.append(outcome.value)

        threads = [
            threading.Thread(target=confirm, args=(barrier, held.id, won)),
            threading.Thread(target=end, args=(barrier, held.id, won, Outcome.EXPIRED)),
            threading.Thread(target=end, args=(barrier, held.id, won, Outcome.WITHDRAWN)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with database.writing() as session:
            after = store.get_by_id(session, held.id)
            # A booking may be cancelled afterwards; nothing else may follow on anything.
            assert won in (["firm"], ["expired"], ["withdrawn"], ["firm", "withdrawn"]), won
            assert after.state is (State.FIRM if won == ["firm"] else State.ENDED)
            ends[won[-1]] += 1
            holds.release(session, held.id, Outcome.CANCELLED, LATER)
    assert room.reserved(database) == {}
    with database.reading() as session:
        assert set(store.sum_events(session).values()) == {0}
    assert sum(ends.values()) == rounds
