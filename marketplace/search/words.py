"""Words: how text is cut, and the inverted index with prefixes and typing errors. Pure, in memory."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from marketplace.vocabulary.model import fold

MAXIMUM_WORDS = 20
MAXIMUM_WORD = 64
MAXIMUM_TEXT = 256

# Words that say nothing by themselves, in the six languages.
_STOP = frozenset(
    "a an and the of in for with near who can to at on or de di da do du des la le les el los las il lo gli i "
    "et e y und der die das fur avec con com per par para pour mit s d l dell all nell sull aux dos das "
    "pres vicino cerca perto bei nahe von around autour presso proximo alrededor".split()
)
_TYPO_FROM = 4  # one typing error from 4 letters on,
_TWO_TYPOS_FROM = 8  # two from 8
MOST_SPELLINGS = 8


@lru_cache(maxsize=20_000)  # the names of terms and towns come again in every document
def cut(text: str) -> tuple[str, ...]:
    """Folded words of a text, stop words left out: 'Façonnier & co' -> ('faconnier', 'co')."""
    return tuple(kept for word in split(text) if (kept := keep(word)))


def split(text: str) -> list[str]:
    """All words of a text, folded: fold(text).split(), at a fifth of the cost."""
    return _plain(text).translate(_WORDS).decode().split()


END = "\x01"  # no word: letters and digits alone make words


def split_each(texts: Sequence[str]) -> list[str]:
    """The words of several texts, with END after those of each: at half the cost of splitting one by one."""
    joined = f" {END} ".join((*texts, ""))
    if joined.count(END) > len(texts):  # it stands in a text
        return [word for text in texts for word in (*split(text), END)]
    return _plain(joined).translate(_WORDS_AND_END).decode().split()


def keep(word: str) -> str:
    """A word as it is indexed; nothing is left of a stop word."""
    return "" if word in _STOP else word[:MAXIMUM_WORD]


def _plain(text: str) -> bytes:
    """Folding looks at one character at a time, so what is not ASCII may be folded by itself: letters and digits are
    left of it."""
    return (text if text.isascii() else _FOREIGN.sub(lambda found: _folded(found[0]), text)).encode()


@lru_cache(maxsize=2000)
def _folded(letters: str) -> str:
    return fold(f"x{letters}x")[1:-1]  # breaks at the ends count too


_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_ASCII = bytes(ord(chr(byte).lower()) if chr(byte).isalnum() else ord(" ") for byte in range(0x80))
_WORDS = _ASCII + bytes(range(0x80, 0x100))
_WORDS_AND_END = _WORDS[: ord(END)] + END.encode() + _WORDS[ord(END) + 1 :]


def cut_query(text: str) -> list[str]:
    """The words of a query, at most 20."""
    return list(cut(text[:MAXIMUM_TEXT])[:MAXIMUM_WORDS])


def weigh(texts: Iterable[tuple[float, str]]) -> dict[str, float]:
    """The words of a document, each with its best weight."""
    weights: dict[str, float] = {}
    for weight, text in texts:
        for word in cut(text):
            if weights.get(word, 0.0) < weight:
                weights[word] = weight
    return weights


EXACT, START, SPELLING = 1.0, 0.7, 0.4  # how much a word counts that was typed so, begun so, or meant


def rarity(documents: int, having: int) -> float:
    """Inverse document frequency: log(1 + (documents + 1) / (having + 1/2))."""
    return math.log(1 + (documents + 1) / (having + 0.5))


def typos_allowed(word: str) -> int:
    """0 below 4 letters, 1 from 4, 2 from 8."""
    return 0 if len(word) < _TYPO_FROM else 2 if len(word) >= _TWO_TYPOS_FROM else 1


class WordIndex:
    """word -> {document: weight}. Not safe for threads by itself: the engine holds a lock."""

    def __init__(self) -> None:
        self._postings: dict[str, dict[int, float]] = {}
        self._words_of: dict[int, list[str]] = {}
        self._letters: dict[str, int] = {}

    def put(self, document: int, texts: Iterable[tuple[float, str]]) -> None:
        """Index or re-index a document. A word counts with its best weight."""
        self.remove(document)
        weights = weigh(texts)
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
        allowed = typos_allowed(word)
        if not allowed:
            return []
        letters = _letter_set(word)
        close = []
        for candidate, candidate_letters in self._letters.items():
            # Each error changes at most two letters of the set: a cheap test that passes few words on.
            if abs(len(candidate) - len(word)) > allowed or (letters ^ candidate_letters).bit_count() > 2 * allowed:
                continue
            errors = osa_distance(word, candidate, allowed)
            if errors <= allowed:
                close.append((errors, -len(self._postings[candidate]), candidate))
        return [candidate for _, _, candidate in sorted(close)[:MOST_SPELLINGS]]

    def starting_with(self, start: str) -> list[str]:
        return [word for word in self._postings if word.startswith(start)]

    def _one(self, word: str, *, is_last: bool) -> dict[int, float]:
        found: dict[int, float] = {}
        if word in self._postings:
            self._add(found, [word], EXACT)
        if is_last:
            self._add(found, [longer for longer in self.starting_with(word) if longer != word], START)
        if not found:
            for spelling in self.spellings(word):
                self._add(found, [spelling], SPELLING)
        return found

    def _add(self, found: dict[int, float], words: list[str], factor: float) -> None:
        """Words that count as one: all the ways a started word may go on are one word as rare as all together."""
        common = rarity(len(self._words_of), sum(len(self._postings[word]) for word in words))
        for word in words:
            for document, weight in self._postings[word].items():
                score = weight * common * factor
                if found.get(document, 0.0) < score:
                    found[document] = score


def osa_distance(a: str, b: str, limit: int) -> int:
    """Typing errors between two words: insertion, deletion, substitution, swap of neighbours (optimal string
    alignment). limit + 1 when there are more."""
    return OSA.distance(a, b, score_cutoff=limit)


def _letter_set(word: str) -> int:
    bits = 0
    for char in word:
        bits |= 1 << (ord(char) & 63)
    return bits
