"""Words to sites: an inverted index in arrays, with what changed since in dictionaries."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping

import numpy as np

from marketplace.search.columns.collecting import Collector, Having
from marketplace.search.columns.spelling import Spelling
from marketplace.search.columns.table import Array
from marketplace.search.words import (
    EXACT,
    MOST_SPELLINGS,
    SPELLING,
    START,
    osa_distance,
    rarity,
    typos_allowed,
)

Found = tuple[Array, Array]  # ordinals, each once; scores


class Postings:
    """The documents that have a word are `docs[start[t]:start[t + 1]]`, ascending, with how much it counts in each.

    Documents put later stand in `_added`; those taken out stay in the arrays and are only counted out of
    `having`: the caller drops ordinals that are no longer live.
    """

    def __init__(self, terms: Array, start: Array, docs: Array, weights: Array, spelling: Spelling) -> None:
        self.terms = terms  # utf-8, sorted: the order of bytes is the order of code points
        self.start, self.docs, self.weights = start, docs, weights
        self.spelling = spelling
        self.having = np.diff(start)  # live documents of each term; those in `_added` not included
        self.documents = 0
        self._added: dict[str, dict[int, int]] = {}
        self._added_sorted: list[str] = []
        self._new: set[str] = set()  # words of `_added` that `terms` lacks

    @classmethod
    def build(cls, collected: Collector, terms: Iterable[Having] = ()) -> Postings:
        """Of the texts of documents, and of the names of the terms that they have."""
        words, start, docs, weights = collected.lists(terms)
        terms = np.array([word.encode() for word in words], np.bytes_) if words else np.zeros(0, "S1")
        built = cls(terms, start, docs, weights, Spelling.build(words))
        built.documents = collected.documents
        return built

    def add(self, ordinal: int, weights: Mapping[str, float]) -> None:
        for word, weight in weights.items():
            if word not in self._added:
                self._added[word] = {}
                insort(self._added_sorted, word)
                if self._number(word) is None:
                    self._new.add(word)
            self._added[word][ordinal] = int(weight)
        self.documents += 1

    def remove(self, ordinal: int, words: Iterable[str]) -> None:
        for word in words:
            mine = self._added.get(word)
            if mine is not None and ordinal in mine:
                del mine[ordinal]
            else:
                number = self._number(word)
                assert number is not None, word
                self.having[number] -= 1
        self.documents -= 1

    def find(self, words: list[str], scratch: Scratch) -> Found:
        """Documents that have every word, with a score, as WordIndex.find; some may no longer be live."""
        ids, scores = np.zeros(0, np.int64), np.zeros(0)
        for position, word in enumerate(words):
            found = self._one(word, position == len(words) - 1, scratch)
            ids, scores = found if position == 0 else scratch.both(ids, scores, *found)
            if len(ids) == 0:
                break
        return ids, scores

    def spellings(self, word: str) -> list[str]:
        """Up to 8 words within the allowed typing errors that live documents have, nearest and most frequent first."""
        allowed = typos_allowed(word)
        if not allowed:
            return []
        near = self.spelling.near(word, allowed)
        known = zip(self.terms[near].tolist(), self.having[near].tolist(), strict=True)
        candidates = [(term.decode(), having) for term, having in known]
        close = []
        for candidate, having in (*candidates, *((new, 0) for new in self._new)):
            errors = osa_distance(word, candidate, allowed)
            if errors <= allowed and (having := having + len(self._added.get(candidate, ()))):
                close.append((errors, -having, candidate))
        return [candidate for _, _, candidate in sorted(close)[:MOST_SPELLINGS]]

    def count(self, word: str) -> int:
        """How many live documents have a word."""
        number = self._number(word)
        return (int(self.having[number]) if number is not None else 0) + len(self._added.get(word, ()))

    def _one(self, word: str, is_last: bool, scratch: Scratch) -> Found:
        pieces = [self._scored(word, EXACT)] if self.count(word) else []
        if is_last and (longer := self._longer(word, scratch)) is not None:
            pieces.append(longer)
        if not pieces:
            pieces = [self._scored(spelling, SPELLING) for spelling in self.spellings(word)]
        return scratch.either(pieces)

    def _scored(self, word: str, factor: float) -> Found:
        ids, weights = self._postings(word)
        return ids, _scores(rarity(self.documents, self.count(word)), factor)[weights]

    def _longer(self, word: str, scratch: Scratch) -> Found | None:
        """Documents with a longer word of that beginning, all such words taken as one."""
        first, end = self._range(word)
        having = int(self.having[first:end].sum())
        part = slice(int(self.start[first]), int(self.start[end]))
        ids, weights = [self.docs[part].astype(np.int64)], [self.weights[part]]
        position = bisect_left(self._added_sorted, word)
        while position < len(self._added_sorted) and self._added_sorted[position].startswith(word):
            longer = self._added_sorted[position]
            mine = self._added[longer]
            if longer != word and mine:
                having += len(mine)
                ids.append(np.fromiter(mine, np.int64, len(mine)))
                weights.append(np.fromiter(mine.values(), np.uint8, len(mine)))
            position += 1
        if not having:
            return None
        unique, best = scratch.best(np.concatenate(ids), np.concatenate(weights))
        return unique, _scores(rarity(self.documents, having), START)[best]

    def _postings(self, word: str) -> tuple[Array, Array]:
        number = self._number(word)
        part = slice(int(self.start[number]), int(self.start[number + 1])) if number is not None else slice(0, 0)
        ids, weights = self.docs[part].astype(np.int64), self.weights[part]
        if mine := self._added.get(word):
            ids = np.concatenate((ids, np.fromiter(mine, np.int64, len(mine))))
            weights = np.concatenate((weights, np.fromiter(mine.values(), np.uint8, len(mine))))
        return ids, weights

    def _number(self, word: str) -> int | None:
        key = word.encode()
        if len(key) > self.terms.itemsize:
            return None
        number = int(np.searchsorted(self.terms, np.array(key, self.terms.dtype)))
        return number if number < len(self.terms) and self.terms[number] == key else None

    def _range(self, word: str) -> tuple[int, int]:
        """The numbers of all longer words of that beginning."""
        key = word.encode()
        if len(key) >= self.terms.itemsize:
            return 0, 0
        after = key[:-1] + bytes([key[-1] + 1])  # no byte of utf-8 is 255
        first, end = np.searchsorted(self.terms, np.array([key, after], self.terms.dtype)).tolist()
        return (first + 1 if first < end and self.terms[first] == key else first), end


_HEAVIEST = 9


def _scores(common: float, factor: float) -> Array:
    """Score by weight, multiplied in the same order as WordIndex does, so that the bits agree."""
    return np.array([float(weight) * common * factor for weight in range(_HEAVIEST)])


class Scratch:
    """Room to join lists of ordinals without sorting them; belongs to one engine, used under its lock."""

    def __init__(self) -> None:
        self._score = np.zeros(0)
        self._weight = np.zeros(0, np.uint8)
        self._last = np.zeros(0, np.int32)

    def reserve(self, ordinals: int) -> None:
        if ordinals > len(self._score):
            room = ordinals + ordinals // 8 + 64
            self._score = np.zeros(room)
            self._weight, self._last = np.zeros(room, np.uint8), np.zeros(room, np.int32)

    def both(self, ids: Array, scores: Array, other: Array, others: Array) -> Found:
        """Ordinals of both lists, scores added."""
        self._score[other] = others
        more = self._score[ids]
        self._score[other] = 0
        kept = (more > 0).nonzero()[0]
        return ids[kept], scores[kept] + more[kept]

    def either(self, pieces: list[Found]) -> Found:
        """Ordinals of any list, each once, with the highest score."""
        if not pieces:
            return np.zeros(0, np.int64), np.zeros(0)
        if len(pieces) == 1:
            return pieces[0]
        seen = []
        for ids, scores in pieces:
            before = self._score[ids]
            self._score[ids] = np.maximum(before, scores)
            seen.append(ids[before == 0])
        ids = np.concatenate(seen)
        scores = self._score[ids]
        self._score[ids] = 0
        return ids, scores

    def best(self, ids: Array, weights: Array) -> tuple[Array, Array]:
        """Each ordinal once, with its greatest weight."""
        np.maximum.at(self._weight, ids, weights)
        position = np.arange(len(ids), dtype=np.int32)
        self._last[ids] = position
        unique = ids[self._last[ids] == position]
        best = self._weight[unique]
        self._weight[unique] = 0
        return unique, best
