"""The owner's weeks when some of them are held: what is shown, what Save does, what is refused; on both engines."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from cast import Cast
from werkzeug.test import TestResponse

from marketplace.booking import holds
from marketplace.booking.model import Side
from marketplace.capacity import store as capacity
from marketplace.checks import check_all
from marketplace.suppliers.model import Supplier
from marketplace.suppliers.rules import Run
from marketplace.units import Quantity, Unit, Week


class Room:
    """A sewing room of 40 pieces a week; 25 pieces are held in the week after next."""

    def __init__(self, cast: Cast) -> None:
        owner = cast.person("Olga")
        self.cast, self.client = cast, cast.client(owner)
        self.supplier: Supplier = cast.supplier(owner)
        self.service = self.supplier.services[0]
        self.week = Week.containing(cast.now.date()).plus(2)
        self.studio = cast.studio(cast.person("Ines"))
        self.hold(25, self.week)

    def hold(self, pieces: int, week: Week) -> None:
        with self.cast.database.writing() as session:
            holds.hold(
                session,
                supplier=self.supplier,
                service=self.service,
                studio_id=self.studio,
                run=Run(Quantity(pieces, Unit.PIECE)),
                arrival=week.monday,
                made_by=Side.SUPPLIER,
                expires_at=self.cast.now + timedelta(days=2),
                now=self.cast.now,
                only=week,
            )

    def row(self, week: Week | None = None, page: str | None = None) -> tuple[str, str]:
        """(the number in the field, the words beneath it) of a week."""
        iso = (week or self.week).monday.isoformat()
        text = page or self.client.get("/weeks").text
        part = text.partition(f'id="week-{iso}"')[2].partition('id="week-')[0]
        value = re.search(r'name="offered"[^>]*value="([^"]*)"', part) or re.search(
            r'value="([^"]*)"[^>]*name="off', part
        )
        words = re.search(rf'id="state-{iso}">(.*?)</p>', part, re.DOTALL)
        assert value
        assert words
        return value[1], " ".join(re.sub(r"<[^>]*>", " ", words[1]).split())

    def save(self, offered: str, **headers: str) -> TestResponse:
        data = {"resource": self.service.public_id, "monday": self.week.monday.isoformat(), "offered": offered}
        return self.client.post("/weeks/week", data=data, headers=headers)


@pytest.fixture
def room(cast: Cast) -> Room:
    return Room(cast)


def test_what_is_held_stands_beside_what_is_offered(room: Room) -> None:
    assert room.row() == ("40", "25 pieces held or booked, 15 open")
    assert room.row(room.week.plus(1)) == ("40", "All 40 open")


def test_saving_what_stands_there_changes_nothing(room: Room) -> None:
    for _ in range(3):
        assert room.save(room.row()[0]).status_code == 303
        assert room.row() == ("40", "25 pieces held or booked, 15 open")
    room.save("30")
    assert room.row() == ("30", "25 pieces held or booked, 5 open")
    room.save("25")
    assert room.row() == ("25", "25 pieces held or booked, 0 open")


def test_less_than_is_held_is_refused_beside_the_field(room: Room) -> None:
    refused = room.save("24")
    assert refused.status_code == 409
    assert "25 pieces are held or booked already; this would leave 24 pieces." in refused.text
    assert room.row(page=refused.text)[0] == "24"  # as typed
    part = room.save("24", **{"HX-Request": "true"})
    assert part.status_code == 409
    assert "25 pieces are held or booked already" in part.text
    assert "<html" not in part.text
    assert room.row()[0] == "40"


def test_a_smaller_usual_week_and_closed_days_are_refused_on_the_page(room: Room) -> None:
    usual = room.client.post("/weeks/usual", data={"resource": room.service.public_id, "offered": "20"})
    assert usual.status_code == 409
    assert "25 pieces are held or booked already; this would leave 20" in usual.text
    assert 'id="closures"' in usual.text  # the page itself
    days = {"from": room.week.monday.isoformat(), "to": room.week.sunday.isoformat(), "reason": "Fair"}
    closed = room.client.post("/weeks/closures", data={"resource": room.service.public_id, **days})
    assert closed.status_code == 409
    assert "25 pieces are held or booked already; this would leave 0" in closed.text
    assert 'value="Fair"' in closed.text


def test_a_week_that_is_over_binds_nobody(room: Room) -> None:
    """Otherwise a room that was larger once could never say that it is smaller now."""
    past = Week.containing(room.cast.now.date()).plus(-8)
    moved = {"to": past.monday, "week": room.week.monday}
    for table in ("week_load", "reserved_week", "reservation_event"):
        room.cast.sql(f"UPDATE {table} SET monday = :to WHERE monday = :week", **moved)
    answer = room.client.post("/weeks/usual", data={"resource": room.service.public_id, "offered": "20"})
    assert answer.status_code == 303
    with room.cast.database.reading() as session:
        resource = capacity.list_resources(session, room.supplier.sites)[0]
        assert capacity.list_taken(session, [resource.id])[resource.id] == {past: 25}
    assert dict(check_all(room.cast.database))["reserved weeks equal what is held and booked"] == []
