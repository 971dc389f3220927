"""Quarter-degree cells, numbered along rows, so that a box on the map is a few ranges of numbers: pure."""

from __future__ import annotations

import math

from marketplace.places.model import E7

CELLS_PER_DEGREE = 4
CELLS_AROUND = 360 * CELLS_PER_DEGREE


def cell_of(lat_e7: int, lon_e7: int) -> int:
    """Number of the quarter-degree cell a point lies in, west to east, then south to north."""
    row = (lat_e7 + 90 * E7) * CELLS_PER_DEGREE // E7
    column = (lon_e7 + 180 * E7) * CELLS_PER_DEGREE // E7
    return min(row, 180 * CELLS_PER_DEGREE - 1) * CELLS_AROUND + min(column, CELLS_AROUND - 1)


def direction(lat_e7: int, lon_e7: int) -> tuple[float, float, float]:
    """Unit vector to a point of the sphere: the larger the product of two, the nearer they are."""
    lat, lon = math.radians(lat_e7 / E7), math.radians(lon_e7 / E7)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def cells_around(lat: float, lon: float, radius_m: float) -> list[tuple[int, int]]:
    """Ranges of cells (first, last) that cover a circle, one or two for each row of cells."""
    reach = math.degrees(radius_m / 6_350_000)
    south, north = max(-90.0, lat - reach), min(90.0, lat + reach)
    if max(abs(south), abs(north)) >= 89.9:
        return cells_within(south, -180.0, north, 180.0)
    widest = math.degrees(math.asin(min(1.0, math.sin(math.radians(min(reach, 90))) / math.cos(math.radians(lat)))))
    if widest >= 90:
        return cells_within(south, -180.0, north, 180.0)
    west, east = lon - widest, lon + widest
    return cells_within(south, west + 360 * (west < -180), north, east - 360 * (east > 180))


def cells_within(south: float, west: float, north: float, east: float) -> list[tuple[int, int]]:
    """Ranges of cells that cover a box in degrees; west > east means that it crosses the antimeridian."""
    spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    first = cell_of(round(south * E7), 0) // CELLS_AROUND
    last = cell_of(round(north * E7), 0) // CELLS_AROUND
    columns = [(cell_of(0, round(a * E7)) % CELLS_AROUND, cell_of(0, round(b * E7)) % CELLS_AROUND) for a, b in spans]
    return [(row * CELLS_AROUND + a, row * CELLS_AROUND + b) for row in range(first, last + 1) for a, b in columns]
