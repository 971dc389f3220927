"""The documents behind the rows: for the page that is shown, for reasons, and for what columns can't say."""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any

import numpy as np

from marketplace.search.columns.table import Array
from marketplace.search.document import SiteDocument
from marketplace.units import Week

_KEPT = 4096  # unpacked documents a process keeps: some 6 kB each


class Papers:
    """Documents by ordinal: packed ones of a snapshot, and those put since.

    Packed with pickle: the file lies in the operator's own data folder, is written by this program alone and
    is thrown away with every change of version; what reads it could as well change the program.
    """

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
            document = unpack(packed.tobytes())
            self._kept[ordinal] = document
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return document

    def put(self, ordinal: int, document: SiteDocument) -> None:
        self._put[ordinal] = document

    def forget(self, ordinal: int) -> None:
        self._put.pop(ordinal, None)
        self._kept.pop(ordinal, None)


class _Packer(pickle.Pickler):
    """Packs records as their class and its arguments: a third of the time to unpack, half of the bytes."""

    def reducer_override(self, record: Any) -> Any:
        if isinstance(record, Week):
            return _week, (record.monday.toordinal(),)
        kind = type(record)
        if kind not in _FIELDS:
            names = [field.name for field in fields(kind)] if is_dataclass(kind) else []
            _FIELDS[kind] = attrgetter(*names) if len(names) > 1 else None
        values = _FIELDS[kind]
        return (kind, values(record)) if values else NotImplemented


_FIELDS: dict[type, Callable[[Any], tuple[Any, ...]] | None] = {}


@lru_cache(maxsize=1024)
def _week(day: int) -> Week:
    """Weeks are few and come in every calendar: one object each."""
    return Week(date.fromordinal(day))


def pack(document: SiteDocument) -> bytes:
    packed = io.BytesIO()
    _Packer(packed, protocol=pickle.HIGHEST_PROTOCOL).dump(document)
    return packed.getvalue()


def unpack(packed: bytes) -> SiteDocument:
    document: SiteDocument = pickle.loads(packed)  # noqa: S301 (our own file, see Papers)
    return document


def write_packed(documents: Iterable[SiteDocument], write: Callable[[bytes], object]) -> list[int]:
    """Write packed documents one after the other; returns where each starts, and the end."""
    start = [0]
    for document in documents:
        packed = pack(document)
        write(packed)
        start.append(start[-1] + len(packed))
    return start
