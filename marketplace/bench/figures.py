"""What a run measured, and what of it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from marketplace.bench.exact import Compared
from marketplace.bench.shapes import CLASSES, Shape
from marketplace.bench.timing import Spread, spread
from marketplace.bench.typos import Typos
from marketplace.bench.updates import UpdateCost

MIX = "mix"


@dataclass(frozen=True, slots=True)
class PeerFigures:
    """PostGIS beside the engine: `agree` of `compared` shapes had the same totals and facets. `ours`: the engine's
    times for what PostGIS answers, without relaxations; `ours_again`: where it keeps answers, as on the site."""

    classes: Mapping[str, Spread]
    ours: Mapping[str, Spread]
    ours_again: Mapping[str, Spread]
    per_s: Mapping[int, float]
    ours_per_s: Mapping[int, float]
    ours_again_per_s: Mapping[int, float]
    load_s: float
    mb: float
    compared: int
    agree: int
    same_page: int


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """The whole site over a database. Ratios: requests a second over those of a bare route of the same bytes."""

    write_s: float
    rebuild_s: float
    served: Mapping[str, float]
    in_process: Mapping[str, float]
    served_ms: Mapping[str, float]
    visible_ms: tuple[float, float]  # median, p99: until the next request elsewhere has the change in its index
    visible_answer_ms: tuple[float, float]  # the same, until a whole search there is answered with it
    updates: UpdateCost
    private_mb: float


@dataclass(slots=True)
class SizeFigures:
    """Everything measured at one number of suppliers; None where it was left out. `cpu_ms`: means by class."""

    suppliers: int
    build_s: float
    generate_s: float
    index_mb: float
    classes: Mapping[str, Spread]
    cpu_ms: Mapping[str, float]
    per_s: Mapping[int, float]
    private_mb: float
    typos: Typos
    delta_share: float  # what the mean grows by when 2 % are edited
    peer: PeerFigures | None = None
    site: SiteFigures | None = None


@dataclass(slots=True)
class Figures:
    sizes: list[SizeFigures] = field(default_factory=list)
    exact: Compared | None = None

    def at(self, suppliers: int) -> SizeFigures | None:
        return next((size for size in self.sizes if size.suppliers == suppliers), None)


def by_class(shapes: tuple[Shape, ...], milliseconds: list[float]) -> dict[str, Spread]:
    """The spread of each class, and of the whole mix."""
    found = {
        group: spread([ms for shape, ms in zip(shapes, milliseconds, strict=True) if shape.group == group])
        for group in CLASSES
    }
    return {**found, MIX: spread(milliseconds)}


def ratios(shapes: tuple[Shape, ...], times: Mapping[str, list[float]]) -> dict[str, float]:
    """Requests a second of the real route over the bare one's, by class and for the mix."""
    real, bare = by_class(shapes, times["real"]), by_class(shapes, times["bare"])
    return {group: bare[group].mean_ms / real[group].mean_ms for group in real}


def growth(figures: Figures, read: Callable[[SizeFigures], float]) -> float | None:
    """How many times a figure grows from 10,000 to 1,000,000 suppliers."""
    small, large = figures.at(10_000), figures.at(1_000_000)
    return read(large) / read(small) if small and large else None


def as_json(figures: Figures) -> dict[str, Any]:
    """One document; what stands at the top is of the largest size."""
    largest = max(figures.sizes, key=lambda size: size.suppliers)
    exact = figures.exact
    return {
        **_size_json(largest, figures),
        "sizes": [_size_json(size, figures) for size in figures.sizes],
        "exact": {
            "queries": exact.queries,
            "wrong": exact.wrong,
            "totals": exact.totals,
            "facets": exact.facets,
            "ids": exact.ids,
            "relaxations": exact.relaxations,
            "examples": exact.examples,
        }
        if exact
        else None,
    }


def _size_json(size: SizeFigures, figures: Figures) -> dict[str, Any]:
    peer, site = size.peer, size.site
    return {
        "suppliers": size.suppliers,
        "classes": {name: _spread_json(found) for name, found in size.classes.items()},
        "cpu_ms": dict(size.cpu_ms),
        "per_s": {str(processes): rate for processes, rate in size.per_s.items()},
        "ratios": {
            "vs_bare_route": site.served[MIX] if site else None,
            "vs_postgis": peer.classes[MIX].mean_ms / peer.ours[MIX].mean_ms if peer else None,
            "vs_postgis_again": peer.classes[MIX].mean_ms / peer.ours_again[MIX].mean_ms if peer else None,
            "growth_geo_10k_1m": growth(figures, lambda s: s.classes["geo_small"].median_ms),
        },
        "update_visible_ms": site.visible_ms[1] if site else None,
        "rebuild_s": site.rebuild_s if site else None,
        "index_mb": size.index_mb,
        "build_s": size.build_s,
        "generate_s": size.generate_s,
        "private_mb": size.private_mb,
        "typos": {
            "median_ms": size.typos.median_ms,
            "p99_ms": size.typos.p99_ms,
            "found_share": size.typos.found_share,
        },
        "delta_share": size.delta_share,
        "site": {
            "vs_bare_route": dict(site.served),
            "vs_bare_route_in_process": dict(site.in_process),
            "mean_ms": dict(site.served_ms),
            "write_s": site.write_s,
            "visible_median_ms": site.visible_ms[0],
            "visible_answer_median_ms": site.visible_answer_ms[0],
            "visible_answer_p99_ms": site.visible_answer_ms[1],
            "updates_per_s": site.updates.updates_per_s,
            "updates_share": site.updates.share,
            "updates_cpu_share": site.updates.cpu_share,
            "private_mb": site.private_mb,
        }
        if site
        else None,
        "postgis": {
            "classes": {name: _spread_json(found) for name, found in peer.classes.items()},
            "ours": {name: _spread_json(found) for name, found in peer.ours.items()},
            "ours_again": {name: _spread_json(found) for name, found in peer.ours_again.items()},
            "per_s": {str(processes): rate for processes, rate in peer.per_s.items()},
            "ours_per_s": {str(processes): rate for processes, rate in peer.ours_per_s.items()},
            "ours_again_per_s": {str(processes): rate for processes, rate in peer.ours_again_per_s.items()},
            "load_s": peer.load_s,
            "mb": peer.mb,
            "compared": peer.compared,
            "agree": peer.agree,
            "same_page": peer.same_page,
        }
        if peer
        else None,
    }


def _spread_json(found: Spread) -> dict[str, float]:
    return {
        "median_ms": found.median_ms,
        "p95_ms": found.p95_ms,
        "p99_ms": found.p99_ms,
        "mean_ms": found.mean_ms,
        "per_s": found.per_s,
    }
