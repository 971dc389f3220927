"""Two at one moment: exactly one outcome, whoever is first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from booked import Deal

from marketplace.booking import holds
from marketplace.booking.model import Outcome
from marketplace.db import Database, open_database
from marketplace.enquiries import store as enquiries
from marketplace.enquiries.model import QuoteState
from marketplace.errors import SelvedgeError
from marketplace.orders import actions
from marketplace.orders.model import State
from marketplace.units import Quantity, Unit

ROUNDS = 4


def race(url: str, *acts: Callable[[Database], object]) -> list[object]:
    """Each in its own thread with its own connections, let go together; what each answered, or its refusal."""
    gate, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int) -> None:
        database = open_database(url, busy_timeout_ms=20_000)
        gate.wait()
        try:
            answers[place] = acts[place](database)  # type: ignore[call-overload]
        except SelvedgeError as error:
            answers[place] = error  # type: ignore[call-overload]
        finally:
            database.dispose()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(answers)


def won(answers: list[object]) -> int:
    return sum(not isinstance(answer, SelvedgeError) and answer is not False for answer in answers)


def test_two_people_accept_at_once(deal: Deal, database_url: str) -> None:
    colleague = deal.cast.person("Colleague")
    deal.cast.joins(colleague, deal.studio_id)
    people = (deal.studio, deal.cast.actor(colleague))
    for number in range(1, ROUNDS + 1):
        quote = deal.quote(20)
        answers = race(
            database_url, *(lambda db, who=who, quote=quote: actions.accept(db, who, quote, deal.now) for who in people)
        )
        assert won(answers) == 1, answers
        assert deal.cast.sql("SELECT count(*) FROM purchase_order") == [(number,)]
        assert deal.reserved() == 20 * number


def test_accepting_against_the_expiry(deal: Deal, database_url: str) -> None:
    """At the last moment: either the order stands and its weeks are booked, or the quote is over and they are free."""
    in_time, late = deal.now + timedelta(seconds=59), deal.now + timedelta(minutes=1)
    for _ in range(ROUNDS):
        quote, before = deal.quote(20, valid=timedelta(minutes=1)), deal.reserved() - 20

        def expire(db: Database, quote: str = quote) -> bool:
            with db.writing() as session:
                known = enquiries.get_quote(session, quote)
                if not enquiries.end_quote(session, known, QuoteState.EXPIRED, late):
                    return False
                assert known.reservation_id
                holds.release(session, known.reservation_id, Outcome.EXPIRED, late)
                return True

        answers = race(database_url, lambda db, quote=quote: actions.accept(db, deal.studio, quote, in_time), expire)
        assert won(answers) == 1, answers
        is_accepted = not isinstance(answers[0], SelvedgeError)
        assert deal.reserved() == before + (20 if is_accepted else 0)


def test_cancelling_against_delivering(deal: Deal, database_url: str) -> None:
    for _ in range(ROUNDS):
        order, before = deal.order(20), deal.reserved() - 20
        answers = race(
            database_url,
            lambda db, order=order: actions.cancel(db, deal.studio, order.public_id, "", deal.now),
            lambda db, order=order: actions.deliver(
                db,
                deal.workshop,
                order.public_id,
                quantity=Quantity.of(20, Unit.PIECE),
                on=deal.now.date(),
                now=deal.now,
            ),
        )
        assert won(answers) == 1, answers
        state = deal.get(order).state
        assert state is (State.DELIVERED if isinstance(answers[0], SelvedgeError) else State.CANCELLED)
        assert deal.reserved() == before + (20 if state is State.DELIVERED else 0)
        assert len(deal.audited(order)) == 2


def test_both_sides_cancel_at_once(deal: Deal, database_url: str) -> None:
    for _ in range(ROUNDS):
        order = deal.order(20)
        answers = race(
            database_url,
            lambda db, order=order: actions.cancel(db, deal.studio, order.public_id, "", deal.now),
            lambda db, order=order: actions.cancel(db, deal.workshop, order.public_id, "", deal.now),
        )
        assert won(answers) == 1, answers
        assert deal.reserved() == 0  # given back once, never below nothing


def test_completing_by_itself_against_a_dispute(deal: Deal, database_url: str) -> None:
    order, over = deal.delivered(20), deal.now + timedelta(days=14)
    answers = race(
        database_url,
        lambda db: actions.complete_due(db, over) == 1,
        lambda db: actions.dispute(db, deal.studio, order.public_id, "too late?", over),
    )
    assert won(answers) == 1, answers
    assert deal.get(order).state in (State.COMPLETED, State.DISPUTED)


def test_the_check_of_races_finds_a_double_winner(deal: Deal, database_url: str) -> None:
    """Reading first and writing without a guard: both win. Were the check blind, this would pass."""
    order = deal.order(20)
    seen = threading.Barrier(2)

    def careless(db: Database) -> bool:
        with db.reading() as session:
            state = session.connection().exec_driver_sql("SELECT state FROM purchase_order").scalar()
        seen.wait()
        with db.writing() as session:
            session.connection().exec_driver_sql("UPDATE purchase_order SET state = 'cancelled'")
        return state == "booked"

    answers = race(database_url, careless, careless)
    with pytest.raises(AssertionError):
        assert won(answers) == 1
    assert deal.get(order).state is State.CANCELLED
