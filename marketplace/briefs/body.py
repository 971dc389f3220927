"""What programs send: JSON objects to what the forms read. The rules, and so the sentences, are the page's. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marketplace.briefs.forms import Typed
from marketplace.briefs.matrix import MAXIMUM_LABEL, MAXIMUM_PIECES
from marketplace.briefs.model import MAXIMUM_COLOURS, MAXIMUM_SIZES, Line
from marketplace.errors import Invalid
from marketplace.places import Point
from marketplace.text import clean_line
from marketplace.units.model import CURRENCIES, minor_exponent

_TEXTS = (
    "title product unit composition cloth_from start by currency place pattern_revision what_changed lots notes".split()
)
_WHOLES = "colours gsm width_cm piece_g".split()
FIELDS = frozenset([*_TEXTS, *_WHOLES, *"lines quantity processes target_minor lat lon".split()])
COPY_FIELDS = ("title", "pattern_revision", "what_changed", "lots")
_MOST_STEPS = 100


def typed_body(body: dict[str, Any]) -> Typed:
    """A brief as a program sent it; null is the same as not sent. Errors: Invalid for values of the wrong kind."""
    problems: dict[str, str] = {}
    texts = {name: _text(body, name, problems) for name in _TEXTS}
    texts |= {name: _whole(body, name, problems) for name in _WHOLES}
    texts["quantity"] = _number(body, "quantity", problems)
    texts["target"] = _target(body, texts["currency"], problems)
    typed = Typed(
        texts,
        processes=_steps(body, problems),
        lines=_lines(body, problems),
        point=_point(body, problems),
    )
    if typed.point and not texts["place"]:
        problems["place"] = "give the place a name, beside its lat and lon"
    if problems:
        raise Invalid(problems)
    return typed


def copy_texts(body: dict[str, Any]) -> dict[str, str]:
    """The fields of a copy that were sent. Errors: Invalid."""
    problems: dict[str, str] = {}
    texts = {name: _text(body, name, problems) for name in COPY_FIELDS if body.get(name) is not None}
    if problems:
        raise Invalid(problems)
    return texts


def _text(body: dict[str, Any], name: str, problems: dict[str, str]) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        problems[name] = "must be a text"
        return ""
    return value


def _whole(body: dict[str, Any], name: str, problems: dict[str, str]) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        problems[name] = "must be a whole number"
        return ""
    return str(value)


def _number(body: dict[str, Any], name: str, problems: dict[str, str]) -> str:
    """Digits with a point, as a person types them: 12.5, never 1.25e1."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0 or value > 10**9:
        problems[name] = "must be a number above 0"
        return ""
    return f"{Decimal(str(value)):f}"


def _target(body: dict[str, Any], currency: str, problems: dict[str, str]) -> str:
    """The page takes 24.50, programs give 2450 of the minor unit."""
    minor = _whole(body, "target_minor", problems)
    if not minor or currency not in CURRENCIES:  # the form says what is wrong with the currency
        return minor
    return f"{Decimal(minor).scaleb(-minor_exponent(currency)):f}"


def _steps(body: dict[str, Any], problems: dict[str, str]) -> list[str]:
    value = body.get("processes")
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > _MOST_STEPS or not all(isinstance(step, str) for step in value):
        problems["processes"] = "must be a list of steps, such as cut and sew"
        return []
    return value


def _lines(body: dict[str, Any], problems: dict[str, str]) -> tuple[Line, ...]:
    value = body.get("lines")
    if value is None:
        return ()
    most = MAXIMUM_SIZES * MAXIMUM_COLOURS
    if not isinstance(value, list) or len(value) > most:
        problems["lines"] = f"must be a list of at most {most} lines"
        return ()
    lines: dict[tuple[str, str], Line] = {}
    for place, row in enumerate(value):
        try:
            line = _line(row)
            key = (line.size.casefold(), line.colour.casefold())
            if key in lines:
                raise ValueError("has the same size and colour as another line")
        except ValueError as error:
            problems[f"lines/{place}"] = str(error)
            continue
        lines[key] = line
    found = tuple(lines.values())
    for kind, names, limit in (
        ("size", {line.size for line in found}, MAXIMUM_SIZES),
        ("colour", {line.colour for line in found}, MAXIMUM_COLOURS),
    ):
        if len(names) > 1 and "" in names:
            problems.setdefault("lines", f"every {kind} needs a name where there are several")
        if len(names) > limit:
            problems.setdefault("lines", f"at most {limit} {kind}s")
    return found


def _line(row: Any) -> Line:
    """Errors: ValueError."""
    if not isinstance(row, dict) or not set(row) <= {"size", "colour", "pieces"}:
        raise ValueError("must be an object with size, colour and pieces")
    size, colour, pieces = row.get("size") or "", row.get("colour") or "", row.get("pieces")
    if not isinstance(size, str) or not isinstance(colour, str):
        raise ValueError("size and colour must be texts")
    if not isinstance(pieces, int) or isinstance(pieces, bool) or not 1 <= pieces <= MAXIMUM_PIECES:
        raise ValueError(f"pieces must be a whole number from 1 to {MAXIMUM_PIECES:,}")
    return Line(clean_line(size, maximum=MAXIMUM_LABEL), clean_line(colour, maximum=MAXIMUM_LABEL), pieces)


def _point(body: dict[str, Any], problems: dict[str, str]) -> Point | None:
    lat, lon = body.get("lat"), body.get("lon")
    if lat is None and lon is None:
        return None
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in (lat, lon)):
        problems["lat"] = "give lat and lon together, as decimal degrees"
        return None
    try:
        return Point.of(float(lat or 0), float(lon or 0))
    except ValueError as error:
        problems["lat"] = str(error)
        return None
