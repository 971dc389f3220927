"""Numbers for the terms of facets: the columns hold numbers, queries and answers hold terms."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from marketplace.search.columns.table import Array
from marketplace.vocabulary import Facet, vocabulary

_RANKS = (1 << 16) - 1  # terms of all facets; their numbers are of 16 bits


class Values:
    """(facet, term) <-> number. Terms are numbered as they first appear; numbers never change."""

    def __init__(self, known: Iterable[tuple[Facet, str]] = ()) -> None:
        self.terms: list[tuple[Facet, str]] = []
        self._of: dict[Facet, list[int]] = {}
        self._numbers: dict[tuple[Facet, str], int] = {}
        self._listed: dict[tuple[Facet, ...], Array] = {}
        self._ranks: Array = np.zeros(0, np.int64)
        for facet, term in known:
            self.number(facet, term)

    @classmethod
    def of_vocabulary(cls) -> Values:
        return cls((facet, term) for facet, terms in vocabulary().terms.items() for term in terms)

    def __len__(self) -> int:
        return len(self.terms)

    def number(self, facet: Facet, term: str) -> int:
        """The number of a term; a new one for a term that was never seen."""
        key = (facet, term)
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.terms)
            self.terms.append(key)
            self._of.setdefault(facet, []).append(found)
            self._listed.clear()
        return found

    def find(self, facet: Facet, terms: Iterable[str]) -> list[int]:
        """The numbers of known terms; an unknown one is nobody's."""
        return [number for term in sorted(terms) if (number := self._numbers.get((facet, term))) is not None]

    def of(self, facets: Iterable[Facet]) -> Array:
        """The numbers of all terms of some facets."""
        asked = tuple(facets)
        found = self._listed.get(asked)
        if found is None:
            numbers = [number for facet in asked for number in self._of.get(facet, ())]
            found = self._listed[asked] = np.array(numbers, np.int64)
        return found

    @property
    def facets(self) -> list[Facet]:
        """Every facet that has a term, in the order of their ranks."""
        return list(self._of)

    @property
    def facet_ends(self) -> Array:
        """What is larger than all ranks of a facet, and of the next none, whatever count is taken off."""
        return np.arange(1, len(self._of) + 1) << 48 | _RANKS

    @property
    def ranks(self) -> Array:
        """For each number, what it sorts by: its facet, and from the lowest bit on its term. 32 bits above the 16
        of the term are free, for a count below 2**31 to be taken off."""
        if len(self._ranks) != len(self.terms):
            facet = {facet: place for place, facet in enumerate(self.facets, 1)}
            term = {number: place for place, number in enumerate(sorted(range(len(self.terms)), key=self._term))}
            self._ranks = np.array(
                [(facet[found] << 48) + term[number] for number, (found, _) in enumerate(self.terms)], np.int64
            )
        return self._ranks

    def _term(self, number: int) -> str:
        return self.terms[number][1]
