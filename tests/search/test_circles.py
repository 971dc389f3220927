"""Circles: ids and distances equal a brute-force geodesic computation.

Two hundred circles over real facility lists where they are at hand, else over points of our own that lie as
awkwardly: on the antimeridian, at the poles, exactly on the edge.
"""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from geographiclib.geodesic import Geodesic

from marketplace.db import Database
from marketplace.places import Point
from marketplace.places.geocoders import PlaceFinder
from marketplace.places.model import Circle
from marketplace.search.columns import ColumnIndex
from marketplace.search.query import SearchQuery
from marketplace.search.sync import LiveIndex
from marketplace.transfer.actions import export_objects, import_table
from marketplace.transfer.model import Table

NOW = datetime(2027, 2, 22, tzinfo=UTC)
TODAY = NOW.date()
LISTS = Path(__file__).parents[3] / "shared" / "data" / "osh"


def awkward_rows() -> str:
    rng = random.Random(11)
    points = [(90, 0), (90, 120), (-90, 0), (89.9999999, 17), (0, 180), (0, -180), (0, 179.9), (0, -179.9)]
    points += [(rng.uniform(-90, 90), rng.uniform(-180, 180)) for _ in range(120)]
    points += [(rng.gauss(0, 1), ((180 + rng.gauss(0, 1)) + 180) % 360 - 180) for _ in range(60)]
    points += [(rng.gauss(89, 0.5) if n % 2 else rng.gauss(-89, 0.5), rng.uniform(-180, 180)) for n in range(40)]
    points += [(43.7 + rng.gauss(0, 0.2), 11.2 + rng.gauss(0, 0.2)) for _ in range(120)]
    lines = ["external_id,name,country,lat,lon,locality"]
    for number, (lat, lon) in enumerate(points):
        lines.append(f"a{number},Point {number},IT,{max(-90, min(90, lat)):.7f},{lon:.7f},Somewhere")
    return "\n".join(lines)


@cache
def metres_between(lat: float, lon: float, other_lat: float, other_lon: float) -> int:
    """Karney's algorithm, what geopy.distance.geodesic calls; kept between the tests."""
    return round(Geodesic.WGS84.Inverse(lat, lon, other_lat, other_lon, Geodesic.DISTANCE)["s12"])


def is_surely_outside(lat: float, lon: float, other_lat: float, other_lon: float, metres: int) -> bool:
    """By the sphere, which is at most 0.56 % off: beyond a percent and a metre Karney's algorithm is not asked."""
    rise, turn = math.radians(other_lat - lat) / 2, math.radians(other_lon - lon) / 2
    straight = math.sin(rise) ** 2 + math.cos(math.radians(lat)) * math.cos(math.radians(other_lat)) * (
        math.sin(turn) ** 2
    )
    return 2 * 6_371_009 * math.asin(min(1.0, math.sqrt(straight))) > metres * 1.01 + 1


def check_circles(database: Database, count: int) -> int:
    rows = [row for row in export_objects(database, Table.SUPPLIERS) if row["lat"]]
    points = [(row["external_id"], float(row["lat"]), float(row["lon"])) for row in rows]
    live = LiveIndex(database, ColumnIndex.empty(TODAY))
    rng = random.Random(count)
    hits = 0
    for _ in range(count):
        _, lat, lon = rng.choice(points)
        if rng.random() < 0.7:
            lat, lon = max(-90.0, min(90.0, lat + rng.gauss(0, 0.3))), (lon + rng.gauss(0, 0.3) + 180) % 360 - 180
        lat, lon = round(lat, 7), round(lon, 7)
        _, door_lat, door_lon = rng.choice(points)
        # A third of the circles end exactly at somebody's door.
        radius = rng.choice(
            (rng.randint(100, 50_000), rng.randint(50_000, 3_000_000), metres_between(lat, lon, door_lat, door_lon))
        )
        radius = max(radius, 100)
        query = SearchQuery(today=TODAY, circle=Circle(Point.of(lat, lon), radius))
        fits = live.every(query)
        metres = {
            key: metres_between(lat, lon, *place)
            for key, *place in points
            if not is_surely_outside(lat, lon, *place, radius)
        }
        wanted = {key: distance for key, distance in metres.items() if distance <= radius}
        assert {fit.document.external_id: fit.metres for fit in fits} == wanted
        assert [fit.metres for fit in fits] == sorted(wanted.values())
        hits += live.search(query).total
    return hits


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the circle is the engine's, not the database's
def test_200_circles_over_awkward_points(database: Database, places: PlaceFinder) -> None:
    report = import_table(database, places, Table.SUPPLIERS, _unchecked(awkward_rows()), "points.csv", NOW)
    assert report.accepted > 300, report.problems[:5]
    assert check_circles(database, 200) > 1000


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.skipif(not LISTS.is_dir(), reason="the real facility lists are not beside this checkout; see above")
def test_200_circles_over_the_union_of_the_real_lists(database: Database, places: PlaceFinder) -> None:
    accepted = 0
    for path in sorted(LISTS.glob("facility_lists_*")):
        report = import_table(database, places, Table.SUPPLIERS, path.read_bytes(), path.name, NOW)
        assert report.rows == report.accepted + report.refused + report.unchanged
        accepted += report.accepted
    assert accepted > 900
    assert check_circles(database, 200) > 1000


def _unchecked(rows: str) -> bytes:
    return rows.encode()
