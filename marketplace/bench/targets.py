"""The figures that must be met, the goals beyond, and what a run got."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from marketplace.bench.figures import MIX, Figures, PeerFigures, SizeFigures, growth
from marketplace.bench.shapes import CLASSES

_NAMES = {1_000: "1k", 10_000: "10k", 100_000: "100k", 1_000_000: "1M"}


@dataclass(frozen=True, slots=True)
class Target:
    """`got` is None where the run did not measure it. `at_least`: more is better, else less is."""

    name: str
    must: float
    goal: float
    got: float | None
    unit: str = ""
    at_least: bool = False

    @property
    def is_met(self) -> bool | None:
        return self._meets(self.must)

    @property
    def is_goal_met(self) -> bool | None:
        return self._meets(self.goal)

    def _meets(self, limit: float) -> bool | None:
        if self.got is None:
            return None
        return self.got >= limit if self.at_least else self.got <= limit


def targets(figures: Figures) -> list[Target]:
    return [*_against_postgis(figures), *_end_to_end(figures), *_alone(figures)]


def _against_postgis(figures: Figures) -> Iterator[Target]:
    for size, must, goal in ((10_000, 20, 40), (100_000, 40, 80)):
        got = _at(figures, size, _times(lambda peer, own: peer.classes[MIX].mean_ms / peer.ours[MIX].mean_ms))
        yield Target(f"mix mean against PostGIS, {_NAMES[size]}", must, goal, got, "x", at_least=True)
        got = _at(figures, size, _times(lambda peer, own: peer.classes[MIX].mean_ms / peer.ours_again[MIX].mean_ms))
        yield Target(f"the same where answers are kept, {_NAMES[size]}", must, goal, got, "x", at_least=True)
    p95 = _at(figures, 100_000, _times(lambda peer, own: peer.classes[MIX].p95_ms / peer.ours[MIX].p95_ms))
    yield Target("p95 against PostGIS, 100k", 60, 100, p95, "x", at_least=True)
    p95 = _at(figures, 100_000, _times(lambda peer, own: peer.classes[MIX].p95_ms / peer.ours_again[MIX].p95_ms))
    yield Target("the same where answers are kept, 100k", 60, 100, p95, "x", at_least=True)
    least = _at(
        figures,
        100_000,
        _times(lambda peer, own: min(peer.classes[g].median_ms / peer.ours[g].median_ms for g in CLASSES)),
    )
    yield Target("least class, median against PostGIS, 100k", 6, 10, least, "x", at_least=True)
    rate = _at(figures, 100_000, _times(lambda peer, own: peer.ours_per_s[2] / peer.per_s[2]))
    yield Target("searches a second of 2 processes against PostGIS, 100k", 40, 80, rate, "x", at_least=True)
    rate = _at(figures, 100_000, _times(lambda peer, own: peer.ours_again_per_s[2] / peer.per_s[2]))
    yield Target("the same where answers are kept, 100k", 40, 80, rate, "x", at_least=True)


def _end_to_end(figures: Figures) -> Iterator[Target]:
    for size, must, goal in ((10_000, 0.50, 0.60), (100_000, 0.30, 0.45), (1_000_000, 0.06, 0.15)):
        got = _at(figures, size, lambda own: own.site.served[MIX] if own.site else None)
        yield Target(f"requests a second over a bare route, {_NAMES[size]}", must, goal, got, at_least=True)
    small = _at(figures, 100_000, lambda own: own.site.served["geo_small"] if own.site else None)
    yield Target("the same for geo_small, 100k", 0.55, 0.70, small, at_least=True)
    for own in figures.sizes:
        if own.site:
            p99 = own.site.visible_ms[1]
            yield Target(f"change in the index of another process, p99, {_name(own)}", 1, 1, p99, " ms")
            # Only what was really written counts: fewer updates cost less.
            rate = f"{own.site.updates.updates_per_s:.0f} updates a second"
            yield Target(f"cost of {rate}, {_name(own)}", 15, 5, own.site.updates.share * 100, " %")


def _alone(figures: Figures) -> Iterator[Target]:
    yield Target("growth of the mean, 10k to 1M", 45, 20, growth(figures, lambda s: s.classes[MIX].mean_ms), "x")
    yield Target("growth of the median, 10k to 1M", 27, 15, growth(figures, lambda s: s.classes[MIX].median_ms), "x")
    small = growth(figures, lambda s: s.classes["geo_small"].median_ms)
    yield Target("growth of geo_small's median, 10k to 1M", 5, 2, small, "x")
    tail = _at(figures, 100_000, lambda own: own.classes[MIX].p99_ms / own.classes[MIX].median_ms)
    yield Target("p99 over median of the mix, 100k", 8, 5, tail, "x")
    for size, must, goal in ((100_000, 6, 3), (1_000_000, 60, 30)):
        yield Target(f"build, {_NAMES[size]}", must, goal, _at(figures, size, lambda own: own.build_s), " s")
    yield Target("private memory of a worker, 100k", 60, 30, _at(figures, 100_000, lambda own: own.private_mb), " MB")
    for own in figures.sizes:
        yield Target(f"2 % edited: mean grows, {_name(own)}", 20, 10, own.delta_share * 100, " %")
    last = max(figures.sizes, key=lambda own: own.suppliers).typos
    yield Target("unknown word, median", 0.2, 0.1, last.median_ms, " ms")
    yield Target("unknown word, p99", 1.5, 0.5, last.p99_ms, " ms")
    yield Target("misspelt words that find theirs", 99, 99.9, last.found_share * 100, " %", at_least=True)
    exact = figures.exact
    yield Target(
        f"wrong answers of {exact.queries:,}" if exact else "wrong answers", 0, 0, exact.wrong if exact else None
    )


def _at(figures: Figures, size: int, read: Callable[[SizeFigures], float | None]) -> float | None:
    own = figures.at(size)
    return read(own) if own else None


def _times(read: Callable[[PeerFigures, SizeFigures], float]) -> Callable[[SizeFigures], float | None]:
    return lambda own: read(own.peer, own) if own.peer else None


def _name(size: SizeFigures) -> str:
    return _NAMES.get(size.suppliers, f"{size.suppliers:,}")
