"""kill -9 of a worker before every statement, and several workers at once: each enquiry and quote ends once, with one
event and one notice for each side."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from market import Market
from sqlalchemy import text

from marketplace.enquiries import jobs
from marketplace.enquiries.model import QuoteState, State

# Reads a number from each line and forks a worker, which kills itself before that statement. Prints whether it lived.
SCRIPT = """
import os, signal, sys
from datetime import datetime
from sqlalchemy import event
from marketplace.db import open_database
from marketplace.enquiries import jobs

url, at = sys.argv[1:]

def work(before):
    database = open_database(url, busy_timeout_ms=20_000)
    left = [before]
    @event.listens_for(database.engine, "before_cursor_execute")
    @event.listens_for(database.engine, "commit")
    def count(*_):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
    jobs.run_due(database, datetime.fromisoformat(at))
    os._exit(0)

for line in sys.stdin:
    pid = os.fork()
    if not pid:
        work(int(line))
    print(os.waitpid(pid, 0)[1], flush=True)
"""


@pytest.fixture
def due(market: Market) -> Market:
    """Three enquiries whose time is over, and three quotes that ran out."""
    room, other = market.workshop(usual=1000), market.workshop("Vera")
    for _ in range(3):
        enquiry, _ = market.ask(room, other, brief=market.new_brief())
        market.offer(room, enquiry, valid_days=7)
    market.now += timedelta(days=9)
    return market


def check(market: Market) -> None:
    with market.database.reading() as session:
        ended = session.execute(text("SELECT state, count(*) FROM enquiry GROUP BY state")).all()
        quotes = session.execute(text("SELECT state, count(*) FROM quote GROUP BY state")).all()
        query = "SELECT action, object_id, count(*) FROM audit_event WHERE actor_id IS NULL GROUP BY action, object_id"
        events = session.execute(text(query)).all()
        told = "SELECT kind, count(*) FROM notice WHERE kind IN ('enquiry-timed-out', 'quote-expired') GROUP BY kind"
        notices = dict(tuple(row) for row in session.execute(text(told)))
        taken = session.scalar(text("SELECT count(*) FROM reservation WHERE state <> 'ended'"))
    assert {tuple(row) for row in ended} == {(State.QUOTED, 3), (State.TIMED_OUT, 3)}
    assert {tuple(row) for row in quotes} == {(QuoteState.EXPIRED, 3)}
    ours = [row for row in events if row[0] in ("enquiry.time_out", "quote.expire")]
    assert len(ours) == 6
    assert {row[2] for row in ours} == {1}
    assert notices == {"enquiry-timed-out": 6, "quote-expired": 6}
    assert taken == 0


def test_killed_before_every_statement(due: Market, database_url: str) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, database_url, due.now.isoformat()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdin
    assert worker.stdout
    kills = 0
    for before in range(1, 400):
        worker.stdin.write(f"{before}\n")
        worker.stdin.flush()
        if worker.stdout.readline().strip() == "0":
            break
        kills += 1
    worker.stdin.close()
    worker.wait()
    worker.stdout.close()
    assert kills > 10
    assert jobs.run_due(due.database, due.now) == 0  # the last one lived, and left nothing
    check(due)


def test_several_workers_at_once(due: Market) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: jobs.run_due(due.database, due.now), range(4)))
    assert sum(done) == 6
    check(due)
