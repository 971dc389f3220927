"""Chance with manners: decks that are dealt out before anything comes twice, and prices people would write."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Decks:
    """Named piles of cards, each shuffled again only when it has been dealt out."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._piles: dict[str, list[object]] = {}
        self._seen: set[str] = set()

    def deal(self, pile: str, cards: Sequence[T], fits: Callable[[T], bool] = lambda _: True) -> T:
        """The next card that fits; cards passed over stay where they are.

        Errors: LookupError when no card fits.
        """
        if not any(fits(card) for card in cards):
            raise LookupError(f"nothing in {pile} fits")
        left: list[T] = self._piles.setdefault(pile, [])  # type: ignore[assignment]
        for index, card in enumerate(left):
            if fits(card):
                return left.pop(index)
        fresh = list(cards)
        self._random.shuffle(fresh)
        left.extend(fresh)
        return self.deal(pile, cards, fits)

    def is_new(self, text: str) -> bool:
        """Whether this text is seen for the first time."""
        if text in self._seen:
            return False
        self._seen.add(text)
        return True


def weighted(rng: random.Random, weights: Mapping[T, int]) -> T:
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def chance(rng: random.Random, percent: float) -> bool:
    return rng.random() * 100 < percent


def nice(amount: float) -> int:
    """Round as people do: 1,234 -> 1,250; 8,765 -> 8,800; 87 -> 85; 7 stays."""
    if amount < 20:
        return max(1, round(amount))
    if amount < 100:
        return round(amount / 5) * 5
    digit = int(10 ** (len(str(int(amount))) - 1))
    step = digit // 20 if amount < 2 * digit else digit // 10
    return round(amount / step) * step
