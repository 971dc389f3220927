"""Distances between many points at once: chords through the Earth, and the geodesic where it matters. Pure.

The straight line between two points on the ellipsoid, bent to the curvature of the ellipsoid at its middle in
its own direction, is the geodesic to within a millimetre at 500 km. So only points that this error leaves
undecided (at the edge of a circle, or between two metres) are measured by places.rules.distance_m.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from marketplace.places.model import E7, Point
from marketplace.places.rules import distance_m

Array = NDArray[Any]
Metres = TypeVar("Metres", float, Array)

_A, _F = 6_378_137.0, 1 / 298.257223563  # WGS84
_E2 = _F * (2 - _F)
_TIGHTEST, _WIDEST = _A * (1 - _E2), _A / math.sqrt(1 - _E2)  # the radii of curvature there are
_SURE_M = 9e6


def earth_xyz(lat: Array, lon: Array) -> Array:
    """Geocentric coordinates in metres of points on the WGS84 ellipsoid, degrees given. Shape (3, points)."""
    phi, lam = np.radians(lat), np.radians(lon)
    normal = _A / np.sqrt(1 - _E2 * np.sin(phi) ** 2)
    flat = normal * np.cos(phi)
    return np.stack((flat * np.cos(lam), flat * np.sin(lam), normal * (1 - _E2) * np.sin(phi)))


def earth_point(lat: float, lon: float) -> tuple[float, float, float]:
    """The same of one point, without arrays."""
    phi, lam = math.radians(lat), math.radians(lon)
    normal = _A / math.sqrt(1 - _E2 * math.sin(phi) ** 2)
    flat = normal * math.cos(phi)
    return flat * math.cos(lam), flat * math.sin(lam), normal * (1 - _E2) * math.sin(phi)


def estimate_m(xyz: Array, other: Array | tuple[float, float, float]) -> tuple[Array, Array]:
    """Geodesic distance in metres from points (3, n) to one point, or each to its own, and how wrong it may be.

    With 2R asin(chord / 2R) where 1/R = cos²α/M + sin²α/N is Euler's curvature of the normal section in
    direction α. Measured against Karney's geodesic over 25,000 pairs, the error grows with the fifth power
    of the distance: 0.8 mm at 500 km, 5.6 m at 3000 km; the bound is 1.6 times what was measured.
    """
    ends = np.asarray(other, dtype=np.float64).reshape(3, -1)
    difference = xyz - ends
    middle = xyz + ends
    chord2 = np.einsum("ij,ij->j", difference, difference)
    flat2 = middle[0] ** 2 + middle[1] ** 2
    z2 = middle[2] ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        sin2_lat = z2 / (z2 + (1 - _E2) ** 2 * flat2)
        east = middle[0] * difference[1] - middle[1] * difference[0]
        sin2_way = east**2 / (flat2 * chord2)
    sin2_way[~np.isfinite(sin2_way)] = 0.0  # the same point, or a pole: all ways are alike
    part = 1 - _E2 * sin2_lat
    normal = _A / np.sqrt(part)
    curvature = (1 - sin2_way) * part / (normal * (1 - _E2)) + sin2_way / normal
    metres = 2 / curvature * np.arcsin(np.minimum(1.0, np.sqrt(chord2) * curvature / 2))
    error = _error(metres)
    far = metres > 1e7
    if far.any():  # towards the antipode the chord says little
        error[far] += 0.0065 * metres[far]
        error[metres > 1.65e7] = 3e6
    return metres, error


def chord_bounds(metres: float) -> tuple[float, float]:
    """(chord in metres up to which a geodesic is surely no longer than this, chord beyond which it surely is).

    The ellipsoid is bent most along the equator's meridians and least at the poles; between the two lies every
    estimate of estimate_m, and the error that it allows for is left on both sides. From 9000 km on, nothing is sure.
    """
    if metres > _SURE_M:
        return 0.0, math.inf
    error = _error(1.001 * metres + 1)
    inner = 2 * _TIGHTEST * math.sin(max(metres - error, 0.0) / (2 * _TIGHTEST))
    return inner, 2 * _WIDEST * math.sin((metres + error) / (2 * _WIDEST))


def longest_m(chord: float) -> float:
    """What a geodesic with this chord surely does not exceed, metres; infinite from 9000 km on."""
    metres = 2 * _TIGHTEST * math.asin(min(1.0, chord / (2 * _TIGHTEST)))
    return metres + _error(metres) if metres < _SURE_M else math.inf


def _error(metres: Metres) -> Metres:
    """How wrong an estimate may be at a distance, in metres; beyond 10,000 km it is more."""
    return 1e-6 + 4e-32 * metres**5


def xyz_of(points: Sequence[Point]) -> Array:
    """Geocentric coordinates (3, points)."""
    lat = np.array([point.lat_e7 for point in points], np.int64)
    lon = np.array([point.lon_e7 for point in points], np.int64)
    return earth_xyz(lat / E7, lon / E7)


def metres_between(points: Sequence[Point], others: Sequence[Point], xyz: Array, other_xyz: Array) -> Array:
    """Whole metres from each point to its own other one, as distance_m says; coordinates as of xyz_of."""
    metres, error = estimate_m(xyz, other_xyz)
    low: Array = np.floor(np.maximum(metres - error, 0) + 0.5).astype(np.int64)
    unsure = np.flatnonzero(low < np.floor(metres + error + 0.5))
    for place in unsure.tolist():
        low[place] = distance_m(points[place], others[place])
    return low
