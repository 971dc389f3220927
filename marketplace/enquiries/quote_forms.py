"""Read a quote as a supplier types it, or as a program sends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from marketplace.enquiries.model import Offer
from marketplace.errors import Invalid
from marketplace.search.forms import read_date
from marketplace.suppliers.model import PriceBreak
from marketplace.text import clean_text
from marketplace.units import Quantity, parse_decimal
from marketplace.units.model import CURRENCIES, minor_exponent

VALID_DAYS_DEFAULT, VALID_DAYS_MOST = 7, 30
BREAKS = 3  # rows of the form; a program may send more
_MOST_BREAKS = 10
_MOST_MINOR = 10**12
_MOST_PERCENT = 500
_MOST_UNITS = 10_000_000
_MOST_NOTE = 2000
_AHEAD = timedelta(days=730)

JSON_FIELDS = frozenset(
    "currency unit_minor setup_minor sample_minor breaks surcharge_percent valid_days note arrival starts ready".split()
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class QuoteForm:
    """`arrival`: the first day the work may start. `starts` and `ready` are the days the supplier was shown: weeks
    that would run on other days are not held unseen."""

    offer: Offer
    valid_days: int
    arrival: date | None
    starts: date | None
    ready: date | None


class _Problems:
    """Reads field by field, and raises all that is wrong together."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def read(self, name: str, parse: Callable[[], T], otherwise: T) -> T:
        try:
            return parse()
        except ValueError as error:
            self.found[name] = str(error)
            return otherwise

    def finish(self) -> None:
        if self.found:
            raise Invalid(self.found)


def read_typed(form: Mapping[str, str], quantity: Quantity, today: date) -> QuoteForm:
    """The form of the page: money as people write it ('12.50').

    Errors: Invalid with a sentence per field.
    """
    problems = _Problems()
    typed = {name: value.strip() for name, value in form.items()}
    currency = problems.read("currency", lambda: _currency(typed.get("currency", "")), "EUR")

    def money(name: str, *, needed: bool = False) -> int:
        text = typed.get(name, "")
        if not text and not needed:
            return 0
        return problems.read(name, lambda: _typed_money(text, currency), 0)

    unit_minor, breaks = money("unit", needed=True), []
    for row in range(1, BREAKS + 1):
        start, price = f"break_from_{row}", f"break_price_{row}"
        if typed.get(start) or typed.get(price):
            whole = problems.read(start, lambda name=start: _typed_whole(typed.get(name, ""), 2, _MOST_UNITS), 2)  # type: ignore[misc]
            breaks.append((start, PriceBreak(whole, money(price, needed=True))))
    offer = Offer(
        quantity=quantity,
        currency=currency,
        unit_minor=unit_minor,
        setup_minor=money("setup"),
        breaks=_breaks(unit_minor, breaks, problems),
        sample_minor=money("sample"),
        surcharge_percent=problems.read(
            "surcharge", lambda: _typed_whole(typed.get("surcharge") or "0", 0, _MOST_PERCENT), 0
        ),
        note=problems.read("note", lambda: clean_text(form.get("note", ""), maximum=_MOST_NOTE), ""),
    )
    days = typed.get("valid_days") or str(VALID_DAYS_DEFAULT)
    valid_days = problems.read("valid_days", lambda: _typed_whole(days, 1, VALID_DAYS_MOST), VALID_DAYS_DEFAULT)
    read = QuoteForm(offer, valid_days, *_days(typed, problems, today))
    problems.finish()
    return read


def read_json(body: Mapping[str, Any], quantity: Quantity, today: date) -> QuoteForm:
    """A quote of the API: money as whole minor units.

    Errors: Invalid with a sentence per field, also for fields nobody knows.
    """
    problems = _Problems()
    for name in sorted(set(body) - JSON_FIELDS):
        problems.found[str(name)[:60]] = "is not a field of a quote"

    def whole(name: str, least: int, most: int, otherwise: int | None) -> int:
        return problems.read(name, lambda: _json_whole(body.get(name), least, most, otherwise), 0)

    given = [] if body.get("breaks") is None else body["breaks"]
    unit_minor, breaks = whole("unit_minor", 0, _MOST_MINOR, None), []
    if not isinstance(given, list) or len(given) > _MOST_BREAKS or not all(isinstance(step, dict) for step in given):
        problems.found["breaks"] = f"must be a list of at most {_MOST_BREAKS} objects with from_quantity and unit_minor"
        given = []
    for step in given:
        if set(step) != {"from_quantity", "unit_minor"}:
            problems.found["breaks"] = "each break has from_quantity and unit_minor"
            continue
        start = problems.read("breaks", lambda step=step: _json_whole(step["from_quantity"], 2, _MOST_UNITS, None), 2)  # type: ignore[misc]
        price = problems.read("breaks", lambda step=step: _json_whole(step["unit_minor"], 0, _MOST_MINOR, None), 0)  # type: ignore[misc]
        breaks.append(("breaks", PriceBreak(start, price)))
    offer = Offer(
        quantity=quantity,
        currency=problems.read("currency", lambda: _currency(body.get("currency")), "EUR"),
        unit_minor=unit_minor,
        setup_minor=whole("setup_minor", 0, _MOST_MINOR, 0),
        breaks=_breaks(unit_minor, breaks, problems),
        sample_minor=whole("sample_minor", 0, _MOST_MINOR, 0),
        surcharge_percent=whole("surcharge_percent", 0, _MOST_PERCENT, 0),
        note=problems.read("note", lambda: clean_text(_text(body.get("note")), maximum=_MOST_NOTE), ""),
    )
    valid_days = whole("valid_days", 1, VALID_DAYS_MOST, VALID_DAYS_DEFAULT)
    texts = {name: problems.read(name, lambda name=name: _text(body.get(name)), "") for name in _DAYS}  # type: ignore[misc]
    read = QuoteForm(offer, valid_days, *_days(texts, problems, today))
    problems.finish()
    return read


_DAYS = ("arrival", "starts", "ready")


def _days(texts: Mapping[str, str], problems: _Problems, today: date) -> tuple[date | None, date | None, date | None]:
    def day(name: str) -> date | None:
        text = texts.get(name, "")
        return problems.read(name, lambda: read_date(text) if text else None, None)

    arrival, starts, ready = (day(name) for name in _DAYS)
    if arrival and not today <= arrival <= today + _AHEAD:
        problems.found["arrival"] = "must be a day of the next two years"
    return arrival, starts, ready


def _breaks(unit_minor: int, read: list[tuple[str, PriceBreak]], problems: _Problems) -> tuple[PriceBreak, ...]:
    """In rising order; each cheaper than the price before it, and one for each quantity."""
    rising = sorted(read, key=lambda each: each[1].from_quantity)
    before = PriceBreak(1, unit_minor)
    for name, step in rising:
        if step.from_quantity == before.from_quantity:
            problems.found.setdefault(name, f"two prices from {step.from_quantity:,} on: leave one")
        elif step.unit_minor >= before.unit_minor:
            problems.found.setdefault(name, f"from {step.from_quantity:,} on it must be cheaper than before that")
        before = step
    return tuple(step for _, step in rising)


def _currency(code: object) -> str:
    if code not in CURRENCIES:
        raise ValueError("choose a currency of the list")
    return str(code)


def _typed_money(text: str, currency: str) -> int:
    if not text:
        raise ValueError("write an amount of money, such as 12.50")
    minor = parse_decimal(text) * 10 ** minor_exponent(currency)
    if minor.denominator != 1:
        raise ValueError(f"“{text[:40]}” has too many decimals for {currency}")
    if minor > _MOST_MINOR:
        raise ValueError(f"“{text[:40]}” is too much")
    return int(minor)


def _typed_whole(text: str, least: int, most: int) -> int:
    number = parse_decimal(text) if text else None
    if number is None or number.denominator != 1 or not least <= number <= most:
        raise ValueError(f"must be a whole number between {least} and {most:,}")
    return int(number)


def _json_whole(value: object, least: int, most: int, otherwise: int | None) -> int:
    if value is None and otherwise is not None:
        return otherwise
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"must be a whole number between {least:,} and {most:,}")
    return value


def _text(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError("must be text")
    return value
