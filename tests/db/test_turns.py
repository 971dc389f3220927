"""Writers of one SQLite file take turns; where they can't, SQLite's own lock is enough."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from marketplace.db import Database, open_database
from marketplace.db.turn import Turn

# Takes the turn on a file, says so, and keeps it.
KEEPER = """
import sys, time
from pathlib import Path
from marketplace.db.turn import Turn
with Turn(Path(sys.argv[1])).taken():
    print("has it", flush=True)
    time.sleep(60)
"""
# Adds one to a number so many times, reading first.
COUNTER = """
import sys
from sqlalchemy import text
from marketplace.db import open_database
database = open_database(sys.argv[1], busy_timeout_ms=20_000)
for _ in range(int(sys.argv[2])):
    with database.writing() as session:
        number = session.scalar(text("SELECT n FROM tally"))
        session.execute(text("UPDATE tally SET n = :n"), {"n": number + 1})
"""


@pytest.fixture
def tally(tmp_path: Path) -> Database:
    database = open_database(f"sqlite:///{tmp_path / 'tally.sqlite3'}", busy_timeout_ms=20_000)
    with database.writing() as session:
        session.execute(text("CREATE TABLE tally (n INTEGER)"))
        session.execute(text("INSERT INTO tally VALUES (0)"))
    return database


def count_one(database: Database) -> None:
    with database.writing() as session:
        number = session.scalar(text("SELECT n FROM tally"))
        session.execute(text("UPDATE tally SET n = :n"), {"n": number + 1})


def counted(database: Database) -> int:
    with database.reading() as session:
        return int(session.scalar(text("SELECT n FROM tally")) or 0)


def test_threads_and_processes_lose_nothing(tally: Database) -> None:
    url = str(tally.engine.url)
    others = [subprocess.Popen([sys.executable, "-c", COUNTER, url, "100"]) for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: count_one(tally), range(100)))
    assert [process.wait() for process in others] == [0, 0]
    assert counted(tally) == 300


def test_who_is_killed_leaves_the_turn(tmp_path: Path) -> None:
    path = tmp_path / "turn"
    with subprocess.Popen([sys.executable, "-c", KEEPER, str(path)], stdout=subprocess.PIPE, text=True) as keeper:
        assert keeper.stdout
        assert keeper.stdout.readline() == "has it\n"
        keeper.send_signal(signal.SIGKILL)
        keeper.wait()
    other = os.open(path, os.O_RDWR)
    with Turn(path).taken(), pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(other)


def test_nobody_waits_for_ever(tally: Database) -> None:
    """Somebody keeps the turn without the database's own lock: writers go on without it."""
    path = Path(f"{tally.engine.url.database}-turn")
    with subprocess.Popen([sys.executable, "-c", KEEPER, str(path)], stdout=subprocess.PIPE, text=True) as keeper:
        assert keeper.stdout
        keeper.stdout.readline()
        count_one(tally)
        keeper.kill()
    assert counted(tally) == 1


def test_a_folder_that_may_not_be_written_needs_no_turns() -> None:
    turn = Turn(Path("/proc/nothing/here-turn"))
    for _ in range(2):
        with turn.taken():
            time.sleep(0)


def test_a_forked_process_opens_its_own(tmp_path: Path) -> None:
    turn = Turn(tmp_path / "turn")
    with turn.taken():
        pass
    child = os.fork()
    if not child:
        with turn.taken():
            os._exit(0 if turn._process == os.getpid() else 1)
    assert os.waitpid(child, 0)[1] == 0
