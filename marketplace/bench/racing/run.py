"""Start the racers, kill some of them at random moments, and judge."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from marketplace.bench.racing.check import Verdict, check
from marketplace.bench.racing.http import serving
from marketplace.bench.racing.racer import Book, book, race
from marketplace.bench.racing.world import World, make_world
from marketplace.bench.timing import percentile
from marketplace.db import migrate, open_database

KILL_EVERY_S = 0.06  # on average


@dataclass(frozen=True, slots=True)
class Race:
    """What came of one race."""

    engine: str
    verdict: Verdict
    kills: int
    seconds: float

    def as_json(self) -> dict[str, Any]:
        verdict = self.verdict
        return {
            "engine": self.engine,
            "attempts": verdict.attempts,
            "acknowledged": verdict.acknowledged,
            "refused": verdict.refused,
            "bookings_per_s": verdict.booked / self.seconds,
            "p95_ms": percentile(verdict.milliseconds, 95) if verdict.milliseconds else None,
            "kills": self.kills,
            "oversold": verdict.oversold,
            "lost": verdict.lost,
            "double": verdict.double,
        }


def run(
    url: str,
    folder: Path,
    *,
    processes: int = 8,
    seconds: float = 10.0,
    kills: int = 0,
    kill_every_s: float = KILL_EVERY_S,
    how: Book = book,
    over_http: bool = False,
    on_progress: Callable[[int, int], object] = lambda done, of: None,
) -> Race:
    """Race in an empty database: with `kills` until so many processes were killed, else for so many seconds; in
    transactions of the racers' own, or through the real server."""
    database = open_database(url)
    migrate.upgrade(database)
    world = make_world(database, processes, scarce=not over_http)
    with serving(database, url, folder, world) if over_http else nullcontext(how) as way:
        killed, took, diaries = _race(url, folder, world, processes, seconds, kills, kill_every_s, way, on_progress)
    verdict = check(database, diaries)
    engine = database.engine.dialect.name
    database.dispose()
    return Race(engine, verdict, killed, took)


def _race(
    url: str,
    folder: Path,
    world: World,
    processes: int,
    seconds: float,
    kills: int,
    kill_every_s: float,
    how: Book,
    on_progress: Callable[[int, int], object],
) -> tuple[int, float, list[Path]]:
    """(processes killed, seconds it took, the diaries)."""
    # A server of clean processes: a killed racer is replaced in milliseconds, with nothing shared.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["marketplace.bench.racing.racer", "psycopg"])
    diaries = [folder / f"racer-{number}.jsonl" for number in range(processes)]
    left = 3600.0 if kills else seconds

    def written(number: int) -> int:
        return diaries[number].stat().st_size if diaries[number].exists() else 0

    def start(number: int) -> BaseProcess:
        born[number] = written(number)
        child = context.Process(target=race, args=(url, world, number, diaries[number], left, how), daemon=True)
        child.start()
        return child

    born = [0] * processes  # how long the diary was when its writer started
    racers = [start(number) for number in range(processes)]
    rng, killed, started = random.Random(), 0, time.monotonic()  # noqa: S311 - no secret
    while killed < kills:
        time.sleep(rng.expovariate(1 / kill_every_s))
        busy = [number for number in range(processes) if written(number) > born[number]]
        if not busy:
            continue  # who has not begun yet has nothing to lose
        number = rng.choice(busy)
        racers[number].kill()
        racers[number].join()
        killed += 1
        racers[number] = start(number)
        on_progress(killed, kills)
    if kills:
        for child in racers:
            child.kill()
            child.join()
        left = 0.0  # a last life that only finishes what is open
        racers = [start(number) for number in range(processes)]
    for child in racers:
        child.join()
    if any(child.exitcode for child in racers):
        raise RuntimeError("a racer failed by itself: its traceback stands above")
    # Without kills each raced for just so long, however long its process took to start.
    return killed + (processes if kills else 0), time.monotonic() - started if kills else seconds, diaries
