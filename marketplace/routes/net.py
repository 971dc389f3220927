"""A problem as columns of whole numbers: a layer of nodes for each step, and what a leg between two costs. Pure.

A node is an offer that may be picked. Points are those of scoring.Scale; days are counted from the start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marketplace.places.chords import metres_between, xyz_of
from marketplace.places.model import Point
from marketplace.places.rules import MAXIMUM_RADIUS_M
from marketplace.routes.build import Frame
from marketplace.routes.fitting import Fit
from marketplace.routes.model import STUDIO, DueAt
from marketplace.routes.ready import Array, Ready, daily_capacity, horizon_days
from marketplace.routes.scoring import Scale, scale_of
from marketplace.routes.travel import KM_A_DAY

INF = 1 << 59  # of points: eight of them together are still a 64-bit number
_BILLION = 1_000_000_000
_TOO_LARGE = "The weights are too large for these prices: make all of them smaller by the same factor"


class Layer:
    """The nodes of one step, as columns."""

    def __init__(self, fits: Sequence[Fit], columns: Mapping[str, Array], xyz: NDArray[Any]) -> None:
        self.fits = fits
        self.own = columns["own"]  # points of its price, and of the first leg where the studio sends cloth
        self.money = columns["money"]
        self.rank = columns["rank"]  # its place among all by supplier, site and service
        self.site = columns["site"]
        self.supplier = columns["supplier"]
        self.home_m = columns["home_m"]
        self.lead = columns["lead"]
        self.entry_m = columns["entry_m"]  # metres of the first leg, where the studio sends cloth
        self.entry_day = columns["entry_day"]  # the day on which that is there
        self.xyz = xyz  # (3, nodes), from the studio
        self._columns = columns
        self._ready: Ready | None = None

    def __len__(self) -> int:
        return len(self.fits)

    def take(self, rows: Array) -> Layer:
        columns = {name: column[rows] for name, column in self._columns.items()}
        part = Layer([self.fits[row] for row in rows.tolist()], columns, self.xyz[:, rows])
        if self._ready:
            part._ready = self._ready.take(rows)
        return part

    def ready(self, net: Net, days: int) -> Ready:
        """Ready days, known for so many days from the start at the least."""
        if self._ready is None or self._ready.days < days:
            calendars = [fit.offer.calendar for fit in self.fits if fit.offer.calendar]
            capacity = daily_capacity(calendars, net.frame.problem.start, days)
            need = np.fromiter((fit.need or 0 for fit in self.fits), np.int64, len(self.fits))
            self._ready = Ready(capacity, need, self.lead)
        return self._ready


@dataclass(frozen=True, slots=True)
class Cost:
    """Points of a leg: for a metre, and the CO2e of the grams carried, rounded half up as in scoring.Scale.leg."""

    metre: int
    part_e9: int

    @classmethod
    def of(cls, scale: Scale, grams: int) -> Cost:
        whole, part = divmod(scale.gram_metre_e9 * grams, _BILLION)
        return cls(scale.metre + whole, part)

    def points(self, metres: Array) -> Array:
        result: Array = self.metre * metres + (2 * self.part_e9 * metres + _BILLION) // (2 * _BILLION)
        return result


@dataclass(frozen=True, slots=True)
class Net:
    """`last_day`: no route is delivered later (or ready, as the request compares); `haul_m` None is no limit."""

    frame: Frame
    scale: Scale
    layers: tuple[Layer, ...]
    costs: tuple[Cost, ...]  # of the leg that leaves each step
    last_day: int
    horizon: int  # every job ends before this day
    haul_m: int | None
    by_ready: bool
    shown: tuple[tuple[int, ...], ...] = ()  # suppliers of ways already chosen, for diverse ones
    differ: int = 0

    def take(self, rows: Sequence[Array]) -> Net:
        return replace(self, layers=tuple(map(Layer.take, self.layers, rows)))

    def is_digital(self, step: int) -> bool:
        return self.frame.problem.steps[step].digital

    def metres(self, step: int, nodes: Array, target: int, others: Array) -> Array:
        """Whole metres of legs between nodes, exactly; 0 within a site."""
        one, other = self.layers[step], self.layers[target]
        found = metres_between(
            _Points(one, nodes), _Points(other, others), _absolute(self, one, nodes), _absolute(self, other, others)
        )
        found[one.site[nodes] == other.site[others]] = 0
        return found


class _Points(Sequence[Point]):
    """The points of some nodes, looked up one by one where the estimate leaves two metres."""

    def __init__(self, layer: Layer, nodes: Array) -> None:
        self._layer, self._nodes = layer, nodes

    def __len__(self) -> int:
        return len(self._nodes)

    def __getitem__(self, place: Any) -> Any:
        return self._layer.fits[int(self._nodes[place])].offer.point


def _absolute(net: Net, layer: Layer, nodes: Array) -> NDArray[Any]:
    result: NDArray[Any] = layer.xyz[:, nodes] + xyz_of([net.frame.problem.studio])
    return result


def net_of(frame: Frame, fits: Sequence[Sequence[Fit]], scale: Scale | None = None) -> Net:
    """The columns of a problem for these offers of each step (all that have weeks and a need).

    Errors: ValueError in words, where weights and prices make numbers that are too large.
    """
    problem = frame.problem
    scale = scale or scale_of(problem)
    sites: dict[str, int] = {}
    firms: dict[str, int] = {}
    layers = []
    centre = xyz_of([problem.studio])
    for step, found in enumerate(fits):
        nodes = [fit for fit in found if fit.need is not None and fit.offer.calendar is not None]
        money = [fit.money_minor or 0 for fit in nodes]
        if max(money, default=0) * scale.minor > INF // 16:
            raise ValueError(_TOO_LARGE)
        order = sorted(range(len(nodes)), key=lambda node: nodes[node].offer.key)
        columns = {
            "money": np.array(money, np.int64),
            "own": np.array(money, np.int64) * scale.minor,
            "rank": np.argsort(np.array(order, np.int64)),
            "site": np.array([sites.setdefault(fit.offer.site_id, len(sites)) for fit in nodes], np.int64),
            "supplier": np.array([firms.setdefault(fit.offer.supplier_id, len(firms)) for fit in nodes], np.int64),
            "home_m": np.array([fit.distance_m for fit in nodes], np.int64),
            "lead": np.array([fit.lead_days for fit in nodes], np.int64),
            "entry_m": np.zeros(len(nodes), np.int64),
            "entry_day": np.zeros(len(nodes), np.int64),
        }
        if problem.sends_cloth and frame.is_source(step):
            columns["entry_m"] = columns["home_m"]
            columns["entry_day"] = home_days_of(columns["home_m"])
            columns["own"] = columns["own"] + Cost.of(scale, frame.amounts[step].grams_in).points(columns["home_m"])
        xyz = xyz_of([fit.offer.point for fit in nodes]) - centre if nodes else np.zeros((3, 0))
        layers.append(Layer(nodes, columns, xyz))
    costs = tuple(Cost.of(scale, amount.grams_out) for amount in frame.amounts)
    if max(cost.metre + 1 for cost in costs) * MAXIMUM_RADIUS_M > INF // 16:
        raise ValueError(_TOO_LARGE)
    horizon = horizon_days(problem.start)
    by_ready = problem.due is not None and problem.due_at is DueAt.READY
    last = (problem.due - problem.start).days if problem.due else 4 * horizon
    return Net(frame, scale, tuple(layers), costs, last, horizon, problem.haul_m, by_ready)


def home_days_of(metres: Array) -> Array:
    """travel.home_days of many."""
    result: Array = np.where(metres == 0, 0, 1 + metres // (KM_A_DAY * 1000))
    return result


def siblings(net: Net, step: int) -> tuple[int, ...]:
    """The other steps that hand over to the same one."""
    target = net.frame.following[step]
    return () if target == STUDIO else tuple(other for other in net.frame.before[target] if other != step)
