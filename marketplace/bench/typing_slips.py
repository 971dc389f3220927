"""Typing errors: one letter left out, doubled, swapped with the next, or another."""

from __future__ import annotations

import random
from collections.abc import Container

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def slip(rng: random.Random, word: str, known: Container[str] = frozenset()) -> str:
    """The word with one error, its first letter right; not a word of `known`."""
    while True:
        at = rng.randrange(1, len(word))
        match rng.randrange(4):
            case 0:
                wrong = word[:at] + word[at + 1 :]
            case 1:
                wrong = word[:at] + rng.choice(_LETTERS) + word[at:]
            case 2:
                wrong = word[:at] + rng.choice(_LETTERS) + word[at + 1 :]
            case _:
                wrong = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
        if wrong != word and wrong not in known:
            return wrong
