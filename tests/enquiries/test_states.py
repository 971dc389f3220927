"""Every move from every state by everybody: what the table allows happens, once, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from market import DAY, LIMITS, Market
from sqlalchemy import text

from marketplace.accounts.model import ANONYMOUS, Actor
from marketplace.enquiries import actions, deal, jobs, quote_actions
from marketplace.enquiries.model import Enquiry, Quote, QuoteState, State
from marketplace.enquiries.rules import STEPS, Move, Party, may
from marketplace.errors import Conflict, NotFound, SignInNeeded

Do = Callable[[Market, Actor, Enquiry], object]


def _accept(market: Market, actor: Actor, enquiry: Enquiry) -> None:
    quote = last_quote(market, enquiry)
    with market.database.writing() as session:
        deal.take(session, actor, quote, market.now)


def _time_out(market: Market, _actor: Actor, enquiry: Enquiry) -> None:
    with market.database.writing() as session:
        if not actions.time_out(session, market.again(enquiry), enquiry.answer_by):
            raise Conflict("answered meanwhile")


DO: dict[Move, Do] = {
    Move.QUOTE: lambda market, actor, enquiry: market.offer(actor, enquiry),
    Move.DECLINE: lambda market, actor, enquiry: market.decline(actor, enquiry),
    Move.WITHDRAW: lambda m, actor, e: actions.withdraw(m.database, actor, e.public_id, m.now),
    Move.CLOSE: lambda m, actor, e: actions.close(m.database, actor, e.public_id, m.now),
    Move.ACCEPT: _accept,
    Move.TIME_OUT: _time_out,
}

REACH: dict[State, Callable[[Market, Actor, Enquiry], object]] = {
    State.SENT: lambda _m, _room, _e: None,
    State.QUOTED: lambda m, room, e: m.offer(room, e),
    State.DECLINED: lambda m, room, e: m.decline(room, e),
    State.TIMED_OUT: lambda m, room, e: _time_out(m, room, e),
    State.WITHDRAWN: lambda m, _room, e: DO[Move.WITHDRAW](m, m.ada, e),
    State.ACCEPTED: lambda m, room, e: (m.offer(room, e), _accept(m, m.ada, e)),
    State.LOST: lambda m, room, e: (m.offer(room, e), DO[Move.CLOSE](m, m.ada, e)),
}


def last_quote(market: Market, enquiry: Enquiry):  # type: ignore[no-untyped-def]
    from marketplace.enquiries import store

    with market.database.reading() as session:
        return store.list_quotes(session, [enquiry.id])[0]


@pytest.mark.parametrize("state", State)
def test_every_move_from_a_state_by_everybody(market: Market, state: State) -> None:
    """The strangers first: what is allowed changes the state."""
    room, rival = market.workshop(), market.workshop("Vera")
    other = market.studio("Studio Bea", "bea@example.com")
    (enquiry,) = market.ask(room)
    if state is State.SENT:  # there has to be a quote to accept; it is another enquiry's rule that it is there
        moves = [move for move in Move if move is not Move.ACCEPT]
    else:
        moves = list(Move)
    REACH[state](market, room, enquiry)
    assert market.again(enquiry).state is state
    if last_quote_of(market, enquiry) is None:
        moves = [move for move in moves if move is not Move.ACCEPT]
    actors = {Party.STUDIO: market.ada, Party.SUPPLIER: room, Party.SYSTEM: ANONYMOUS}
    for move in moves:
        before = market.dump()
        if move is not Move.TIME_OUT:
            wrong = [actor for party, actor in actors.items() if party is not STEPS[move].by]
            for actor in (rival, other, *wrong):
                with pytest.raises((NotFound, SignInNeeded)):
                    DO[move](market, actor, enquiry)
        if not may(move, state, STEPS[move].by):
            with pytest.raises(Conflict):
                DO[move](market, actors[STEPS[move].by], enquiry)
        assert market.dump() == before


def last_quote_of(market: Market, enquiry: Enquiry):  # type: ignore[no-untyped-def]
    from marketplace.enquiries import store

    with market.database.reading() as session:
        return next(iter(store.list_quotes(session, [enquiry.id])), None)


@pytest.mark.parametrize(
    ("move", "state"), [(move, state) for move, step in STEPS.items() for state in State if state in step.before]
)
def test_each_allowed_move_leads_where_the_table_says(market: Market, move: Move, state: State) -> None:
    room = market.workshop()
    (enquiry,) = market.ask(room)
    REACH[state](market, room, enquiry)
    events = len(market.audited())
    quoted = last_quote_of(market, enquiry)
    actor = room if STEPS[move].by is Party.SUPPLIER else market.ada
    DO[move](market, actor, enquiry)
    assert market.again(enquiry).state is STEPS[move].after
    assert len(market.audited()) == events + 1
    if quoted:
        assert market.quote_again(quoted).state is STEPS[move].quote_after
    holds = market.taken(room)
    assert bool(holds) == (move in (Move.QUOTE, Move.ACCEPT))


RACERS: dict[str, Callable[[Market, Actor, Enquiry], object]] = {
    "quote": DO[Move.QUOTE],
    "decline": DO[Move.DECLINE],
    "worker": lambda m, _room, e: jobs.run_due(m.database, e.answer_by),
    "withdraw": lambda m, _room, e: DO[Move.WITHDRAW](m, m.ada, e),
}


def test_of_several_at_once_exactly_one_ends_it(market: Market) -> None:
    """Decline, the end of the time, withdrawal and a quote start together, from several threads each."""
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    room = market.workshop(usual=1000)
    for round_ in range(4):
        brief = market.new_brief()
        (enquiry,) = market.ask(room, brief=brief)
        names = ["decline", "worker", "withdraw", "decline", "worker", *(["quote"] * (round_ % 2))]
        start = Barrier(len(names))

        def race(name: str, enquiry: Enquiry = enquiry, start: Barrier = start) -> str:
            start.wait()
            try:
                RACERS[name](market, room, enquiry)
            except Conflict:
                return ""
            return name

        with ThreadPoolExecutor(len(names)) as pool:
            done = list(pool.map(race, names))
        ended = market.again(enquiry)
        assert ended.state in (State.DECLINED, State.TIMED_OUT, State.WITHDRAWN, State.QUOTED)
        assert sum(name in ("decline", "withdraw") for name in done) <= 1
        with market.database.reading() as session:
            query = text("SELECT action FROM audit_event WHERE object_id = :id AND action <> 'enquiry.send'")
            moves = [row.action for row in session.execute(query, {"id": enquiry.public_id})]
        assert len(moves) <= 1  # a quote is noted as the quote's own
        if ended.state is not State.QUOTED:
            assert moves == [
                f"enquiry.{ {'declined': 'decline', 'timed_out': 'time_out'}.get(ended.state, 'withdraw') }"
            ]
            assert market.taken(room) == {}
        else:
            actions.close(market.database, market.ada, enquiry.public_id, market.now)


def test_a_time_that_is_over_closes_once_and_tells_both(market: Market) -> None:
    room = market.workshop()
    (enquiry,) = market.ask(room)
    assert market.work(timedelta(days=4)) == 1  # two working days before: the first reminder
    assert market.work() == 0
    assert market.work(3 * DAY - timedelta(hours=1)) == 1  # on the day
    assert market.work(timedelta(minutes=59)) == 0
    assert market.work(timedelta(minutes=1)) == 1
    assert market.work(DAY) == 0
    assert market.again(enquiry).state is State.TIMED_OUT
    reminders = [t for t in market.told(room) if "waits for your answer" in t]
    assert len(reminders) == 2
    assert "today" in reminders[1]
    assert sum("is over" in t for t in market.told(room)) == 1
    assert sum("did not answer" in t for t in market.told(market.ada)) == 1
    assert market.audited().count("enquiry.time_out") == 1
    assert LIMITS.answer_days == 5


def test_a_quote_state_never_comes_back(market: Market) -> None:
    room = market.workshop()
    (enquiry,) = market.ask(room)
    quote = market.offer(room, enquiry)
    quote_actions.withdraw_quote(market.database, room, quote.public_id, market.now)
    market.now += 30 * DAY
    market.work()
    assert market.quote_again(quote).state is QuoteState.WITHDRAWN


def test_of_several_who_end_a_quote_at_once_one_does(market: Market) -> None:
    """Accept, withdraw, replace, decline, close and run out: the quote ends once, and its weeks agree with it."""
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from marketplace.checks import check_all

    room = market.workshop(usual=1000)
    enders: list[Callable[[Enquiry, Quote], object]] = [
        lambda e, _q: _accept(market, market.ada, e),
        lambda _e, q: quote_actions.withdraw_quote(market.database, room, q.public_id, market.now),
        lambda e, _q: market.offer(room, e),
        lambda e, _q: market.decline(room, e),
        lambda e, _q: actions.close(market.database, market.ada, e.public_id, market.now),
        lambda _e, q: jobs.run_due(market.database, q.valid_until),
    ]
    for _ in range(4):
        (enquiry,) = market.ask(room, brief=market.new_brief())
        quote = market.offer(room, enquiry)
        start = Barrier(len(enders))

        def race(
            end: Callable[[Enquiry, Quote], object], e: Enquiry = enquiry, q: Quote = quote, b: Barrier = start
        ) -> bool:
            b.wait()
            try:
                end(e, q)
            except Conflict:
                return False
            return True

        with ThreadPoolExecutor(len(enders)) as pool:
            list(pool.map(race, enders))
        ended, stands = market.quote_again(quote), market.again(enquiry)
        assert ended.state is not QuoteState.SENT
        with market.database.reading() as session:
            query = text("SELECT count(*) FROM reservation_event WHERE delta < 0 AND reservation_id = :id")
            given_back = session.scalar(query, {"id": quote.reservation_id})
        assert given_back == (0 if ended.state is QuoteState.ACCEPTED else 1)
        if stands.state is State.QUOTED:
            actions.close(market.database, market.ada, enquiry.public_id, market.now)
    # Accepting books the weeks in orders' own step; here they stay held, which verify would call wrong.
    found = dict(check_all(market.database))
    assert found["reserved weeks equal what is held and booked"] == []
    assert [p for p in found["quotes agree with their enquiries and weeks"] if "still holds" not in p] == []
