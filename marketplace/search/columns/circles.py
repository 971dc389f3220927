"""Who lies within a circle, exactly, and how far: chords through the Earth first, the geodesic where it matters."""

from __future__ import annotations

import math

import numpy as np

from marketplace.places.chords import chord_bounds, earth_point, estimate_m, longest_m
from marketplace.places.model import Circle, Point
from marketplace.places.rules import MAXIMUM_RADIUS_M, distance_m
from marketplace.search.columns.table import Array, Table

_UNKNOWN = -1


class Distances:
    """Whole metres from a centre to some sites. Known of each is the chord through the Earth; `low` and `high`, between
    which the metres lie, where they were asked for, and made equal where somebody must know."""

    def __init__(self, centre: Point, sites: Table, ordinals: Array, chord2: Array) -> None:
        self._centre, self._sites = centre, sites
        self._ordinals, self._chord2 = ordinals, chord2
        self.low = np.zeros(len(ordinals), np.int64)
        self.high = np.full(len(ordinals), _UNKNOWN, np.int64)

    def estimate(self, positions: Array) -> None:
        """Find between which metres these sites lie."""
        fresh = positions[self.high[positions] == _UNKNOWN]
        if len(fresh) == 0:
            return
        centre = earth_point(self._centre.lat, self._centre.lon)
        metres, error = estimate_m(self._sites["xyz"][:, self._ordinals[fresh]], centre)
        self.low[fresh] = np.floor(np.maximum(metres - error, 0) + 0.5)
        self.high[fresh] = np.floor(metres + error + 0.5)

    def settle(self, positions: Array) -> None:
        """Measure these sites where two whole metres are possible."""
        self.estimate(positions)
        for position in positions[self.low[positions] < self.high[positions]].tolist():
            ordinal = self._ordinals[position]
            point = Point(int(self._sites["lat_e7"][ordinal]), int(self._sites["lon_e7"][ordinal]))
            self.low[position] = self.high[position] = distance_m(self._centre, point)

    def within(self, radius_m: int) -> Array:
        """Whether each lies within the radius, edge included."""
        if radius_m >= MAXIMUM_RADIUS_M:  # all of the Earth, of whose far side chords say little
            return np.ones(len(self.low), np.bool_)
        inner, outer = chord_bounds(radius_m)[0], chord_bounds(radius_m + 1)[1]
        inside: Array = self._chord2 <= inner * inner
        edge = (~inside & (self._chord2 <= outer * outer)).nonzero()[0]
        self.estimate(edge)
        self.settle(edge[(self.low[edge] <= radius_m) & (self.high[edge] > radius_m)])
        inside[edge] = self.high[edge] <= radius_m
        return inside

    def nearest(self, positions: Array, count: int) -> Array:
        """Those of the positions that may be among the nearest `count`, measured to the metre."""
        last = math.sqrt(np.partition(self._chord2[positions], count - 1)[count - 1])
        reach = chord_bounds(longest_m(last) + 1)[1]
        near: Array = positions[self._chord2[positions] <= reach * reach]
        self.estimate(near)
        near = near[self.low[near] <= np.partition(self.high[near], count - 1)[count - 1]]
        self.settle(near)
        return near

    def take(self, positions: Array) -> Distances:
        """The same for some of the positions."""
        taken = Distances(self._centre, self._sites, self._ordinals[positions], self._chord2[positions])
        taken.low, taken.high = self.low[positions], self.high[positions]
        return taken


class Nearby:
    """The points of a snapshot in the order of their distance from the equatorial plane: a circle is a slice."""

    def __init__(self, xyz: Array, ordinals: Array) -> None:
        self.xyz = xyz  # (3, points), sorted by z
        self.ordinals = ordinals

    @classmethod
    def build(cls, sites: Table) -> Nearby:
        located = np.flatnonzero(sites["has_point"])
        order = located[np.argsort(sites["xyz"][2][located], kind="stable")]
        return cls(np.ascontiguousarray(sites["xyz"][:, order]), order)

    def candidates(self, circle: Circle) -> tuple[Array, Array]:
        """(ordinal, square of the chord to the centre) of every site that may lie within the circle: a chord is never
        longer than its arc."""
        centre = earth_point(circle.centre.lat, circle.centre.lon)
        reach = circle.radius_m + 1.0
        start, end = np.searchsorted(self.xyz[2], (centre[2] - reach, centre[2] + reach))
        x, y, z = self.xyz[:, start:end]
        chord2 = (x - centre[0]) ** 2
        chord2 += (y - centre[1]) ** 2
        chord2 += (z - centre[2]) ** 2
        near = (chord2 <= reach * reach).nonzero()[0]
        return self.ordinals[start:end][near], chord2[near]
