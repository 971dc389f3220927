"""Finding places by what people type: the queries behind Gazetteer.search and Gazetteer.suggest."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from marketplace.places.countries import find_country, starts_with
from marketplace.places.model import E7, Point
from marketplace.places.names import fold, one_edit_away
from marketplace.places.rules import haversine_m
from marketplace.places.unpack import OTHER_NAME, PREFIX_ANSWERS, SHORT_PREFIXES

QUALIFIER_REACH_M = 80_000  # "Silver Lake, Los Angeles": how far the larger place may be
MAXIMUM_TEXT = 200  # characters of a query that are read
_CANDIDATES = 400  # no name is shared by more places (156 are called Santa María)
_TYPO_FROM = 4  # letters
_TYPO_UP_TO = 40
_OTHER_NAME = 10  # a place found by another of its names counts as this many times smaller

COLUMNS = "p.id, p.name, p.country, p.region, p.zone, p.lat_e7, p.lon_e7, p.population, p.weight"


@dataclass(slots=True)
class Found:
    """A row of `place`, and how well it fits."""

    id: int
    name: str
    country: str
    region: int
    zone: int
    lat_e7: int
    lon_e7: int
    population: int
    weight: int  # the population, or an assumed one where that is unknown
    other: int = 0  # 1: found by another name than its own

    @property
    def point(self) -> Point:
        return Point(self.lat_e7, self.lon_e7)


@dataclass(slots=True)
class Qualifier:
    """What a part after a comma may mean: 'CA' is Canada and California, and both count."""

    countries: set[str] = field(default_factory=set)
    regions: set[int] = field(default_factory=set)
    larger: list[Found] = field(default_factory=list)

    def fits(self, place: Found) -> bool:
        if place.country in self.countries or place.region in self.regions:
            return True
        return any(
            city.weight > place.weight
            and abs(city.lat_e7 - place.lat_e7) < E7  # one degree: cheap, and wider than the reach
            and haversine_m(city.point, place.point) <= QUALIFIER_REACH_M
            for city in self.larger
        )


def find_exact(db: sqlite3.Connection, text: str, country: str | None) -> list[Found]:
    """Places that bear the name and fit every qualifier, best first; a typing slip counts only for none."""
    parts = _parts(text)
    if not parts:
        return []
    for head, qualifiers in _readings(parts):
        found = _qualified(db, named(db, [fold(head)], country), qualifiers)
        if found:
            return found
    for head, qualifiers in _readings(parts)[:1]:
        key = fold(head)
        if _TYPO_FROM <= len(key) <= _TYPO_UP_TO:
            return _qualified(db, named(db, one_edit_away(key), country), qualifiers)
    return []


def find_starting(db: sqlite3.Connection, text: str, country: str | None) -> list[Found]:
    """Places whose name, or last qualifier, starts like the text, best first."""
    parts = _parts(text)
    if len(parts) > 1:
        *qualifiers, last = parts[1:]
        found = _qualified(db, named(db, [fold(parts[0])], country), qualifiers)
        started = _started_qualifier(db, last)
        return [place for place in found if started.fits(place)]
    key = fold(parts[0]) if parts else ""
    if len(key) < SHORT_PREFIXES[0]:
        return []
    if len(key) in SHORT_PREFIXES and country is None:
        rows = db.execute(
            f"SELECT {COLUMNS}, x.other FROM prefix x JOIN place p ON p.id = x.place WHERE x.letters = ?",  # noqa: S608
            (key,),
        )
        # Somebody who types all of 'Ny' or 'Pau' may mean just that.
        return _ranked([*named(db, [key]), *(Found(*row) for row in rows)], OTHER_NAME)[:PREFIX_ANSWERS]
    where = "AND p.country = ?" if country else ""
    rows = db.execute(
        f"SELECT {COLUMNS}, min(n.other) FROM name n CROSS JOIN place p ON p.id = n.place "  # noqa: S608
        f"WHERE n.key >= ? AND n.key < ? {where} GROUP BY p.id ORDER BY p.id LIMIT {_CANDIDATES}",
        (key, key + "\U0010ffff", *([country] if country else [])),
    )
    return _ranked((Found(*row) for row in rows), OTHER_NAME)


def named(db: sqlite3.Connection, keys: Iterable[str], country: str | None = None) -> list[Found]:
    """Places that have one of the keys as a name, best first."""
    wanted = [key for key in keys if key]
    where = "AND p.country = ?" if country else ""
    rows: list[tuple[int | str, ...]] = []
    for at in range(0, len(wanted), 500):
        some = wanted[at : at + 500]
        rows += db.execute(
            f"SELECT {COLUMNS}, n.other FROM name n JOIN place p ON p.id = n.place "  # noqa: S608
            f"WHERE n.key IN ({','.join('?' * len(some))}) {where} LIMIT {_CANDIDATES}",
            (*some, *([country] if country else [])),
        ).fetchall()
    return _ranked(Found(*row) for row in rows)  # type: ignore[arg-type]


def keyed(db: sqlite3.Connection, keys: Sequence[str], country: str) -> list[tuple[str, Found]]:
    """Places in a country that have one of the keys as a name, each with that key."""
    rows: list[tuple[str, Found]] = []
    for at in range(0, len(keys), 500):
        some = keys[at : at + 500]
        marks = ",".join("?" * len(some))
        rows += (
            (row[0], Found(*row[1:]))
            for row in db.execute(
                f"SELECT n.key, {COLUMNS}, n.other FROM name n JOIN place p ON p.id = n.place "  # noqa: S608
                f"WHERE n.key IN ({marks}) AND p.country = ?",
                (*some, country),
            )
        )
    return rows


def regions_named(db: sqlite3.Connection, keys: Sequence[str], country: str) -> dict[str, int]:
    """Key -> region of a country that has it as a name or code."""
    marks = ",".join("?" * len(keys))
    return dict(
        db.execute(
            f"SELECT key, region FROM region_name WHERE key IN ({marks}) "  # noqa: S608
            "AND region IN (SELECT id FROM region WHERE country = ?)",
            (*keys, country),
        )
    )


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text[:MAXIMUM_TEXT].replace(";", ",").split(",") if fold(part)]


def _readings(parts: list[str]) -> list[tuple[str, list[str]]]:
    """Ways to read the text as name and qualifiers, the plainest first.

    'Paris TX' has no comma; '12 Mare Street, Hackney, London' and 'E8 1HE London' start with what no
    gazetteer knows, which is dropped only when it holds a digit.
    """
    readings = [(parts[0], parts[1:])]
    words = parts[0].split()
    splits = range(len(words) - 1, max(0, len(words) - 4), -1)
    readings += [(" ".join(words[:at]), [" ".join(words[at:]), *parts[1:]]) for at in splits]
    if any(char.isdigit() for char in parts[0]):
        readings += [(parts[at], parts[at + 1 :]) for at in range(1, len(parts))]
        plain = [word for word in words if not any(char.isdigit() for char in word)]
        if plain and len(plain) < len(words):
            readings.append((" ".join(plain), parts[1:]))
    return readings


def _qualified(db: sqlite3.Connection, found: list[Found], qualifiers: list[str]) -> list[Found]:
    if not found:
        return []
    for text in qualifiers:
        qualifier = _qualifier(db, text)
        # A part nobody knows ('West Yorkshire': counties are not in the data) can rule nothing out.
        if qualifier.countries or qualifier.regions or qualifier.larger:
            found = [place for place in found if qualifier.fits(place)]
    return found


def _qualifier(db: sqlite3.Connection, text: str) -> Qualifier:
    key = fold(text)
    country = find_country(text)
    return Qualifier(
        {country.alpha2} if country else set(),
        {region for (region,) in db.execute("SELECT region FROM region_name WHERE key = ?", (key,))},
        named(db, [key])[:20],
    )


def _started_qualifier(db: sqlite3.Connection, text: str) -> Qualifier:
    """Like a qualifier, half typed: 'Hackney, Lon'."""
    whole, key = _qualifier(db, text), fold(text)
    regions = db.execute("SELECT region FROM region_name WHERE key >= ? AND key < ?", (key, key + "\U0010ffff"))
    return Qualifier(
        whole.countries | starts_with(text),
        whole.regions | {region for (region,) in regions},
        (whole.larger + find_starting(db, text, None))[:60],
    )


def _ranked(places: Iterable[Found], other_name: int = _OTHER_NAME) -> list[Found]:
    best: dict[int, Found] = {}
    for place in places:
        if place.id not in best or place.other < best[place.id].other:
            best[place.id] = place
    return sorted(best.values(), key=lambda p: (-p.weight / (other_name if p.other else 1), p.id))
