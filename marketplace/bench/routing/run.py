"""How long routes take to find, by the offers of each step, and how much longer CP-SAT takes to the same optimum."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from marketplace.bench.routing import cpsat
from marketplace.bench.routing.generate import make_problem
from marketplace.bench.timing import percentile, settle
from marketplace.routes.best import best
from marketplace.routes.build import Frame
from marketplace.routes.fitting import fits_by_step
from marketplace.routes.model import Problem
from marketplace.routes.net import Net, net_of
from marketplace.routes.solve import answer

K = 10
REQUESTS = 15  # different ones of each size
ROUNDS = 3  # of each, the best of which counts: what else the machine does is left out
PEER_OFFERS = 10  # of each step, for CP-SAT, which proves few more in a minute
PEER_REQUESTS = 3
PEER_SECONDS = 120.0
PEER_DAYS = 120
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Size:
    """Milliseconds of the processor for the whole answer, from the offers as they are to the routes with all days."""

    candidates: int
    median_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Peer:
    """Processor time of both to the best route of the same requests; `all_proven` that CP-SAT needed no more time."""

    candidates: int
    own_ms: float
    cpsat_ms: float
    all_equal: bool
    all_proven: bool

    @property
    def ratio(self) -> float:
        return self.cpsat_ms / self.own_ms


@dataclass(frozen=True, slots=True)
class Figures:
    sizes: tuple[Size, ...]
    peer: Peer | None

    def as_json(self, candidates: int) -> dict[str, object]:
        """The keys of the interface for one size, with all of them beside it."""
        asked = next(size for size in self.sizes if size.candidates == candidates)
        found: dict[str, object] = {
            "candidates": candidates,
            "k": K,
            "median_ms": round(asked.median_ms, 2),
            "p95_ms": round(asked.p95_ms, 2),
            "vs_cpsat": round(self.peer.ratio, 1) if self.peer else None,
            "sizes": {str(s.candidates): {"median_ms": s.median_ms, "p95_ms": s.p95_ms} for s in self.sizes},
        }
        if self.peer:
            peer = self.peer
            found["cpsat"] = {
                "candidates": peer.candidates,
                "own_ms": peer.own_ms,
                "cpsat_ms": peer.cpsat_ms,
                "same_optimum": peer.all_equal,
                "proven": peer.all_proven,
            }
        return found


def run(sizes: Sequence[int], *, with_peer: bool, on_progress: Progress | None = None) -> Figures:
    """Measure each size, and CP-SAT where it is installed.

    Errors: AssertionError when CP-SAT proves another optimum: then one of the two is wrong.
    """
    total = len(sizes) * REQUESTS + (PEER_REQUESTS if with_peer else 0)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if on_progress:
            on_progress(done, total)

    measured = []
    for candidates in sizes:
        times = []
        for seed in range(REQUESTS):
            asked = make_problem(candidates, seed, K)
            settle()
            times.append(min(_milliseconds(asked) for _ in range(ROUNDS)))
            step()
        measured.append(Size(candidates, percentile(times, 50), percentile(times, 95)))
    return Figures(tuple(measured), _peer(step) if with_peer and cpsat.is_there() else None)


def _milliseconds(asked: Problem) -> float:
    began = time.process_time()
    answer(asked)
    return (time.process_time() - began) * 1000


def _peer(step: Callable[[], None]) -> Peer:
    own, other, equal, proven = [], [], True, True
    for seed in range(PEER_REQUESTS):
        asked = replace(make_problem(PEER_OFFERS, seed, 1), k=1)
        began = time.process_time()
        net = _net(asked)
        (way,) = best(net, 1)
        own.append((time.process_time() - began) * 1000)
        found = cpsat.solve(_net(asked), PEER_DAYS, PEER_SECONDS)
        other.append(found.processor_s * 1000)
        proven &= found.is_proven
        equal &= found.points == way.points
        if found.is_proven and found.points != way.points:
            raise AssertionError(f"request {seed}: {way.points} here, {found.points} there")
        step()
    return Peer(PEER_OFFERS, percentile(own, 50), percentile(other, 50), equal, proven)


def _net(asked: Problem) -> Net:
    frame = Frame.of(asked)
    fits = fits_by_step(asked, frame.amounts)
    return net_of(frame, [[fit for fit in found if not fit.misses] for found in fits])
