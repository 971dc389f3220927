"""Whom a studio may ask, how often, and what it may not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from market import DAY, JACKETS, LIMITS, Market

from marketplace.briefs import store as briefs
from marketplace.db.ids import new_public_id
from marketplace.enquiries import actions
from marketplace.enquiries.model import State
from marketplace.errors import Forbidden, Invalid, NotFound, TooMany
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Status


def refused(market: Market, said: str, *rooms: str, kind: type[Exception] = Invalid, limits: object = LIMITS) -> None:
    before = market.dump()
    with pytest.raises(kind, match=said):
        actions.send(market.database, market.ada, market.brief.public_id, rooms, limits, market.now)  # type: ignore[arg-type]
    assert market.dump() == before


def test_each_supplier_asked_is_told_with_the_day(market: Market) -> None:
    rooms = [market.workshop(name) for name in ("Rosa", "Vera")]
    sent = market.ask(*rooms)
    assert [enquiry.state for enquiry in sent] == [State.SENT] * 2
    for room in rooms:
        (told,) = market.told(room)
        assert "Studio Ada asks you for a quote: “Work jackets”" in told
        assert "Mon 8 March 2027" in told  # five working days after Monday 1 March
    assert market.audited() == ["enquiry.send"] * 2


def test_the_same_version_is_not_sent_twice(market: Market) -> None:
    room = market.workshop()
    market.ask(room)
    refused(market, "Rosa has this version of the brief already", market.service_of(room))


def test_a_new_version_takes_the_place_of_what_nobody_answered(market: Market) -> None:
    room, other = market.workshop(), market.workshop("Vera")
    first, quoted = market.ask(room, other)
    market.offer(other, quoted)
    with market.database.writing() as session:
        brief = briefs.lock(session, market.brief.public_id)
        briefs.save_version(session, brief, None, replace(JACKETS, notes="Lined"), ["Notes changed"], market.now)
    market.ask(room)
    market.ask(other)
    assert market.again(first).state is State.WITHDRAWN
    assert market.again(quoted).state is State.QUOTED


def test_two_services_of_one_supplier_or_none_are_refused(market: Market) -> None:
    room = market.workshop()
    supplier = market.supplier(room)
    with market.database.writing() as session:
        second = new_public_id()
        suppliers.add_service(session, supplier.sites[0].id, second, replace(supplier.services[0].draft, process="cut"))
    refused(market, "chosen twice", supplier.services[0].public_id, second)
    refused(market, "at least one")
    refused(market, "no service", "0" * 32)


def test_who_is_paused_is_not_asked(market: Market) -> None:
    room = market.workshop()
    with market.database.writing() as session:
        suppliers.set_status(session, market.supplier(room).id, Status.PAUSED, market.now)
    refused(market, "takes no enquiries", market.service_of(room))


def test_a_brief_without_a_quantity_is_not_sent(market: Market) -> None:
    room = market.workshop()
    market.brief = market.new_brief(replace(JACKETS, lines=()))
    refused(market, "how many", market.service_of(room))


def test_at_most_so_many_about_one_brief_at_a_time(market: Market) -> None:
    rooms = [market.workshop(f"Room {n}") for n in range(3)]
    limits = replace(LIMITS, per_brief=2)
    services = [market.service_of(room) for room in rooms]
    refused(market, "at most 2 suppliers .* 2 more now", *services, limits=limits)
    first, _ = market.ask(*rooms[:2])
    refused(market, "0 more now", services[2], limits=limits)
    market.decline(rooms[0], first)  # who has answered makes room
    actions.send(market.database, market.ada, market.brief.public_id, services[2:], limits, market.now)


def test_at_most_so_many_a_day(market: Market) -> None:
    rooms = [market.workshop(f"Room {n}") for n in range(2)]
    limits = replace(LIMITS, per_day=1)
    market.ask(rooms[0])
    refused(market, "0 more today", market.service_of(rooms[1]), kind=TooMany, limits=limits)
    market.now += DAY
    actions.send(market.database, market.ada, market.brief.public_id, [market.service_of(rooms[1])], limits, market.now)


def test_not_with_an_address_that_nobody_confirmed(market: Market) -> None:
    room = market.workshop()
    bea = market.studio("Studio Bea", "bea@example.com", confirmed=False)
    brief = market.new_brief(studio=bea)
    before = market.dump()
    with pytest.raises(Forbidden):
        market.ask(room, brief=brief, studio=bea)
    assert market.dump() == before


def test_nobody_sends_the_brief_of_others(market: Market) -> None:
    room = market.workshop()
    bea = market.studio("Studio Bea", "bea@example.com")
    for stranger in (bea, room):
        with pytest.raises(NotFound):
            market.ask(room, studio=stranger)


def test_of_two_at_once_the_second_counts_the_first(market: Market) -> None:
    from concurrent.futures import ThreadPoolExecutor

    rooms = [market.workshop(f"Room {n}") for n in range(4)]
    limits = replace(LIMITS, per_brief=2)

    def ask(service: str) -> bool:
        try:
            actions.send(market.database, market.ada, market.brief.public_id, [service], limits, market.now)
        except Invalid:
            return False
        return True

    services = [market.service_of(room) for room in rooms]
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ask, services)) == 2


def test_a_reason_is_needed_to_decline(market: Market) -> None:
    room = market.workshop()
    (enquiry,) = market.ask(room)
    for reason, note in (("", ""), ("whatever", ""), ("other", " "), ("full", "\u202e")):
        before = market.dump()
        with pytest.raises(Invalid):
            market.decline(room, enquiry, reason, note)
        assert market.dump() == before
    market.decline(room, enquiry, "other", "We move house")
    assert any("another reason" in text for text in market.told(market.ada))
    assert market.again(enquiry).decline_note == "We move house"
