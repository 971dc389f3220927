"""The fixed mix: 200 shapes, always the same, of the classes' sizes and shares."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest

from marketplace.bench.generate import Generator
from marketplace.bench.shapes import CLASSES, Shape, make_shapes, random_queries
from marketplace.bench.typing_slips import slip
from marketplace.places.gazetteer import Gazetteer
from marketplace.places.geocoders import PlaceFinder
from marketplace.places.model import Place, Precision
from marketplace.search.decide import decide
from marketplace.search.forms import Asked, read_search, to_parameters
from marketplace.search.words import cut_query, osa_distance


@pytest.fixture(scope="module")
def shapes(generator: Generator) -> tuple[Shape, ...]:
    return make_shapes(generator)


def test_mix_is_fixed(shapes: tuple[Shape, ...], generator: Generator) -> None:
    assert Counter(shape.group for shape in shapes) == CLASSES
    assert sum(CLASSES.values()) == len({shape.name for shape in shapes}) == 200
    assert make_shapes(generator) == shapes
    assert sum(shape.typo for shape in shapes) == 25
    assert sum(shape.start for shape in shapes) == 22


def test_shapes_ask_what_their_class_says(shapes: tuple[Shape, ...], generator: Generator) -> None:
    sample = list(generator.stream(400))
    for shape in shapes:
        query = shape.query
        assert bool(query.text) == shape.group.startswith("text")
        assert bool(cut_query(query.text)) == bool(query.text)
        if shape.group == "geo_small":
            assert query.circle is not None
            assert 5000 <= query.circle.radius_m <= 50_000
        if shape.group == "broad":
            share = sum(decide(document, query).fits for document in sample) / len(sample)
            assert 0.25 < share < 0.75, shape.name
        if query.start or query.by:
            assert query.start is not None
            assert query.by is not None
            assert (query.start.weekday(), query.by.weekday()) == (0, 6)
            assert query.by > generator.today + timedelta(days=7)
    filters = [shape.query for shape in shapes if shape.group == "filters"]
    assert {name for query in filters for name in query.terms} >= {"kind", "process", "skill", "material"}
    assert any(query.run and query.by for query in filters)
    assert any(query.run and query.run.cloth for query in filters)
    assert any(query.verified for query in filters)


def test_shapes_can_be_asked_over_http(shapes: tuple[Shape, ...], gazetteer: Gazetteer) -> None:
    """The benchmark of the routes asks the same searches as their parameters say them."""
    places = PlaceFinder(gazetteer)
    for shape in shapes:
        query = shape.query
        origin = Place("here", query.circle.centre, Precision.EXACT, "") if query.circle else None
        given: dict[str, list[str]] = {}
        for name, value in to_parameters(Asked(query, origin)):
            given.setdefault(name, []).append(str(value))
        assert read_search(given, query.today, places.find).query == query, shape.name


def test_random_queries_differ_and_repeat(generator: Generator, shapes: tuple[Shape, ...]) -> None:
    found = random_queries(generator, 250)
    assert len(found) == 250
    assert found == random_queries(generator, 250)
    assert len({repr(query) for query in found} & {repr(shape.query) for shape in shapes}) < 50


def test_slip_is_one_error() -> None:
    rng = random.Random(1)
    known = {"silk", "sil"}
    for _ in range(300):
        wrong = slip(rng, "silk", known)
        assert wrong not in known
        assert osa_distance("silk", wrong, 3) == 1
