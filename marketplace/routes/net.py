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
from marketplace.routes.ready import Array, Jobs, Ready, daily_capacity, horizon_days
from marketplace.routes.scoring import Scale, scale_of
from marketplace.routes.travel import KM_A_DAY

Rows = Array | slice
INF = 1 << 59  # of points: eight of them together are still a 64-bit number
_BILLION = 1_000_000_000
_EXACT_M = 1e6  # coordinates up to here are right to a tenth of a metre in 32 bits
_TOO_LARGE = "The weights are too large for these prices: make all of them smaller by the same factor"


@dataclass(frozen=True, slots=True)
class Cost:
    """Points of a leg: for a metre, and the CO2e of the grams carried, rounded half up as in scoring.Scale.leg.

    Of one step, or of many nodes.
    """

    metre: Array | int
    part_e9: Array | int

    @classmethod
    def of(cls, scale: Scale, grams: int) -> Cost:
        whole, part = divmod(scale.gram_metre_e9 * grams, _BILLION)
        return cls(scale.metre + whole, part)

    @classmethod
    def of_many(cls, scale: Scale, grams: Sequence[int]) -> Cost:
        each = [divmod(scale.gram_metre_e9 * one, _BILLION) for one in grams]
        metre = np.array([scale.metre + whole for whole, _ in each], np.int64)
        return cls(metre, np.array([part for _, part in each], np.int64))

    def take(self, rows: Rows) -> Cost:
        if isinstance(self.metre, int) or isinstance(self.part_e9, int):
            return self
        return Cost(self.metre[rows], self.part_e9[rows])

    def column(self) -> Cost:
        """For rows of a table of pairs."""
        if isinstance(self.metre, int) or isinstance(self.part_e9, int):
            return self
        return Cost(self.metre[:, None], self.part_e9[:, None])

    def points(self, metres: Array) -> Array:
        result: Array = self.metre * metres + (2 * self.part_e9 * metres + _BILLION) // (2 * _BILLION)
        return result


METRES = Cost(1, 0)  # counts metres alone


@dataclass(frozen=True, slots=True)
class Side:
    """Where the work of some nodes is done. Steps shared by two suppliers have two sides, each with its own legs."""

    fits: Sequence[Fit]
    site: Array
    home_m: Array
    xyz: NDArray[Any]  # (3, nodes), from the studio
    out: Cost  # of the leg that leaves it
    into: Cost | None = None  # of the leg that comes to it, where it is only a part of what is handed over

    @property
    def reach(self) -> float:
        """How far the farthest coordinate lies from the studio, in metres."""
        return float(np.abs(self.xyz).max(initial=0))

    def take(self, rows: Array) -> Side:
        fits = [self.fits[row] for row in rows.tolist()]
        into = self.into.take(rows) if self.into else None
        return Side(fits, self.site[rows], self.home_m[rows], self.xyz[:, rows], self.out.take(rows), into)


class Layer:
    """The nodes of one step, as columns."""

    def __init__(self, sides: tuple[Side, ...], columns: Mapping[str, Array]) -> None:
        self.sides = sides
        self.own = columns["own"]  # points of its price, and of the first leg where the studio sends cloth
        self.money = columns["money"]
        self.rank = columns["rank"]  # its place among all by supplier, site and service
        self.supplier = columns["supplier"]
        self.lead = columns["lead"]
        self.entry_m = columns["entry_m"]  # metres of the first leg, where the studio sends cloth
        self.entry_day = columns["entry_day"]  # the day on which that is there
        self._columns = columns
        self._ready: Ready | None = None

    def __len__(self) -> int:
        return len(self.own)

    def fits(self, node: int) -> tuple[Fit, ...]:
        return tuple(side.fits[node] for side in self.sides)

    def take(self, rows: Array) -> Layer:
        columns = {name: column[rows] for name, column in self._columns.items()}
        part = Layer(tuple(side.take(rows) for side in self.sides), columns)
        if self._ready:
            part._ready = self._ready.take(rows)
        return part

    def ready(self, net: Net, days: int) -> Ready:
        """Ready days, known for so many days from the start at the least; of two sides the later one's."""
        if self._ready is None or self._ready.days < days:
            self._ready = Ready([_jobs(side, net, days) for side in self.sides])
        return self._ready

    def home(self) -> tuple[Array, Array, Array]:
        """The last leg from each node: points, days, metres."""
        points = sum(side.out.points(side.home_m) for side in self.sides)
        days = np.maximum.reduce([home_days_of(side.home_m) for side in self.sides])
        return np.asarray(points), days, np.asarray(sum(side.home_m for side in self.sides))


def _jobs(side: Side, net: Net, days: int) -> Jobs:
    calendars = [fit.offer.calendar for fit in side.fits if fit.offer.calendar]
    capacity = daily_capacity(calendars, net.frame.problem.start, days)
    need = np.fromiter((fit.need or 0 for fit in side.fits), np.int64, len(side.fits))
    lead = np.fromiter((fit.lead_days for fit in side.fits), np.int64, len(side.fits))
    return Jobs(capacity, need, lead)


@dataclass(frozen=True, slots=True)
class Net:
    """`last_day`: no route is delivered later (or ready, as the request compares); `haul_m` None is no limit."""

    frame: Frame
    scale: Scale
    layers: tuple[Layer, ...]
    last_day: int
    horizon: int  # every job is ready by this day
    haul_m: int | None
    by_ready: bool
    shown: tuple[tuple[int, ...], ...] = ()  # suppliers of ways already chosen, for diverse ones
    differ: int = 0

    def take(self, rows: Sequence[Array]) -> Net:
        return replace(self, layers=tuple(map(Layer.take, self.layers, rows)))

    def is_digital(self, step: int) -> bool:
        return self.frame.problem.steps[step].digital

    def least_points(self, step: int, nodes: Rows, target: int, cost: Cost | None = None) -> Array:
        """Points of legs (nodes, all nodes of the target), never more than the truth; by `cost` instead of its own."""
        total: Array | int = 0
        for one in self.layers[step].sides:
            for other in self.layers[target].sides:
                total = total + (cost or other.into or one.out.take(nodes).column()).metre * _chords(one, nodes, other)
        return np.asarray(total)

    def least_legs(self, step: int, nodes: Array, target: int) -> tuple[Array, Array]:
        """Points and days of legs (nodes, all nodes of the target), never more than the truth; 0 within a site."""
        points: Array | int = 0
        days: Array | int = 0
        for one in self.layers[step].sides:
            for other in self.layers[target].sides:
                metres = _chords(one, nodes, other)
                same = one.site[nodes][:, None] == other.site[None]
                metres[same] = 0
                points = points + (other.into or one.out.take(nodes).column()).metre * metres
                days = np.maximum(days, np.where(same, 0, way_days(metres)))
        return np.asarray(points), np.asarray(days)

    def legs(self, step: int, nodes: Array, target: int, others: Array) -> tuple[Array, Array, Array]:
        """Points, days and whole metres of legs from each node to its own other one, exactly."""
        points, days, total = (np.zeros(len(nodes), np.int64) for _ in range(3))
        for one in self.layers[step].sides:
            for other in self.layers[target].sides:
                same = one.site[nodes] == other.site[others]
                metres = self._metres(one, nodes, other, others)
                metres[same] = 0
                points += (other.into.take(others) if other.into else one.out.take(nodes)).points(metres)
                days = np.maximum(days, np.where(same, 0, way_days(metres)))
                total += metres
        return points, days, total

    def _metres(self, one: Side, nodes: Array, other: Side, others: Array) -> Array:
        centre = xyz_of([self.frame.problem.studio])
        ends = one.xyz[:, nodes] + centre, other.xyz[:, others] + centre
        return metres_between(_Points(one, nodes), _Points(other, others), *ends)


def _chords(one: Side, nodes: Rows, other: Side) -> Array:
    """Whole metres (nodes, all others), never more than the leg's: a chord through the Earth is no longer."""
    far = max(one.reach, other.reach)
    kind: type[np.floating[Any]] = np.float32 if far < _EXACT_M else np.float64
    a, b = one.xyz[:, nodes].astype(kind), other.xyz.astype(kind)
    square = np.subtract.outer(a[0], b[0])
    square *= square
    for axis in (1, 2):  # no matrix product: its threads would take turns with those of other requests
        difference = np.subtract.outer(a[axis], b[axis])
        difference *= difference
        square += difference
    np.sqrt(square, out=square)
    square -= 1  # more than rounding may have added
    np.maximum(square, 0, out=square)
    result: Array = square.astype(np.int64)
    return result


class _Points(Sequence[Point]):
    """The points of some nodes, looked up one by one where the estimate leaves two metres."""

    def __init__(self, side: Side, nodes: Array) -> None:
        self._side, self._nodes = side, nodes

    def __len__(self) -> int:
        return len(self._nodes)

    def __getitem__(self, place: Any) -> Any:
        return self._side.fits[int(self._nodes[place])].offer.point


def net_of(frame: Frame, fits: Sequence[Sequence[Fit]], scale: Scale | None = None) -> Net:
    """The columns of a problem for these offers of each step (all that have weeks and a need).

    Errors: ValueError in words, where weights and prices make numbers that are too large.
    """
    scale = scale or scale_of(frame.problem)
    numbers = Numbers()
    layers = []
    for step, found in enumerate(fits):
        nodes = [fit for fit in found if fit.need is not None and fit.offer.calendar is not None]
        out = Cost.of(scale, frame.amounts[step].grams_out)
        entry = Cost.of(scale, frame.amounts[step].grams_in)
        side = side_of(frame, numbers, nodes, out)
        keys = [fit.offer.key for fit in nodes]
        firms = [numbers.firm(fit.offer.supplier_id) for fit in nodes]
        layers.append(layer_of(frame, scale, step, (side,), (entry,), keys, firms))
    return bare_net(frame, scale, layers)


class Numbers:
    """Sites and firms by number, the same throughout a net."""

    def __init__(self) -> None:
        self._sites: dict[str, int] = {}
        self._firms: dict[str, int] = {}

    def site(self, site_id: str) -> int:
        return self._sites.setdefault(site_id, len(self._sites))

    def firm(self, firm: str) -> int:
        return self._firms.setdefault(firm, len(self._firms))


def side_of(frame: Frame, numbers: Numbers, nodes: Sequence[Fit], out: Cost, into: Cost | None = None) -> Side:
    centre = xyz_of([frame.problem.studio])
    site = np.array([numbers.site(fit.offer.site_id) for fit in nodes], np.int64)
    home = np.array([fit.distance_m for fit in nodes], np.int64)
    xyz = xyz_of([fit.offer.point for fit in nodes]) - centre if nodes else np.zeros((3, 0))
    return Side(nodes, site, home, xyz, out, into)


def layer_of(
    frame: Frame,
    scale: Scale,
    step: int,
    sides: tuple[Side, ...],
    entries: Sequence[Cost],
    keys: Sequence[Any],
    firms: Sequence[int],
) -> Layer:
    """`entries`: costs of the first leg to each side; `keys` say which node comes first of two that are equal."""
    count = len(keys)
    money = [sum(fit.money_minor or 0 for fit in fits) for fits in zip(*(side.fits for side in sides), strict=True)]
    if max(money, default=0) * scale.minor > INF // 16:
        raise ValueError(_TOO_LARGE)
    leads = [max(fit.lead_days for fit in fits) for fits in zip(*(side.fits for side in sides), strict=True)]
    own = np.array(money, np.int64) * scale.minor
    entry_m, entry_day = np.zeros(count, np.int64), np.zeros(count, np.int64)
    if frame.problem.sends_cloth and frame.is_source(step):
        for side, cost in zip(sides, entries, strict=True):
            own = own + cost.points(side.home_m)
            entry_m = entry_m + side.home_m
            entry_day = np.maximum(entry_day, home_days_of(side.home_m))
    order = sorted(range(count), key=lambda node: keys[node])
    columns = {
        "money": np.array(money, np.int64),
        "own": own,
        "rank": np.argsort(np.array(order, np.int64)),
        "supplier": np.array(firms, np.int64),
        "lead": np.array(leads, np.int64),
        "entry_m": entry_m,
        "entry_day": entry_day,
    }
    return Layer(sides, columns)


def bare_net(frame: Frame, scale: Scale, layers: Sequence[Layer]) -> Net:
    problem = frame.problem
    heaviest = Cost.of(scale, max(max(amount.grams_in, amount.grams_out) for amount in frame.amounts)).metre
    if int(np.max(heaviest)) * MAXIMUM_RADIUS_M > INF // 16:
        raise ValueError(_TOO_LARGE)
    horizon = horizon_days(problem.start)
    by_ready = problem.due is not None and problem.due_at is DueAt.READY
    last = (problem.due - problem.start).days if problem.due else 4 * horizon
    return Net(frame, scale, tuple(layers), last, horizon, problem.haul_m, by_ready)


def home_days_of(metres: Array) -> Array:
    """travel.home_days of many."""
    result: Array = np.where(metres == 0, 0, way_days(metres))
    return result


def way_days(metres: Array) -> Array:
    """Days on the way of legs between two sites."""
    result: Array = 1 + metres // (KM_A_DAY * 1000)
    return result


def siblings(net: Net, step: int) -> tuple[int, ...]:
    """The other steps that hand over to the same one."""
    target = net.frame.following[step]
    return () if target == STUDIO else tuple(other for other in net.frame.before[target] if other != step)
