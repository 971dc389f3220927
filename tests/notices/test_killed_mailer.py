"""kill -9 of a worker, and several workers at once: each notice is mailed exactly once.

Workers are real processes, forked from one that has imported everything; a killed one is cut off before its n-th
statement or commit, for every n there is.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime

import pytest
from cast import Cast

from marketplace.accounts.model import Person
from marketplace.notices import store
from marketplace.notices.jobs import mail_due

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SITE = "https://selvedge.example.org"

# Reads lines of numbers; forks a worker for each number, which kills itself before that statement (0: it lives),
# and answers when all have ended with how many were killed.
SCRIPT = """
import os, signal, sys
from datetime import UTC, datetime
from sqlalchemy import event
from marketplace.db import open_database
from marketplace.notices.jobs import mail_due

def work(before):
    database = open_database(sys.argv[1], busy_timeout_ms=20_000)
    left = [before]
    @event.listens_for(database.engine, "before_cursor_execute")
    @event.listens_for(database.engine, "commit")
    def count(*_):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
    mail_due(database, sys.argv[2], "UTC", datetime(2026, 11, 23, 12, tzinfo=UTC))
    os._exit(0)

for line in sys.stdin:
    pids = []
    for number in line.split():
        pid = os.fork()
        if not pid:
            work(int(number))
        pids.append(pid)
    print(sum(os.WIFSIGNALED(os.waitpid(pid, 0)[1]) for pid in pids), flush=True)
"""


@pytest.fixture
def people(cast: Cast) -> list[Person]:
    return [cast.person(name) for name in ("Ada", "Bea")]


def tell(cast: Cast, people: list[Person], text: str) -> None:
    with cast.database.writing() as session:
        for person in people:
            store.tell_person(session, person.id, "example", text, "/help", NOON)


def problems(cast: Cast, people: list[Person], told: list[str]) -> list[str]:
    """Which notice was not mailed exactly once, after a last worker that lives."""
    mail_due(cast.database, SITE, "UTC", NOON)
    lines = Counter(
        (recipient, line)
        for recipient, body in cast.sql("SELECT recipient, body FROM mail")
        for line in body.split("\n")
        if line in told
    )
    wanted = Counter((person.email, text) for person in people for text in told)
    return sorted(f"{pair} mailed {lines[pair]} times" for pair in wanted if lines[pair] != 1)


def test_killed_before_every_statement_with_others_alive(cast: Cast, database_url: str, people: list[Person]) -> None:
    told, killed = [], 0
    command = [sys.executable, "-c", SCRIPT, database_url, SITE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as nursery:
        assert nursery.stdin
        assert nursery.stdout
        for number in range(1, 60):
            told.append(f"Round {number}.")
            tell(cast, people, told[-1])
            # Every fourth round two live ones race the one that dies.
            nursery.stdin.write(f"{number}{' 0 0' if number % 4 == 0 else ''}\n")
            nursery.stdin.flush()
            died = int(nursery.stdout.readline())
            killed += died
            if number % 4 and not died:
                break  # it had fewer statements than that: every one was tried
        nursery.stdin.close()
    assert killed > 10
    assert problems(cast, people, told) == []


def test_the_checker_sees_one_too_many_and_one_too_few(cast: Cast, people: list[Person]) -> None:
    tell(cast, people, "Told.")
    assert problems(cast, people, ["Told."]) == []
    assert len(problems(cast, people, ["Told.", "Never told."])) == 2
    cast.sql("UPDATE notice SET mailed_at = NULL WHERE person_id = :id", id=people[0].id)  # forgotten after the mail
    assert problems(cast, people, ["Told."]) == ["('ada@example.com', 'Told.') mailed 2 times"]
