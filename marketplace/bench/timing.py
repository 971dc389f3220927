"""Clocks and percentiles: interleaved rounds, the best time of each shape, their spread."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

Progress = Callable[[int, int], None]
Ask = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds over the shapes of a class."""

    median_ms: float
    p95_ms: float
    p99_ms: float
    mean_ms: float

    @property
    def per_s(self) -> float:
        """Searches a second that one process answers, one after another."""
        return 1000 / self.mean_ms


def spread(values: Sequence[float]) -> Spread:
    return Spread(percentile(values, 50), percentile(values, 95), percentile(values, 99), sum(values) / len(values))


def percentile(values: Sequence[float], percent: float) -> float:
    """Linear between the two nearest ranks."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def settle() -> None:
    """As a server does once it stands: what is there stays, and the garbage collector need not walk it again."""
    gc.collect()
    gc.freeze()


def best_of(
    asks: Mapping[str, Ask],
    shapes: int,
    rounds: int,
    on_progress: Progress | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """Milliseconds of each shape, the best of the rounds, for each of those asked.

    They take turns at each shape, so that what else the machine does meets all of them alike. Where all the work
    is done in this process, `time.process_time` as the clock leaves out what others took of the processor.
    """
    best = {name: [float("inf")] * shapes for name in asks}
    settle()
    for turn in range(rounds):
        for shape in range(shapes):
            for name, ask in asks.items():
                started = clock()
                ask(shape)
                best[name][shape] = min(best[name][shape], (clock() - started) * 1000)
        if on_progress:
            on_progress(turn + 1, rounds)
    return best


def paced(ask: Ask, order: Sequence[int], seconds: float) -> float:
    """Answers a second, going through the shapes in this order again and again for so long."""
    started = time.perf_counter()
    until = started + seconds
    for done in count():
        now = time.perf_counter()
        if now >= until:
            return done / (now - started)
        ask(order[done % len(order)])
    raise AssertionError("counting ends never")
