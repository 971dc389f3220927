"""What people could type: 3,000 random strings, SELVEDGE_RANDOM_TEXTS for more, through the column engine.

None of them is an error. None of them means more than its words: a text and its plain words have one answer,
whatever quotes, operators, wildcards, control and bidi characters stand between them. And what the engine says of
one in so many is what the reference says.
"""

from __future__ import annotations

import os
import random
import unicodedata
from collections.abc import Iterator

import pytest
from papers import TODAY, WORDS, random_document

from marketplace.search.columns import ColumnIndex
from marketplace.search.index import Answer, Index
from marketplace.search.query import SearchQuery
from marketplace.search.reference import ReferenceIndex
from marketplace.search.words import MAXIMUM_TEXT, MAXIMUM_WORDS, cut_query

TEXTS = int(os.environ.get("SELVEDGE_RANDOM_TEXTS", "1500"))
COMPARED_EVERY = 10
SIGNS = (
    *"\" ' “ ” « » ( ) [ ] { } < > * ? ~ ^ % _ - + ! & && | || : ; = == . , / \\ # @ $ `".split(" "),
    *("NEAR", "AND", "OR", "NOT", "name:", "site_id >", "kind = ", "--", "/*", "*/", "' OR 1=1 --", "{!x}", "$ne"),
    *("\x00", "\x01", "\x1b", "\x7f", "\x85", "\t", "\n", "\r", "\u2028", "\u00a0"),
    *("\u200b", "\u200d", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\ufeff", "\ufffe", "\U000e0041"),
    *(
        "\u0301",
        "\u0308",
        "\u20e3",
        "\ufe0f",
        "😀",
        "👩\u200d🏭",
        "ﬁ",
        "Ǆ",
        "İ",
        "ẞ",
        "ſ",
        "²",
        "½",
        "①",
        "٣",
        "१",
        "℃",
        "™",
    ),
)
# What is a letter, a digit or a mark of its own, or becomes one when it is folded.
PLAIN_SIGNS = tuple(
    sign for sign in SIGNS if not any(unicodedata.category(c)[0] in "LNM" for c in unicodedata.normalize("NFKD", sign))
)
KNOWN = (*WORDS, "prato", "sew", "silk", "buttonhole", "nicolò", "Façon", "tintoria", "english", "gots", "toscana")


def random_strings(rng: random.Random, count: int) -> Iterator[str]:
    """Every plane of Unicode, signs of query languages, words, and mixtures of them; some very long."""
    for _ in range(count):
        pieces = []
        for _ in range(rng.choice((1, 2, 4, 12))):
            kind = rng.random()
            if kind < 0.3:
                pieces.append(rng.choice(SIGNS))
            elif kind < 0.6:
                word = rng.choice(KNOWN)
                pieces.append(rng.choice((word, word.upper(), word[: rng.randint(1, len(word))], word[::-1])))
            elif kind < 0.8:
                pieces.append("".join(chr(rng.randint(0x20, 0x2FFF)) for _ in range(rng.randint(1, 8))))
            else:
                points = (rng.randint(0, 0x10FFFF) for _ in range(rng.randint(1, 4)))
                pieces.append("".join(chr(point) for point in points if not 0xD800 <= point < 0xE000))
        text = rng.choice(("", " ")).join(pieces)
        yield text * 200 if rng.random() < 0.01 else text


@pytest.fixture(scope="module")
def engines() -> tuple[ColumnIndex, ReferenceIndex]:
    """Some firms from the start, some put since."""
    rng = random.Random(12)
    documents = [random_document(rng, number, number) for number in range(60)]
    columns, reference = ColumnIndex.build(documents[:40], TODAY), ReferenceIndex()
    reference.fill(documents, TODAY)
    for document in documents[40:]:
        columns.put(document.supplier_id, [document])
    return columns, reference


def asked(index: Index, text: str) -> Answer:
    return index.search(SearchQuery(today=TODAY, text=text, per_page=100))


def ids(answer: Answer) -> list[int]:
    return [fit.document.site_id for fit in answer.hits]


def test_random_strings_are_words_and_nothing_else(engines: tuple[ColumnIndex, ReferenceIndex]) -> None:
    columns, reference = engines
    rng = random.Random(13)
    found = compared = 0
    for number, text in enumerate(random_strings(rng, TEXTS)):
        site_ids = columns.site_ids(SearchQuery(today=TODAY, text=text))
        # The words alone, in the order in which they were typed, are the same question.
        plain = " ".join(cut_query(text))
        if len(plain) <= MAXIMUM_TEXT:  # a ligature may be a dozen letters
            assert site_ids == columns.site_ids(SearchQuery(today=TODAY, text=plain)), text
        found += bool(site_ids)
        if number % COMPARED_EVERY == 0:
            ours, theirs = asked(columns, text), asked(reference, text)
            assert (ours.total, ids(ours), ours.facets) == (theirs.total, ids(theirs), theirs.facets), text
            assert ids(ours) == site_ids, text
            assert columns.scores(text) == reference.scores(text) or not cut_query(text), text
            compared += 1
    print(f"{TEXTS} texts, {found} found something, {compared} compared with the reference")  # noqa: T201
    assert found > TEXTS / 20


def test_signs_between_words_mean_nothing(engines: tuple[ColumnIndex, ReferenceIndex]) -> None:
    """Words with signs before, between and after them find what the words find."""
    columns, _ = engines
    rng = random.Random(14)
    assert len(PLAIN_SIGNS) > 60
    found = 0
    for _ in range(TEXTS // 3):
        words = rng.sample(KNOWN, rng.choice((1, 2)))
        between = ["".join(rng.choices(PLAIN_SIGNS, k=rng.choice((1, 1, 3)))) for _ in range(len(words) + 1)]
        text = between[0] + "".join(word + sign for word, sign in zip(words, between[1:], strict=True))
        if len(text) > MAXIMUM_TEXT:
            continue
        plain = columns.site_ids(SearchQuery(today=TODAY, text=" ".join(words)))
        assert columns.site_ids(SearchQuery(today=TODAY, text=text)) == plain, text
        found += bool(plain)
    assert found > TEXTS / 30


def test_a_text_of_nothing_but_signs_asks_nothing(engines: tuple[ColumnIndex, ReferenceIndex]) -> None:
    columns, _ = engines
    everybody = columns.site_ids(SearchQuery(today=TODAY))
    for sign in PLAIN_SIGNS:
        assert columns.site_ids(SearchQuery(today=TODAY, text=sign * 3)) == everybody, sign


def test_no_text_has_more_than_twenty_words(engines: tuple[ColumnIndex, ReferenceIndex]) -> None:
    rng = random.Random(15)
    for text in random_strings(rng, 300):
        assert len(cut_query(text * 50)) <= MAXIMUM_WORDS
