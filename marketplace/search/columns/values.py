"""Numbers for the terms of facets: the columns hold numbers, queries and answers hold terms."""

from __future__ import annotations

from collections.abc import Iterable

from marketplace.vocabulary import Facet, vocabulary


class Values:
    """(facet, term) <-> number. Terms are numbered as they first appear; numbers never change."""

    def __init__(self, known: Iterable[tuple[Facet, str]] = ()) -> None:
        self.terms: list[tuple[Facet, str]] = []
        self._of: dict[Facet, list[int]] = {}
        self._numbers: dict[tuple[Facet, str], int] = {}
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
        return found

    def find(self, facet: Facet, terms: Iterable[str]) -> list[int]:
        """The numbers of known terms; an unknown one is nobody's."""
        return [number for term in sorted(terms) if (number := self._numbers.get((facet, term))) is not None]

    def of(self, facet: Facet) -> list[int]:
        return self._of.get(facet, [])
