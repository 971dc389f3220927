"""A rowset as files that every process maps: written beside, complete before anybody looks."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from marketplace.search.columns.circles import Nearby
from marketplace.search.columns.papers import Papers, write_packed
from marketplace.search.columns.postings import Postings
from marketplace.search.columns.rowset import TABLES, Finder, Rowset, Tables
from marketplace.search.columns.snapshot import assemble, read_documents
from marketplace.search.columns.spelling import Spelling
from marketplace.search.columns.table import Array, Bits, Table
from marketplace.search.columns.values import Values
from marketplace.search.document import SiteDocument
from marketplace.vocabulary import Facet

_MANIFEST = "manifest.json"
_PAPERS = "documents.bin"
_BUFFER = 1 << 20  # bytes written at once
# Room for rows that are put later: the pages that hold it are private to a process once it writes to them.
_SPARE_SHARE, _SPARE_LEAST = 16, 2048


def write(directory: Path, documents: Iterable[SiteDocument], today: date, mark: dict[str, Any]) -> int:
    """Write a rowset of documents into an empty directory; returns how many it holds. `mark` goes into the manifest,
    which is written last."""
    with (directory / _PAPERS).open("wb", _BUFFER) as file:
        start = array("q")

        def kept(batch: list[SiteDocument]) -> None:
            begin = start.pop() if start else 0
            start.extend([begin + offset for offset in write_packed(batch, file.write)])

        values, tables, monday, words = read_documents(documents, today, kept)
    starts = np.array(start or [0], np.int64)
    rowset = assemble(tables, values, monday, words, Papers(np.zeros(0, np.uint8), starts))
    np.save(directory / "papers.npy", starts)
    for name, content in _arrays(rowset):  # one after the other: copies with room don't pile up
        np.save(directory / f"{name}.npy", content)
    manifest = {
        "program": program(),
        "sizes": _sizes(directory),
        "monday": monday.isoformat(),
        "counts": {name: table.count for name, table in tables.named().items()},
        "documents": rowset.postings.documents,
        "values": [[facet.value, term] for facet, term in values.terms],
        "mark": mark,
    }
    (directory / _MANIFEST).write_text(json.dumps(manifest))
    return rowset.postings.documents


def _arrays(rowset: Rowset) -> Iterator[tuple[str, Array]]:
    """What `open_rowset` maps, by the names of the files."""
    for name, table in rowset.tables.named().items():
        room = _room(table)
        for column, content in table.columns.items():
            padded = np.zeros((*content.shape[:-1], room), content.dtype)
            padded[..., : table.count] = content[..., : table.count]
            yield f"{name}.{column}", padded
    yield from ((f"postings.{name}", getattr(rowset.postings, name)) for name in _POSTINGS)
    yield from ((f"spelling.{name}", getattr(rowset.postings.spelling, name)) for name in ("keys", "terms"))
    yield from (("nearby.xyz", rowset.nearby.xyz), ("nearby.ordinals", rowset.nearby.ordinals))
    yield "bits.site", rowset.site_bits.padded(_room(rowset.tables.sites))
    yield "bits.service", rowset.service_bits.padded(_room(rowset.tables.services))
    for name, finder in (("suppliers", rowset.suppliers), ("site_ids", rowset.site_ids)):
        yield from ((f"{name}.keys", finder.keys), (f"{name}.order", finder.order))


def _room(table: Table) -> int:
    return table.count + max(table.count // _SPARE_SHARE, _SPARE_LEAST)


def read_mark(directory: Path) -> dict[str, Any] | None:
    """The mark of a directory that this version of the program has written completely; else None."""
    try:
        manifest = json.loads((directory / _MANIFEST).read_text())
        mark: dict[str, Any] | None = manifest["mark"]
        whole = manifest["program"] == program() and manifest["sizes"] == _sizes(directory)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return mark if whole else None


def _sizes(directory: Path) -> dict[str, int]:
    """What was cut off (a full disk, a copy that broke) would be met in the middle of a search otherwise."""
    return {path.name: path.stat().st_size for path in directory.iterdir() if path.name != _MANIFEST}


def open_rowset(directory: Path) -> Rowset:
    """Map the files: pages are shared between processes until one writes to its own copy."""
    manifest = json.loads((directory / _MANIFEST).read_text())

    def load(name: str) -> Array:
        # As a plain array: the memmap class doubles the cost of small gathers.
        return np.asarray(np.load(directory / f"{name}.npy", mmap_mode="c"))

    tables = Tables(
        {
            name: Table({column: load(f"{name}.{column}") for column in spec}, manifest["counts"][name])
            for name, spec in TABLES.items()
        }
    )
    postings = Postings(
        load("postings.terms"),
        load("postings.start"),
        load("postings.docs"),
        load("postings.weights"),
        Spelling(load("spelling.keys"), load("spelling.terms")),
    )
    postings.documents = manifest["documents"]
    size = (directory / _PAPERS).stat().st_size
    packed = np.memmap(directory / _PAPERS, np.uint8, "r") if size else np.zeros(0, np.uint8)
    return Rowset(
        tables,
        Values((Facet(facet), term) for facet, term in manifest["values"]),
        date.fromisoformat(manifest["monday"]),
        Bits(load("bits.site")),
        Bits(load("bits.service")),
        postings,
        Nearby(load("nearby.xyz"), load("nearby.ordinals")),
        Papers(np.asarray(packed), load("papers")),
        Finder(load("suppliers.keys"), load("suppliers.order")),
        Finder(load("site_ids.keys"), load("site_ids.order")),
    )


_POSTINGS = ("terms", "start", "docs", "weights")


@lru_cache(maxsize=1)
def program() -> str:
    """A fingerprint of everything that decides what is written: another version never reads these files."""
    digest = hashlib.blake2b(np.__version__.encode(), digest_size=16)
    for package in ("search", "search.columns", "suppliers", "capacity", "places", "units", "vocabulary"):
        for file in sorted(files(f"marketplace.{package}").iterdir(), key=lambda file: file.name):
            if file.name.endswith((".py", ".json")):
                digest.update(file.read_bytes())
    return digest.hexdigest()
