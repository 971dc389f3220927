"""kill -9 of a worker neither loses a mail nor sends one twice: at random moments, and before every statement.

Workers are real processes, forked from one that has imported everything. Each round opens one more room; what
the killed ones left is finished at the end by one that lives.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from little_street import PRATO, Street

from marketplace.alerts.jobs import run_due
from marketplace.db import Database
from marketplace.mail.sender import send_due, spool_dir
from marketplace.places.gazetteer import Gazetteer
from marketplace.settings import Settings

# Reads a number from each line and forks a worker, which kills itself before that statement; 0: it works on.
SCRIPT = """
import os, signal, sys, threading
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.orm import configure_mappers
from marketplace.cli import background
from marketplace.db import open_database
from marketplace.db.schema import import_all_tables
from marketplace.places.gazetteer import Gazetteer
from marketplace.places.geocoders import PlaceFinder
from marketplace.search.context import open_index
from marketplace.settings import Settings
from marketplace.vocabulary import vocabulary
from marketplace.web.context import System

url, folder, data_dir = sys.argv[1:]
background._WORK_EVERY_S = 0.001
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
import_all_tables()
vocabulary(), configure_mappers()  # here once, instead of in each worker

def work(before):
    database = open_database(url)
    if before:
        left = [before]
        @event.listens_for(database.engine, "before_cursor_execute")
        @event.listens_for(database.engine, "commit")
        def count(*_):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
    settings = Settings(data_dir=Path(data_dir), database_url=url, secret_key="t" * 32)
    gazetteer = Gazetteer(Path(folder))
    system = System(settings=settings, database=database, gazetteer=gazetteer, places=PlaceFinder(gazetteer))
    background.work(system, open_index(system), threading.Event())

for line in sys.stdin:
    pid = os.fork()
    if not pid:
        work(int(line))
    print(pid, flush=True)
"""
_SEARCHES = 3


class Nursery:
    """Makes workers."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self, kill_before: int = 0) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{kill_before}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def nursery(url: str, gazetteer: Gazetteer, settings: Settings) -> Iterator[Nursery]:
    command = [sys.executable, "-c", SCRIPT, url, str(gazetteer._directory), str(settings.data_dir)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Nursery(process)
        assert process.stdin
        process.stdin.close()


@pytest.fixture
def street(database: Database) -> Street:
    """Thirty rooms that are full, and three people who wait for one."""
    street = Street(database, datetime.now(UTC))
    for number in range(30):
        street.room(f"Room {number}", usual=0)
    by = street.now.date() + timedelta(days=200)
    for number in range(_SEARCHES):
        question = f"process=sew&quantity=50&{PRATO}&radius_km=20&by={by.isoformat()}"
        street.save(street.person(f"p{number}@example.com"), question, name=f"Search {number}")
    street.run()
    return street


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def is_done(street: Street, opened: list[str]) -> bool:
    return street.value("SELECT count(*) FROM saved_search_news") == len(opened) * _SEARCHES


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.002)


def problems(street: Street, settings: Settings, opened: list[str]) -> list[str]:
    """Finish what is left, then say what was told too often or never."""
    later = datetime.now(UTC) + timedelta(hours=1)  # a mail that a killed worker had taken is free again
    run_due(street.database, street.live, settings.site_url, later)
    send_due(street.database, settings, later, most=10_000)
    told: Counter[tuple[str, str]] = Counter()
    for path in spool_dir(settings).glob("*.eml"):
        text = path.read_text().replace("=\n", "")
        recipient = re.search(r"^To: (\S+)$", text, re.MULTILINE)
        assert recipient
        told.update((recipient[1], name) for name in re.findall(r"^\d+\. ([^,]+),", text, re.MULTILINE))
    wanted = {(f"p{number}@example.com", name) for number in range(_SEARCHES) for name in opened}
    wrong = [
        f"{pair} told {told[pair]} times" for pair in sorted(wanted | told.keys()) if told[pair] != (pair in wanted)
    ]
    if street.value("SELECT count(*) FROM mail WHERE sent_at IS NULL"):
        wrong.append("a mail was not sent")
    written = street.value("SELECT count(*) FROM saved_search_news")
    if written != len(wanted):
        wrong.append(f"{written} news for {len(wanted)}")
    return wrong


def test_killed_at_twenty_random_moments(
    street: Street, database_url: str, gazetteer: Gazetteer, settings: Settings
) -> None:
    rng = random.Random(11)
    opened, unfinished = [], 0
    with nursery(database_url, gazetteer, settings) as workers:
        for number in range(20):
            opened.append(f"Room {number}")
            pid = workers.start()
            time.sleep(rng.uniform(0, 0.1))
            street.weeks(opened[-1], 40)
            if number in (8, 16):
                wait_until(lambda: is_done(street, opened))
            elif number != 5:
                time.sleep(rng.uniform(0, 0.15))
            os.kill(pid, signal.SIGKILL)
            wait_until(partial(gone, pid))
            unfinished += not is_done(street, opened)
    assert 0 < unfinished < 20, "the moments were not random"
    assert problems(street, settings, opened) == []


@pytest.mark.slow
def test_killed_before_every_statement(
    street: Street, database_url: str, gazetteer: Gazetteer, settings: Settings
) -> None:
    """The worker's pass over three searches and three mails, cut off at each of its statements and commits."""
    opened = []
    with nursery(database_url, gazetteer, settings) as workers:
        # The statements are the same on PostgreSQL, and each worker takes twice as long: every third there.
        step = 1 if street.database.is_sqlite else 3
        for before in range(1, 106, 4 * step):
            opened.append(f"Room {before // 4}")
            street.weeks(opened[-1], 40)
            for statement in range(before, before + 4 * step, step):
                pid = workers.start(statement)
                wait_until(partial(gone, pid))
    assert problems(street, settings, opened) == []


def test_the_checker_sees_a_mail_too_many_and_one_too_few(street: Street, settings: Settings) -> None:
    street.weeks("Room 0", 40)
    street.now = datetime.now(UTC)
    street.run()
    assert problems(street, settings, ["Room 0"]) == []
    assert problems(street, settings, ["Room 0", "Room 1"])
    (first, *_) = spool_dir(settings).glob("*.eml")
    first.with_name("twice.eml").write_bytes(first.read_bytes())
    assert problems(street, settings, ["Room 0"])
