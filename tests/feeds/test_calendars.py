"""Calendars by their secret address: what a supplier and a studio read, on both engines, with another program."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cast import Cast
from icalendar import Calendar

from marketplace.accounts.model import Person
from marketplace.audit import store as audit
from marketplace.booking.holds import hold, make_firm
from marketplace.booking.model import Side
from marketplace.db.ids import new_public_id
from marketplace.orders import store as orders
from marketplace.orders.model import MilestoneDraft, MilestoneKind, NewOrder, Order
from marketplace.suppliers.model import Supplier
from marketplace.suppliers.rules import Run
from marketplace.units import Quantity, Unit

Events = dict[str, Any]


@pytest.fixture
def owner(cast: Cast) -> Person:
    return cast.person("Olga Owner")


@pytest.fixture
def ada(cast: Cast) -> Person:
    return cast.person("Ada Designer")


@pytest.fixture
def supplier(cast: Cast, owner: Person) -> Supplier:
    return cast.supplier(owner)


@pytest.fixture
def studio(cast: Cast, ada: Person) -> int:
    return cast.studio(ada)


def monday(weeks: int = 2) -> date:
    today = datetime.now(UTC).date()
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def made(cast: Cast, supplier: Supplier, studio: int, *, firm: bool = False) -> int:
    """50 pieces in two weeks of 40; returns the reservation's id."""
    with cast.database.writing() as session:
        held = hold(
            session,
            supplier=supplier,
            service=supplier.services[0],
            studio_id=studio,
            run=Run(Quantity(50, Unit.PIECE)),
            arrival=monday(),
            made_by=Side.SUPPLIER,
            expires_at=datetime.now(UTC) + timedelta(days=5),
            now=datetime.now(UTC),
        )
        if firm:
            make_firm(session, held.reservation.id, Side.STUDIO, datetime.now(UTC))
        return held.reservation.id


def ordered(cast: Cast, supplier: Supplier, studio: int) -> Order:
    """An order with two steps, as an accepted quote leaves it."""
    now = datetime.now(UTC)
    at = {"now": now.isoformat(timespec="microseconds"), "studio": studio}
    ids = [new_public_id() for _ in range(3)]
    cast.sql(
        "INSERT INTO brief (public_id, studio_id, state, version, created_at, changed_at) "
        "VALUES (:id, :studio, 'open', 1, :now, :now)",
        id=ids[0],
        **at,
    )
    cast.sql(
        "INSERT INTO enquiry (public_id, brief_id, brief_version, studio_id, supplier_id, service_id, state, sent_at, "
        "answer_by, reminded, decline_reason, decline_note) "
        "SELECT :id, brief.id, 1, :studio, :supplier, :service, 'accepted', :now, :now, 0, '', '' FROM brief",
        id=ids[1],
        supplier=supplier.id,
        service=supplier.services[0].id,
        **at,
    )
    cast.sql(
        "INSERT INTO quote (public_id, enquiry_id, state, quantity, unit, currency, setup_minor, unit_minor, breaks, "
        "sample_minor, surcharge_percent, note, sent_at, valid_until) "
        "SELECT :id, enquiry.id, 'accepted', 50, 'piece', 'EUR', 0, 1200, '[]', 0, 0, '', :now, :now FROM enquiry",
        id=ids[2],
        now=at["now"],
    )
    ((brief_id, enquiry_id, quote_id),) = cast.sql("SELECT brief.id, enquiry.id, quote.id FROM brief, enquiry, quote")
    with cast.database.writing() as session:
        new = NewOrder(
            quote_id,
            enquiry_id,
            brief_id,
            supplier.id,
            supplier.organisation_id,
            studio,
            None,
            "Jackets, first run",
            Quantity(50, Unit.PIECE),
            "EUR",
            60_000,
            monday(),
            monday(4),
        )
        order = orders.add(session, new, now)
        steps = [
            MilestoneDraft(MilestoneKind.SAMPLE, Side.SUPPLIER, "Sample", monday(1)),
            MilestoneDraft(MilestoneKind.APPROVAL, Side.STUDIO, "Approve the sample"),
        ]
        orders.add_milestones(session, order.id, steps, 1)
        audit.record(session, now, None, "order.booked", "order", order.public_id)
        return order


def address(cast: Cast, person: Person) -> str:
    client = cast.client(person)
    page = client.get("/account/calendar").text
    action = page.split('action="/account/calendar/')[1].split('"')[0]
    assert client.post(f"/account/calendar/{action}").status_code == 303
    ((token,),) = cast.sql("SELECT token FROM calendar_feed ORDER BY created_at DESC LIMIT 1")
    assert token in client.get("/account/calendar").text
    return f"/calendar/{token}.ics"


def events(cast: Cast, path: str) -> Events:
    """By summary, as another program reads them; every one is well formed."""
    answer = cast.client().get(path)
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    found = Calendar.from_ical(answer.data).walk("VEVENT")
    for event in found:
        assert not event.errors
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "STATUS"} <= set(event)
        assert type(event["DTSTART"].dt) is date
        assert event["DTSTART"].dt < event["DTEND"].dt
    assert len({str(event["UID"]) for event in found}) == len(found)
    return {str(event["SUMMARY"]): event for event in found}


def test_a_supplier_reads_holds_bookings_and_open_weeks(
    cast: Cast, owner: Person, supplier: Supplier, studio: int
) -> None:
    made(cast, supplier, studio)
    path = address(cast, owner)
    found = events(cast, path)
    held = found["Held: 40 pieces, Sewing and assembly, Studio Filo"]
    assert (held["DTSTART"].dt, held["DTEND"].dt) == (monday(2), monday(3))
    assert held["STATUS"] == "TENTATIVE"
    assert found["Held: 10 pieces, Sewing and assembly, Studio Filo"]["DTSTART"].dt == monday(3)
    assert found["Open: 30 pieces, Sewing and assembly"]["DTSTART"].dt == monday(3)  # less what is held
    assert found["Open: 40 pieces, Sewing and assembly"]["TRANSP"] == "TRANSPARENT"
    before = {str(e["UID"]): int(e["SEQUENCE"]) for e in found.values() if "Held" in str(e["SUMMARY"])}
    ((reservation_id,),) = cast.sql("SELECT id FROM reservation")
    with cast.database.writing() as session:
        make_firm(session, reservation_id, Side.STUDIO, datetime.now(UTC))
    booked = [e for text, e in events(cast, path).items() if text.startswith("Booked: ")]
    assert {str(e["UID"]) for e in booked} == set(before)  # the same event, changed
    assert all(int(e["SEQUENCE"]) > before[str(e["UID"])] and e["STATUS"] == "CONFIRMED" for e in booked)


def test_a_studio_reads_its_orders_and_what_it_holds(cast: Cast, ada: Person, supplier: Supplier, studio: int) -> None:
    made(cast, supplier, studio)
    order = ordered(cast, supplier, studio)
    path = address(cast, ada)
    found = events(cast, path)
    title = "Jackets, first run (Sartoria Aghi)"
    assert found[f"Work starts: {title}"]["DTSTART"].dt == monday()
    assert found[f"Ready: {title}"]["DTSTART"].dt == monday(4)
    assert found[f"Sample: {title}"]["DTSTART"].dt == monday(1)
    assert str(found[f"Ready: {title}"]["URL"]).endswith(f"/account/orders/{order.public_id}")
    assert "Held: 40 pieces, Sewing and assembly, Sartoria Aghi" in found
    assert not [text for text in found if "Approve" in text or text.startswith("Open")]
    cast.sql("UPDATE purchase_order SET state = 'cancelled', ended_at = created_at, cancelled_by = 'studio'")
    with cast.database.writing() as session:
        audit.record(session, datetime.now(UTC), None, "order.cancelled", "order", order.public_id)
    after = events(cast, path)[f"Ready: {title}"]
    assert after["STATUS"] == "CANCELLED"
    assert int(after["SEQUENCE"]) > int(found[f"Ready: {title}"]["SEQUENCE"])
    assert after["UID"] == found[f"Ready: {title}"]["UID"]


def test_nobody_is_named_and_nobody_elses_work_is_told(
    cast: Cast, owner: Person, ada: Person, supplier: Supplier, studio: int
) -> None:
    rival = cast.studio(cast.person("Eve Rival"), "Studio Rival")
    made(cast, supplier, rival, firm=True)
    made(cast, supplier, studio)
    ordered(cast, supplier, studio)
    for person in (owner, ada):
        text = cast.client().get(address(cast, person)).text.replace("\r\n ", "")
        for name in ("Olga", "Ada", "Eve", "example.com"):
            assert name not in text
    assert "Rival" not in text  # a rival's weeks are the supplier's business


def test_the_answer_has_a_tag_and_is_not_sent_twice(cast: Cast, owner: Person, supplier: Supplier, studio: int) -> None:
    path, client = address(cast, owner), cast.client()
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    made(cast, supplier, studio)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_replaced_or_removed_address_is_dead_and_the_trail_holds_no_secret(
    cast: Cast, owner: Person, supplier: Supplier
) -> None:
    old = address(cast, owner)
    new = address(cast, owner)
    assert (cast.client().get(old).status_code, cast.client().get(new).status_code) == (404, 200)
    action = cast.client(owner).get("/account/calendar").text.split('action="/account/calendar/')[2].split('"')[0]
    assert action.endswith("/remove")
    assert cast.client(owner).post(f"/account/calendar/{action}").status_code == 303
    assert cast.client().get(new).status_code == 404
    assert cast.sql("SELECT action, actor_id FROM audit_event WHERE object_kind = 'calendar' ORDER BY id") == [
        ("feed.created", owner.id),
        ("feed.replaced", owner.id),
        ("feed.removed", owner.id),
    ]
    trail = str(cast.sql("SELECT * FROM audit_event"))
    assert old[10:-4] not in trail
    assert new[10:-4] not in trail


def test_only_members_make_addresses_and_a_suspended_owner_has_none(
    cast: Cast, owner: Person, ada: Person, supplier: Supplier
) -> None:
    path = address(cast, owner)
    ((public_id,),) = cast.sql(
        "SELECT organisation.public_id FROM organisation JOIN calendar_feed ON organisation_id = organisation.id"
    )
    assert cast.client(ada).post(f"/account/calendar/{public_id}").status_code == 404
    assert cast.client(ada).post(f"/account/calendar/{public_id}/remove").status_code == 404
    assert cast.client(ada).post(f"/account/calendar/{'0' * 32}").status_code == 404
    assert cast.client().post(f"/account/calendar/{public_id}").status_code == 401
    assert cast.client().get(path).status_code == 200
    cast.sql("UPDATE person SET suspended_at = created_at WHERE id = :id", id=owner.id)
    assert cast.client().get(path).status_code == 404
