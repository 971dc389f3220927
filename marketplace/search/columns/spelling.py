"""Which known words lie within one or two typing errors: a deletion-neighbourhood index in sorted arrays.

Two words within k errors share a word that is left when at most k letters are deleted from each (Mor and
Fraenkel 1982; SymSpell, Garbe 2012, shows that the first seven letters are enough). So every known word is
filed under what is left of it, and a look-up is a few searches in a sorted array instead of a walk through
all words. What it proposes is checked with osa_distance: the answer equals that of the walk.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

import numpy as np

from marketplace.search.columns.table import Array, firsts, slices

_LETTERS = 7
_FACTOR = 1_099_511_628_211  # FNV's prime: any odd number that spreads
_MASK = (1 << 64) - 1
_TWO_FROM = 6  # a word of 5 letters is never two errors from one of 8


class Spelling:
    """`keys` sorted; `terms[i]` is the number of the word filed under keys[i]."""

    def __init__(self, keys: Array, terms: Array) -> None:
        self.keys = keys
        self.terms = terms

    @classmethod
    def build(cls, words: list[str]) -> Spelling:
        letters = np.array(words, f"U{_LETTERS}").view(np.uint32).reshape(-1, _LETTERS).astype(np.uint64)
        full = np.fromiter(map(len, words), np.int64, len(words))
        length = np.minimum(full, _LETTERS)
        filed: dict[tuple[int, ...], Array] = {(): np.zeros(len(words), np.uint64)}  # by what is deleted
        for position in range(_LETTERS):
            letter = letters[:, position]
            for deleted, key in list(filed.items()):
                filed[deleted] = np.where(letter > 0, key * np.uint64(_FACTOR) + letter, key)
                if len(deleted) < 2:
                    filed[*deleted, position] = key
        keys, terms = [], []
        for deleted, key in filed.items():
            enough = length > max(deleted, default=-1)
            if len(deleted) == 2:
                enough &= full >= _TWO_FROM
            numbers = np.flatnonzero(enough)
            keys.append(key[numbers])
            terms.append(numbers)
        all_keys, all_terms = np.concatenate(keys), np.concatenate(terms)
        order = np.argsort(all_keys)  # words of one key stand in any order: a look-up sorts what it finds
        return cls(all_keys[order], all_terms[order].astype(np.uint32))

    def near(self, word: str, errors: int) -> Array:
        """Numbers of the words that may lie within so many errors: all that do, and some that don't."""
        start = word[:_LETTERS]
        asked = {_key(start, deleted) for deleted in _patterns(errors) if max(deleted, default=-1) < len(start)}
        keys = np.array(sorted(asked), np.uint64)
        first, last = np.searchsorted(self.keys, keys), np.searchsorted(self.keys, keys, side="right")
        found = np.sort(self.terms[slices(first, last - first)])  # np.unique loads masked arrays, a megabyte
        return found[firsts(found)]


@lru_cache(maxsize=4)
def _patterns(errors: int) -> list[tuple[int, ...]]:
    """The positions to delete: none, one, two."""
    return [deleted for count in range(errors + 1) for deleted in combinations(range(_LETTERS), count)]


def _key(start: str, deleted: tuple[int, ...]) -> int:
    key = 0
    for position, letter in enumerate(start):
        if position not in deleted:
            key = (key * _FACTOR + ord(letter)) & _MASK
    return key
