"""Names for firms that don't exist, by language and trade."""

from __future__ import annotations

import random

from marketplace.demo.dealing import Decks
from marketplace.demo.districts import District
from marketplace.demo.reading import read
from marketplace.vocabulary.model import fold

_TRIES = 200


class NameGiver:
    """Gives every name once."""

    def __init__(self, decks: Decks) -> None:
        self._decks = decks
        self._given: set[str] = set()

    def give(self, rng: random.Random, district: District, kind: str) -> str:
        names = read("names")[district.language]
        for _ in range(_TRIES):
            pattern = self._decks.deal(f"pattern/{district.id}", names["patterns"])
            name = pattern.format(
                s=self._decks.deal(f"surname/{district.language}", names["surnames"]),
                f=rng.choice(names["first"]),
                l=rng.choice(district.landmarks),
                w=rng.choice(names["words"][kind]),
            )
            if fold(name) not in self._given:
                self._given.add(fold(name))
                return str(name)
        raise LookupError(f"no name left for a {kind} in {district.name}")
