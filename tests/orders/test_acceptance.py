"""A quote becomes an order once, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from booked import Deal

from marketplace.booking import holds
from marketplace.booking import store as reservations
from marketplace.booking.model import Outcome, ReservationId, State
from marketplace.enquiries import store as enquiries
from marketplace.enquiries.model import QuoteState
from marketplace.errors import Conflict, Forbidden, NotFound, SignInNeeded
from marketplace.orders import actions, store
from marketplace.orders.model import MilestoneKind


def test_accepting_books_the_weeks_and_tells_both(deal: Deal) -> None:
    quote = deal.quote(60)
    before = deal.reserved()
    order = actions.accept(deal.cast.database, deal.studio, quote, deal.now)
    assert (order.title, order.quantity.atoms, order.currency) == ("Linen jacket", 60, "EUR")
    assert order.total_minor == 60 * 2500 + 10000 + 4000
    assert deal.reserved() == before == 60
    with deal.cast.database.reading() as session:
        assert order.reservation_id
        reservation = reservations.get_by_id(session, ReservationId(order.reservation_id))
        assert (reservation.state, reservation.expires_at) == (State.FIRM, None)
        kinds = [step.kind for step in store.list_milestones(session, order.id)]
        assert enquiries.get_quote(session, quote).state is QuoteState.ACCEPTED
    assert kinds == [MilestoneKind.SAMPLE, MilestoneKind.APPROVAL, MilestoneKind.BULK, MilestoneKind.DELIVERY]
    assert deal.audited(order) == ["order.accept"]
    assert deal.told(deal.maker) == ["Linen jacket: your quote was accepted, the weeks are booked."]
    assert deal.told(deal.designer) == ["Linen jacket: booked with Sartoria Aghi."]


def test_a_booking_outlives_sixteen_weeks(deal: Deal) -> None:
    order = deal.order()
    with deal.cast.database.writing() as session:
        holds.expire_due(session, deal.now + timedelta(weeks=16))
    assert deal.reserved() == 60
    assert actions.complete_due(deal.cast.database, deal.now + timedelta(weeks=16)) == 0
    assert deal.get(order).state.value == "booked"


def test_without_a_sample_price_there_is_no_sample_round(deal: Deal) -> None:
    order = actions.accept(deal.cast.database, deal.studio, deal.quote(sample_minor=0), deal.now)
    with deal.cast.database.reading() as session:
        kinds = [step.kind for step in store.list_milestones(session, order.id)]
    assert kinds == [MilestoneKind.BULK, MilestoneKind.DELIVERY]


def test_an_expired_quote_is_refused_with_what_to_do(deal: Deal) -> None:
    quote = deal.quote(valid=timedelta(days=2))
    with pytest.raises(Conflict, match=r"expired.*Ask in the enquiry for a new one"):
        actions.accept(deal.cast.database, deal.studio, quote, deal.now + timedelta(days=2))
    assert deal.cast.sql("SELECT count(*) FROM purchase_order") == [(0,)]


def test_a_withdrawn_quote_is_refused(deal: Deal) -> None:
    quote = deal.quote()
    with deal.cast.database.writing() as session:
        known = enquiries.get_quote(session, quote)
        enquiries.end_quote(session, known, QuoteState.WITHDRAWN, deal.now)
        assert known.reservation_id
        holds.release(session, known.reservation_id, Outcome.WITHDRAWN, deal.now)
    with pytest.raises(Conflict, match="withdrawn"):
        actions.accept(deal.cast.database, deal.studio, quote, deal.now)
    assert deal.reserved() == 0


def test_the_second_time_is_refused_and_makes_nothing(deal: Deal) -> None:
    quote = deal.quote()
    actions.accept(deal.cast.database, deal.studio, quote, deal.now)
    with pytest.raises(Conflict, match="accepted already"):
        actions.accept(deal.cast.database, deal.studio, quote, deal.now)
    assert deal.cast.sql("SELECT count(*) FROM purchase_order") == [(1,)]


def test_when_the_hold_is_gone_nothing_is_accepted(deal: Deal) -> None:
    """The order, the quote and the enquiry go back with the transaction."""
    quote = deal.quote()
    with deal.cast.database.writing() as session:
        reservation_id = enquiries.get_quote(session, quote).reservation_id
        assert reservation_id
        holds.release(session, reservation_id, Outcome.CANCELLED, deal.now)
    with pytest.raises(Conflict):
        actions.accept(deal.cast.database, deal.studio, quote, deal.now)
    with deal.cast.database.reading() as session:
        assert enquiries.get_quote(session, quote).state is QuoteState.SENT
    assert deal.cast.sql("SELECT count(*) FROM purchase_order") == [(0,)]
    assert deal.cast.sql("SELECT count(*) FROM audit_event WHERE action = 'order.accept'") == [(0,)]


MAY_NOT = {
    "anonymous": SignInNeeded,
    "new": Forbidden,
    "other designer": NotFound,
    "maker": NotFound,
    "room staff": NotFound,
    "rival": NotFound,
    "moderator": NotFound,
}


def test_only_the_studio_accepts(deal: Deal) -> None:
    quote, personas = deal.quote(), deal.personas()
    for name, refused in MAY_NOT.items():
        with pytest.raises(refused):
            actions.accept(deal.cast.database, personas[name], quote, deal.now)
    assert set(personas) - set(MAY_NOT) == {"designer", "studio staff"}
    actions.accept(deal.cast.database, personas["studio staff"], quote, deal.now)
