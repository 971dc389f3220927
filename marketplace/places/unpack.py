"""From the packed places that ship with the package to a SQLite file to look things up in."""

from __future__ import annotations

import hashlib
import json
import lzma
import os
import sqlite3
import sys
import tempfile
import time
from array import array
from collections.abc import Iterable, Iterator
from contextlib import closing
from importlib.resources import files
from itertools import accumulate
from pathlib import Path

from marketplace.places.cells import cell_of, direction
from marketplace.places.names import keys_of

SHORT_PREFIXES = (2, 3)  # letters; answers for these are worked out beforehand
PREFIX_ANSWERS = 24
OTHER_NAME = 30  # in suggestions, a place that another of its names brings counts as this many times smaller

_SHAPE = 2  # of the tables below; a new number makes a new file
_LEFTOVER_AGE_S = 3600

# Rows of `place` are numbered from the largest down, so ORDER BY id is "best known first" without a sort.
_TABLES = """
CREATE TABLE region (id INTEGER PRIMARY KEY, country TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE zone (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE place (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, region INTEGER NOT NULL,
    zone INTEGER NOT NULL, lat_e7 INTEGER NOT NULL, lon_e7 INTEGER NOT NULL,
    population INTEGER NOT NULL, weight INTEGER NOT NULL);
CREATE TABLE name (key TEXT NOT NULL, place INTEGER NOT NULL, other INTEGER NOT NULL,
    PRIMARY KEY (key, place)) WITHOUT ROWID;
CREATE TABLE prefix (letters TEXT NOT NULL, place INTEGER NOT NULL, other INTEGER NOT NULL,
    PRIMARY KEY (letters, place)) WITHOUT ROWID;
CREATE TABLE region_name (key TEXT NOT NULL, region INTEGER NOT NULL,
    PRIMARY KEY (key, region)) WITHOUT ROWID;
CREATE TABLE spot (cell INTEGER NOT NULL, place INTEGER NOT NULL, lat_e7 INTEGER NOT NULL,
    lon_e7 INTEGER NOT NULL, x REAL NOT NULL, y REAL NOT NULL, z REAL NOT NULL,
    PRIMARY KEY (cell, place)) WITHOUT ROWID;
"""


def unpacked(directory: Path) -> Path:
    """Return the SQLite file, making it when it is not there yet (about five seconds, once).

    Guarantee: the file under its final name is always complete. Several processes may start at once: each
    builds a file of its own beside it, and the last rename wins. The name holds a digest of the data.
    Errors: OSError or sqlite3.Error when the directory cannot be written or is full.
    """
    packed = files("marketplace.places").joinpath("data/places.xz").read_bytes()
    version = hashlib.sha256(packed).hexdigest()[:12]
    target = directory / f"gazetteer-{_SHAPE}-{version}.sqlite3"
    if target.exists():
        return target
    directory.mkdir(parents=True, exist_ok=True)
    _sweep(directory)
    handle, name = tempfile.mkstemp(prefix="gazetteer-", suffix=".building", dir=directory)
    os.close(handle)
    building = Path(name)
    try:
        _build(building, packed)
        with building.open("rb+") as file:
            os.fsync(file.fileno())
        building.chmod(0o644)
        if not target.exists():
            building.replace(target)
    finally:
        building.unlink(missing_ok=True)
    if os.name == "posix":
        folder = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return target


def _sweep(directory: Path) -> None:
    """Remove what a killed process left half built."""
    for path in directory.glob("gazetteer-*.building*"):
        try:
            if time.time() - path.stat().st_mtime > _LEFTOVER_AGE_S:
                path.unlink()
        except FileNotFoundError:
            continue


def _build(path: Path, packed: bytes) -> None:
    blob = lzma.decompress(packed)
    end = blob.index(b"\n")
    parts, at = {}, end + 1
    for name, length in json.loads(blob[:end]).items():
        parts[name] = blob[at : at + length]
        at += length
    regions = [line.split("\t") for line in _lines(parts["regions"])]
    region_ids = list(accumulate(_numbers(parts["region"])))
    lats = [value * 100 for value in accumulate(_numbers(parts["lat"]))]
    lons = [value * 100 for value in accumulate(_numbers(parts["lon"]))]
    populations, zones = _numbers(parts["population"]), _numbers(parts["zone"])
    names, others = _lines(parts["names"]), _lines(parts["others"])
    order = sorted(range(len(names)), key=lambda n: (-abs(populations[n]), names[n], lats[n]))

    with closing(sqlite3.connect(path)) as db:
        # A file nobody else sees yet: no journal is needed, the caller syncs and renames it.
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -60000;")
        db.executescript(_TABLES)
        db.executemany("INSERT INTO zone VALUES (?, ?)", enumerate(_lines(parts["zones"])))
        db.executemany("INSERT INTO region VALUES (?, ?, ?)", ((n, r[0], r[1]) for n, r in enumerate(regions)))
        db.executemany(
            "INSERT INTO region_name VALUES (?, ?)",
            sorted((key, n) for n, r in enumerate(regions) for key in r[2].split("|") if key),
        )
        db.executemany(
            "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    place,
                    names[n],
                    regions[region_ids[n]][0],
                    region_ids[n],
                    zones[n],
                    lats[n],
                    lons[n],
                    max(0, populations[n]),
                    abs(populations[n]),
                )
                for place, n in enumerate(order)
            ),
        )
        keys = sorted(_keys((place, names[n], others[n]) for place, n in enumerate(order)))
        db.executemany("INSERT OR IGNORE INTO name VALUES (?, ?, ?)", keys)
        weights = [abs(populations[n]) for n in order]
        db.executemany("INSERT INTO prefix VALUES (?, ?, ?)", _prefixes(keys, weights))
        db.executemany(
            "INSERT INTO spot VALUES (?, ?, ?, ?, ?, ?, ?)",
            sorted(
                (cell_of(lats[n], lons[n]), place, lats[n], lons[n], *direction(lats[n], lons[n]))
                for place, n in enumerate(order)
            ),
        )
        db.execute("ANALYZE")
        db.commit()


def _lines(part: bytes) -> list[str]:
    return part.decode().split("\n")


def _numbers(part: bytes) -> array[int]:
    """Undo the packing of a column: four planes of bytes, lowest first."""
    count = len(part) // 4
    raw = bytearray(len(part))
    for at in range(4):
        raw[at::4] = part[at * count : (at + 1) * count]
    column = array("i", bytes(raw))
    if sys.byteorder == "big":
        column.byteswap()
    return column


def _keys(rows: Iterable[tuple[int, str, str]]) -> Iterator[tuple[str, int, int]]:
    for place, name, others in rows:
        own = keys_of(name)
        for key in own:
            yield key, place, 0
        for key in others.split("|") if others else ():
            if key not in own:
                yield key, place, 1


def _prefixes(keys: list[tuple[str, int, int]], weights: list[int]) -> list[tuple[str, int, int]]:
    """The best known places under each short prefix: 'sa' alone has 30,000 names to rank."""
    found: dict[str, dict[int, tuple[float, int]]] = {}
    for key, place, other in keys:
        score = weights[place] / (OTHER_NAME if other else 1)
        for length in SHORT_PREFIXES:
            if len(key) >= length:
                places = found.setdefault(key[:length], {})
                places[place] = max((score, other), places.get(place, (0, other)))
    return sorted(
        (text, place, places[place][1])
        for text, places in found.items()
        for place in sorted(places, key=lambda p: (-places[p][0], p))[:PREFIX_ANSWERS]
    )
