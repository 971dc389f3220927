"""Columns of one length that grow at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Spec = Mapping[str, tuple[str, tuple[int, ...]]]  # name -> (dtype, shape of one row)

_SPARE = 256  # rows beyond the present ones that a new table has room for


class Table:
    """Rows are the last axis of every column, so that one column of all rows lies together in memory.

    `self[name]` is a view of the rows in use. Columns may be mapped from files, copy-on-write: appending
    within the spare room touches only the last pages, appending beyond it copies the table.
    """

    def __init__(self, columns: dict[str, Array], count: int) -> None:
        self.columns = columns
        self.count = count

    @classmethod
    def empty(cls, spec: Spec, capacity: int = _SPARE) -> Table:
        return cls({name: np.zeros((*shape, capacity), dtype) for name, (dtype, shape) in spec.items()}, 0)

    def __getitem__(self, name: str) -> Array:
        return self.columns[name][..., : self.count]

    @property
    def capacity(self) -> int:
        return int(next(iter(self.columns.values())).shape[-1])

    def append(self, rows: Mapping[str, Array]) -> int:
        """Add rows, given for every column; returns the number of the first."""
        first = self.count
        added = int(next(iter(rows.values())).shape[-1])
        self.reserve(first + added)
        for name, values in rows.items():
            self.columns[name][..., first : first + added] = values
        self.count = first + added
        return first

    def write(self, numbers: list[int], rows: Mapping[str, Array]) -> None:
        """Write over rows, given for every column."""
        for name, values in rows.items():
            self.columns[name][..., numbers] = values

    def reserve(self, capacity: int) -> None:
        have = self.capacity
        if capacity <= have:
            return
        room = max(capacity, 2 * have) + _SPARE  # memory that is not used yet costs nothing
        for name, old in self.columns.items():
            grown = np.zeros((*old.shape[:-1], room), old.dtype)
            grown[..., : self.count] = old[..., : self.count]
            self.columns[name] = grown


class Bits:
    """One bit per row for each value: which rows have it. Shape of `words`: (values, rows / 64), little-endian bits."""

    def __init__(self, words: Array) -> None:
        self.words = words

    @classmethod
    def build(cls, values: int, rows: int, value: Array, row: Array) -> Bits:
        """From pairs (value, row)."""
        words = np.zeros((values + _SPARE, _words_for(rows) + _SPARE // 64), np.uint64)
        order = np.argsort(value, kind="stable")
        ends = np.searchsorted(value[order], np.arange(values + 1))
        mask = np.zeros(_words_for(rows) * 64, np.uint8)
        for number in range(values):
            mine = row[order[ends[number] : ends[number + 1]]]
            if len(mine):
                mask[mine] = 1
                words[number, : len(mask) // 64] = pack(mask)
                mask[mine] = 0
        return cls(words)

    def set(self, value: Array, row: Array) -> None:
        """Mark pairs (value, row); rows and values may be new."""
        if len(value) == 0:
            return
        self._reserve(int(value.max()) + 1, _words_for(int(row.max()) + 1))
        bit = np.left_shift(np.uint64(1), (row & 63).astype(np.uint64))
        np.bitwise_or.at(self.words, (value, row >> 6), bit)

    def any_of(self, values: list[int], count: int) -> Array:
        """Words of the rows that have any of the values, for `count` rows."""
        width = _words_for(count)
        found = np.zeros(width, np.uint64)
        for value in values:
            if value < len(self.words):
                found |= self.words[value, :width]
        return found

    def has_any(self, values: list[int], rows: Array) -> Array:
        """Whether each of some rows has any of the values."""
        word, bit = rows >> 6, (rows & 63).astype(np.uint64)
        found = np.zeros(len(rows), np.uint64)
        for value in values:
            if value < len(self.words):
                found |= self.words[value][word]
        has: Array = (found >> bit) & np.uint64(1) != 0
        return has

    def count(self, rows: Array, total: int, values: Array) -> Array:
        """For each of some values (at least one), how many of the rows have it; costs the same however many rows."""
        width = _words_for(total)
        mask = np.zeros(width * 64, np.uint8)
        mask[rows] = 1
        wanted = pack(mask)
        # Values that are asked for together lie together: the few between them cost less than to pick.
        low, high = int(values.min()), min(int(values.max()) + 1, len(self.words))
        counts = np.zeros(int(values.max()) + 1, np.int64)
        some = max(_BLOCK // max(width, 1), 64)
        for first in range(low, high, some):
            end = min(first + some, high)
            for start in range(0, width, _STRIPE):
                part = self.words[first:end, start : min(start + _STRIPE, width)] & wanted[start : start + _STRIPE]
                counts[first:end] += np.bitwise_count(part).sum(1, dtype=np.uint16)
        return counts[values]

    def padded(self, rows: int) -> Array:
        """The words with room for so many rows."""
        width = max(_words_for(rows), self.words.shape[1])
        padded = np.zeros((len(self.words), width), np.uint64)
        padded[:, : self.words.shape[1]] = self.words
        return padded

    def _reserve(self, values: int, width: int) -> None:
        have_values, have_width = self.words.shape
        if values <= have_values and width <= have_width:
            return
        grown = np.zeros(
            (max(values, have_values) + _SPARE, max(width, have_width) + max(_SPARE // 64, width // 16)), np.uint64
        )
        grown[:have_values, :have_width] = self.words
        self.words = grown


_BLOCK = 1 << 16  # words that stay in the processor's cache while they are counted
_STRIPE = 1023  # words of which all the bits are counted in 16 bits


def pack(mask: Array) -> Array:
    """Bytes of 0 and 1 (a multiple of 64 of them) as words of bits."""
    words: Array = np.packbits(mask, bitorder="little").view(np.uint64)
    return words


def unpack(words: Array, count: int) -> Array:
    """Words of bits as booleans, one a row."""
    return np.unpackbits(words.view(np.uint8), count=count, bitorder="little").view(np.bool_)


def slices(first: Array, count: Array) -> Array:
    """The positions first[i], first[i] + 1, ... of every i, one after the other."""
    total = int(count.sum())
    if total == 0:
        return np.zeros(0, np.int64)
    ends = np.cumsum(count)
    positions: Array = np.arange(total) + np.repeat(first - (ends - count), count)
    return positions


def firsts(ordered: Array) -> Array:
    """Which are the first of a run of equals."""
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def _words_for(rows: int) -> int:
    return (rows + 63) >> 6
