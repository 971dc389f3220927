"""A search, a route and a quote with the same numbers say the same amount."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from marketplace.enquiries.model import Offer
from marketplace.enquiries.money import total
from marketplace.suppliers.model import Price, PriceBreak
from marketplace.suppliers.rules import total_minor
from marketplace.units import Quantity, Unit


@given(
    st.integers(1, 10**6),
    st.sampled_from([Unit.PIECE, Unit.METRE, Unit.KG]),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.integers(0, 500),
    st.dictionaries(st.integers(2, 10**5), st.integers(0, 10**6), max_size=3),
)
def test_a_listing_and_a_quote_come_to_the_same(
    atoms: int, unit: Unit, price: int, setup: int, percent: int, steps: dict[int, int]
) -> None:
    quantity = Quantity(atoms, unit)
    breaks = tuple(PriceBreak(*step) for step in sorted(steps.items()))
    quoted = total(Offer(quantity, "EUR", price, setup, breaks), quantity, percent)
    assert total_minor(Price("EUR", price, unit, setup, breaks), quantity, percent) == quoted.all.minor
