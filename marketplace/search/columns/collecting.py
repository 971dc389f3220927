"""The words of many documents, gathered batch by batch for an inverted index.

The same as `weigh` of each document's texts, many times faster: the texts of a batch are cut at once, and which word
of a document counts how much is settled by sorting numbers. The names of terms are most of what a document is found
by, and nothing of a document has to be read for them: which documents have a term is known from the rows, so each of
its words gets that list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from marketplace.search.columns.table import Array, firsts, slices
from marketplace.search.document import SOURCES, SiteDocument, names_of
from marketplace.search.words import END, keep, split, split_each
from marketplace.vocabulary import Facet

Having = tuple[Facet, str, Array]  # a term, and the ordinals of the documents that have it, ascending

# An entry is one number: a document, and how much a word counts in it; while it is sorted, the word above them.
_WEIGHT, _ENTRY = 4, 32  # bits
_ONLY_WEIGHT, _ONLY_ENTRY = (1 << _WEIGHT) - 1, (1 << _ENTRY) - 1
_END_NUMBER, _FIRST_NUMBER = 1, 2
_AT_ONCE = 1000  # documents whose entries stay in the processor's cache

_OF_TEXTS = [int(weight) for weight, facet in SOURCES if facet is None]
_OF_FACETS = {facet: int(weight) for weight, facet in SOURCES if facet is not None}


def _texts(document: SiteDocument) -> tuple[str, str, str, str]:
    """What is text among its SOURCES."""
    notes = [service.draft.note for service in document.services if service.draft and service.draft.note]
    return (
        f"{document.name} {document.site_name}",
        f"{document.locality} {document.region} {document.street}",
        " ".join(document.machines),
        " ".join((*notes, document.description)),
    )


class _Numbers(dict[str, int]):
    """Word as it is indexed -> number, in the order of appearance. 0: nothing to index."""

    def __init__(self) -> None:
        super().__init__({"": 0, END: _END_NUMBER})

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


class _AsWritten(dict[str, int]):
    """Word of a text -> its number."""

    def __init__(self, numbers: _Numbers) -> None:
        super().__init__()
        self._numbers = numbers

    def __missing__(self, word: str) -> int:
        number = self[word] = self._numbers[keep(word)]
        return number


class Collector:
    """Takes documents in the order of their ordinals."""

    def __init__(self) -> None:
        self.documents = 0
        self._numbers = _Numbers()
        self._number = _AsWritten(self._numbers).__getitem__
        self._batches: list[tuple[Array, Array, Array]] = []  # numbers, how many entries each has, entries

    def add(self, documents: Sequence[SiteDocument]) -> None:
        """The texts of documents. Cost: some 8 us a document; 4 bytes are kept for each word."""
        for first in range(0, len(documents), _AT_ONCE):
            self._add(documents[first : first + _AT_ONCE])

    def _add(self, documents: Sequence[SiteDocument]) -> None:
        sources = zip(*map(_texts, documents), strict=True)
        found = [self._entries(weight, texts) for weight, texts in zip(_OF_TEXTS, sources, strict=True)]
        entries = np.concatenate(found)
        entries.sort()
        entries = _best(entries[np.searchsorted(entries, np.uint64(_FIRST_NUMBER << _ENTRY)) :])
        number = entries >> _ENTRY
        first = np.flatnonzero(firsts(number))
        counts = np.diff(np.append(first, len(number)))
        self._batches.append((number[first], counts, (entries & _ONLY_ENTRY).astype(np.uint32)))
        self.documents += len(documents)

    def _entries(self, weight: int, texts: Sequence[str]) -> Array:
        """The words of one text of each document."""
        words = split_each(texts)
        number = np.fromiter(map(self._number, words), np.uint64, len(words))
        document = np.cumsum(number == _END_NUMBER, dtype=np.uint64) + np.uint64(self.documents)
        return number << _ENTRY | document << _WEIGHT | np.uint64(weight)

    def lists(self, terms: Iterable[Having]) -> tuple[list[str], Array, Array, Array]:
        """All words in order; word i stands in documents[start[i]:start[i + 1]], ascending, and counts weights[...]
        there. Empties the collector."""
        named = self._named(terms)
        words = sorted(self._numbers.keys() - {"", END})
        order = [self._numbers[word] for word in words]
        start, entries = self._of_texts(order)
        pieces, lengths, done = [], np.diff(start), 0
        for place, number in enumerate(order):
            if number not in named:
                continue
            first, end = start[place], start[place + 1]
            mine = named[number] if first == end else [*named[number], entries[first:end]]
            merged = mine[0] if len(mine) == 1 else _best(np.sort(np.concatenate(mine)))
            pieces += [entries[done:first], merged]
            lengths[place], done = len(merged), end
        found = np.concatenate((*pieces, entries[done:]))
        weights = found.astype(np.uint8) & _ONLY_WEIGHT
        found >>= _WEIGHT
        return words, np.concatenate(([0], np.cumsum(lengths))), found, weights

    def _named(self, terms: Iterable[Having]) -> dict[int, list[Array]]:
        """The entries of each word that stands in names of terms, a list for each of its terms."""
        named: dict[int, list[Array]] = {}
        for facet, term, ordinals in terms:
            if facet in _OF_FACETS and len(ordinals):
                entries = (ordinals << _WEIGHT | _OF_FACETS[facet]).astype(np.uint32)
                for word in {keep(word) for word in split(names_of(facet, term))} - {""}:
                    named.setdefault(self._numbers[word], []).append(entries)
        return named

    def _of_texts(self, order: list[int]) -> tuple[Array, Array]:
        """The entries of words in this order: word i has entries[start[i]:start[i + 1]]."""
        place = np.zeros(len(self._numbers), np.int64)
        place[order] = np.arange(len(order))
        having = np.zeros(len(order), np.int64)
        for numbers, counts, _ in self._batches:
            having[place[numbers]] += counts
        start = np.concatenate(([0], np.cumsum(having)))
        entries = np.zeros(start[-1], np.uint32)
        free = start[:-1].copy()
        self._batches.reverse()
        while self._batches:
            numbers, counts, some = self._batches.pop()
            mine = place[numbers]
            entries[slices(free[mine], counts)] = some
            free[mine] += counts
        return start, entries


def _best(entries: Array) -> Array:
    """Of sorted entries of the same word in the same document the last: it counts most."""
    last = np.ones(len(entries), np.bool_)
    same = entries >> _WEIGHT
    np.not_equal(same[1:], same[:-1], out=last[:-1])
    return entries[last]
