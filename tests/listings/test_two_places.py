"""A firm that does the same work at two places: each is told from the other; and the next open week."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from cast import Cast

from marketplace.capacity.model import Calendar
from marketplace.db.ids import new_public_id
from marketplace.listings.views import _next_open
from marketplace.places import Point, Precision
from marketplace.suppliers import store
from marketplace.suppliers.model import Address, SiteDraft, Supplier
from marketplace.suppliers.words import work_labels
from marketplace.units import Unit, Week


def add_site(cast: Cast, supplier: Supplier, name: str, process: str) -> Supplier:
    draft = SiteDraft(
        Address("Via Due 2", "Como", country="IT"),
        name=name,
        point=Point.of(45.8, 9.08),
        precision=Precision.CONFIRMED,
        timezone="Europe/Rome",
    )
    with cast.database.writing() as session:
        cast.serves(session, store.add_site(session, supplier.id, new_public_id(), draft), process, 40)
        return store.get(session, supplier.id)


@pytest.mark.parametrize(("name", "place"), [("", "Como"), ("Second floor", "Second floor")])
def test_the_same_work_at_two_places_says_which(cast: Cast, name: str, place: str) -> None:
    firm = cast.supplier(cast.person("Olga"))
    assert list(work_labels(firm).values()) == ["Sewing and assembly"]
    firm = add_site(cast, firm, name, "sew")
    labels = ["Sewing and assembly, Prato", f"Sewing and assembly, {place}"]
    assert list(work_labels(firm).values()) == labels
    page = cast.client().get(f"/suppliers/{firm.slug}").text
    assert all(f"<h3>{label}</h3>" in page for label in labels)


def test_other_work_needs_no_place(cast: Cast) -> None:
    firm = add_site(cast, cast.supplier(cast.person("Olga")), "Second floor", "cut")
    assert "Sewing and assembly" in work_labels(firm).values()


def test_the_next_open_week_has_a_day_left_to_work() -> None:
    monday = date(2027, 3, 1)
    calendar = Calendar(Unit.PIECE, 40)
    assert _next_open(calendar, monday) == monday
    assert _next_open(calendar, monday + timedelta(days=4)) == monday
    assert _next_open(calendar, monday + timedelta(days=6)) == monday + timedelta(days=7)  # a Sunday
    assert _next_open(replace(calendar, taken={Week(monday): 40}), monday) == monday + timedelta(days=7)
    assert _next_open(Calendar(Unit.PIECE, 0), monday) is None
