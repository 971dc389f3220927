"""What quotes come to, and which are taken in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.enquiries.model import Offer
from marketplace.enquiries.money import columns, total, total_asked
from marketplace.enquiries.quote_forms import read_json, read_typed
from marketplace.enquiries.rules import after_working_days, before_working_days, median_hours, reminders_due
from marketplace.errors import Invalid
from marketplace.suppliers.model import MinimumRule, PriceBreak, ServiceDraft
from marketplace.suppliers.rules import Run
from marketplace.units import Money, Quantity, Unit
from marketplace.vocabulary.model import Basis

FIFTY = Quantity(50, Unit.PIECE)
TODAY = date(2027, 3, 1)
OFFER = Offer(FIFTY, "EUR", 1250, 6000, (PriceBreak(50, 1200), PriceBreak(100, 1100)), 4000, 10)


def test_work_set_up_and_surcharge() -> None:
    asked = total_asked(OFFER)
    assert (asked.work.minor, asked.setup.minor, asked.surcharge.minor) == (60_000, 6000, 6000)
    assert (asked.all, asked.each) == (Money(72_000, "EUR"), Money(1440, "EUR"))


def test_a_part_of_a_cent_is_rounded_up() -> None:
    three = Offer(Quantity(3, Unit.PIECE), "EUR", 10, 1)
    assert total_asked(three).each.minor == 11  # 31 for 3
    half_a_kilo = Offer(Quantity(500, Unit.KG), "EUR", 333)
    assert total_asked(half_a_kilo).all.minor == 167


@given(
    st.integers(1, 10**6),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.integers(0, 500),
    st.lists(st.tuples(st.integers(2, 10**5), st.integers(0, 10**6)), max_size=3),
)
def test_the_parts_make_the_whole(
    pieces: int, unit: int, setup: int, percent: int, steps: list[tuple[int, int]]
) -> None:
    offer = Offer(
        Quantity(pieces, Unit.PIECE), "EUR", unit, setup, tuple(PriceBreak(*step) for step in steps), 0, percent
    )
    found = total_asked(offer)
    assert found.all.minor == found.work.minor + found.setup.minor + found.surcharge.minor
    assert found.each.minor * pieces >= found.all.minor > (found.each.minor - 1) * pieces
    reached = [step for step in sorted(steps) if step[0] <= pieces]
    prices = {price for start, price in reached if start == reached[-1][0]} if reached else {unit}
    assert found.work.minor in {price * pieces for price in prices}


def test_other_quantities_by_the_breaks_and_the_minimums() -> None:
    rule = MinimumRule(Quantity(60, Unit.PIECE), Basis.ORDER, 10)
    service = ServiceDraft("sew", Unit.PIECE, (rule,), maximum=Quantity(90, Unit.PIECE))
    asked, hundred = columns(OFFER, service, Run(FIFTY))
    assert asked.total == total_asked(OFFER)
    assert (hundred.quantity, hundred.total) == (Quantity(100, Unit.PIECE), None)  # more than they take
    forty = Offer(Quantity(40, Unit.PIECE), "EUR", 1250, surcharge_percent=25)
    free = ServiceDraft("sew", Unit.PIECE, (rule,))
    _, at_fifty, at_hundred = columns(forty, free, Run(Quantity(40, Unit.PIECE)))
    assert at_fifty.total == total(forty, FIFTY, 25)  # below the minimum too: the percentage that was quoted
    assert at_hundred.total == total(forty, Quantity(100, Unit.PIECE), 0)


RIGHT: dict[str, Any] = {"currency": "EUR", "unit_minor": 1250}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("currency", "XXX"),
        ("currency", None),
        ("unit_minor", -1),
        ("unit_minor", 1.5),
        ("unit_minor", True),
        ("unit_minor", "1250"),
        ("unit_minor", None),
        ("unit_minor", 10**13),
        ("setup_minor", -1),
        ("surcharge_percent", 501),
        ("valid_days", 0),
        ("valid_days", 31),
        ("note", "x" * 2001),
        ("note", 5),
        ("breaks", {}),
        ("breaks", [1]),
        ("breaks", [{"from_quantity": 100}]),
        ("breaks", [{"from_quantity": 1, "unit_minor": 5}]),
        ("breaks", [{"from_quantity": 100, "unit_minor": 1250}]),
        ("breaks", [{"from_quantity": 100, "unit_minor": 9}, {"from_quantity": 100, "unit_minor": 8}]),
        ("breaks", [{"from_quantity": n, "unit_minor": 1200 - n} for n in range(2, 13)]),
        ("arrival", "2026-01-01"),
        ("arrival", "soon"),
        ("starts", 5),
        ("state", "accepted"),
        ("reservation_id", 1),
    ],
)
def test_what_a_program_may_not_send(field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        read_json(RIGHT | {field: value}, FIFTY, TODAY)
    assert set(refused.value.problems) == {field}


def test_the_form_and_the_program_say_the_same() -> None:
    typed = read_typed(
        {
            "currency": "EUR",
            "unit": "12.50",
            "setup": "60",
            "sample": "",
            "surcharge": "",
            "valid_days": "",
            "break_from_1": "100",
            "break_price_1": "11.00",
            "arrival": "2027-03-08",
            "note": " With thread ",
        },
        FIFTY,
        TODAY,
    )
    sent = read_json(
        RIGHT
        | {
            "setup_minor": 6000,
            "breaks": [{"from_quantity": 100, "unit_minor": 1100}],
            "arrival": "2027-03-08",
            "note": "With thread",
        },
        FIFTY,
        TODAY,
    )
    assert typed == sent


@pytest.mark.parametrize(
    ("field", "value"),
    [("unit", ""), ("unit", "12,50"), ("unit", "1.234"), ("unit", "-1"), ("valid_days", "x"), ("break_price_1", "11")],
)
def test_what_a_person_may_not_type(field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_typed({"currency": "EUR", "unit": "12.50"} | {field: value}, FIFTY, TODAY)
    assert set(refused.value.problems) <= {field, "break_from_1"}


def test_yen_have_no_cents() -> None:
    assert read_typed({"currency": "JPY", "unit": "300"}, FIFTY, TODAY).offer.unit_minor == 300
    with pytest.raises(Invalid):
        read_typed({"currency": "JPY", "unit": "300.5"}, FIFTY, TODAY)


@given(st.datetimes(timezones=st.just(__import__("datetime").UTC)), st.integers(1, 20))
def test_working_days(start, days) -> None:  # type: ignore[no-untyped-def]
    if start.year > 9990:
        return
    end = after_working_days(start, days)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(day.weekday() < 5 for day in between) == days
    assert end.weekday() < 5
    assert end.time() == start.time()
    early = before_working_days(end, 2)
    assert (reminders_due(end, early - timedelta(seconds=1)), reminders_due(end, end)) == (0, 2)
    assert reminders_due(end, early) >= 1


def test_the_middle_answer() -> None:
    assert median_hours([]) is None
    assert median_hours([timedelta(minutes=1), timedelta(hours=3), timedelta(days=9)]) == 3
    assert median_hours([timedelta(minutes=61)]) == 2
