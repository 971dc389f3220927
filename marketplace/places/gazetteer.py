"""The places of the world, offline: by name, by position, and for the labels of a map."""

from __future__ import annotations

import heapq
import os
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path

from marketplace.places.by_name import COLUMNS, Found, find_exact, find_starting, keyed, regions_named
from marketplace.places.cells import cells_around, cells_within, direction
from marketplace.places.countries import country_name
from marketplace.places.model import E7, Place, Point, Precision
from marketplace.places.names import fold
from marketplace.places.rules import SPHERE_ERROR, distance_m, haversine_m
from marketplace.places.typed_point import typed_point
from marketplace.places.unpack import unpacked

ATTRIBUTION = "Places: GeoNames (geonames.org), CC BY 4.0"

_SAME_PLACE_M = 20_000  # two rows of the same label nearer than this are one place entered twice
_FARTHEST_M = 20_100_000.0
_REMOTE_M = 500_000


class Gazetteer:
    """About 235,000 places of 500 inhabitants or more, and neighbourhoods of cities.

    Guarantee: threads and processes may share one; each thread reads through a connection of its own.
    Cost: about 1 ms a look-up; the first use of a new version unpacks it into `directory`, several seconds.
    Source: GeoNames, see data/NOTICE.md; show ATTRIBUTION where places are shown.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._local = threading.local()
        self._opening = threading.Lock()

    def search(self, text: str, *, country: str | None = None, limit: int = 8) -> list[Place]:
        """Find places by name, best first: 'Silver Lake, Los Angeles', 'Paris, TX', 'München'.

        Each part after a comma must fit: a country, a region or its code, or a larger place within 80 km.
        One that can mean several things ('CA') keeps them all. Typed coordinates are answered as that point.
        """
        point = typed_point(text)
        if point:
            return [self.describe(point)]
        return self._places(find_exact(self._db(), text, country), limit)

    def suggest(self, text: str, *, country: str | None = None, limit: int = 8) -> list[Place]:
        """Complete a half typed name, the largest places first; nothing under two letters.

        When no name starts like that, what search finds (it forgives a typing slip).
        """
        point = typed_point(text)
        if point:
            return [self.describe(point)]
        found = find_starting(self._db(), text, country)
        if found or len(fold(text)) < 4:
            return self._places(found, limit)
        return self.search(text, country=country, limit=limit)

    def nearest(self, point: Point, *, limit: int = 1) -> list[tuple[Place, int]]:
        """The places nearest to a point with their distance in whole metres, nearest first."""
        near = self._near(point, limit)
        return list(
            zip(
                self._places((found for found, _ in near), limit, merge=False),
                (m for _, m in near),
                strict=True,
            )
        )

    def labels(self, south: float, west: float, north: float, east: float, limit: int = 40) -> list[Place]:
        """The places in a box of degrees, largest first. west > east: it crosses the antimeridian."""
        inside = "p.lat_e7 BETWEEN ? AND ? AND "
        inside += "p.lon_e7 BETWEEN ? AND ?" if west <= east else "(p.lon_e7 >= ? OR p.lon_e7 <= ?)"
        edges = [round(degrees * E7) for degrees in (south, north, west, east)]
        db = self._db()
        # Rows are in order of size: in a large box the largest few thousand are enough.
        for first in (1000, 20_000):
            rows = db.execute(
                f"SELECT {COLUMNS} FROM place p WHERE p.id < {first} AND {inside} ORDER BY p.id LIMIT ?",  # noqa: S608
                (*edges, limit),
            ).fetchall()
            if len(rows) >= limit:
                return self._places((Found(*row) for row in rows), limit, merge=False)
        spots = inside.replace("p.", "")
        ids: list[int] = []
        for cells in cells_within(south, west, north, east):
            ids += (
                row[0]
                for row in db.execute(
                    f"SELECT place FROM spot WHERE cell BETWEEN ? AND ? AND {spots}",  # noqa: S608
                    (*cells, *edges),
                )
            )
        return self._places(self._rows(heapq.nsmallest(limit, ids)), limit, merge=False)

    def describe(self, point: Point) -> Place:
        """A point nobody named, with the country, region and time zone of the nearest place."""
        near = self.nearest(point)
        label = f"{point.lat:.7f}".rstrip("0").rstrip(".") + ", " + f"{point.lon:.7f}".rstrip("0").rstrip(".")
        if not near:
            return Place(label, point, Precision.EXACT, "")
        place = near[0][0]
        return Place(label, point, Precision.EXACT, place.country, 0, place.timezone, place.locality, place.region)

    def keyed(self, keys: list[str], country: str) -> list[tuple[str, Found]]:
        """Rows that bear one of the folded keys in a country, each with its key (for reading addresses)."""
        return keyed(self._db(), keys, country)

    def regions_named(self, keys: list[str], country: str) -> dict[str, int]:
        """Folded key -> number of the region of the country that has it as a name or code."""
        return regions_named(self._db(), keys, country)

    def place(self, found: Found) -> Place:
        return self._places([found], 1)[0]

    def _db(self) -> sqlite3.Connection:
        # A forked worker must not use its parent's connection.
        if getattr(self._local, "process", None) != os.getpid():
            with self._opening:
                path = unpacked(self._directory)
            db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            self._local.zones = dict(db.execute("SELECT id, name FROM zone"))
            self._local.regions = dict(db.execute("SELECT id, name FROM region"))
            self._local.db, self._local.process = db, os.getpid()
        db = self._local.db
        assert isinstance(db, sqlite3.Connection)
        return db

    def _near(self, point: Point, limit: int) -> list[tuple[Found, int]]:
        db, towards = self._db(), direction(point.lat_e7, point.lon_e7)
        radius_m = 8_000.0
        while True:
            spots: list[tuple[float, int]] = []
            for cells in cells_around(point.lat, point.lon, radius_m):
                rows = db.execute(
                    "SELECT place, lat_e7, lon_e7 FROM spot WHERE cell BETWEEN ? AND ? "
                    "ORDER BY x * ? + y * ? + z * ? DESC LIMIT ?",
                    (*cells, *towards, limit + 8),
                )
                spots += ((haversine_m(point, Point(lat, lon)), place) for place, lat, lon in rows)
            within = sum(metres <= radius_m for metres, _ in spots)
            if within >= limit or radius_m > _FARTHEST_M:
                break
            # Far out at sea, doubling once more would take in a continent.
            radius_m *= 2 if radius_m < _REMOTE_M else 1.4
        # The sphere may order two places wrongly: take a few more, then ask the ellipsoid.
        first = heapq.nsmallest(limit, spots)
        reach = (first[-1][0] if first else 0) * (1 + 2 * SPHERE_ERROR) + 1
        found = self._rows(place for metres, place in spots if metres <= reach)
        measured = ((distance_m(point, row.point), row.id, row) for row in found)
        return [(row, metres) for metres, _, row in heapq.nsmallest(limit, measured)]

    def _rows(self, ids: Iterable[int]) -> list[Found]:
        wanted = sorted(ids)
        rows: list[Found] = []
        for at in range(0, len(wanted), 500):
            some = wanted[at : at + 500]
            marks = ",".join("?" * len(some))
            rows += (
                Found(*row)
                for row in self._db().execute(
                    f"SELECT {COLUMNS} FROM place p WHERE p.id IN ({marks}) ORDER BY p.id",  # noqa: S608
                    some,
                )
            )
        return rows

    def _places(self, found: Iterable[Found], limit: int, *, merge: bool = True) -> list[Place]:
        """Make places with labels; with `merge`, no two of the same label."""
        self._db()
        kept: dict[str, list[Found]] = {}
        places: list[Place] = []
        for row in found:
            if len(places) >= limit:
                break
            label = self._label(row)
            same = kept.setdefault(label, [])
            if merge and any(haversine_m(row.point, twin.point) < _SAME_PLACE_M for twin in same):
                continue
            if merge and same:
                label = self._label(row, near=self._larger_nearby(row))
            same.append(row)
            region = self._local.regions[row.region]
            places.append(
                Place(
                    label,
                    row.point,
                    Precision.TOWN,
                    row.country,
                    row.population,
                    self._local.zones[row.zone],
                    row.name,
                    region,
                )
            )
        return places

    def _label(self, row: Found, near: str = "") -> str:
        region = self._local.regions[row.region]
        parts = [f"{row.name} (near {near})" if near else row.name]
        if region and fold(region) != fold(row.name):
            parts.append(region)
        name = country_name(row.country)
        if fold(name) != fold(parts[-1]):
            parts.append(name)
        return ", ".join(parts)

    def _larger_nearby(self, row: Found) -> str:
        larger = [place for place, _ in self._near(row.point, 8) if place.name != row.name]
        return max(larger, key=lambda place: place.weight).name if larger else ""
