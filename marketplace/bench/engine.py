"""The engine that is measured: built from the stream into a folder, with the time of generating left out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from marketplace.bench.timing import Ask
from marketplace.search.columns import ColumnIndex
from marketplace.search.columns.files import open_rowset, write
from marketplace.search.document import SiteDocument
from marketplace.search.query import SearchQuery


@dataclass(frozen=True, slots=True)
class Built:
    """Seconds, and what lies on disk."""

    build_s: float
    generate_s: float
    mb: float


class _Timed:
    """Documents as they come, and the seconds their maker took."""

    def __init__(self, documents: Iterable[SiteDocument]) -> None:
        self._documents = iter(documents)
        self.seconds = 0.0

    def __iter__(self) -> Iterator[SiteDocument]:
        while True:
            started = time.perf_counter()
            document = next(self._documents, None)
            self.seconds += time.perf_counter() - started
            if document is None:
                return
            yield document


def build(folder: Path, documents: Iterable[SiteDocument], today: date) -> Built:
    """Write a snapshot into an empty folder, as the site does."""
    timed = _Timed(documents)
    started = time.perf_counter()
    write(folder, timed, today, {})
    took = time.perf_counter() - started
    size = sum(path.stat().st_size for path in folder.iterdir())
    return Built(took - timed.seconds, timed.seconds, size / 1e6)


def opened(folder: Path, kept: int = 0) -> ColumnIndex:
    """The engine over a snapshot, whose pages all processes share. It keeps no answers unless told to: each query
    is timed as if it were the first of its kind."""
    return ColumnIndex(open_rowset(folder), kept)


@contextmanager
def asking(folder: Path, queries: Sequence[SearchQuery], *, relaxed: bool = True, kept: int = 0) -> Iterator[Ask]:
    index = opened(folder, kept)
    yield lambda number: index.search(queries[number], relaxed=relaxed)


def spellings(index: ColumnIndex, word: str) -> list[str]:
    """The known words an unknown one may mean."""
    return index.rowset.postings.spellings(word)
