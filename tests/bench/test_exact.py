"""The comparison with the plain walk: silent where all is right, and it sees each kind of wrong answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from marketplace.bench.exact import Compared, compare, note
from marketplace.bench.generate import Generator
from marketplace.bench.shapes import make_shapes
from marketplace.search.index import Answer
from marketplace.search.reference import ReferenceIndex


def test_engine_answers_as_the_plain_walk(generator: Generator) -> None:
    said: list[tuple[int, int]] = []
    found = compare(generator, 300, 60, lambda done, total: said.append((done, total)))
    assert found.examples == []
    assert (found.queries, found.wrong) == (60, 0)
    assert said[-1] == (60, 60)


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("totals", lambda answer: replace(answer, total=answer.total + 1)),
        ("facets", lambda answer: replace(answer, facets={f: c[1:] for f, c in answer.facets.items()})),
        ("ids", lambda answer: replace(answer, hits=answer.hits[::-1])),
        ("relaxations", lambda answer: replace(answer, near_misses=answer.near_misses[1:])),
    ],
)
def test_wrong_answer_is_seen(generator: Generator, name: str, spoil: Callable[[Answer], Answer]) -> None:
    index = ReferenceIndex()
    for document in generator.stream(300):
        index.put(document.supplier_id, [document])
    # The first has hits in an order and others that miss by little.
    query, answer = next(
        (shape.query, answer)
        for shape in make_shapes(generator)
        if len((answer := index.search(shape.query)).hits) > 1 and answer.near_misses
    )
    found = Compared()
    note(answer, answer, query, found)
    assert (found.queries, found.wrong, found.examples) == (1, 0, [])
    note(spoil(answer), answer, query, found)
    assert (found.queries, found.wrong, getattr(found, name)) == (2, 1, 1)
    assert found.examples[0].startswith(f"{name}:")
