"""Which passwords are good enough, and that comparing takes as long for nobody as for somebody."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from marketplace.accounts import password

GOOD = "my grey cat sleeps on selvedge"


@pytest.fixture
def real_hasher() -> Iterator[None]:
    cheap = password._hasher
    password._hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
    password._dummy_hash.cache_clear()
    yield
    password._hasher = cheap
    password._dummy_hash.cache_clear()


@pytest.mark.parametrize(
    "text",
    [GOOD, "fifteen letters", "密码密码很长的句子写在这里真的很长", "x" + "ab c9" * 50, " leading and trailing "],
)
def test_a_sentence_is_good(text: str) -> None:
    assert password.problem_with(text, ("Ada Lovelace", "ada@example.com")) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fourteen chars",
        "x" * 257,
        "a" * 20,
        "abcabcabcabcabcabc",
        "12345678901234567",
        "qwertyuiopasdfghjkl",
        "lkjhgfdsapoiuytrewq",
        "Correct Horse Battery Staple",
        "Password-Password-1",
        "...............................",
        "with a nul \0 inside it",
        "a lone surrogate \ud800 here",
    ],
)
def test_these_are_refused(text: str) -> None:
    problem = password.problem_with(text)
    assert problem is not None
    assert problem.endswith(".")


@pytest.mark.parametrize("text", ["Ada Lovelace 1815", "ada@example.com!!", "lovelacelovelace12", "lovelace-example"])
def test_ones_own_name_and_address_do_not_count(text: str) -> None:
    assert password.problem_with(text) is None
    assert password.problem_with(text, ("Ada Lovelace", "ada@example.com")) is not None


def test_a_short_name_inside_a_word_does_no_harm() -> None:
    assert password.problem_with("anna made a blouse", ("An", "an@b.example")) is None


def test_only_the_right_one_fits() -> None:
    stored = password.hash_password(GOOD)
    assert password.is_right(stored, GOOD)
    assert not password.is_right(stored, GOOD + " ")
    assert not password.is_right(stored, "")
    assert not password.is_right(None, GOOD)
    assert not password.is_right(None, "nobody has this password"), "what the stand-in hash is made of"
    assert not password.is_right("not a hash", GOOD)
    assert not password.is_right(stored, "\ud800")
    assert not password.is_right(stored, "x" * 400_000)


def test_one_letter_typed_in_two_ways_is_the_same() -> None:
    assert password.is_right(password.hash_password("caf\u00e9 in the backyard"), "cafe\u0301 in the backyard")


def test_an_old_hash_is_seen(real_hasher: None) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    assert password.is_outdated(weak)
    stored = password.hash_password(GOOD)
    assert not password.is_outdated(stored)
    assert "m=19456,t=2,p=1" in stored


def test_nobody_takes_as_long_as_somebody(real_hasher: None) -> None:
    stored = password.hash_password(GOOD)
    password.is_right(None, GOOD)  # makes the dummy hash
    ratios = []
    for _ in range(31):
        # Neighbours, so that a machine that changes its speed changes both.
        known, nobody = (_time_of(hashed) for hashed in (stored, None))
        ratios.append(nobody / known)
    assert 0.8 < statistics.median(ratios) < 1.25


def _time_of(stored: str | None) -> float:
    start = time.process_time()
    password.is_right(stored, "not the right one")
    return time.process_time() - start
