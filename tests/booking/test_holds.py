"""Weeks are promised to one person only, and given back exactly once."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta

import pytest
from workshop import FIRST, LATER, NOW, TODAY, open_workshop

from marketplace.booking import holds, store
from marketplace.booking.model import Outcome, Side, State
from marketplace.capacity import promises
from marketplace.capacity import store as capacity
from marketplace.capacity.model import Closure
from marketplace.changes.store import current_position
from marketplace.checks import check_all
from marketplace.db import Database
from marketplace.errors import Conflict, Invalid
from marketplace.search.loading import load_documents
from marketplace.suppliers import store as suppliers
from marketplace.units import Week


def test_a_hold_takes_the_weeks_of_the_plan(database: Database) -> None:
    room = open_workshop(database)
    with database.reading() as session:
        before = current_position(session)
    with database.writing() as session:
        held = room.hold(session, 50, arrival=date(2027, 3, 3))
    with database.reading() as session:
        assert current_position(session) > before  # searches see it
    # Case 6 of the domain: 12 + 20 + 18 over three weeks, ready on Saturday the 20th.
    assert [(s.week, s.atoms) for s in held.plan.weeks] == [(FIRST, 12), (FIRST.plus(1), 20), (FIRST.plus(2), 18)]
    assert held.plan.ready == date(2027, 3, 20)
    assert held.reservation.state is State.HELD
    assert room.reserved(database) == {FIRST: 12, FIRST.plus(1): 20, FIRST.plus(2): 18}


def test_what_is_taken_is_not_open_for_the_next(database: Database) -> None:
    room = open_workshop(database)
    with database.writing() as session:
        room.hold(session, 30)
        second = room.hold(session, 20, studio=1)
    assert [(s.week, s.atoms) for s in second.plan.weeks] == [(FIRST.plus(1), 10), (FIRST.plus(2), 10)]
    with database.reading() as session:
        ((_, (document,)),) = load_documents(session, [room.supplier_id])
        calendar = document.services[0].calendar
        assert calendar is not None
        assert calendar.taken == {FIRST: 20, FIRST.plus(1): 20, FIRST.plus(2): 10}


def test_a_refusal_says_what_is_left_and_which_hold_lapses_when(database: Database) -> None:
    room = open_workshop(database, usual=None, stated={FIRST: 40})
    with database.writing() as session:
        room.hold(session, 28)
    with database.writing() as session, pytest.raises(Conflict) as refused:
        room.hold(session, 20, studio=1, only=FIRST)
    assert refused.value.detail == (
        "You need 20 pieces; 12 pieces are left in the week of 1 Mar 2027. "
        "28 pieces more of the week of 1 Mar 2027 would be free if a hold lapses on 3 Mar 2027, 09:00 UTC."
    )
    other = open_workshop(database)
    with database.writing() as session, pytest.raises(Conflict) as refused:
        other.hold(session, 50, by=date(2027, 3, 12))
    assert refused.value.detail == (
        "Ready on 18 Mar 2027 at the earliest, after your date of 12 Mar 2027: 40 pieces are left in the weeks of "
        "1 Mar 2027 to 8 Mar 2027."
    )


def test_a_run_below_the_minimum_is_refused_as_input(database: Database) -> None:
    room = open_workshop(database)
    with database.writing() as session, pytest.raises(Invalid, match="2 pieces short"):
        room.hold(session, 3)
    assert room.reserved(database) == {}


def test_only_the_other_side_makes_a_hold_firm(database: Database) -> None:
    room = open_workshop(database)
    with database.writing() as session:
        mine = room.hold(session, 10, made_by=Side.SUPPLIER).reservation
        with pytest.raises(Conflict, match="the other side"):
            holds.make_firm(session, mine.id, Side.SUPPLIER, NOW)
        firm = holds.make_firm(session, mine.id, Side.STUDIO, NOW)
        assert (firm.state, firm.expires_at) == (State.FIRM, None)
        assert holds.make_firm(session, mine.id, Side.STUDIO, LATER + timedelta(days=200)) == firm  # once is enough
        assert holds.expire_due(session, NOW + timedelta(weeks=16)) == 0  # what is booked never expires
    assert room.reserved(database) == {FIRST: 10}


def test_an_expired_hold_can_not_be_booked_and_keeps_nobody_out(database: Database) -> None:
    room = open_workshop(database, usual=None, stated={FIRST: 10})
    with database.writing() as session:
        first = room.hold(session, 10).reservation
    with database.writing() as session:
        with pytest.raises(Conflict, match="has expired"):
            holds.make_firm(session, first.id, Side.SUPPLIER, LATER)
        with pytest.raises(Conflict, match="6 pieces are left"):  # on Wednesday, of ten a week
            room.hold(session, 10, studio=1, now=LATER)
        second = room.hold(session, 6, studio=1, now=LATER, expires_at=LATER + timedelta(days=1))
        assert store.get_by_id(session, first.id).outcome is Outcome.EXPIRED
    assert room.reserved(database) == {FIRST: second.reservation.atoms}


def test_weeks_are_given_back_exactly_once(database: Database) -> None:
    room = open_workshop(database)
    with database.writing() as session:
        one = room.hold(session, 30).reservation
        assert not holds.release(session, one.id, Outcome.EXPIRED, NOW)  # not over yet
        assert holds.release(session, one.id, Outcome.CANCELLED, NOW)
        assert not holds.release(session, one.id, Outcome.CANCELLED, NOW)
        assert not holds.release(session, one.id, Outcome.EXPIRED, LATER)
    assert room.reserved(database) == {}
    with database.writing() as session:
        room.hold(session, 30, studio=1)
        assert holds.expire_due(session, LATER) == 1
        assert holds.expire_due(session, LATER) == 0
    assert room.reserved(database) == {}


def test_what_fails_later_in_the_transaction_takes_nothing(database: Database) -> None:
    room = open_workshop(database)
    with database.writing() as outer:
        with contextlib.suppress(ZeroDivisionError), database.writing() as session:
            room.hold(session, 30)
            raise ZeroDivisionError
        assert store.sum_active(outer) == {}
    assert room.reserved(database) == {}
    with database.reading() as session:
        assert store.sum_events(session) == {}


def test_a_calendar_never_offers_less_than_is_reserved(database: Database) -> None:
    room = open_workshop(database)
    with database.writing() as session:
        room.hold(session, 30)
        site = suppliers.get(session, room.supplier_id).sites[0]

    def change(what: str) -> None:
        with database.writing() as session:
            if what == "usual":
                capacity.set_usual(session, room.resource_id, 19, NOW)
            elif what == "week":
                capacity.set_weeks(session, room.resource_id, {FIRST.plus(1): 9}, NOW)
            else:
                capacity.set_closures(session, site.id, [Closure(TODAY, date(2027, 3, 5))])
            promises.keep(session, [site], TODAY)

    for what, held, left in (("usual", 20, 19), ("week", 10, 9), ("closure", 20, 0)):
        with pytest.raises(Conflict, match=f"{held} pieces are held or booked already; this would leave {left} "):
            change(what)
    with database.writing() as session:
        capacity.set_weeks(session, room.resource_id, {FIRST.plus(1): 10}, NOW)
        promises.keep(session, [site], TODAY)
    with database.writing() as session, pytest.raises(Conflict):
        room.hold(session, 5, studio=1, only=FIRST.plus(1))  # the smaller offer is the one that counts now
    assert room.reserved(database) == {FIRST: 20, FIRST.plus(1): 10}


def test_two_in_one_week_exactly_one_wins(database: Database) -> None:
    room = open_workshop(database, usual=None, stated={Week(TODAY): 12})
    with database.writing() as session:
        room.hold(session, 10)
        with pytest.raises(Conflict, match="2 pieces are left"):
            room.hold(session, 5, studio=1, only=FIRST)
    assert room.reserved(database) == {FIRST: 10}


def test_a_service_with_booked_weeks_is_not_removed(database: Database) -> None:
    room = open_workshop(database)
    with database.writing() as session:
        room.hold(session, 10)
        with pytest.raises(Conflict, match="Pause it"):
            suppliers.remove_service(session, room.service_id)
    assert room.reserved(database) == {FIRST: 10}
    with database.reading() as session:
        assert len(suppliers.get(session, room.supplier_id).services) == 1


def test_verify_finds_a_counter_that_is_off(database: Database) -> None:
    room = open_workshop(database)
    with database.writing() as session:
        room.hold(session, 30)
    check = dict(check_all(database))
    assert check["reserved weeks equal what is held and booked"] == []
    with database.writing() as session:
        capacity.give_back(session, room.resource_id, FIRST.monday, 1)
        capacity.set_load_capacity(session, room.resource_id, FIRST.plus(1).monday, 99)
    wrong = dict(check_all(database))["reserved weeks equal what is held and booked"]
    assert len(wrong) == 2
    assert "19 counted as reserved, 20 held or booked, events say 20" in wrong[0]
    assert "counted against 99, the calendar offers 20" in wrong[1]
