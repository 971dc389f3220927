"""Quotes: the weeks they hold, and how they end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from market import DAY, JACKETS, Market
from sqlalchemy import text

from marketplace.checks import check_all
from marketplace.enquiries import actions, deal, quote_actions, store
from marketplace.enquiries.model import QuoteState, State
from marketplace.errors import Conflict
from marketplace.units import Week

FIRST, SECOND = Week(date(2027, 3, 8)), Week(date(2027, 3, 15))


def test_a_quote_holds_the_weeks_it_would_take(market: Market) -> None:
    room = market.workshop()
    (enquiry,) = market.ask(room)
    quote = market.offer(room, enquiry)
    assert (quote.starts, quote.last_worked) == (date(2027, 3, 8), date(2027, 3, 19))
    assert market.taken(room) == {FIRST: 25, SECOND: 25}
    assert market.again(enquiry).state is State.QUOTED
    assert quote.valid_until == market.now + timedelta(days=7)
    assert any("starts Mon 8 March 2027, finished Fri 19 March 2027" in text for text in market.told(market.ada))


def test_withdrawing_gives_the_weeks_back_once(market: Market) -> None:
    room = market.workshop()
    (enquiry,) = market.ask(room)
    quote = market.offer(room, enquiry)
    ended = quote_actions.withdraw_quote(market.database, room, quote.public_id, market.now)
    assert (ended.state, market.taken(room)) == (QuoteState.WITHDRAWN, {})
    with pytest.raises(Conflict):
        quote_actions.withdraw_quote(market.database, room, quote.public_id, market.now)
    assert market.again(enquiry).state is State.QUOTED  # an answer was given; another may follow
    assert market.offer(room, enquiry).state is QuoteState.SENT


def test_a_new_quote_takes_the_place_of_the_old_in_the_same_weeks(market: Market) -> None:
    room = market.workshop()
    (enquiry,) = market.ask(room)
    old = market.offer(room, enquiry)
    new = market.offer(room, enquiry, unit_minor=1100)
    assert (new.starts, new.last_worked) == (old.starts, old.last_worked)
    assert market.taken(room) == {FIRST: 25, SECOND: 25}
    assert market.quote_again(old).state is QuoteState.REPLACED


def test_a_refused_hold_changes_nothing_and_the_old_quote_stays(market: Market) -> None:
    room = market.workshop()
    (enquiry,) = market.ask(room)
    market.offer(room, enquiry)
    before = market.dump()
    with pytest.raises(Conflict, match="starts Mon 8 March 2027"):
        market.offer(room, enquiry, starts="2027-04-05", ready="2027-04-17")
    assert market.dump() == before


def test_full_weeks_are_refused_with_what_is_left(market: Market) -> None:
    room = market.workshop(usual=0)
    (enquiry,) = market.ask(room)
    before = market.dump()
    with pytest.raises(Conflict):
        market.offer(room, enquiry)
    assert market.dump() == before


def test_without_published_weeks_a_quote_holds_none(market: Market) -> None:
    room = market.workshop(usual=None)
    (enquiry,) = market.ask(room)
    quote = market.offer(room, enquiry)
    assert (quote.reservation_id, quote.starts, quote.state) == (None, None, QuoteState.SENT)


def test_a_quote_outside_the_own_minimums_holds_none(market: Market) -> None:
    room = market.workshop(minimum=200)
    (enquiry,) = market.ask(room)
    quote = market.offer(room, enquiry)
    assert (quote.reservation_id, market.taken(room)) == (None, {})


def test_an_expired_quote_gives_its_weeks_back_and_cannot_be_accepted(market: Market) -> None:
    room = market.workshop()
    (enquiry,) = market.ask(room)
    quote = market.offer(room, enquiry, valid_days=1)
    market.now += DAY
    with pytest.raises(Conflict, match="Ask in the enquiry for a new one"), market.database.writing() as session:
        deal.take(session, market.ada, quote, market.now)
    assert (market.work(), market.work()) == (1, 0)
    assert (market.quote_again(quote).state, market.taken(room)) == (QuoteState.EXPIRED, {})
    assert market.again(enquiry).state is State.QUOTED


def test_taking_a_quote(market: Market) -> None:
    room = market.workshop()
    (enquiry,) = market.ask(room)
    quote = market.offer(room, enquiry)
    with market.database.writing() as session:
        taken, asked = deal.take(session, market.ada, quote, market.now)
    assert (taken.state, asked.state) == (QuoteState.ACCEPTED, State.ACCEPTED)
    assert market.taken(room) == {FIRST: 25, SECOND: 25}
    with pytest.raises(Conflict, match="accepted already"), market.database.writing() as session:
        deal.take(session, market.ada, quote, market.now)


def test_closing_the_others_gives_their_weeks_back(market: Market) -> None:
    rooms = [market.workshop(name) for name in ("Rosa", "Vera", "Lina")]
    first, second, third = market.ask(*rooms)
    quote = market.offer(rooms[0], first)
    market.offer(rooms[1], second)
    with market.database.writing() as session:
        deal.take(session, market.ada, quote, market.now)
    closed = actions.close_others(market.database, market.ada, market.brief.public_id, market.now)
    assert [each.public_id for each in closed] == [second.public_id, third.public_id]
    assert {each.state for each in closed} == {State.LOST}
    assert (market.taken(rooms[0]), market.taken(rooms[1])) == ({FIRST: 25, SECOND: 25}, {})
    assert any("thanks you for your time" in text for text in market.told(rooms[1]))
    assert market.again(first).state is State.ACCEPTED


def test_the_form_proposes_the_weeks_the_old_quote_holds(market: Market) -> None:
    from marketplace.enquiries.look import look_at_one

    room = market.workshop()
    (enquiry,) = market.ask(room)
    quote = market.offer(room, enquiry)
    with market.database.reading() as session:
        look = look_at_one(session, store.get_enquiry(session, enquiry.public_id), market.now.date())
        proposed = quote_actions.proposal(session, look, None, market.now)
    assert proposed
    assert (proposed.starts, proposed.ready) == (quote.starts, quote.ready)
    assert JACKETS.start == quote.starts


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE enquiry SET state = 'declined'", "has an open quote and is not quoted"),
        ("UPDATE enquiry SET state = 'accepted'", "disagree about what was accepted"),
        ("UPDATE quote SET state = 'accepted'", "disagree about what was accepted"),
        ("UPDATE quote SET state = 'expired'", "has ended and still holds weeks"),
        ("UPDATE reservation SET state = 'firm'", "is open and its weeks were booked or given away"),
        (
            "UPDATE reservation SET state = 'ended', outcome = 'cancelled', ended_at = created_at",
            "is open and its weeks were booked or given away",
        ),
    ],
)
def test_verify_finds_quotes_that_disagree(market: Market, damage: str, said: str) -> None:
    room = market.workshop()
    (enquiry,) = market.ask(room)
    market.offer(room, enquiry)
    name = "quotes agree with their enquiries and weeks"
    assert dict(check_all(market.database))[name] == []
    with market.database.writing() as session:
        session.execute(text(damage))
    assert any(said in problem for problem in dict(check_all(market.database))[name])


def test_verify_finds_two_open_quotes(market: Market) -> None:
    room = market.workshop()
    (enquiry,) = market.ask(room)
    market.offer(room, enquiry)
    market.offer(room, enquiry)
    with market.database.writing() as session:
        session.execute(text("UPDATE quote SET state = 'sent'"))
    found = dict(check_all(market.database))["quotes agree with their enquiries and weeks"]
    assert any("several open quotes" in problem for problem in found)
