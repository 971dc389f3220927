"""The words of many documents at once, against the words of each."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers import random_document

from marketplace.search.columns.collecting import Collector
from marketplace.search.document import SiteDocument, names_of, weighted_texts
from marketplace.search.words import MAXIMUM_WORD, cut, split, weigh
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


def collected(collector: Collector) -> list[dict[str, float]]:
    """The words of each document, from the lists of documents of each word."""
    count = collector.documents
    words, start, documents, weights = collector.lists()
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
    collector, expected = Collector(), list[dict[str, float]]()
    for size in batches:
        batch = [awkward_document(rng, number) for number in range(size)]
        collector.add(batch)
        expected += [weigh(weighted_texts(document)) for document in batch]
    assert collected(collector) == expected


@pytest.mark.parametrize("facet", Facet)
def test_every_term_is_found_by_all_its_names(facet: Facet) -> None:
    for term in vocabulary().terms[facet].values():
        words = cut(names_of(facet, term.id))
        for name in (term.label, *term.aliases):
            assert set(cut(name)) <= set(words)


@given(st.lists(st.sampled_from(AWKWARD) | st.text(max_size=8)).map("".join))
def test_splitting_is_folding_and_splitting(text: str) -> None:
    assert split(text) == fold(text).split()


def test_every_character_splits_as_it_folds() -> None:
    for start in range(0, 0x30000, 8):
        text = "".join(f"a{chr(code)}B" for code in range(start, start + 8))
        assert split(text) == fold(text).split(), hex(start)
