"""The words of many documents, gathered batch by batch for an inverted index.

The same as `weigh` of each document's texts, many times faster: the names of a term are cut once, and which
word of a document counts how much is settled for a whole batch by sorting numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import numpy as np

from marketplace.search.columns.table import Array, firsts, slices
from marketplace.search.document import SOURCES, SiteDocument, names_of, texts_by_source
from marketplace.search.words import keep, split
from marketplace.vocabulary import Facet

# An entry is one number of 64 bits: a word, a document, and how much the word counts in it.
_WEIGHT = 4  # bits
_NUMBER = 32 + _WEIGHT  # bits below the number of the word
_ONLY_WEIGHT = np.uint64((1 << _WEIGHT) - 1)
_AT_ONCE = 1000  # documents whose entries stay in the processor's cache


class _Numbers(dict[str, int]):
    """Word -> number, from 1 on, in the order of appearance. 0: nothing to index."""

    def __init__(self) -> None:
        super().__init__({"": 0})

    def __missing__(self, word: str) -> int:
        kept = keep(word)
        if kept != word:
            return self[kept]
        number = self[word] = len(self)
        return number


class _Words(dict[str, bytes]):
    """Word -> the entry (8 bytes) of a source in which it stands; the document is added later."""

    def __init__(self, numbers: _Numbers, weight: int) -> None:
        super().__init__()
        self._numbers, self._weight = numbers, weight

    def __missing__(self, word: str) -> bytes:
        made = self[word] = (self._numbers[word] << _NUMBER | self._weight).to_bytes(8, sys.byteorder)
        return made


class _Terms(dict[str, bytes]):
    """Term of a facet -> the entries of all words of its names."""

    def __init__(self, words: _Words, facet: Facet) -> None:
        super().__init__()
        self._words, self._facet = words, facet

    def __missing__(self, term: str) -> bytes:
        made = self[term] = b"".join([self._words[word] for word in split(names_of(self._facet, term))])
        return made


class Collector:
    """Takes documents in the order of their ordinals."""

    def __init__(self) -> None:
        self.documents = 0
        self._numbers = _Numbers()
        self._sources: list[tuple[bool, Callable[[str], bytes]]] = []  # is it text; entries of its words or terms
        for weight, facet in SOURCES:
            words = _Words(self._numbers, int(weight))
            self._sources.append((not facet, (_Terms(words, facet) if facet else words).__getitem__))
        self._batches: list[tuple[Array, Array, Array, Array]] = []  # numbers, in how many documents, which, weights

    def add(self, documents: Sequence[SiteDocument]) -> None:
        """Cost: some 20 us a document; 5 bytes are kept for each of its words."""
        for first in range(0, len(documents), _AT_ONCE):
            self._add([self._entries(document) for document in documents[first : first + _AT_ONCE]])

    def _add(self, found: list[bytes]) -> None:
        """The entries of each document."""
        entries = np.frombuffer(b"".join(found), np.uint64)
        document = np.arange(self.documents, self.documents + len(found), dtype=np.uint64) << _WEIGHT
        entries = entries + np.repeat(document, [len(mine) >> 3 for mine in found])
        entries.sort()
        entries = entries[np.searchsorted(entries, np.uint64(1 << _NUMBER)) :]  # what is not indexed stands first
        # Of the same word in the same document the last entry counts most.
        entries = entries[::-1][firsts(entries[::-1] >> _WEIGHT)][::-1]
        number = (entries >> _NUMBER).astype(np.uint32)
        first = np.flatnonzero(firsts(number))
        counts = np.diff(np.append(first, len(number)))
        weight = (entries & _ONLY_WEIGHT).astype(np.uint8)
        self._batches.append((number[first], counts, (entries >> _WEIGHT).astype(np.uint32), weight))
        self.documents += len(found)

    def _entries(self, document: SiteDocument) -> bytes:
        found: list[bytes] = []
        for (is_text, entry), texts in zip(self._sources, texts_by_source(document), strict=True):
            found += map(entry, split(" ".join(texts)) if is_text else texts)
        return b"".join(found)

    def lists(self) -> tuple[list[str], Array, Array, Array]:
        """All words in order; word i stands in documents[start[i]:start[i + 1]], ascending, and counts weights[...]
        there. Empties the collector."""
        words = sorted(self._numbers)[1:]
        place = np.zeros(len(words) + 1, np.int64)
        place[[self._numbers[word] for word in words]] = np.arange(len(words))
        having = np.zeros(len(words), np.int64)
        for numbers, counts, _, _ in self._batches:
            having[place[numbers]] += counts
        start = np.concatenate(([0], np.cumsum(having)))
        documents, weights = np.zeros(start[-1], np.uint32), np.zeros(start[-1], np.uint8)
        free = start[:-1].copy()
        self._batches.reverse()
        while self._batches:
            numbers, counts, which, how_much = self._batches.pop()
            mine = place[numbers]
            at = slices(free[mine], counts)
            documents[at], weights[at] = which, how_much
            free[mine] += counts
        return words, start, documents, weights
