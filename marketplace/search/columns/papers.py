"""The documents behind the rows: for the page that is shown, for reasons, and for what columns can't say."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress

import msgspec
import numpy as np

from marketplace.search.columns.table import Array
from marketplace.search.document import SiteDocument

_KEPT = 3072  # unpacked documents a process keeps: some 8 kB each, in a worker that may have 60 MB


class Papers:
    """Documents by ordinal, packed: those of a snapshot, and those put since. What was read last is kept unpacked."""

    def __init__(self, packed: Array, start: Array) -> None:
        self._packed, self._start = packed, start
        self._put: dict[int, bytes | None] = {}  # None: not packed yet, and surely among those kept
        self._kept: OrderedDict[int, SiteDocument] = OrderedDict()

    @classmethod
    def of(cls, documents: Iterable[SiteDocument]) -> Papers:
        """For a snapshot that lives in memory only."""
        packed = bytearray()
        start = write_packed(documents, packed.extend)
        return cls(np.frombuffer(packed, np.uint8), np.array(start, np.int64))

    def read(self, ordinal: int) -> SiteDocument:
        document = self._kept.get(ordinal)
        if document is not None:
            with suppress(KeyError):  # another thread has let go of it
                self._kept.move_to_end(ordinal)
            return document
        packed = self._put.get(ordinal)
        document = unpack(packed or self._packed[self._start[ordinal] : self._start[ordinal + 1]].data)
        self._keep(ordinal, document)
        return document

    def put(self, ordinal: int, document: SiteDocument) -> None:
        self._put[ordinal] = None
        self._keep(ordinal, document)

    def forget(self, ordinal: int) -> None:
        self._put.pop(ordinal, None)
        self._kept.pop(ordinal, None)

    def _keep(self, ordinal: int, document: SiteDocument) -> None:
        self._kept[ordinal] = document
        if len(self._kept) > _KEPT:
            oldest, let_go = self._kept.popitem(last=False)
            if self._put.get(oldest, b"") is None:  # the weeks of busy suppliers change again before
                self._put[oldest] = pack(let_go)


def pack(document: SiteDocument) -> bytes:
    return _ENCODER.encode(document)


def unpack(packed: bytes | memoryview) -> SiteDocument:
    """Equal sets are one: a set of five days takes 700 bytes, the same languages in three places as much again."""
    document = _DECODER.decode(packed)
    languages = document.languages
    for service in document.services:
        if service.tags.languages == languages:
            object.__setattr__(service.tags, "languages", languages)
        if calendar := service.calendar:
            days = calendar.working_days
            object.__setattr__(calendar, "working_days", _WORKING_DAYS.setdefault(days, days))
    return document


_WORKING_DAYS: dict[frozenset[int], frozenset[int]] = {}
_ENCODER, _DECODER = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(SiteDocument)


def write_packed(documents: Iterable[SiteDocument], write: Callable[[bytes], object]) -> list[int]:
    """Write packed documents one after the other; returns where each starts, and the end."""
    start = [0]
    for document in documents:
        packed = pack(document)
        write(packed)
        start.append(start[-1] + len(packed))
    return start
