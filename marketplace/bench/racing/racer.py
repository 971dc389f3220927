"""One process that books and cancels. It writes down what it is about to do before it does it, and what came of it
after; killed in between, its next life repeats what is open with the same key."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from marketplace.bench.racing.world import SLOTS, World
from marketplace.booking import holds, store
from marketplace.booking.model import Outcome, Side
from marketplace.db import Database, open_database
from marketplace.errors import Conflict, Unavailable
from marketplace.idempotency import store as keys
from marketplace.suppliers.rules import Run
from marketplace.units import Quantity, Unit

BOOKED, CANCELLED, REFUSED = "booked", "cancelled", "refused"
_HOT = 0.5  # how much of the traffic wants one slot
_MOST = 3  # pieces of one booking


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be done under a key: pieces of a slot, or the end of a reservation."""

    key: str
    slot: int
    pieces: int
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    outcome: str
    reservation: str


# How an intent is carried out; tests give wrong ones to see that the checker finds them.
Book = Callable[[Database, World, int, Intent], Done]


def book(database: Database, world: World, racer: int, intent: Intent) -> Done:
    """One transaction: the key, the weeks, the events and the answer stand or fall together."""
    now = datetime.now(UTC)
    with database.writing() as session:
        if not keys.claim(session, world.people[racer], intent.key, "", now):
            return Done(**json.loads(keys.get(session, world.people[racer], intent.key).body))
        done = act(session, world, racer, intent, now)
        keys.keep(
            session, world.people[racer], intent.key, 201, json.dumps({"outcome": done[0], "reservation": done[1]})
        )
    return Done(*done)


def act(session: Session, world: World, racer: int, intent: Intent, now: datetime) -> tuple[str, str]:
    """What an intent does, inside a transaction."""
    if intent.ends:
        ended = holds.release(session, store.get(session, intent.ends).id, Outcome.CANCELLED, now)
        return (CANCELLED if ended else REFUSED), intent.ends
    supplier, service = world.slot(session, intent.slot)
    held = holds.hold(
        session,
        supplier=supplier,
        service=service,
        studio_id=world.studios[racer],
        run=Run(Quantity(intent.pieces, Unit.PIECE)),
        arrival=world.week.monday,
        made_by=Side.SUPPLIER,
        expires_at=now + timedelta(hours=1),
        now=now,
        only=world.week,
    )
    firm = holds.make_firm(session, held.reservation.id, Side.STUDIO, now)
    return BOOKED, firm.public_id


class Diary:
    """A racer's file: '>' lines are intents, '<' lines what came of them. Appended with one write each."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        self.path = path

    def write(self, mark: str, *values: object) -> None:
        os.write(self._file, (json.dumps([mark, *values]) + "\n").encode())


def read_diary(path: Path) -> tuple[list[tuple[Intent, Done, float]], Intent | None]:
    """(intent, outcome, milliseconds) of all that was answered, and the intent that is still open."""
    answered: list[tuple[Intent, Done, float]] = []
    opened: Intent | None = None
    text = path.read_text() if path.exists() else ""
    for line in text.splitlines():
        try:
            mark, *values = json.loads(line)
        except ValueError:
            continue  # cut off by a kill in the middle of the write: it counts as not written
        if mark == ">":
            opened = Intent(*values)
        elif opened is not None:
            answered.append((opened, Done(values[0], values[1]), values[2]))
            opened = None
    return answered, opened


def race(url: str, world: World, racer: int, path: Path, seconds: float, how: Book = book) -> None:
    """Book and cancel for so long, going on where the diary ends."""
    database = open_database(url, busy_timeout_ms=30_000, pool_size=2)
    rng = random.Random(os.getpid() + time.time_ns())  # noqa: S311 - no secret
    answered, opened = read_diary(path)
    mine = _still_mine(answered)
    number = len(answered) + (opened is not None)
    diary = Diary(path)
    until = time.monotonic() + seconds
    while opened is not None or time.monotonic() < until:
        if opened is None:
            number += 1
            opened = _next(rng, world, f"{racer}-{number}", mine)
            diary.write(">", opened.key, opened.slot, opened.pieces, opened.ends)
        started = time.perf_counter()
        try:
            done = how(database, world, racer, opened)
        except (Conflict, Unavailable):
            done = Done(REFUSED, "")
        diary.write("<", done.outcome, done.reservation, (time.perf_counter() - started) * 1000)
        if done.outcome == BOOKED:
            mine.append(done.reservation)
        elif opened.ends in mine:
            mine.remove(opened.ends)
        opened = None
    database.dispose()


def _next(rng: random.Random, world: World, key: str, mine: list[str]) -> Intent:
    if mine and rng.random() < world.cancels:
        return Intent(key, 0, 0, rng.choice(mine))
    slot = 0 if rng.random() < _HOT else rng.randrange(SLOTS)
    return Intent(key, slot, rng.randint(1, _MOST))


def _still_mine(answered: list[tuple[Intent, Done, float]]) -> list[str]:
    ended = {intent.ends for intent, done, _ in answered if intent.ends}
    return [done.reservation for _, done, _ in answered if done.outcome == BOOKED and done.reservation not in ended]
