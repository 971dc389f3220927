"""Wages, and the lowest that may be offered in a country or one of its regions. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from marketplace.units.model import CURRENCIES, Money, format_money, minor_exponent
from marketplace.units.rules import parse_decimal

WEEKS_A_MONTH = Fraction(52, 12)
_ENTRY = re.compile(r"([A-Z]{2})(?:/([^=/;]{1,60}))?=([A-Z]{3}) ?([0-9]+(?:\.[0-9]+)?)")
_FORM = "write country or country/region, the currency and an amount an hour: IT=EUR 9.00; US/California=USD 16.90"


class WagePer(StrEnum):
    HOUR = "hour"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Wage:
    """Before taxes, in whole minor units of an ISO 4217 currency."""

    minor: int
    currency: str
    per: WagePer

    def an_hour(self, hours_week: int | None) -> Fraction | None:
        """Minor units an hour; None for a wage a month of unknown hours. A month has 52/12 weeks."""
        if self.per is WagePer.HOUR:
            return Fraction(self.minor)
        return self.minor / (hours_week * WEEKS_A_MONTH) if hours_week else None


@dataclass(frozen=True, slots=True)
class MinimumWage:
    """The lowest wage an hour in a country, or in one region of it."""

    country: str
    region: str
    minor: int
    currency: str

    @property
    def where(self) -> str:
        return f"{self.region}, {self.country}" if self.region else self.country


def read_minimum_wages(text: str) -> tuple[MinimumWage, ...]:
    """Read 'IT=EUR 9.00; US=USD 7.25; US/California=USD 16.90'. Errors: ValueError."""
    found: dict[tuple[str, str], MinimumWage] = {}
    for part in filter(None, (each.strip() for each in text.split(";"))):
        match = _ENTRY.fullmatch(part)
        if match is None or match[3] not in CURRENCIES:
            raise ValueError(f"“{part[:60]}” can't be read: {_FORM}")
        amount = parse_decimal(match[4]) * 10 ** minor_exponent(match[3])
        if amount.denominator != 1 or amount <= 0:
            raise ValueError(f"“{part[:60]}” is no amount of money: {_FORM}")
        entry = MinimumWage(match[1], (match[2] or "").strip(), int(amount), match[3])
        if (key := (entry.country, _fold(entry.region))) in found:
            raise ValueError(f"{entry.where} stands there twice")
        found[key] = entry
    return tuple(found.values())


def minimum_for(minimums: Iterable[MinimumWage], country: str, region: str) -> MinimumWage | None:
    """The one of the region where there is one, else of its country."""
    own = [each for each in minimums if each.country == country]
    of_region = next((each for each in own if each.region and _fold(each.region) == _fold(region)), None)
    return of_region or next((each for each in own if not each.region), None)


def wage_problem(wage: Wage | None, hours_week: int | None, minimum: MinimumWage | None) -> str | None:
    """Why a wage can't be offered where this minimum holds; None when it can."""
    if minimum is None:
        return None
    least = f"{format_money(Money(minimum.minor, minimum.currency))} an hour"
    if wage is None:
        return f"is missing: a place to learn is paid, in {minimum.where} at least {least}"
    if wage.currency != minimum.currency:
        return f"must be in {minimum.currency}: the least in {minimum.where} is {least}"
    hourly = wage.an_hour(hours_week)
    if hourly is None:
        return f"can't be compared with the least in {minimum.where}, {least}: give the hours a week"
    if hourly >= minimum.minor:
        return None
    if wage.per is WagePer.HOUR:
        return f"is below the least in {minimum.where}, {least}"
    assert hours_week is not None
    month = -(-minimum.minor * hours_week * WEEKS_A_MONTH // 1)
    lowest = format_money(Money(int(month), minimum.currency))
    return f"is below the least in {minimum.where}, {least}: {lowest} a month at {hours_week} hours a week"


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if char.isalnum())
