"""How long it takes to find what a misspelt word means, and how often the meant word is among what is found."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from marketplace.bench.generate import Generator
from marketplace.bench.timing import percentile
from marketplace.bench.typing_slips import slip
from marketplace.search.document import weighted_texts
from marketplace.search.words import cut, typos_allowed

_WORDS_OF = 2_000


@dataclass(frozen=True, slots=True)
class Typos:
    median_ms: float
    p99_ms: float
    found_share: float
    tried: int


def time_typos(generator: Generator, suppliers: int, spellings: Callable[[str], list[str]], times: int) -> Typos:
    """Words of the first suppliers with one error that makes them unknown. Nothing found before is kept."""
    rng = random.Random(f"{generator.seed}/typos")  # noqa: S311 - repeatable on purpose
    known = {
        word
        for document in generator.stream(min(suppliers, _WORDS_OF))
        for _, text in weighted_texts(document)
        for word in cut(text)
    }
    words = sorted(word for word in known if word.isascii() and word.isalpha() and len(word) >= 5)
    took, found = [], 0
    for _ in range(times):
        word = rng.choice(words)
        wrong = slip(rng, word, known)
        while not typos_allowed(wrong):
            wrong = slip(rng, word, known)
        started = time.perf_counter()
        close = spellings(wrong)
        took.append((time.perf_counter() - started) * 1000)
        found += word in close
    return Typos(percentile(took, 50), percentile(took, 99), found / times, times)
