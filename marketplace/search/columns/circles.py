"""Who lies within a circle, exactly, and how far: chords through the Earth first, the geodesic where it matters."""

from __future__ import annotations

import numpy as np

from marketplace.places.chords import earth_point, estimate_m
from marketplace.places.model import Circle, Point
from marketplace.places.rules import MAXIMUM_RADIUS_M, distance_m
from marketplace.search.columns.table import Array, Table


class Distances:
    """Whole metres from a centre to some sites: between `low` and `high`, made equal where somebody asks."""

    def __init__(self, centre: Point, sites: Table, ordinals: Array) -> None:
        self._centre = centre
        self._lat, self._lon = sites["lat_e7"][ordinals], sites["lon_e7"][ordinals]
        metres, error = estimate_m(sites["xyz"][:, ordinals], earth_point(centre.lat, centre.lon))
        self.low = np.floor(np.maximum(metres - error, 0) + 0.5).astype(np.int64)
        self.high = np.floor(metres + error + 0.5).astype(np.int64)

    def settle(self, positions: Array) -> None:
        """Measure the sites at these positions that are still between two metres."""
        for position in positions[self.low[positions] < self.high[positions]].tolist():
            point = Point(int(self._lat[position]), int(self._lon[position]))
            self.low[position] = self.high[position] = distance_m(self._centre, point)

    def within(self, radius_m: int) -> Array:
        """Whether each lies within the radius, edge included."""
        if radius_m >= MAXIMUM_RADIUS_M:  # all of the Earth, of whose far side chords say little
            return np.ones(len(self.low), np.bool_)
        self.settle(np.flatnonzero((self.low <= radius_m) & (self.high > radius_m)))
        inside: Array = self.high <= radius_m
        return inside

    def take(self, positions: Array) -> Distances:
        """The same for some of the positions."""
        taken = Distances.__new__(Distances)
        taken._centre = self._centre
        taken._lat, taken._lon = self._lat[positions], self._lon[positions]
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

    def candidates(self, circle: Circle) -> Array:
        """Ordinals of every site that may lie within the circle: a chord is never longer than its arc."""
        centre = earth_point(circle.centre.lat, circle.centre.lon)
        reach = circle.radius_m + 1.0
        start, end = np.searchsorted(self.xyz[2], (centre[2] - reach, centre[2] + reach))
        x, y, z = self.xyz[:, start:end]
        chord2 = (x - centre[0]) ** 2
        chord2 += (y - centre[1]) ** 2
        chord2 += (z - centre[2]) ** 2
        found: Array = self.ordinals[start:end][chord2 <= reach * reach]
        return found
