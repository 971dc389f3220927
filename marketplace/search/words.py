"""Words: how text is cut, and the inverted index with prefixes and typing errors. Pure, in memory."""

from __future__ import annotations

import math
from collections.abc import Iterable

from marketplace.vocabulary.model import fold

MAXIMUM_WORDS = 20
MAXIMUM_WORD = 64
MAXIMUM_TEXT = 256

# Words that say nothing by themselves, in the six languages.
_STOP = frozenset(
    "a an and the of in for with near who can to at on or de di da do du des la le les el los las il lo gli i "
    "et e y und der die das fur avec con com per par para pour mit s d l".split()
)
_TYPO_FROM = 4  # one typing error from 4 letters on,
_TWO_TYPOS_FROM = 8  # two from 8
_MOST_SPELLINGS = 8


def cut(text: str) -> list[str]:
    """Folded words of a text, stop words left out: 'Façonnier & co' -> ['faconnier', 'co']."""
    return [word[:MAXIMUM_WORD] for word in fold(text).split() if word not in _STOP]


def cut_query(text: str) -> list[str]:
    """The words of a query, at most 20."""
    return cut(text[:MAXIMUM_TEXT])[:MAXIMUM_WORDS]


class WordIndex:
    """word -> {document: weight}. Not safe for threads by itself: the engine holds a lock."""

    def __init__(self) -> None:
        self._postings: dict[str, dict[int, float]] = {}
        self._words_of: dict[int, list[str]] = {}
        self._letters: dict[str, int] = {}

    def put(self, document: int, texts: Iterable[tuple[float, str]]) -> None:
        """Index or re-index a document. A word counts with its best weight."""
        self.remove(document)
        weights: dict[str, float] = {}
        for weight, text in texts:
            for word in cut(text):
                if weights.get(word, 0.0) < weight:
                    weights[word] = weight
        for word, weight in weights.items():
            self._postings.setdefault(word, {})[document] = weight
            if word not in self._letters:
                self._letters[word] = _letter_set(word)
        self._words_of[document] = list(weights)

    def remove(self, document: int) -> None:
        for word in self._words_of.pop(document, ()):
            postings = self._postings[word]
            del postings[document]
            if not postings:
                del self._postings[word]
                del self._letters[word]

    def find(self, words: list[str]) -> dict[int, float]:
        """Documents that have every word, with a score; the last word may be the start of one.

        Exact words count more than starts, and starts more than spelling corrections; a word that exists
        is never corrected.
        """
        scores: dict[int, float] | None = None
        for position, word in enumerate(words):
            found = self._one(word, is_last=position == len(words) - 1)
            if scores is None:
                scores = found
            else:
                scores = {d: score + found[d] for d, score in scores.items() if d in found}
            if not scores:
                return {}
        return scores or {}

    def spellings(self, word: str) -> list[str]:
        """Up to 8 indexed words within the allowed typing errors, nearest and most frequent first."""
        if len(word) < _TYPO_FROM:
            return []
        allowed = 2 if len(word) >= _TWO_TYPOS_FROM else 1
        letters = _letter_set(word)
        close = []
        for candidate, candidate_letters in self._letters.items():
            # Each error changes at most two letters of the set: a cheap test that passes few words on.
            if abs(len(candidate) - len(word)) > allowed or (letters ^ candidate_letters).bit_count() > 2 * allowed:
                continue
            errors = osa_distance(word, candidate, allowed)
            if errors <= allowed:
                close.append((errors, -len(self._postings[candidate]), candidate))
        return [candidate for _, _, candidate in sorted(close)[:_MOST_SPELLINGS]]

    def starting_with(self, start: str) -> list[str]:
        return [word for word in self._postings if word.startswith(start)]

    def _one(self, word: str, *, is_last: bool) -> dict[int, float]:
        found: dict[int, float] = {}
        if word in self._postings:
            self._add(found, word, 1.0)
        if is_last:
            for longer in self.starting_with(word):
                if longer != word:
                    self._add(found, longer, 0.7)
        if not found:
            for spelling in self.spellings(word):
                self._add(found, spelling, 0.4)
        return found

    def _add(self, found: dict[int, float], word: str, factor: float) -> None:
        postings = self._postings[word]
        rarity = math.log(1 + (len(self._words_of) + 1) / (len(postings) + 0.5))
        for document, weight in postings.items():
            score = weight * rarity * factor
            if found.get(document, 0.0) < score:
                found[document] = score


def osa_distance(a: str, b: str, limit: int) -> int:
    """Typing errors between two words: insertion, deletion, substitution, swap of neighbours (optimal string
    alignment). Stops early and answers limit + 1 when there are more."""
    before: list[int] = []
    previous = list(range(len(b) + 1))
    for i, char in enumerate(a, 1):
        current = [i]
        for j, other in enumerate(b, 1):
            cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (char != other))
            if i > 1 and j > 1 and char == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, previous = previous, current
    return previous[-1]


def _letter_set(word: str) -> int:
    bits = 0
    for char in word:
        bits |= 1 << (ord(char) & 63)
    return bits
