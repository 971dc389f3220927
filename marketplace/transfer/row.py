"""One row being read: its cells by column, and every problem found in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from marketplace.places.countries import closest_country_names, find_country
from marketplace.text import clean_line
from marketplace.transfer.damage import damage
from marketplace.transfer.escapes import split_list, unescape, unguard
from marketplace.transfer.model import Problem
from marketplace.units import Quantity, Unit, parse_quantity
from marketplace.units.model import CURRENCIES
from marketplace.vocabulary import Facet, vocabulary
from marketplace.vocabulary.model import fold

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_GROUPED = re.compile(r"[0-9]{1,3}(\.[0-9]{3})*\.[0-9]{2}0")
_MAXIMUM_ID = 100


class Row:
    """Cells of one row. `read` notes what is wrong and goes on, so that a person sees all of it at once."""

    def __init__(self, line: int, cells: dict[str, str]) -> None:
        self.line = line
        self.cells = {column: unguard(text.strip()) for column, text in cells.items()}
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        for column, text in self.cells.items():
            if found := damage(column, text):
                self.refuse(column, found)

    def has(self, column: str) -> bool:
        """Whether the file has the column at all."""
        return column in self.cells

    def text(self, column: str) -> str:
        return self.cells.get(column, "")

    def refuse(self, column: str, message: str) -> None:
        if not any(problem.column == column for problem in self.problems):
            self.problems.append(Problem(self.line, column, message))

    def warn(self, column: str, message: str) -> None:
        self.warnings.append(Problem(self.line, column, message))

    def read(self, column: str, parse: Callable[[str], T], *, blank: T, absent: T) -> T:
        """The column's value; `blank` for an empty cell, `absent` where the file has no such column."""
        if not self.has(column):
            return absent
        text = self.text(column)
        if not text:
            return blank
        try:
            return parse(text)
        except ValueError as error:
            self.refuse(column, str(error))
            return absent

    def need(self, column: str, parse: Callable[[str], T], what: str) -> T | None:
        """The column's value; an empty cell is refused: “is missing: {what}”."""
        if not self.text(column):
            self.refuse(column, f"is missing: {what}" if what else "is missing")
            return None
        return self.read(column, parse, blank=None, absent=None)


@dataclass(slots=True)
class Terms:
    """Vocabulary and countries for one import. Looking for 'did you mean' is slow, so it is done for the
    first few hundred unknown words only."""

    suggestions_left: int = 300
    _known: dict[tuple[str, str], str] = field(default_factory=dict)

    def term(self, facet: Facet, text: str) -> str:
        """The identifier of a term by identifier, label or alias.

        Errors: ValueError with close spellings.
        """
        key = (facet.value, text)
        if key not in self._known:
            found = vocabulary().find(facet, text)
            if found is None:
                near = vocabulary().nearest(facet, text) if self._may_suggest(text) else []
                hint = f"; did you mean {' or '.join(near)}?" if near else ""
                if not near and re.search("[,;/]", text):
                    hint = "; separate several with |"
                raise ValueError(f"“{text[:60]}” is not a {facet} we know{hint}")
            self._known[key] = found.id
        return self._known[key]

    def terms(self, facet: Facet) -> Callable[[str], frozenset[str]]:
        return lambda text: frozenset(self.term(facet, unescape(item)) for item in split_list(text))

    def country(self, text: str) -> str:
        """The alpha-2 code of a country by any of its names.

        Errors: ValueError with close spellings.
        """
        key = ("country", text)
        if key not in self._known:
            found = find_country(text)
            if found is None:
                near = closest_country_names(text) if self._may_suggest(text) else []
                hint = f"; did you mean {' or '.join(near)}?" if near else ": write its name or two-letter code"
                raise ValueError(f"“{text[:60]}” is not a country we know{hint}")
            self._known[key] = found.alpha2
        return self._known[key]

    def _may_suggest(self, text: str) -> bool:
        self.suggestions_left -= 1
        return self.suggestions_left >= 0 and len(text) <= 60


def unit(text: str) -> Unit:
    """A unit by its identifier; nothing else, since 'm' could be metres or minutes.

    Errors: ValueError that names the right identifier.
    """
    try:
        return Unit(text)
    except ValueError:
        meant = _MEANT.get(fold(text))
        hint = f"; write {meant}" if meant else f": use one of {', '.join(Unit)}"
        raise ValueError(f"“{text[:40]}” is not a unit we know{hint}") from None


_MEANT = {
    name: unit_id
    for unit_id, names in {
        "piece": "pieces pcs pc pce each ea unit units item items stuck pezzi pieces piezas garment garments c62",
        "metre": "metres meter meters m mt mtr mtrs lm metri metros",
        "kg": "kgs kilo kilos kilogram kilograms kgm kilogramme",
        "minute": "minutes min mins sam smv",
        "load": "loads machine batch batches",
        "style": "styles design model models",
        "m2": "sqm m² mtk qm",
    }.items()
    for name in names.split()
}


def quantity(unit_: Unit, *, may_be_zero: bool = False) -> Callable[[str], Quantity]:
    """Reads an amount in the unit; the thousands point of '1.000' is refused, not guessed."""

    def parse(text: str) -> Quantity:
        if may_be_zero and text == "0":
            return Quantity(0, unit_)
        if _GROUPED.fullmatch(text):
            plain = text.replace(".", "")
            raise ValueError(
                f"“{text}” may mean {plain} or {text.rstrip('0').rstrip('.')}: write it without zeros at the end"
            )
        return parse_quantity(text, unit_)

    return parse


def whole(minimum: int, maximum: int) -> Callable[[str], int]:
    """Reads a whole number between two limits."""

    def parse(text: str) -> int:
        if not re.fullmatch("[0-9]{1,15}", text):
            raise ValueError(f"“{text[:40]}” is not a whole number from {minimum:,} to {maximum:,}")
        number = int(text)
        if not minimum <= number <= maximum:
            raise ValueError(f"“{text}” must be from {minimum:,} to {maximum:,}")
        return number

    return parse


def day(text: str) -> date:
    """Errors: ValueError unless the text is an ISO date, 2027-03-01."""
    try:
        if not _ISO_DATE.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text[:40]}” is not a date: write year-month-day, such as 2027-03-01") from None


def member(enum: type[E]) -> Callable[[str], E]:
    """Reads one of an enum's values; spaces, hyphens and case make no difference."""

    def parse(text: str) -> E:
        key = fold(text).replace(" ", "_")
        for candidate in enum:
            if candidate.value == key:
                return candidate
        raise ValueError(f"“{text[:40]}” is not one of {', '.join(enum)}")

    return parse


def currency(text: str) -> str:
    """Errors: ValueError unless it is a three-letter ISO 4217 code."""
    if text.upper() not in CURRENCIES:
        raise ValueError(f"“{text[:20]}” is not a currency we know: write its code, such as EUR")
    return text.upper()


def identifier(text: str) -> str:
    """Errors: ValueError for more than 100 characters or what no identifier has."""
    return clean_line(text, maximum=_MAXIMUM_ID)


def parts(item: str, keys: Iterable[str]) -> tuple[str, dict[str, str]]:
    """'rapier loom;family=weave;count=3' as its head and its named parts.

    Errors: ValueError for a part nobody knows.
    """
    head, *rest = split_list(item, ";")
    named: dict[str, str] = {}
    for part in rest:
        key, equals, value = part.partition("=")
        if not equals or key.strip() not in keys:
            raise ValueError(f"“{part[:40]}” is not one of {', '.join(f'{key}=' for key in keys)}")
        named[key.strip()] = unescape(value.strip())
    return unescape(head), named
