"""The words of many documents at once, against the words of each."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers import random_document

from marketplace.search.columns.collecting import Collector, Having
from marketplace.search.columns.snapshot import build
from marketplace.search.columns.table import Array
from marketplace.search.document import SOURCES, SiteDocument, names_of, texts_by_source, weighted_texts
from marketplace.search.words import END, MAXIMUM_WORD, cut, split, split_each, weigh
from marketplace.suppliers.model import Certificate
from marketplace.vocabulary import Facet, vocabulary
from marketplace.vocabulary.model import fold

# Stop words, words that fold to others, to several or to nothing, and words that are cut off.
AWKWARD = "The de x É e\u0301 ™ ½kg İstanbul ﬁl straße ŁÓDŹ tricot_fin l'été – 日本 ΣΟΦΟΣ \u0301 & 🌊".split()
AWKWARD += ["w" * MAXIMUM_WORD, "w" * (MAXIMUM_WORD + 1), "ß" * MAXIMUM_WORD, "a" * 300]


def awkward_document(rng: random.Random, number: int) -> SiteDocument:
    def text() -> str:
        return rng.choice((" ", "-", "", "\n")).join(rng.choices(AWKWARD, k=rng.randrange(5)))

    document = random_document(rng, number, number)
    services = tuple(
        replace(service, draft=replace(service.draft, note=text())) if service.draft else service
        for service in document.services
    )
    return replace(
        document,
        name=f"{document.name} {text()}",
        site_name=text(),
        kind=rng.choice((document.kind, "no such kind")),
        description=f"{document.description} {text()}",
        street=text(),
        region=text(),
        machines=tuple(text() for _ in range(rng.randrange(3))),
        certificates=(*document.certificates, Certificate(rng.choice(("gots", "no such scheme")))),
        services=services if rng.random() < 0.95 else (),
    )


def having(documents: Sequence[SiteDocument]) -> Iterator[Having]:
    """The documents that have each term."""
    found: dict[tuple[Facet, str], list[int]] = {}
    for ordinal, document in enumerate(documents):
        for (_, facet), terms in zip(SOURCES, texts_by_source(document), strict=True):
            if facet:
                for term in set(terms):
                    found.setdefault((facet, term), []).append(ordinal)
    for (facet, term), ordinals in found.items():
        yield facet, term, np.array(ordinals)


def by_document(count: int, words: list[str], start: Array, documents: Array, weights: Array) -> list[dict[str, float]]:
    """The words of each document, from the lists of documents of each word."""
    found: list[dict[str, float]] = [{} for _ in range(count)]
    assert words == sorted(set(words))
    for word, first, end in zip(words, start[:-1].tolist(), start[1:].tolist(), strict=True):
        mine = documents[first:end].tolist()
        assert mine == sorted(set(mine)), word
        assert mine, word
        for document, weight in zip(mine, weights[first:end].tolist(), strict=True):
            found[document][word] = weight
    assert start[-1] == len(documents) == len(weights)
    return found


@pytest.mark.parametrize("batches", [(), (0, 1), (1, 2, 3, 40), (1700, 800)])
def test_words_of_a_batch_equal_the_words_of_each_document(batches: tuple[int, ...]) -> None:
    rng = random.Random(sum(batches))
    collector, documents = Collector(), list[SiteDocument]()
    for size in batches:
        batch = [awkward_document(rng, number) for number in range(size)]
        collector.add(batch)
        documents += batch
    found = by_document(collector.documents, *collector.lists(having(documents)))
    assert found == [weigh(weighted_texts(document)) for document in documents]


def test_words_of_a_rowset_equal_the_words_of_each_document() -> None:
    """Which documents have a term is read from the rows there."""
    rng = random.Random(5)
    documents = [awkward_document(rng, number) for number in range(300)]
    postings = build(documents, date(2027, 3, 1)).postings
    words = [term.decode() for term in postings.terms.tolist()]
    found = by_document(postings.documents, words, postings.start, postings.docs, postings.weights)
    assert found == [weigh(weighted_texts(document)) for document in documents]


@pytest.mark.parametrize("facet", Facet)
def test_every_term_is_found_by_all_its_names(facet: Facet) -> None:
    for term in vocabulary().terms[facet].values():
        words = cut(names_of(facet, term.id))
        for name in (term.label, *term.aliases):
            assert set(cut(name)) <= set(words)


TEXT = st.lists(st.sampled_from(AWKWARD) | st.text(max_size=8)).map("".join)


@given(TEXT)
def test_splitting_is_folding_and_splitting(text: str) -> None:
    assert split(text) == fold(text).split()


@given(st.lists(TEXT | st.just(f"a{END}b")))
def test_splitting_many_is_splitting_each(texts: list[str]) -> None:
    assert split_each(texts) == [word for text in texts for word in (*split(text), END)]


def test_every_character_splits_as_it_folds() -> None:
    for start in range(0, 0x30000, 8):
        text = "".join(f"a{chr(code)}B" for code in range(start, start + 8))
        assert split(text) == fold(text).split(), hex(start)
