"""Meilisearch filters as typed nodes: the only place where a filter's text is written. Pure.

A value is a whole number or a term of `[a-z0-9_-]{1,64}`; a field's name is made of such parts. So nothing
that a person typed can be part of a filter, and no node can say more than its type allows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType, TypeAlias

from marketplace.places.model import E7

# 2**53: Meilisearch keeps numbers as 64-bit floats, beyond it two of them may look equal.
MAXIMUM_NUMBER = 9_007_199_254_740_992
MAXIMUM_VALUES = 2_000
MAXIMUM_NODES = 2_000
MAXIMUM_DEPTH = 20  # the server stops at 150
_NEAR_MOST_M = 20_100_000  # a little more than half the Earth

_TERM = re.compile(r"[a-z0-9_-]{1,64}")
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,31}(\.[a-z0-9_-]{1,64}){0,3}")


class Op(StrEnum):
    EQUAL = "="
    LEAST = ">="
    MOST = "<="


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field has one of these terms or numbers."""

    field: str
    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    field: str
    op: Op
    number: int


@dataclass(frozen=True, slots=True)
class Near:
    """Within so many metres of a point, on a sphere."""

    lat_e7: int
    lon_e7: int
    radius_m: int


@dataclass(frozen=True, slots=True)
class Not:
    node: Node


@dataclass(frozen=True, slots=True)
class All:
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    nodes: tuple[Node, ...]


FilterText = NewType("FilterText", str)  # made by filter_text and by nothing else

Node: TypeAlias = OneOf | Compare | Near | Not | All | Any


def filter_text(node: Node) -> FilterText:
    """A node in Meilisearch's filter language.

    Errors: ValueError for anything a node may not hold, an empty list, or a tree that is too deep or large.
    """
    return FilterText(_Writer().text(node, 0))


class _Writer:
    def __init__(self) -> None:
        self._nodes = 0

    def text(self, node: Node, depth: int) -> str:
        self._nodes += 1
        if depth > MAXIMUM_DEPTH or self._nodes > MAXIMUM_NODES:
            raise ValueError("a filter that is too deep or too large")
        match node:
            case OneOf(field, values):
                if not values or len(values) > MAXIMUM_VALUES:
                    raise ValueError(f"{len(values)} values")
                return f"{_field(field)} IN [{', '.join(map(_value, values))}]"
            case Compare(field, op, number):
                return f"{_field(field)} {Op(op).value} {_number(number)}"
            case Near(lat_e7, lon_e7, radius_m):
                if not 0 < _whole(radius_m) <= _NEAR_MOST_M:
                    raise ValueError(f"a radius of {radius_m!r} m")
                return f"_geoRadius({_degrees(lat_e7, 90)}, {_degrees(lon_e7, 180)}, {radius_m})"
            case Not(inner):
                return f"NOT ({self.text(inner, depth + 1)})"
            case All(nodes):
                return self._joined(nodes, " AND ", depth)
            case Any(nodes):
                return self._joined(nodes, " OR ", depth)
            case _:
                raise ValueError(f"{node!r} is not a node of a filter")

    def _joined(self, nodes: tuple[Node, ...], sign: str, depth: int) -> str:
        if not nodes:
            raise ValueError("nothing to join")
        return "(" + sign.join(self.text(node, depth + 1) for node in nodes) + ")"


def _field(name: str) -> str:
    if not isinstance(name, str) or not _FIELD.fullmatch(name):
        raise ValueError(f"{name!r} is not a field")
    return name


def _value(value: str | int) -> str:
    if isinstance(value, str):
        if not _TERM.fullmatch(value):
            raise ValueError(f"{value!r} is not a term")
        return f'"{value}"'
    return str(_number(value))


def _number(number: int) -> int:
    if not -MAXIMUM_NUMBER <= _whole(number) <= MAXIMUM_NUMBER:
        raise ValueError(f"{number!r} is too large")
    return number


def _whole(number: int) -> int:
    if type(number) is not int:  # True is no number, nor is a text that looks like one
        raise ValueError(f"{number!r} is not a whole number")
    return number


def _degrees(value_e7: int, limit: int) -> str:
    """Whole 1e-7 degrees as a decimal, without going through a float."""
    if abs(_whole(value_e7)) > limit * E7:
        raise ValueError(f"{value_e7!r} is outside the Earth")
    whole, rest = divmod(abs(value_e7), E7)
    return f"{'-' if value_e7 < 0 else ''}{whole}.{rest:07d}"
