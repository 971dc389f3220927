"""kill -9 of readers and writers: no index misses a supplier, shows one that is gone, or an old state of one.

Four processes write without a pause, three in ten changes hide or delete; three search. SELVEDGE_KILLS of them are
killed, half of them on each engine, at random moments: while they read, while they make a snapshot, while they swap
one in. Every search is compared with what the database said just before and just after it (killed.py), and
after every so many kills the writers stop and every firm must be shown exactly as it is.
"""

from __future__ import annotations

import math
import os
import random
import shutil
import time
from pathlib import Path

import pytest
from herd import LONGEST_S, herd
from killed import FIRMS, Hit, State, Truth, compare

from marketplace.db import Database

KILLS = math.ceil(int(os.environ.get("SELVEDGE_KILLS", "6")) / 2)  # on each engine
WRITERS, READERS = range(4), range(10, 13)
QUIET_EVERY = 25  # kills between two moments of silence


def test_killed_readers_and_writers_leave_every_index_right(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    rng = random.Random(11)
    with herd(database_url, tmp_path) as found:
        for number in WRITERS:
            found.start(number, "writer")
        time.sleep(0.5)
        for number in READERS:
            found.start(number, "real")
        found.wait_for_searches(1)
        for kills in range(1, KILLS + 1):
            time.sleep(rng.expovariate(8))
            found.again(rng.choice(READERS) if rng.random() < 0.85 else rng.choice(WRITERS))
            if kills % QUIET_EVERY == 0 or kills == KILLS:
                for number in WRITERS:
                    found.kill(number)
                found.wait_for_searches(2)  # the second one began after the last write
                assert found.wrong == []
                for number in WRITERS:
                    found.start(number, "writer")
        for number in READERS:
            found.kill(number)
    # pytest -rP shows what was compared
    print(f"{KILLS} kills, {found.searches} searches, {found.compared} suppliers compared: 0 wrong")  # noqa: T201
    assert found.compared > KILLS * FIRMS / 4


@pytest.mark.parametrize(
    "role", ["last_number_seen", "log_last", "forgets_deletes", "newest_kind", "asks_late", "marks_late"]
)
def test_wrong_readers_are_found_out(role: str, database: Database, database_url: str, tmp_path: Path) -> None:
    """Where numbers are given in the order of commits, the last number seen will do; a database without a
    counter of commits is read every time."""
    if role == ("last_number_seen" if database.is_sqlite else "asks_late"):
        return
    with herd(database_url, tmp_path) as found:
        for number in WRITERS:
            found.start(number, "writer")
        time.sleep(0.5)
        found.start(READERS[0], role)
        found.wait_for_searches(1)
        until = time.monotonic() + LONGEST_S
        while not found.wrong:
            assert time.monotonic() < until, "it was never found out"
            if role in ("log_last", "marks_late"):  # wrong when it starts
                found.wait_for_searches(3)
                found.kill(READERS[0])
                shutil.rmtree(tmp_path / "index", ignore_errors=True)
                found.start(READERS[0], role)
            time.sleep(0.02)


def _said(state: State | None) -> Truth:
    """The firm lived as number 7 once, whatever became of it."""
    return Truth({"a": state} if state else {}, frozenset((7,)))


def test_what_the_comparison_says() -> None:
    here, hidden, newer, gone = State(7, 1), State(7, 2, is_shown=False), State(7, 3), None
    assert compare(_said(here), [Hit("a", 7, 1)], _said(here)) == []
    assert compare(_said(here), [], _said(here)) == ["missing a 1"]
    assert compare(_said(hidden), [Hit("a", 7, 2)], _said(hidden)) == ["resurrected a 2"]
    assert compare(_said(hidden), [Hit("a", 7, 1)], _said(hidden)) == ["stale a 1 before 2"]
    assert compare(_said(gone), [Hit("a", 7, 1)], _said(gone)) == ["resurrected a 1"]
    assert compare(_said(gone), [Hit("a", 7, 1)], _said(State(8, 5))) == ["resurrected a 1"]
    assert compare(_said(here), [Hit("a", 7, 1), Hit("a", 7, 1)], _said(here)) == ["twice a"]
    assert compare(_said(newer), [Hit("a", 7, 1)], _said(newer)) == ["stale a 1 before 3", "missing a 3"]
    assert compare(_said(newer), [Hit("a", 7, 1)], _said(State(7, 4))) == ["stale a 1 before 3"]
    # What changed in between may be seen before, after, or on the way.
    worked = State(7, 1, weeks=5)
    assert compare(_said(here), [Hit("a", 7, 1, 5)], _said(worked)) == []
    assert compare(_said(worked), [Hit("a", 7, 1)], _said(newer)) == ["stale weeks a 0 before 5"]
    for version in (1, 2, 3):
        assert compare(_said(here), [Hit("a", 7, version)], _said(newer)) == []
    for later in (newer, hidden, gone, State(8, 5)):
        assert compare(_said(here), [], _said(later)) == []
        assert compare(_said(here), [Hit("a", 8, 5)], _said(later)) == []
    assert compare(_said(gone), [Hit("a", 8, 5)], _said(gone)) == []  # it came and went
