"""Read what people type about an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from marketplace.booking.model import Side
from marketplace.errors import Invalid
from marketplace.orders.model import PaymentDraft, PaymentKind
from marketplace.orders.rules import MOST_MINOR
from marketplace.search.forms import read_date
from marketplace.text import clean_line, clean_text
from marketplace.units import Quantity, Unit, parse_decimal, parse_quantity
from marketplace.units.model import minor_exponent

MAXIMUM_WORDS = 2000
MAXIMUM_TITLE = 80
MAXIMUM_NOTE = 500


@dataclass(frozen=True, slots=True)
class ChangeForm:
    """Other dates, quantity or total. `quantity` in atoms."""

    arrival: date
    quantity: int
    total_minor: int
    note: str


def read_words(form: Mapping[str, str], name: str, maximum: int = MAXIMUM_WORDS) -> str:
    """Several lines, or nothing. Errors: Invalid."""
    try:
        return clean_text(form.get(name, ""), maximum=maximum)
    except ValueError as error:
        raise Invalid({name: str(error)}) from None


def read_title(form: Mapping[str, str]) -> str:
    """Errors: Invalid."""
    try:
        return clean_line(form.get("title", ""), maximum=MAXIMUM_TITLE)
    except ValueError as error:
        raise Invalid({"title": str(error)}) from None


def read_side(form: Mapping[str, str]) -> Side:
    """Errors: Invalid."""
    try:
        return Side(form.get("side", ""))
    except ValueError:
        raise Invalid({"side": "choose who marks the step done"}) from None


def read_day(form: Mapping[str, str], name: str) -> date:
    """Errors: Invalid."""
    try:
        return read_date(form.get(name, "").strip())
    except ValueError as error:
        raise Invalid({name: str(error)}) from None


def read_optional_day(form: Mapping[str, str], name: str) -> date | None:
    """Errors: Invalid."""
    return read_day(form, name) if form.get(name, "").strip() else None


def read_delivery(form: Mapping[str, str], unit: Unit) -> tuple[Quantity, date]:
    """Errors: Invalid naming each wrong field."""
    problems: dict[str, str] = {}
    quantity, day = Quantity(0, unit), date.min
    try:
        quantity = parse_quantity(form.get("quantity", "").strip(), unit)
    except ValueError as error:
        problems["quantity"] = str(error)
    try:
        day = read_date(form.get("on", "").strip())
    except ValueError as error:
        problems["on"] = str(error)
    if problems:
        raise Invalid(problems)
    return quantity, day


def read_change(form: Mapping[str, str], unit: Unit, currency: str) -> ChangeForm:
    """Errors: Invalid naming each wrong field."""
    problems: dict[str, str] = {}
    arrival, quantity, total, words = date.min, 0, 0, ""
    try:
        arrival = read_date(form.get("arrival", "").strip())
    except ValueError as error:
        problems["arrival"] = str(error)
    try:
        quantity = parse_quantity(form.get("quantity", "").strip(), unit).atoms
    except ValueError as error:
        problems["quantity"] = str(error)
    try:
        total = read_minor(form.get("total", ""), currency)
    except ValueError as error:
        problems["total"] = str(error)
    try:
        words = clean_text(form.get("note", ""), maximum=MAXIMUM_NOTE)
    except ValueError as error:
        problems["note"] = str(error)
    if problems:
        raise Invalid(problems)
    return ChangeForm(arrival, quantity, total, words)


def read_payment(form: Mapping[str, str], currency: str) -> PaymentDraft:
    """Errors: Invalid naming each wrong field."""
    problems: dict[str, str] = {}
    kind, amount, words = PaymentKind.PART, 0, ""
    days: dict[str, date | None] = {}
    try:
        kind = PaymentKind(form.get("kind", ""))
    except ValueError:
        problems["kind"] = "choose what the payment is for"
    try:
        amount = read_minor(form.get("amount", ""), currency)
    except ValueError as error:
        problems["amount"] = str(error)
    for name in ("due", "paid_on", "received_on"):
        try:
            days[name] = read_optional_day(form, name)
        except Invalid as error:
            problems |= error.problems
    try:
        words = clean_text(form.get("note", ""), maximum=MAXIMUM_NOTE)
    except ValueError as error:
        problems["note"] = str(error)
    if problems:
        raise Invalid(problems)
    return PaymentDraft(kind, amount, days["due"], days["paid_on"], days["received_on"], words)


def read_minor(text: str, currency: str) -> int:
    """An amount of money as typed, in minor units. Errors: ValueError."""
    amount = parse_decimal(text.strip()) * 10 ** minor_exponent(currency)
    if amount.denominator != 1 or not 0 <= amount <= MOST_MINOR:
        raise ValueError("must be an amount of money")
    return int(amount)


def read_rating(form: Mapping[str, str]) -> int:
    """0 where nothing was chosen."""
    text = form.get("rating", "").strip()
    return int(text) if text in ("1", "2", "3", "4", "5") else 0
