"""Clocks, percentiles, workers: what they say of things whose answer is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial

import pytest

from marketplace.bench.timing import best_of, paced, percentile, spread
from marketplace.bench.workers import per_second, private_mb

Ask = Callable[[int], object]


@pytest.mark.parametrize(
    ("values", "percent", "wanted"),
    [([5.0], 50, 5.0), ([1.0, 3.0], 50, 2.0), ([4, 1, 3, 2, 5], 50, 3), (range(101), 95, 95), ([0, 10], 99, 9.9)],
)
def test_percentile(values: list[float], percent: float, wanted: float) -> None:
    assert percentile(values, percent) == pytest.approx(wanted)


def test_spread() -> None:
    found = spread([1.0, 2.0, 3.0, 4.0])
    assert (found.median_ms, found.mean_ms, found.per_s) == (2.5, 2.5, 400)
    assert found.median_ms < found.p95_ms < found.p99_ms < 4


def test_those_asked_take_turns_at_each_shape() -> None:
    turns: list[tuple[str, int]] = []
    asks: dict[str, Ask] = {
        "a": lambda shape: turns.append(("a", shape)),
        "b": lambda shape: turns.append(("b", shape)),
    }
    said: list[tuple[int, int]] = []
    found = best_of(asks, 2, 3, lambda done, total: said.append((done, total)))
    assert turns == [("a", 0), ("b", 0), ("a", 1), ("b", 1)] * 3
    assert {name: len(times) for name, times in found.items()} == {"a": 2, "b": 2}
    assert said == [(1, 3), (2, 3), (3, 3)]


def test_the_best_time_counts() -> None:
    rounds = iter((20_000, 10, 20_000))

    def ask(_: int) -> object:
        return sum(range(next(rounds)))

    (best,) = best_of({"a": ask}, 1, 3)["a"]
    rounds = iter((20_000,) * 3)
    (slow,) = best_of({"a": ask}, 1, 3)["a"]
    assert best < slow


def test_paced_goes_round_until_the_time_is_up() -> None:
    asked: list[int] = []
    rate = paced(asked.append, [2, 0, 1], 0.05)
    assert asked[:7] == [2, 0, 1, 2, 0, 1, 2]
    assert rate >= len(asked) / 0.5


@contextmanager
def _heavy() -> Iterator[Ask]:
    held = bytearray(40_000_000)
    held[::4096] = b"x" * len(held[::4096])
    yield lambda shape: held[shape]


def test_processes_work_beside_each_other_and_say_what_they_hold() -> None:
    rate, memory = per_second(partial(nullcontext, abs), 5, 2, 0.05)
    assert rate > 0
    assert len(memory) == 2
    assert private_mb() > 0
    _, more = per_second(_heavy, 5, 1, 0.05)
    assert more[0] > min(memory) + 30
