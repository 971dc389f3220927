"""Steps, payments, changes, messages and lots: whose word counts, and until when it can be taken back."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from booked import Deal

from marketplace.booking.model import Side
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.files.actions import Cabinet, receive
from marketplace.orders import actions, changing, running, store
from marketplace.orders.forms import ChangeForm
from marketplace.orders.model import ChangeState, Milestone, MilestoneKind, Order, PaymentDraft, PaymentKind, State
from marketplace.orders.rules import totals
from marketplace.orders.thread import actions as thread
from marketplace.orders.thread import store as threads

HOUR = timedelta(hours=1)


def steps(deal: Deal, order: Order) -> list[Milestone]:
    with deal.cast.database.reading() as session:
        return store.list_milestones(session, order.id)


def step(deal: Deal, order: Order, kind: MilestoneKind) -> Milestone:
    return next(step for step in steps(deal, order) if step.kind is kind)


def test_each_side_marks_its_own_steps(deal: Deal) -> None:
    order = deal.order()
    sample, approval = step(deal, order, MilestoneKind.SAMPLE), step(deal, order, MilestoneKind.APPROVAL)
    database, later = deal.cast.database, deal.now + timedelta(minutes=5)
    with pytest.raises(Conflict, match="The workshop marks this step"):
        running.mark_done(database, deal.studio, order.public_id, sample.public_id, later)
    running.mark_done(database, deal.workshop, order.public_id, sample.public_id, later)
    running.mark_done(database, deal.workshop, order.public_id, sample.public_id, later)  # once more is no error
    with pytest.raises(Conflict, match="The designer marks this step"):
        running.mark_done(database, deal.workshop, order.public_id, approval.public_id, later)
    running.mark_done(database, deal.studio, order.public_id, approval.public_id, later)
    assert [s.done_at is not None for s in steps(deal, order)] == [True, True, False, False]
    assert deal.audited(order) == ["order.accept", "order.step_done", "order.step_done"]
    assert deal.told(deal.designer)[-1] == "Linen jacket: “Sample made” is done."
    delivery = step(deal, order, MilestoneKind.DELIVERY)
    with pytest.raises(Conflict, match="Record the delivery"):
        running.mark_done(database, deal.workshop, order.public_id, delivery.public_id, later)
    with pytest.raises(NotFound):
        running.mark_done(database, deal.workshop, order.public_id, "0" * 32, later)


def test_a_slip_is_undone_within_an_hour_and_corrected_after(deal: Deal) -> None:
    order, database = deal.order(), deal.cast.database
    sample = step(deal, order, MilestoneKind.SAMPLE).public_id
    running.mark_done(database, deal.workshop, order.public_id, sample, deal.now)
    running.undo_done(database, deal.workshop, order.public_id, sample, deal.now + HOUR)
    assert step(deal, order, MilestoneKind.SAMPLE).done_at is None
    running.mark_done(database, deal.workshop, order.public_id, sample, deal.now)
    late = deal.now + HOUR + timedelta(seconds=1)
    with pytest.raises(Conflict, match="Add a note that corrects it"):
        running.undo_done(database, deal.workshop, order.public_id, sample, late)
    running.correct_step(database, deal.workshop, order.public_id, sample, "it was size S", late)
    assert step(deal, order, MilestoneKind.SAMPLE).note == f"{late.day} {late:%b %Y}: it was size S"
    with pytest.raises(Conflict, match="Only the side that marks"):
        running.correct_step(database, deal.studio, order.public_id, sample, "no", late)


def test_sample_rounds_and_steps_are_added_before_the_run(deal: Deal) -> None:
    order, database = deal.order(), deal.cast.database
    running.add_sample_round(database, deal.studio, order.public_id, deal.now)
    running.add_step(database, deal.workshop, order.public_id, "Cloth arrived", Side.SUPPLIER, None, deal.now)
    assert [s.title for s in steps(deal, order)] == [
        "Sample made",
        "Sample approved",
        "Sample made, round 2",
        "Sample approved, round 2",
        "Run made",
        "Cloth arrived",
        "Delivered",
    ]
    assert [s.position for s in steps(deal, order)] == [1, 2, 3, 4, 5, 6, 7]
    for _ in range(11):  # to 29
        running.add_sample_round(database, deal.studio, order.public_id, deal.now)
    with pytest.raises(Conflict, match="at most 30"):
        running.add_sample_round(database, deal.studio, order.public_id, deal.now)
    actions.cancel(database, deal.studio, order.public_id, "", deal.now)
    with pytest.raises(Conflict, match="until the order is delivered"):
        running.add_sample_round(database, deal.studio, order.public_id, deal.now)


def payment(deal: Deal, order: Order, amount: int, who: str = "studio", **days: date) -> str:
    actor = deal.studio if who == "studio" else deal.workshop
    draft = PaymentDraft(PaymentKind.DEPOSIT, amount, **days)
    return running.add_payment(deal.cast.database, actor, order.public_id, draft, deal.now).public_id


def sums(deal: Deal, order: Order) -> tuple[int, int, int]:
    with deal.cast.database.reading() as session:
        found = totals(order.total_minor, store.list_payments(session, order.id))
    return found.paid, found.received, found.open


def test_money_is_recorded_by_both_sides(deal: Deal) -> None:
    order, database, today = deal.order(), deal.cast.database, deal.now.date()
    total = order.total_minor
    asked = payment(deal, order, 50000, "workshop", due=today)
    assert sums(deal, order) == (0, 0, total)
    running.say_paid(database, deal.studio, order.public_id, asked, today, deal.now)
    assert sums(deal, order) == (50000, 0, total - 50000)
    with pytest.raises(Conflict, match="Only the workshop says"):
        running.say_received(database, deal.studio, order.public_id, asked, today, deal.now)
    running.say_received(database, deal.workshop, order.public_id, asked, today, deal.now)
    assert sums(deal, order) == (50000, 50000, total - 50000)
    payment(deal, order, 10000, "workshop", received_on=today)  # what was received was paid
    assert sums(deal, order) == (60000, 60000, total - 60000)
    yesterday = today - timedelta(days=1)
    with pytest.raises(Conflict, match="another day"):
        running.say_paid(database, deal.studio, order.public_id, asked, yesterday, deal.now)


def test_wrong_payments_are_refused(deal: Deal) -> None:
    order, today = deal.order(), deal.now.date()
    with pytest.raises(Invalid, match="only the designer"):
        payment(deal, order, 100, "workshop", paid_on=today)
    with pytest.raises(Invalid, match="only the workshop"):
        payment(deal, order, 100, "studio", received_on=today)
    with pytest.raises(Invalid, match="still to come"):
        payment(deal, order, 100, "studio", paid_on=today + timedelta(days=1))
    with pytest.raises(Invalid, match="above 0"):
        payment(deal, order, 0, "studio", paid_on=today)
    with pytest.raises(Invalid, match="by when it is due"):
        payment(deal, order, 100)
    assert sums(deal, order)[0] == 0


def test_a_payment_is_taken_back_within_an_hour(deal: Deal) -> None:
    order, database, today = deal.order(), deal.cast.database, deal.now.date()
    slip = payment(deal, order, 100, paid_on=today)
    running.undo_payment(database, deal.studio, order.public_id, slip, deal.now)
    with pytest.raises(NotFound):  # nobody's word was left on it
        running.undo_payment(database, deal.studio, order.public_id, slip, deal.now)
    due = payment(deal, order, 100, "workshop", due=today)
    running.say_paid(database, deal.studio, order.public_id, due, today, deal.now)
    with pytest.raises(Conflict, match="Your side has said nothing"):
        running.undo_payment(database, deal.workshop, order.public_id, due, deal.now)
    with pytest.raises(Conflict, match="more than an hour"):
        running.undo_payment(database, deal.studio, order.public_id, due, deal.now + 2 * HOUR)
    running.correct_payment(database, deal.studio, order.public_id, due, "it was 90", deal.now + 2 * HOUR)
    running.undo_payment(database, deal.studio, order.public_id, due, deal.now)
    assert sums(deal, order)[0] == 0


def propose(deal: Deal, order: Order, weeks: int = 3, quantity: int = 60, total: int | None = None) -> str:
    arrival = deal.now.date() + timedelta(days=14, weeks=weeks)
    form = ChangeForm(arrival, quantity, order.total_minor if total is None else total, "the cloth is late")
    return changing.propose(deal.cast.database, deal.workshop, order.public_id, form, deal.now).public_id


def test_a_change_replaces_the_weeks_when_the_designer_accepts(deal: Deal) -> None:
    order, database = deal.order(), deal.cast.database
    change = propose(deal, order, quantity=80, total=200000)
    assert deal.get(order) == order  # nothing changes before
    with pytest.raises(Conflict, match="Only the designer"):
        changing.accept(database, deal.workshop, order.public_id, change, deal.now)
    after = changing.accept(database, deal.studio, order.public_id, change, deal.now)
    assert (after.quantity.atoms, after.total_minor) == (80, 200000)
    assert after.starts
    assert order.starts
    assert after.starts > order.starts
    assert after.reservation_id != order.reservation_id
    assert deal.reserved() == 80
    assert step(deal, order, MilestoneKind.DELIVERY).due == after.ready
    with pytest.raises(Conflict, match="decided or taken back"):
        changing.decline(database, deal.studio, order.public_id, change, deal.now)


def test_a_change_that_does_not_fit_changes_nothing(deal: Deal) -> None:
    order, database = deal.order(), deal.cast.database
    change = propose(deal, order, quantity=10_000)
    with pytest.raises(Conflict):
        changing.accept(database, deal.studio, order.public_id, change, deal.now)
    assert deal.get(order) == order
    assert deal.reserved() == 60
    with database.reading() as session:
        found = store.find_open_change(session, order.id)
        assert found
        assert found.state is ChangeState.OPEN
    changing.decline(database, deal.studio, order.public_id, change, deal.now)
    assert deal.told(deal.maker)[-1].endswith("declined; all stays as agreed.")


def test_a_newer_proposal_and_a_delivery_end_the_older_one(deal: Deal) -> None:
    order, database = deal.order(), deal.cast.database
    first = propose(deal, order)
    second = propose(deal, order, weeks=4)
    with pytest.raises(Conflict, match="decided or taken back"):
        changing.accept(database, deal.studio, order.public_id, first, deal.now)
    changing.withdraw(database, deal.workshop, order.public_id, second, deal.now)
    third = propose(deal, order, weeks=5)
    actions.cancel(database, deal.studio, order.public_id, "", deal.now)
    with pytest.raises(Conflict):
        changing.accept(database, deal.studio, order.public_id, third, deal.now)
    with pytest.raises(Conflict, match="until it is delivered"):
        propose(deal, order)


def test_messages_and_files_are_for_the_two_parties(deal: Deal, tmp_path: Path) -> None:
    order, database = deal.order(), deal.cast.database
    cabinet = Cabinet(tmp_path / "files", 1_000_000, 2_000_000)
    thread.write(database, deal.studio, order.public_id, "When does the cloth come?", deal.now)
    with receive(cabinet, "marker.pdf", BytesIO(b"%PDF-1.4 x")) as received:
        thread.write(database, deal.workshop, order.public_id, "", deal.now, cabinet=cabinet, received=received)
    with database.reading() as session:
        messages = threads.list_of(session, order.id)
        (file,) = threads.list_files(session, order.id)
        assert threads.get_file(session, order.id, file.public_id) == file
        with pytest.raises(NotFound):
            threads.get_file(session, order.id + 1, file.public_id)
    assert [(m.body, len(m.file_ids)) for m in messages] == [("When does the cloth come?", 0), ("", 1)]
    assert deal.told(deal.designer)[-1] == "Linen jacket: a new file."
    with pytest.raises(Invalid, match="write a message"):
        thread.write(database, deal.studio, order.public_id, "", deal.now)
    rival = deal.cast.actor(deal.cast.person("Rival"))
    with pytest.raises(NotFound):
        thread.write(database, rival, order.public_id, "hello", deal.now)


def test_the_workshop_notes_the_lots(deal: Deal) -> None:
    order, database = deal.order(), deal.cast.database
    running.set_lots(database, deal.workshop, order.public_id, "cloth 4711", deal.now)
    assert deal.get(order).lots == "cloth 4711"
    with pytest.raises(Conflict):
        running.set_lots(database, deal.studio, order.public_id, "mine", deal.now)


def test_totals_never_owe_less_than_nothing() -> None:
    assert totals(100, []).open == 100
    assert State.COMPLETED.is_over
    assert not State.DISPUTED.is_over
