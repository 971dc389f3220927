"""Words for generated prose and names: the vocabulary's own, and invented ones, by how often they come."""

from __future__ import annotations

import random
from itertools import accumulate

from marketplace.search.words import cut
from marketplace.vocabulary import vocabulary

_ONSETS = "b br c ch cl cr d dr f fl fr g gl gr h j k l m n p pl pr qu r s sc sh sk sl sp st t th tr v w".split()
_VOWELS = "a e i o u ai ea ee ia io oo ou".split()
_CODAS = " n r l s t m d ck nd nt rd st ng rm x".split(" ")
_ENDINGS = " ing ed er al ly ness ment ion able ous ive ity".split(" ")
_NAME_ENDINGS = "a i o elli ini eau ard mann sen ska wicz ez es ova an ides oglu amoto".split()


def invented(rng: random.Random, count: int, taken: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """So many pronounceable words, each once, none of `taken`."""
    return _distinct(rng, count, taken, _ENDINGS, (1, 1, 2, 2, 2, 3))


def surnames(rng: random.Random, count: int, taken: frozenset[str] = frozenset()) -> tuple[str, ...]:
    return tuple(name.capitalize() for name in _distinct(rng, count, taken, _NAME_ENDINGS, (1, 1, 2)))


def trade_words() -> tuple[str, ...]:
    """Every word of the vocabulary's labels and aliases, in order of the lists."""
    found: dict[str, None] = {}
    for terms in vocabulary().terms.values():
        for term in terms.values():
            for text in (term.label, *term.aliases):
                found.update(dict.fromkeys(word for word in cut(text) if len(word) > 2 and word.isascii()))
    return tuple(found)


def zipf(count: int, exponent: float = 1.0) -> list[float]:
    """Cumulative weights 1/rank**exponent, as `random.choices` takes them."""
    return list(accumulate(1 / rank**exponent for rank in range(1, count + 1)))


def _distinct(
    rng: random.Random, count: int, taken: frozenset[str], endings: list[str], syllables: tuple[int, ...]
) -> tuple[str, ...]:
    found: dict[str, None] = {}
    while len(found) < count:
        word = "".join(
            rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(rng.choice(syllables))
        ) + rng.choice(endings)
        if 3 <= len(word) <= 14 and word not in taken:
            found[word] = None
    return tuple(found)
