"""What people and programs type into a brief: one reader for the page and for JSON, a sentence for each wrong field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from marketplace.accounts.rules import clear_place
from marketplace.briefs.matrix import MAXIMUM_LABEL, Matrix, matrix_of, read_matrix, typed_matrix
from marketplace.briefs.model import BriefCloth, ClothFrom, Content, Line
from marketplace.errors import Invalid
from marketplace.places import Point
from marketplace.places.model import Place
from marketplace.search.forms import FindPlaces, read_date, read_whole
from marketplace.text import clean_line, clean_name, clean_text
from marketplace.units import Money, Unit, parse_decimal, parse_quantity
from marketplace.units.model import CURRENCIES, minor_exponent
from marketplace.units.rules import format_number
from marketplace.vocabulary import Facet, vocabulary

CLOTH_UNITS = (Unit.METRE, Unit.KG)
MAXIMUM_NOTE = 1000
_MAXIMUM_MINOR = 10**10
_MAXIMUM_COMPOSITION = 300

TEXTS = (
    "title product quantity unit colours composition gsm width_cm cloth_from piece_g start by target currency place "
    "place_id pattern_revision what_changed lots notes"
).split()

T = TypeVar("T")


@dataclass(slots=True)
class Typed:
    """A brief as it was typed. `lines` are there where a program gave them; a page gives a `matrix`."""

    texts: dict[str, str] = field(default_factory=dict)
    processes: list[str] = field(default_factory=list)
    matrix: Matrix = field(default_factory=Matrix)
    lines: tuple[Line, ...] | None = None
    point: Point | None = None
    problems: dict[str, str] = field(default_factory=dict)
    places: tuple[Place, ...] = ()  # to choose from, where the place's name means several

    def get(self, name: str) -> str:
        return self.texts.get(name, "").strip()


def typed_form(form: MultiDict[str, str]) -> Typed:
    texts = {name: form.get(name, "") for name in TEXTS}
    return Typed(texts, form.getlist("processes"), typed_matrix(form))


def typed_content(content: Content) -> Typed:
    """How a form shows what a brief says."""
    cloth, amount, target = content.cloth, content.quantity, content.target
    texts = {
        "title": content.title,
        "product": content.product,
        "quantity": format_number(amount.atoms, amount.unit) if amount else "",
        "unit": (amount.unit if amount else Unit.METRE).value,
        "colours": str(content.colours) if amount else "",
        "composition": cloth.composition,
        "gsm": str(cloth.gsm or ""),
        "width_cm": str(cloth.width_cm or ""),
        "cloth_from": cloth.supplied_by.value if cloth.supplied_by else "",
        "piece_g": str(content.piece_g or ""),
        "start": content.start.isoformat() if content.start else "",
        "by": content.by.isoformat() if content.by else "",
        "target": _decimal(target) if target else "",
        "currency": target.currency if target else "",
        "place": content.place,
        "pattern_revision": content.pattern_revision,
        "what_changed": content.what_changed,
        "lots": content.lots,
        "notes": content.notes,
    }
    return Typed(texts, list(content.processes), matrix_of(content.lines))


def read_brief(typed: Typed, before: Content | None, today: date, find_places: FindPlaces) -> Content:
    """What was typed, as a brief's content.

    `before` is what the brief said: a place or a day that was right then is not asked about again.
    Errors: Invalid with a sentence per field; `typed.places` then holds the places to choose from.
    """
    reader = _Reader(typed)
    lines = typed.lines
    if lines is None:
        lines, wrong = read_matrix(typed.matrix)
        typed.problems.update(wrong)
    unit = reader.one("unit", _unit) or Unit.METRE
    quantity = reader.one("quantity", lambda text: parse_quantity(text, unit))
    place, point = _place(typed, before, find_places)
    content = Content(
        title=reader.text("title", clean_name),
        product=reader.one("product", _product) or "",
        lines=lines,
        quantity=quantity,
        colours=reader.one("colours", lambda text: read_whole(text, 1, 1000)) or 1 if quantity else 1,
        processes=_processes(typed),
        cloth=BriefCloth(
            composition=reader.text("composition", _line(_MAXIMUM_COMPOSITION)),
            gsm=reader.one("gsm", lambda text: read_whole(text, 1, 5000)),
            width_cm=reader.one("width_cm", lambda text: read_whole(text, 1, 1000)),
            supplied_by=reader.one("cloth_from", _cloth_from),
        ),
        piece_g=reader.one("piece_g", lambda text: read_whole(text, 1, 100_000)),
        start=reader.one("start", read_date),
        by=reader.one("by", read_date),
        target=_target(reader),
        place=place,
        point=point,
        pattern_revision=reader.text("pattern_revision", _line(MAXIMUM_LABEL)),
        what_changed=reader.text("what_changed", lambda text: clean_text(text, maximum=MAXIMUM_NOTE)),
        lots=reader.text("lots", _line(MAXIMUM_NOTE)),
        earlier=before.earlier if before else None,
        notes=reader.text("notes", clean_text),
    )
    _check_days(content, before, today, typed.problems)
    if typed.problems:
        raise Invalid(typed.problems)
    return content


def read_repeat(form: Mapping[str, str], before: Content) -> Content:
    """The content of a run that repeats another: the same, but for the title, the revision and the days.

    Errors: Invalid with a sentence per field.
    """
    typed = Typed({name: form.get(name, "") for name in ("title", "pattern_revision", "what_changed", "lots")})
    reader = _Reader(typed)
    content = replace(
        before,
        title=reader.text("title", clean_name),
        pattern_revision=reader.text("pattern_revision", _line(MAXIMUM_LABEL)),
        what_changed=reader.text("what_changed", lambda text: clean_text(text, maximum=MAXIMUM_NOTE)),
        lots=reader.text("lots", _line(MAXIMUM_NOTE)),
        start=None,
        by=None,
    )
    if typed.problems:
        raise Invalid(typed.problems)
    return content


def read_seen(text: str) -> int:
    """The version a form was filled from. Errors: Invalid."""
    try:
        return read_whole(text.strip(), 1, 10**9)
    except ValueError:
        raise Invalid({"version": "the number of the version that was changed is missing"}) from None


def read_note(text: str) -> str:
    """Errors: Invalid."""
    try:
        return clean_text(text, maximum=MAXIMUM_NOTE)
    except ValueError as error:
        raise Invalid({"note": str(error)}) from None


class _Reader:
    def __init__(self, typed: Typed) -> None:
        self._typed = typed

    def text(self, name: str, clean: Callable[[str], str]) -> str:
        try:
            return clean(self._typed.texts.get(name, ""))
        except ValueError as error:
            self._typed.problems[name] = str(error)
            return ""

    def one(self, name: str, parse: Callable[[str], T]) -> T | None:
        text = self._typed.get(name)
        if not text:
            return None
        try:
            return parse(text)
        except ValueError as error:
            self._typed.problems[name] = str(error)
            return None

    def get(self, name: str) -> str:
        return self._typed.get(name)

    def refuse(self, name: str, text: str) -> None:
        self._typed.problems[name] = text


def _line(maximum: int) -> Callable[[str], str]:
    return lambda text: clean_line(text, maximum=maximum)


def _unit(text: str) -> Unit:
    if text not in CLOTH_UNITS:
        raise ValueError("must be metre or kg; pieces stand in the table of sizes and colours")
    return Unit(text)


def _product(text: str) -> str:
    term = vocabulary().find(Facet.PRODUCT, text[:64])
    if term is None:
        raise ValueError("choose the product from the list")
    return term.id


def _cloth_from(text: str) -> ClothFrom:
    try:
        return ClothFrom(text)
    except ValueError:
        raise ValueError("must be studio or supplier") from None


def _processes(typed: Typed) -> tuple[str, ...]:
    known = vocabulary().processes
    chosen = set(typed.processes)
    if not chosen <= known.keys():
        typed.problems["processes"] = "choose the steps from the list"
        return ()
    return tuple(sorted(chosen, key=lambda step: known[step].order))


def _target(reader: _Reader) -> Money | None:
    amount = reader.one("target", parse_decimal)
    if amount is None:
        return None
    currency = reader.get("currency")
    if currency not in CURRENCIES:
        reader.refuse("currency", "choose the currency of the target price")
        return None
    minor = amount * 10 ** minor_exponent(currency)
    if minor.denominator != 1 or not 0 < minor <= _MAXIMUM_MINOR:
        reader.refuse("target", f"must be an amount of money in {currency}, above 0")
        return None
    return Money(int(minor), currency)


def _decimal(money: Money) -> str:
    exponent = minor_exponent(money.currency)
    whole, part = divmod(money.minor, 10**exponent)
    return f"{whole}.{part:0{exponent}d}" if part else str(whole)


def _place(typed: Typed, before: Content | None, find_places: FindPlaces) -> tuple[str, Point | None]:
    try:
        name = clean_line(typed.texts.get("place", ""))
    except ValueError as error:
        typed.problems["place"] = str(error)
        return "", None
    if not name or typed.point:
        return name, typed.point
    if before and before.place == name:
        return name, before.point
    found = find_places(name)
    place = clear_place(name, found, typed.get("place_id"))
    if place:
        return place.label, place.point
    typed.places = tuple(found)
    if found:
        typed.problems["place_id"] = "several places have this name: choose one"
    else:
        typed.problems["place"] = f"“{name[:60]}” was not found: name the town, and put the street into the notes"
    return name, None


def _check_days(content: Content, before: Content | None, today: date, problems: dict[str, str]) -> None:
    if content.by and content.by < today and (before is None or before.by != content.by):
        problems.setdefault("by", "has passed: give a day to come")
    if content.start and content.by and content.by < content.start:
        problems.setdefault("by", "is before the day on which work may begin")
