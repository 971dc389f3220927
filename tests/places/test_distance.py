"""places/rules.py: distances, circles, the antimeridian and the poles."""

from __future__ import annotations

import math
import random

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.places import Point, distance_m
from marketplace.places.model import Circle, parse_coordinate
from marketplace.places.rules import (
    MAXIMUM_RADIUS_M,
    SPHERE_ERROR,
    format_distance,
    geodesic_m,
    haversine_m,
    within_m,
)

points = st.builds(Point, st.integers(-900_000_000, 900_000_000), st.integers(-1_800_000_000, 1_800_000_000))
offsets = st.integers(-2_000_000, 2_000_000)


def karney(a: Point, b: Point) -> float:
    return float(Geodesic.WGS84.Inverse(a.lat, a.lon, b.lat, b.lon)["s12"])


@settings(max_examples=500, deadline=None)
@given(points, points)
def test_distance_equals_geographiclib_to_the_metre(a: Point, b: Point) -> None:
    assert distance_m(a, b) == math.floor(karney(a, b) + 0.5)


@settings(max_examples=300, deadline=None)
@given(points, offsets, offsets)
def test_short_distances_equal_geographiclib(a: Point, north: int, east: int) -> None:
    b = Point(
        max(-900_000_000, min(900_000_000, a.lat_e7 + north)),
        max(-1_800_000_000, min(1_800_000_000, a.lon_e7 + east)),
    )
    assert distance_m(a, b) == math.floor(karney(a, b) + 0.5)


@settings(max_examples=200, deadline=None)
@given(points, offsets, offsets)
def test_nearly_antipodal_points_equal_geographiclib(a: Point, north: int, east: int) -> None:
    opposite = (a.lon_e7 + 1_800_000_000 + east + 1_800_000_000) % 3_600_000_000 - 1_800_000_000
    b = Point(max(-900_000_000, min(900_000_000, -a.lat_e7 + north)), opposite)
    assert distance_m(a, b) == math.floor(karney(a, b) + 0.5)


@settings(max_examples=300, deadline=None)
@given(points, points)
def test_distance_is_symmetric_and_bounded(a: Point, b: Point) -> None:
    assert distance_m(a, b) == distance_m(b, a)
    assert distance_m(a, a) == 0
    assert 0 <= distance_m(a, b) <= MAXIMUM_RADIUS_M


@settings(max_examples=500, deadline=None)
@given(points, points)
def test_haversine_is_within_its_stated_error(a: Point, b: Point) -> None:
    exact = karney(a, b)
    assert abs(haversine_m(a, b) - exact) <= exact * SPHERE_ERROR + 1


@settings(max_examples=300, deadline=None)
@given(points, points, st.integers(100, MAXIMUM_RADIUS_M))
def test_circle_agrees_with_brute_force(centre: Point, point: Point, radius_m: int) -> None:
    metres = distance_m(centre, point)
    assert within_m(Circle(centre, radius_m), point) == (metres if metres <= radius_m else None)


def test_the_edge_of_a_circle_is_inside() -> None:
    rng = random.Random(19)
    for _ in range(300):
        centre = Point.of(rng.uniform(-80, 80), rng.uniform(-180, 180))
        point = Point.of(
            max(-90, min(90, centre.lat + rng.uniform(-1, 1))),
            max(-180, min(180, centre.lon + rng.uniform(-1, 1))),
        )
        metres = distance_m(centre, point)
        assert within_m(Circle(centre, metres), point) == metres
        assert metres == 0 or within_m(Circle(centre, metres - 1), point) is None


def test_across_the_antimeridian() -> None:
    assert distance_m(Point.of(0, 179.9), Point.of(0, -179.9)) == 22_264
    assert distance_m(Point.of(-17, 180), Point.of(-17, -180)) == 0
    assert within_m(Circle(Point.of(-17, 179.95), 20_000), Point.of(-17, -179.95)) == 10_649


def test_at_the_poles_longitude_does_not_matter() -> None:
    assert distance_m(Point.of(90, 0), Point.of(90, 137)) == 0
    assert distance_m(Point.of(-90, -180), Point.of(-90, 45)) == 0
    assert distance_m(Point.of(90, 0), Point.of(-90, 0)) == round(geodesic_m(Point.of(90, 0), Point.of(-90, 0)))
    assert within_m(Circle(Point.of(89.99, 0), 3_000), Point.of(89.99, 180)) == 2_234


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        (90.0001, 0),
        (-91, 0),
        (0, 181),
        (0, 540),
        (1e9, 0),
        (math.nan, 0),
        (0, math.inf),
        (-math.inf, 0),
    ],
)
def test_points_off_the_earth_are_refused(lat: float, lon: float) -> None:
    with pytest.raises(ValueError, match="must be between"):
        Point.of(lat, lon)


@pytest.mark.parametrize("text", ["nan", "inf", "51.5N", "51,5", "1e3", "", "٥١", "1_0", "--5", "9" * 41, "1.2.3"])
def test_coordinates_that_are_not_decimal_degrees_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_coordinate(text, "latitude")


@pytest.mark.parametrize(
    ("metres", "text"),
    [(0, "0 m"), (350, "350 m"), (999, "999 m"), (2400, "2.4 km"), (1_234_567, "1,235 km")],
)
def test_distances_are_written_for_people(metres: int, text: str) -> None:
    assert format_distance(metres) == text
