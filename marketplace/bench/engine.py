"""The engine that is measured: built from the stream, with the time of generating left out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from marketplace.search.columns import ColumnIndex
from marketplace.search.document import SiteDocument


@dataclass(frozen=True, slots=True)
class Built:
    index: ColumnIndex
    build_s: float
    generate_s: float


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


def build(documents: Iterable[SiteDocument], today: date) -> Built:
    timed = _Timed(documents)
    started = time.perf_counter()
    index = ColumnIndex.build(timed, today)
    took = time.perf_counter() - started
    return Built(index, took - timed.seconds, timed.seconds)


def spellings(index: ColumnIndex, word: str) -> list[str]:
    """The known words an unknown one may mean."""
    return index.rowset.postings.spellings(word)
