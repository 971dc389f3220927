"""Row 46: nothing that a person typed is ever part of a filter, whatever it looks like."""

from __future__ import annotations

from typing import Any as Anything

import pytest
from filter_reader import Tree, read
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.search.meili.filters import (
    MAXIMUM_DEPTH,
    MAXIMUM_NUMBER,
    All,
    Any,
    Compare,
    Near,
    Node,
    Not,
    OneOf,
    Op,
    filter_text,
)

HOSTILE = (
    'x" OR private = true OR "', "\\", "_geoRadius(0,0,1)", "a b", "", "x" * 65, "A", "é", "x\0", "x\n", "'", '"',
    "a,b", "a]", "NULL", "x OR y", "１", "true", "ı", "a\u2028b", "-" * 65,
)  # fmt: skip
NOT_NUMBERS = (True, 1.0, "1", None, float("nan"), MAXIMUM_NUMBER + 1, -(10**400), [1])


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (OneOf("kind", ("weaver", "atelier")), 'kind IN ["weaver", "atelier"]'),
        (OneOf("id", (1, 20)), "id IN [1, 20]"),
        (Compare("least.sew.piece", Op.MOST, 50), "least.sew.piece <= 50"),
        (Near(-5_000_000, 1_799_999_999, 40_000), "_geoRadius(-0.5000000, 179.9999999, 40000)"),
        (Not(Compare("verified", Op.EQUAL, 1)), "NOT (verified = 1)"),
        (
            All((OneOf("kind", ("a",)), Any((OneOf("skill", ("b",)), Compare("id", Op.LEAST, 0))))),
            '(kind IN ["a"] AND (skill IN ["b"] OR id >= 0))',
        ),
    ],
)
def test_texts(node: Node, text: str) -> None:
    assert filter_text(node) == text


@pytest.mark.parametrize("value", [value for value in HOSTILE if value != "true"])
def test_hostile_texts_are_refused_wherever_a_text_may_stand(value: str) -> None:
    for node in (
        OneOf("kind", ("sew", value)),
        OneOf(value, ("sew",)),
        OneOf(f"{value}.x", ("sew",)),
        Compare(f"least.{value}.piece", Op.MOST, 1),
        Compare("id", value, 1),  # type: ignore[arg-type]
        All((OneOf("kind", ("sew",)), Not(OneOf("skill", (value,))))),
    ):
        with pytest.raises(ValueError):
            filter_text(node)


@pytest.mark.parametrize("value", [*HOSTILE, *NOT_NUMBERS])
def test_only_whole_numbers_are_numbers(value: Anything) -> None:
    for node in (Compare("id", Op.EQUAL, value), Near(value, 0, 1), Near(0, value, 1), Near(0, 0, value)):
        with pytest.raises(ValueError):
            filter_text(node)


@pytest.mark.parametrize("node", [OneOf("id", ()), All(()), Any(()), All(("id = 1",)), "id = 1", None])
def test_what_is_no_node_is_refused(node: Anything) -> None:
    with pytest.raises(ValueError):
        filter_text(node)


def test_deep_and_large_trees_are_refused() -> None:
    node: Node = OneOf("kind", ("a",))
    for _ in range(MAXIMUM_DEPTH + 1):
        node = Not(node)
    with pytest.raises(ValueError, match="deep"):
        filter_text(node)
    with pytest.raises(ValueError, match="large"):
        filter_text(All(tuple(OneOf("kind", ("a",)) for _ in range(3000))))
    with pytest.raises(ValueError, match="values"):
        filter_text(OneOf("id", tuple(range(3000))))


_terms = st.one_of(st.from_regex(r"[a-z0-9_-]{1,64}", fullmatch=True), st.sampled_from(HOSTILE), st.text(max_size=12))
_numbers = st.one_of(st.integers(-(2**60), 2**60), st.sampled_from(NOT_NUMBERS))
_fields = st.one_of(st.sampled_from(("kind", "least.sew.piece", "ready.any.kg.10", "_geo", "id OR id")), _terms)
_leaves = st.one_of(
    st.builds(OneOf, _fields, st.lists(st.one_of(_terms, _numbers), max_size=4).map(tuple)),
    st.builds(Compare, _fields, st.sampled_from(Op), _numbers),
    st.builds(Near, st.integers(-(10**9), 10**9), st.integers(-2 * 10**9, 2 * 10**9), st.integers(-5, 10**8)),
)
_trees = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Any, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
_good = st.recursive(
    st.one_of(
        st.builds(
            OneOf,
            st.sampled_from(("kind", "skill")),
            st.lists(st.from_regex(r"[a-z0-9_-]{1,64}", fullmatch=True), min_size=1, max_size=3).map(tuple),
        ),
        st.builds(Compare, st.just("most.sew.kg"), st.sampled_from(Op), st.integers(-(10**15), 10**15)),
    ),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Any, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)


@settings(max_examples=1000)
@given(_trees)
def test_any_tree_is_refused_or_reads_back_as_itself(node: Node) -> None:
    try:
        text = filter_text(node)
    except ValueError:
        return
    assert read(text) == shape(node)


@settings(max_examples=500)
@given(_good)
def test_good_trees_read_back_as_themselves(node: Node) -> None:
    assert read(filter_text(node)) == shape(node)


def test_the_reader_sees_an_injection() -> None:
    """What a builder that pastes texts would write reads back as another tree."""
    pasted = 'kind IN ["x"] OR id IN ["y"]'
    assert read(pasted) != shape(OneOf("kind", ('x"] OR id IN ["y',)))


def shape(node: Node) -> Tree:
    match node:
        case OneOf(field, values):
            return ("IN", field, *map(str, values))
        case Compare(field, op, number):
            return (op.value, field, number)
        case Near(lat, lon, radius):
            return ("NEAR", _degrees(lat), _degrees(lon), str(radius))
        case Not(inner):
            return ("NOT", shape(inner))
        case All(nodes) | Any(nodes):
            sign = "AND" if isinstance(node, All) else "OR"
            return shape(nodes[0]) if len(nodes) == 1 else (sign, *map(shape, nodes))
    raise AssertionError(node)


def _degrees(value: int) -> str:
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 10**7}.{abs(value) % 10**7:07d}"
