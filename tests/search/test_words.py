"""Words: folding, prefixes, typing errors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.search.words import WordIndex, cut, cut_query, osa_distance


@pytest.fixture
def index() -> WordIndex:
    words = WordIndex()
    words.put(1, [(8, "Façonnier Müller & Söhne"), (5, "sewing room, CMT, cut and sew")])
    words.put(2, [(8, "Selvedge Weaving"), (1, "we weave denim with a selvedge; buttonholes never")])
    words.put(3, [(8, "Button House"), (5, "buttonhole embroidery")])
    return words


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("faconnier", {1}),
        ("FAÇONNIER", {1}),
        ("muller", {1}),
        ("selvedge", {2}),
        ("cut and sew", {1}),
        ("button", {2, 3}),
        ("buttonhole", {2, 3}),
        ("selvedge denim", {2}),
        ("selvedge embroidery", set()),
        ("embr", {3}),
        ("embr button", set()),  # only the last word may be incomplete
        ("embroydery", {3}),
        ("embriodery", {3}),
        ("emrbiodery", {3}),
        ("sew", {1}),
        ("swe", set()),  # three letters: no typing errors forgiven
        ("weav", {2}),
        ("denm", {2}),
        ("", set()),
    ],
)
def test_find(index: WordIndex, asked: str, found: set[int]) -> None:
    assert set(index.find(cut_query(asked))) == found


def test_exact_words_beat_beginnings_and_names_beat_prose(index: WordIndex) -> None:
    scores = index.find(cut_query("buttonhole"))
    assert scores[3] > scores[2]


def test_a_word_that_exists_is_not_corrected(index: WordIndex) -> None:
    index.put(4, [(8, "Sewer")])
    assert set(index.find(cut_query("sewer now"))) == set()
    assert set(index.find(cut_query("sewer"))) == {4}


def test_removing_and_changing(index: WordIndex) -> None:
    index.put(3, [(8, "Pleats")])
    assert set(index.find(["embroidery"])) == set()
    index.remove(3)
    assert set(index.find(["pleats"])) == set()
    index.remove(99)


def test_stop_words_and_limits() -> None:
    assert list(cut("Cut and sew for the people")) == ["cut", "sew", "people"]
    assert len(cut_query("word " * 1000)) <= 20
    assert max(map(len, cut_query("x" * 10_000))) == 64


def _osa(a: str, b: str) -> int:
    """The textbook table, without limit."""
    d = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) + 1):
        d[i][0] = i
    for j in range(len(b) + 1):
        d[0][j] = j
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            d[i][j] = min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                d[i][j] = min(d[i][j], d[i - 2][j - 2] + 1)
    return d[-1][-1]


@given(st.text("abc", max_size=7), st.text("abc", max_size=7), st.integers(0, 3))
def test_osa_distance(a: str, b: str, limit: int) -> None:
    assert min(osa_distance(a, b, limit), limit + 1) == min(_osa(a, b), limit + 1)


@given(
    st.lists(st.text("abcdef", min_size=4, max_size=10), min_size=1, max_size=30),
    st.text("abcdef", min_size=4, max_size=10),
)
def test_spellings_equal_a_scan_of_all_words(words: list[str], asked: str) -> None:
    index = WordIndex()
    for number, word in enumerate(words):
        index.put(number, [(1, word)])
    allowed = 2 if len(asked) >= 8 else 1
    close = {word for word in words if _osa(word, asked) <= allowed}
    found = index.spellings(asked)
    assert set(found) <= close
    assert len(found) == min(8, len(close))
