"""Several processes at once: searches a second, and the memory that each has for itself."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Barrier

from marketplace.bench.timing import Ask, paced, settle

# Fresh processes, as a server's workers are: what is shared is shared through the file system.
_CONTEXT = multiprocessing.get_context("spawn")
Opens = Callable[[], AbstractContextManager[Ask]]


def per_second(opens: Opens, shapes: int, processes: int, seconds: float) -> tuple[float, list[float]]:
    """Searches a second of all processes together, each on its own shuffled mix; and MB private to each.

    `opens` makes in each process what is asked; it must be picklable.
    """
    barrier = _CONTEXT.Barrier(processes)
    pipes: list[Connection] = []
    children = []
    for number in range(processes):
        here, there = _CONTEXT.Pipe(duplex=False)
        child = _CONTEXT.Process(target=_work, args=(opens, shapes, number, barrier, seconds, there), daemon=True)
        child.start()
        there.close()
        pipes.append(here)
        children.append(child)
    results = [pipe.recv() for pipe in pipes]
    for child in children:
        child.join()
    return sum(rate for rate, _ in results), [mb for _, mb in results]


def _work(opens: Opens, shapes: int, number: int, barrier: Barrier, seconds: float, pipe: Connection) -> None:
    order = random.Random(number).sample(range(shapes), shapes)  # noqa: S311 - repeatable on purpose
    with opens() as ask:
        for shape in order:
            ask(shape)
        settle()
        barrier.wait()
        rate = paced(ask, order, seconds)
        pipe.send((rate, private_mb()))


def private_mb() -> float:
    """Memory that no other process shares with this one; 0 where the system doesn't say."""
    rollup = Path("/proc/self/smaps_rollup")
    if not rollup.is_file():
        return 0.0
    for line in rollup.read_text("ascii").splitlines():
        if line.startswith("Private_Dirty:"):
            return int(line.split()[1]) / 1024
    return 0.0
