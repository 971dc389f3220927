"""Records are counted from orders; reviews are hidden until nobody can answer one with another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from booked import Deal

from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.orders import actions, running, store
from marketplace.orders.desk import supplier_reviews
from marketplace.orders.model import Order, PaymentDraft, PaymentKind, Share
from marketplace.orders.reviews import actions as reviewing
from marketplace.orders.reviews import store as reviews
from marketplace.orders.views import record_view

DAY = timedelta(days=1)


def shown(deal: Deal, order: Order, days: int = 0) -> list[int]:
    with deal.cast.database.reading() as session:
        return [r.rating for r in reviews.list_of_order(session, order.id) if r.is_shown(deal.now + days * DAY)]


def test_one_review_waits_for_the_other(deal: Deal) -> None:
    order, database = deal.completed(), deal.cast.database
    reviewing.write(database, deal.studio, order.public_id, 2, "Late, seams open.", deal.now)
    assert shown(deal, order) == []
    assert shown(deal, order, 14) == [2]
    assert "Write yours to see it" in deal.told(deal.maker)[-1]
    reviewing.write(database, deal.workshop, order.public_id, 4, "Clear brief.", deal.now + DAY)
    assert shown(deal, order, 1) == [2, 4]
    with pytest.raises(Conflict, match="has written its review"):
        reviewing.write(database, deal.studio, order.public_id, 1, "And another", deal.now)


def test_nobody_reviews_after_one_was_shown(deal: Deal) -> None:
    order, database = deal.completed(), deal.cast.database
    reviewing.write(database, deal.studio, order.public_id, 1, "Bad.", deal.now)
    with pytest.raises(Conflict, match="14 days for a review are over"):
        reviewing.write(
            database, deal.workshop, order.public_id, 1, "Bad too.", deal.now + 14 * DAY + timedelta(seconds=1)
        )


def test_only_completed_orders_are_reviewed_by_their_parties(deal: Deal) -> None:
    order, database = deal.order(), deal.cast.database
    with pytest.raises(Conflict, match="once the order is completed"):
        reviewing.write(database, deal.studio, order.public_id, 5, "Great", deal.now)
    done = deal.completed(20)
    rival = deal.cast.actor(deal.cast.person("Rival"))
    with pytest.raises(NotFound):
        reviewing.write(database, rival, done.public_id, 1, "Bad", deal.now)
    with pytest.raises(Invalid):
        reviewing.write(database, deal.studio, done.public_id, 0, "", deal.now)


def test_a_shown_review_is_answered_once_by_whom_it_is_about(deal: Deal) -> None:
    order, database = deal.completed(), deal.cast.database
    review = reviewing.write(database, deal.studio, order.public_id, 2, "Late.", deal.now)
    with pytest.raises(NotFound):  # not shown yet
        reviewing.answer(database, deal.workshop, review.public_id, "Snow.", deal.now)
    later = deal.now + 15 * DAY
    with pytest.raises(NotFound):
        reviewing.answer(database, deal.studio, review.public_id, "Indeed.", later)
    assert reviewing.answer(database, deal.workshop, review.public_id, "Snow.", later).answer == "Snow."
    with pytest.raises(Conflict, match="have answered"):
        reviewing.answer(database, deal.workshop, review.public_id, "More snow.", later)


def test_a_hidden_review_is_neither_shown_nor_counted(deal: Deal) -> None:
    order, database = deal.completed(), deal.cast.database
    review = reviewing.write(database, deal.studio, order.public_id, 1, "Rude words", deal.now)
    later = deal.now + 15 * DAY
    with database.writing() as session:
        reviews.set_hidden(session, review.public_id, later)
        assert store.record_of_supplier(session, order.supplier_id, later).reviews == Share(0, 0)
    assert shown(deal, order, 15) == []


def test_a_record_counts_what_happened(deal: Deal) -> None:
    database, today = deal.cast.database, deal.now.date()
    for got in (20, 20, 15):
        order = deal.delivered(20, got)
        draft = PaymentDraft(PaymentKind.DEPOSIT, 100, due=today)
        asked = running.add_payment(database, deal.workshop, order.public_id, draft, deal.now)
        running.say_paid(database, deal.studio, order.public_id, asked.public_id, today, deal.now)
        actions.complete(database, deal.studio, order.public_id, deal.now)
    actions.cancel(database, deal.workshop, deal.order(20).public_id, "", deal.now)
    with database.reading() as session:
        maker = store.record_of_supplier(session, deal.supplier.id, deal.now)
        studio = store.record_of_studio(session, deal.studio_id, deal.now)
        old = store.record_of_supplier(session, deal.supplier.id, deal.now + 731 * DAY)
    assert (maker.completed, maker.cancelled) == (3, 1)
    assert (maker.on_time, maker.right_quantity, maker.paid_on_time) == (Share(3, 3), Share(2, 3), Share(3, 3))
    assert (studio.completed, studio.cancelled) == (3, 0)
    assert (old.completed, old.cancelled) == (0, 0)  # the last 24 months
    assert dict(record_view(maker))["Right quantity"] == "66 % (2 of 3)"


def test_a_payment_that_is_late_counts_as_late(deal: Deal) -> None:
    database, today = deal.cast.database, deal.now.date()
    order = deal.delivered(20)
    draft = PaymentDraft(PaymentKind.BALANCE, 100, due=today)
    running.add_payment(database, deal.workshop, order.public_id, draft, deal.now)
    actions.complete(database, deal.studio, order.public_id, deal.now)
    with database.reading() as session:
        assert store.record_of_studio(session, deal.studio_id, deal.now).paid_on_time == Share(0, 0)
        late = store.record_of_studio(session, deal.studio_id, deal.now + DAY)
    assert late.paid_on_time == Share(0, 1)


def test_the_public_page_shows_a_record_from_three_orders_on(deal: Deal) -> None:
    database, organisation = deal.cast.database, deal.supplier.organisation_id
    for number in (1, 2, 3):
        with database.reading() as session:
            assert supplier_reviews(session, deal.supplier.id, organisation, deal.now)["record"] == []
        order = deal.completed(20)
        reviewing.write(database, deal.studio, order.public_id, 5, f"Good {number}", deal.now)
        reviewing.write(database, deal.workshop, order.public_id, 5, "Good", deal.now)
    with database.reading() as session:
        seen = supplier_reviews(session, deal.supplier.id, organisation, deal.now)
    assert ("Orders completed", "3 in 24 months") in seen["record"]
    assert seen["average"] == 5.0
    assert [review["body"] for review in seen["reviews"]] == ["Good 3", "Good 2", "Good 1"]
