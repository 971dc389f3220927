"""Fifty people accept an offer for two places at once: exactly two get one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cast import Cast
from place_kit import Workshop
from racing import accept_all

from marketplace.applications import store
from marketplace.applications.model import Draft, State
from marketplace.db import Database
from marketplace.placements import store as placements

PEOPLE, SEATS, RACERS = 50, 2, 5
PROCESSES = bool(os.environ.get("SELVEDGE_ACCEPT_PROCESSES"))


def offers(workshop: Workshop, database: Database) -> list[tuple[int, str]]:
    """(person, application) of fifty who were offered one of two places."""
    place = workshop.place(seats=SEATS)["id"]
    people = [workshop.cast.person(f"Person {number}") for number in range(PEOPLE)]
    found = []
    now = workshop.cast.now
    with database.writing() as session:
        number = placements.id_of(session, place)
        for person in people:
            made = store.add(session, number, person.id, Draft("I want to learn it.", "", None, ""), now)
            later = now.replace(year=now.year + 1)
            for state in (State.SENT, State.OFFERED):
                made = store.get(session, made.public_id)
                assert store.move(session, made, state, now, by_firm=state is State.OFFERED, answer_by=later)
            found.append((person.id, made.public_id))
    return found


def race(database_url: str, ids: list[tuple[int, str]], way: str) -> dict[str, int]:
    """Several at once: threads with connections of their own, or processes when SELVEDGE_ACCEPT_PROCESSES asks."""
    parts = [ids[number::RACERS] for number in range(RACERS)]
    if PROCESSES and way == "guarded":
        return _sum(_in_processes(database_url, parts, way))
    barrier = threading.Barrier(RACERS)
    with ThreadPoolExecutor(RACERS) as pool:
        return _sum(list(pool.map(lambda part: accept_all(database_url, part, barrier.wait, way), parts)))


def _in_processes(database_url: str, parts: list[list[tuple[int, str]]], way: str) -> list[dict[str, int]]:
    start = time.time() + 4  # until every process has read who it is
    script = Path(__file__).parent / "racing.py"
    running = [
        subprocess.Popen(
            [sys.executable, str(script), database_url, json.dumps(part), str(start), way],
            stdout=subprocess.PIPE,
            text=True,
        )
        for part in parts
    ]
    said = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0] * len(parts)
    return [json.loads(each) for each in said]


def _sum(found: list[dict[str, int]]) -> dict[str, int]:
    return {name: sum(each[name] for each in found) for name in ("accepted", "refused")}


def test_fifty_accept_two_places(workshop: Workshop, cast: Cast, database: Database, database_url: str) -> None:
    ids = offers(workshop, database)
    assert race(database_url, ids, "guarded") == {"accepted": SEATS, "refused": PEOPLE - SEATS}
    assert cast.sql("SELECT seats, seats_taken, status FROM placement") == [(SEATS, SEATS, "filled")]
    # Whoever was too late is told so, once, and nothing of theirs is pending.
    states = dict(cast.sql("SELECT state, count(*) FROM application GROUP BY state"))
    assert states == {"accepted": SEATS, "declined": PEOPLE - SEATS}
    told = cast.sql("SELECT count(*), count(DISTINCT person_id) FROM notice WHERE text LIKE '%was declined%'")
    assert told == [(PEOPLE - SEATS, PEOPLE - SEATS)]


def test_the_checker_finds_who_reads_first_and_writes_then(
    workshop: Workshop, cast: Cast, database: Database, database_url: str
) -> None:
    ids = offers(workshop, database)
    found = race(database_url, ids, "read_then_write")
    assert found["accepted"] > SEATS
    assert cast.sql("SELECT count(*) FROM application WHERE state = 'accepted'")[0][0] > SEATS
