"""The documents behind the rows: for the page that is shown, for reasons, and for what columns can't say."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

import msgspec
import numpy as np

from marketplace.search.columns.table import Array
from marketplace.search.document import SiteDocument

_KEPT = 4096  # unpacked documents a process keeps, some 6 kB each: as many as are put in words


class Papers:
    """Documents by ordinal: packed ones of a snapshot, and those put since."""

    def __init__(self, packed: Array, start: Array) -> None:
        self._packed, self._start = packed, start
        self._put: dict[int, SiteDocument] = {}
        self._kept: OrderedDict[int, SiteDocument] = OrderedDict()

    @classmethod
    def of(cls, documents: Sequence[SiteDocument]) -> Papers:
        """Unpacked ones, for a snapshot that lives in memory only."""
        papers = cls(np.zeros(0, np.uint8), np.zeros(1, np.int64))
        papers._put = dict(enumerate(documents))
        return papers

    def read(self, ordinal: int) -> SiteDocument:
        document = self._put.get(ordinal) or self._kept.get(ordinal)
        if document is None:
            packed = self._packed[self._start[ordinal] : self._start[ordinal + 1]]
            document = unpack(packed.data)
            self._kept[ordinal] = document
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return document

    def put(self, ordinal: int, document: SiteDocument) -> None:
        self._put[ordinal] = document

    def forget(self, ordinal: int) -> None:
        self._put.pop(ordinal, None)
        self._kept.pop(ordinal, None)


def pack(document: SiteDocument) -> bytes:
    return _ENCODER.encode(document)


def unpack(packed: bytes | memoryview) -> SiteDocument:
    return _DECODER.decode(packed)


_ENCODER, _DECODER = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(SiteDocument)


def write_packed(documents: Iterable[SiteDocument], write: Callable[[bytes], object]) -> list[int]:
    """Write packed documents one after the other; returns where each starts, and the end."""
    start = [0]
    for document in documents:
        packed = pack(document)
        write(packed)
        start.append(start[-1] + len(packed))
    return start
