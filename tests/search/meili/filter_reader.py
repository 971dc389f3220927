"""Read a filter back, and say what it lets through: in words of our own, without the code under test."""

from __future__ import annotations

import re
from typing import Any

from marketplace.places.model import Point
from marketplace.places.rules import haversine_m

_TOKENS = re.compile(
    r'\s*("(?P<text>[a-z0-9_-]{1,64})"|(?P<word>[A-Za-z_][A-Za-z0-9_.-]*|-?\d+(\.\d+)?|[<>]=|[=()\[\],]))'
)

Tree = tuple[Any, ...]


def read(filter_text: str) -> Tree:
    """The tree of a filter as Meilisearch's grammar has it: OR binds less than AND, AND less than NOT."""
    reader = _Reader(filter_text)
    tree = reader.any_of()
    assert reader.token is None, reader.token
    return tree


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, bool]] = []
        position = 0
        while position < len(text):
            match = _TOKENS.match(text, position)
            assert match, text[position : position + 40]
            quoted = match["text"] is not None
            self._tokens.append((match["text"] if quoted else match["word"], quoted))
            position = match.end()
        self._at = 0

    @property
    def token(self) -> str | None:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else None

    def take(self, wanted: str | None = None) -> str:
        token, quoted = self._tokens[self._at]
        assert wanted is None or (token == wanted and not quoted), (token, wanted)
        self._at += 1
        return token

    def any_of(self) -> Tree:
        return self._many("OR", self.all_of)

    def all_of(self) -> Tree:
        return self._many("AND", self.one)

    def _many(self, sign: str, read_one: Any) -> Tree:
        found = [read_one()]
        while self.token == sign:
            self.take(sign)
            found.append(read_one())
        return found[0] if len(found) == 1 else (sign, *found)

    def one(self) -> Tree:
        if self.token == "NOT":
            self.take()
            return ("NOT", self.one())
        if self.token == "(":
            self.take()
            inner = self.any_of()
            self.take(")")
            return inner
        name = self.take()
        if name == "_geoRadius":
            self.take("(")
            numbers = [self.take(), self.take(","), self.take(), self.take(","), self.take()]
            self.take(")")
            return ("NEAR", *numbers[::2])
        sign = self.take()
        if sign == "IN":
            values = []
            while self.take() != "]":
                values.append(self.take())
                if self.token == "]":
                    self.take()
                    break
            return ("IN", name, *values)
        assert sign in ("=", "<=", ">="), sign
        return (sign, name, int(self.take()))


def lets_through(tree: Tree, record: dict[str, Any]) -> bool:
    match tree:
        case ("OR", *nodes):
            return any(lets_through(node, record) for node in nodes)
        case ("AND", *nodes):
            return all(lets_through(node, record) for node in nodes)
        case ("NOT", node):
            return not lets_through(node, record)
        case ("NEAR", lat, lon, radius):
            place = record.get("_geo")
            there = Point.of(float(lat), float(lon))
            return place is not None and haversine_m(there, Point.of(place["lat"], place["lng"])) <= int(radius)
        case ("IN", name, *values):
            found = _values(record, name)
            return any(str(value) in values for value in found)
        case (sign, name, number):
            signs = {"=": int.__eq__, "<=": int.__le__, ">=": int.__ge__}
            return any(isinstance(value, int) and signs[sign](value, number) for value in _values(record, name))
    raise AssertionError(tree)


def _values(record: Any, path: str) -> list[Any]:
    for part in path.split("."):
        record = record.get(part) if isinstance(record, dict) else None
    return record if isinstance(record, list) else [] if record is None else [record]
