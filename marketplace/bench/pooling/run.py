"""Open pools, let designers and closers race for them, kill some at random moments, and judge."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from marketplace.bench.pooling.check import Verdict, check
from marketplace.bench.pooling.racer import Close, closer, designer
from marketplace.bench.pooling.world import World, make_world, open_pool
from marketplace.db import Database, migrate, open_database
from marketplace.pools import store
from marketplace.pools.actions import close_due

KILL_EVERY_S = 0.4  # on average
_MOST_LIVE = 24  # pools at one time
_CLOSERS = 2
_LATE = timedelta(days=3)  # behind every extension


@dataclass(frozen=True, slots=True)
class Race:
    """What came of one race."""

    engine: str
    verdict: Verdict
    kills: int
    seconds: float

    def as_json(self) -> dict[str, Any]:
        return {"engine": self.engine, **asdict(self.verdict), "kills": self.kills, "seconds": self.seconds}


def run(
    url: str,
    folder: Path,
    *,
    pools: int = 100,
    processes: int = 4,
    kill: bool = True,
    kill_every_s: float = KILL_EVERY_S,
    close: Close = close_due,
    on_progress: Callable[[int, int], object] = lambda done, of: None,
) -> Race:
    """Race in an empty database until so many pools have been opened and closed."""
    database = open_database(url, busy_timeout_ms=30_000)
    migrate.upgrade(database)
    world = make_world(database)
    diaries = [folder / f"designer-{number}.jsonl" for number in range(processes)]
    started = time.monotonic()
    killed = _race(database, url, world, diaries, pools, kill_every_s if kill else 0.0, close, on_progress)
    took = time.monotonic() - started
    close(database, datetime.now(UTC) + _LATE)  # the extended ones
    close(database, datetime.now(UTC) + _LATE)
    verdict = check(database, world, diaries)
    engine = database.engine.dialect.name
    database.dispose()
    return Race(engine, verdict, killed, took)


def _race(
    database: Database,
    url: str,
    world: World,
    diaries: list[Path],
    pools: int,
    kill_every_s: float,
    close: Close,
    on_progress: Callable[[int, int], object],
) -> int:
    """Returns how many processes were killed."""
    # A server of clean processes: a killed one is replaced in milliseconds, with nothing shared.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["marketplace.bench.pooling.racer", "psycopg"])

    def start(number: int) -> BaseProcess:
        if number < len(diaries):
            child = context.Process(target=designer, args=(url, world, diaries[number]), daemon=True)
        else:
            child = context.Process(target=closer, args=(url, close), daemon=True)
        child.start()
        return child

    racers = [start(number) for number in range(len(diaries) + _CLOSERS)]
    rng, killed, opened = random.Random(), 0, 0  # noqa: S311 - no secret
    kill_at = time.monotonic() + 1
    while True:
        with database.reading() as session:
            due = len(store.list_due(session, datetime.now(UTC)))
            live = len(store.list_live(session, datetime.now(UTC))) + due
        if opened < pools and live < _MOST_LIVE:
            open_pool(database, world, rng)
            opened += 1
            on_progress(opened, pools)
        elif opened == pools and not _running(database):
            break
        else:
            time.sleep(0.01)
        if kill_every_s and time.monotonic() >= kill_at:
            kill_at = time.monotonic() + rng.expovariate(1 / kill_every_s)
            number = rng.randrange(len(racers))
            racers[number].kill()
            racers[number].join()
            killed += 1
            racers[number] = start(number)
    for child in racers:
        child.kill()
        child.join()
    return killed


def _running(database: Database) -> bool:
    """Whether a pool waits for its first closing; extended ones are closed afterwards."""
    soon = datetime.now(UTC) + timedelta(hours=1)
    with database.reading() as session:
        return bool(store.list_due(session, soon))
