"""Unit, Quantity, Money and Week."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

MAXIMUM_WHOLE = 10_000_000  # of any unit: no workshop runs more, and sums stay far from 2**63


class Unit(StrEnum):
    """A unit of work. UN/ECE Rec 20 codes: C62, MTR, KGM, MIN, MTK (load and style have none)."""

    __hash__ = str.__hash__  # the one of Enum is written in Python: five times slower, at every look-up

    PIECE = "piece"
    METRE = "metre"
    KG = "kg"
    MINUTE = "minute"
    LOAD = "load"
    STYLE = "style"
    M2 = "m2"

    @property
    def atoms(self) -> int:
        """Atoms in one unit: quantities are stored as whole atoms (a kilogram as 1000 grams)."""
        return _ATOMS.get(self, 1)

    @property
    def step(self) -> int:
        """The smallest amount people trade in, in atoms (0.1 kg, 0.1 m2, one piece)."""
        return _STEPS.get(self, 1)

    @property
    def label(self) -> str:
        """Plural for people: '50 pieces'."""
        return _LABELS[self][1]

    @property
    def singular(self) -> str:
        return _LABELS[self][0]

    @property
    def short(self) -> str:
        """Short form for tables: '50 pcs', '120 m'."""
        return _LABELS[self][2]


_ATOMS = {Unit.KG: 1000, Unit.M2: 10}
_STEPS = {Unit.KG: 100}
_LABELS = {
    Unit.PIECE: ("piece", "pieces", "pcs"),
    Unit.METRE: ("metre", "metres", "m"),
    Unit.KG: ("kg", "kg", "kg"),
    Unit.MINUTE: ("minute", "minutes", "min"),
    Unit.LOAD: ("machine load", "machine loads", "loads"),
    Unit.STYLE: ("style", "styles", "styles"),
    Unit.M2: ("m²", "m²", "m²"),
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount of work: whole atoms of a unit."""

    atoms: int
    unit: Unit

    @classmethod
    def of(cls, whole: int, unit: Unit) -> Quantity:
        """Make a quantity of whole units."""
        return cls(whole * unit.atoms, unit)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money: whole minor units (cents, pence; yen have none) of an ISO 4217 currency."""

    minor: int
    currency: str


# ISO 4217 minor unit exponents other than 2, of the currencies we meet.
_EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "TND": 3, "BHD": 3, "KWD": 3, "JOD": 3}
_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}
# Where most suppliers are; elsewhere a form begins with euros.
COUNTRY_CURRENCIES = {
    "US": "USD",
    "GB": "GBP",
    "JP": "JPY",
    "TR": "TRY",
    "IN": "INR",
    "PL": "PLN",
    "CH": "CHF",
    "SE": "SEK",
    "NO": "NOK",
    "DK": "DKK",
    "CZ": "CZK",
    "HU": "HUF",
    "RO": "RON",
    "CA": "CAD",
    "AU": "AUD",
    "NZ": "NZD",
    "MX": "MXN",
    "BR": "BRL",
    "PE": "PEN",
    "CN": "CNY",
    "HK": "HKD",
    "KR": "KRW",
    "BD": "BDT",
    "PK": "PKR",
    "VN": "VND",
    "TH": "THB",
    "ID": "IDR",
    "LK": "LKR",
    "MA": "MAD",
    "TN": "TND",
    "EG": "EGP",
    "ZA": "ZAR",
}
CURRENCIES = frozenset(
    "AED AUD BDT BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JOD JPY KES KHR KRW "
    "KWD LKR MAD MDL MGA MKD MMK MUR MXN MYR NOK NPR NZD PEN PHP PKR PLN RON RSD SEK SGD THB TND TRY TWD UAH "
    "USD UYU VND ZAR BHD".split()
)


def minor_exponent(currency: str) -> int:
    """Decimals of a currency: 2 for euros, 0 for yen."""
    return _EXPONENTS.get(currency, 2)


def format_money(money: Money) -> str:
    """Format for people: '€1,250.00', '¥3,000', 'TRY 45.00'."""
    exponent = minor_exponent(money.currency)
    sign = "-" if money.minor < 0 else ""
    whole, part = divmod(abs(money.minor), 10**exponent)
    number = f"{whole:,}" + (f".{part:0{exponent}d}" if exponent else "")
    symbol = _SYMBOLS.get(money.currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{money.currency} {number}"


_ISO_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """A week, kept as the date of its Monday: year arithmetic on week numbers is wrong (2026 has a week 53)."""

    monday: date

    def __post_init__(self) -> None:
        if self.monday.weekday() != 0:
            raise ValueError(f"{self.monday.isoformat()} is not a Monday")

    @classmethod
    def containing(cls, day: date) -> Week:
        return cls(day - timedelta(days=day.weekday()))

    @classmethod
    def parse(cls, text: str) -> Week:
        """Read '2026-W53' or the ISO date of a Monday.

        Errors: ValueError, in words a person can act on.
        """
        match = _ISO_WEEK.fullmatch(text)
        try:
            if match:
                return cls(date.fromisocalendar(int(match[1]), int(match[2]), 1))
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
                raise ValueError
            day = date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"“{text[:40]}” is not a week: write the Monday as 2027-03-01, or 2027-W09") from None
        if day.weekday() != 0:
            monday = day - timedelta(days=day.weekday())
            raise ValueError(f"{text} is a {day:%A}: weeks start on Monday, this one on {monday.isoformat()}")
        return cls(day)

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def iso(self) -> str:
        """ISO 8601 week name, such as '2026-W53'."""
        year, week, _ = self.monday.isocalendar()
        return f"{year}-W{week:02d}"

    def plus(self, weeks: int) -> Week:
        return Week(self.monday + timedelta(weeks=weeks))

    def __str__(self) -> str:
        return self.monday.isoformat()
