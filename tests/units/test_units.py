"""Quantities, money and weeks."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.units import Money, Quantity, Unit, Week, format_quantity, parse_decimal, parse_quantity
from marketplace.units.model import format_money
from marketplace.units.rules import format_brief, format_number, round_up


@pytest.mark.parametrize(("text", "value"), [("50", Fraction(50)), ("0", Fraction(0)), ("12.50", Fraction(25, 2))])
def test_plain_decimals_are_read_exactly(text: str, value: Fraction) -> None:
    assert parse_decimal(text) == value


@pytest.mark.parametrize(
    "text",
    [*"1,5|1.000.0|1 000|1e3|٣|１２|1_000|+5|-0|--1|.5|5.|nan|inf|NaN|0x10|50 m|½|1e400|".split("|"), " 5"],
)
def test_what_int_and_float_would_take_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        parse_decimal(text)


@pytest.mark.parametrize("text", ["9" * 13, "9" * 40, "0.1234567"])
def test_what_has_too_many_digits_is_said_to(text: str) -> None:
    with pytest.raises(ValueError, match=f"“{text}” has too many digits: at most 12 before the point and 6 after it"):
        parse_decimal(text)
    with pytest.raises(ValueError, match="has too many digits"):
        parse_decimal("9" * 9000)


@pytest.mark.parametrize("text", ["-1", "-0.5", "−12", "-1000000000000"])
def test_what_is_below_zero_is_said_to_be(text: str) -> None:
    with pytest.raises(ValueError, match=f"“{text}” is less than 0: leave out the minus"):
        parse_decimal(text)


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("0", Unit.PIECE, "more than 0"),
        ("10000001", Unit.PIECE, "more than 10,000,000"),
        ("1.5", Unit.PIECE, "whole number of pieces"),
        ("0.0001", Unit.KG, "too many decimals"),
    ],
)
def test_quantities_out_of_bounds(text: str, unit: Unit, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_quantity(text, unit)


@given(st.integers(1, 10_000_000), st.sampled_from(list(Unit)))
def test_numbers_read_back_what_was_written(atoms: int, unit: Unit) -> None:
    assert parse_quantity(format_number(atoms, unit), unit) == Quantity(atoms, unit)


@pytest.mark.parametrize(
    ("quantity", "words", "brief"),
    [
        (Quantity(1, Unit.PIECE), "1 piece", "1 pcs"),
        (Quantity(1200, Unit.METRE), "1,200 metres", "1200 m"),
        (Quantity(32_400, Unit.KG), "32.4 kg", "32.4 kg"),
        (Quantity(3000, Unit.KG), "3 kg", "3.0 kg"),
        (Quantity(1234, Unit.KG), "1.234 kg", "1.234 kg"),
        (Quantity(15, Unit.M2), "1.5 m²", "1.5 m²"),
    ],
)
def test_quantities_in_words(quantity: Quantity, words: str, brief: str) -> None:
    assert (format_quantity(quantity), format_brief(quantity)) == (words, brief)


def test_rounding_up_to_what_people_order() -> None:
    assert round_up(Fraction(1111, 100), Unit.METRE) == 12
    assert round_up(Fraction(12), Unit.METRE) == 12
    assert round_up(Fraction(3001), Unit.KG) == 3100


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(125_000, "EUR", "€1,250.00"), (3000, "JPY", "¥3,000"), (4550, "TRY", "TRY 45.50"), (-5, "GBP", "-£0.05")],
)
def test_money(minor: int, currency: str, text: str) -> None:
    assert format_money(Money(minor, currency)) == text


@pytest.mark.parametrize(
    ("text", "monday"),
    [
        ("2026-W53", date(2026, 12, 28)),
        ("2020-W53", date(2020, 12, 28)),
        ("2032-W53", date(2032, 12, 27)),
        ("2027-W01", date(2027, 1, 4)),
        ("2027-03-01", date(2027, 3, 1)),
    ],
)
def test_weeks_are_read(text: str, monday: date) -> None:
    assert Week.parse(text).monday == monday


@pytest.mark.parametrize(
    "text", ["2027-W53", "2027-W00", "2027-W54", "0000-W01", "2027-3-1", "2027-02-29", "W09", "", "2027-W9", "nan"]
)
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a week"):
        Week.parse(text)


def test_a_day_inside_a_week_names_its_monday() -> None:
    with pytest.raises(ValueError, match="this one on 2027-03-01"):
        Week.parse("2027-03-03")


def test_the_week_after_week_53() -> None:
    week = Week.parse("2026-W53")
    assert (week.iso, week.plus(1).iso, week.plus(52).iso) == ("2026-W53", "2027-W01", "2027-W52")
    assert week.sunday == date(2027, 1, 3)


@given(st.dates(date(1900, 1, 1), date(2199, 1, 1)))
def test_every_day_lies_in_its_week(day: date) -> None:
    week = Week.containing(day)
    assert week.monday <= day <= week.sunday == week.monday + timedelta(days=6)
    assert Week.parse(week.iso) == week
