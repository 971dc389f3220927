"""One process that pledges and withdraws, or one that closes what is due. What came of it is written down."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from marketplace.bench.pooling.world import DESIGNERS, World
from marketplace.db import Database, open_database
from marketplace.errors import Conflict, Invalid, NotFound, Unavailable
from marketplace.places import Point
from marketplace.pools import actions, store
from marketplace.pools.actions import Limits, Wanted
from marketplace.pools.model import Pool

PLEDGED, WITHDRAWN, REFUSED, CLOSED = "pledged", "withdrawn", "refused", "closed"
NO_LIMITS = Limits(pledges=10**9, joins=10**9, withdrawn_a_month=10**9)
_BY_HAND = 0.01  # how often the workshop closes a pool itself
_PAUSE_S = 0.01

# How the worker closes what is due; tests give wrong ones to see that the checker finds them.
Close = Callable[[Database, datetime], int]


@dataclass(frozen=True, slots=True)
class Done:
    """What was acknowledged, and for which pledge."""

    outcome: str
    pledge: str = ""


def designer(url: str, world: World, path: Path) -> None:
    """Pledge and withdraw for random studios in random live pools, until killed."""
    database, rng = open_database(url, busy_timeout_ms=30_000, pool_size=2), _rng()
    diary = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(diary, b"\n")  # a line that a kill has cut off ends here
    while True:
        with database.reading() as session:
            live = store.list_live(session, datetime.now(UTC))
            pool = rng.choice(live) if live else None
            inside = {pledge.studio_id for pledge in store.list_live_pledges(session, pool)} if pool else set()
        if pool is None:
            time.sleep(_PAUSE_S)
            continue
        try:
            done = _act(database, world, rng, pool, inside)
        except (Conflict, NotFound, Invalid, Unavailable):
            done = Done(REFUSED)
        os.write(diary, (json.dumps([done.outcome, done.pledge]) + "\n").encode())


def closer(url: str, close: Close) -> None:
    """Close what is due, until killed."""
    database = open_database(url, busy_timeout_ms=30_000, pool_size=2)
    while True:
        try:
            if not close(database, datetime.now(UTC)):
                time.sleep(_PAUSE_S)
        except Unavailable:
            time.sleep(_PAUSE_S)


def read_diary(path: Path) -> list[Done]:
    """What was acknowledged; a line that a kill has cut off counts as not written."""
    found = []
    for line in path.read_text().splitlines() if path.exists() else []:
        try:
            found.append(Done(*json.loads(line)))
        except ValueError:
            continue
    return found


def _act(database: Database, world: World, rng: random.Random, pool: Pool, inside: set[int]) -> Done:
    now = datetime.now(UTC)
    if rng.random() < _BY_HAND:
        actions.close(database, world.workshop(), pool.public_id, now)
        return Done(CLOSED)
    leaves = rng.random() < 0.5
    numbers = [n for n in range(DESIGNERS) if (world.studios[n] in inside) is leaves] or list(range(DESIGNERS))
    actor = world.designer(rng.choice(numbers))
    if leaves:
        return Done(WITHDRAWN, actions.withdraw(database, actor, pool.public_id, now)[1].public_id)
    wanted = Wanted(rng.randint(5, 15), rng.choice((0, 0, 1)), Point.of(43.88 + rng.random() / 4, 11.1))
    return Done(PLEDGED, actions.pledge(database, actor, pool.public_id, wanted, now, NO_LIMITS)[1].public_id)


def _rng() -> random.Random:
    return random.Random(os.getpid() + time.time_ns())  # noqa: S311 - no secret
