"""Steps and payments of an order that runs. Each is one write transaction.

A slip can be taken back for an hour; later it stays, with a correcting note beside it, so that nobody's word
disappears after the other side has acted on it.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.accounts.model import Actor
from marketplace.booking.model import Side
from marketplace.db import Database
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.orders import store
from marketplace.orders.events import note, other, tell
from marketplace.orders.model import Milestone, MilestoneDraft, MilestoneKind, Order, Payment, PaymentDraft, State
from marketplace.orders.parties import one_side, take
from marketplace.orders.rules import (
    MOST_MILESTONES,
    MOST_PAYMENTS,
    can_undo,
    milestone_problem,
    next_round,
    payment_problem,
    sample_round,
    too_much_paid,
)
from marketplace.units import Money
from marketplace.units.model import format_money

MOST_OF_NOTES = 2000
_TOO_LATE = "That was said more than an hour ago, so it stays. Add a note that corrects it."


def mark_done(database: Database, actor: Actor, public_id: str, milestone_id: str, now: datetime) -> None:
    """Say that a step is done. To say it again is no error.

    Errors: Conflict when it is the other side's step, or the order does not run; NotFound.
    """
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        step = _milestone(store.list_milestones(session, order.id), milestone_id)
        side = one_side(sides, step.side)
        if problem := milestone_problem(order, step, side):
            raise Conflict(problem)
        if step.done_at is not None:
            return
        store.mark_milestone(session, step.id, now, _person_id(actor))
        note(session, actor, order, "step_done", now, after={"step": step.title})
        tell(session, order, other(side), f"“{step.title}” is done.", now)


def undo_done(database: Database, actor: Actor, public_id: str, milestone_id: str, now: datetime) -> None:
    """Take it back, for an hour. Errors: Conflict, NotFound."""
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        step = _milestone(store.list_milestones(session, order.id), milestone_id)
        side = one_side(sides, step.side)
        if problem := milestone_problem(order, step, side):
            raise Conflict(problem)
        if step.done_at is None:
            return
        if not can_undo(step.done_at, now):
            raise Conflict(_TOO_LATE)
        store.mark_milestone(session, step.id, None, None)
        note(session, actor, order, "step_undone", now, before={"step": step.title})
        tell(session, order, other(side), f"“{step.title}” is not done yet after all.", now)


def correct_step(
    database: Database, actor: Actor, public_id: str, milestone_id: str, words: str, now: datetime
) -> None:
    """Add a note to a step, with its day. Errors: Invalid without words or with too many; Conflict, NotFound."""
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        step = _milestone(store.list_milestones(session, order.id), milestone_id)
        side = one_side(sides, step.side)
        if step.side is not side:
            raise Conflict("Only the side that marks this step writes notes on it. Write a message instead.")
        store.note_milestone(session, step.id, _longer(step.note, words, now.date()))
        note(session, actor, order, "step_note", now, after={"step": step.title, "note": words})
        tell(session, order, other(side), f"a note was added to “{step.title}”.", now)


def add_sample_round(database: Database, actor: Actor, public_id: str, now: datetime) -> None:
    """One more sample and its approval, before the run. Errors: Conflict when nothing can be added any more."""
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        steps = store.list_milestones(session, order.id)
        _must_run(order, steps)
        bulk = next((s.position for s in steps if s.kind is MilestoneKind.BULK), len(steps) + 1)
        number = next_round(steps)
        store.add_milestones(session, order.id, sample_round(number), bulk)
        note(session, actor, order, "add_round", now, after={"round": number})
        for side in Side:
            if side not in sides:
                tell(session, order, side, "another sample round was added.", now)


def add_step(
    database: Database, actor: Actor, public_id: str, title: str, side: Side, due: date | None, now: datetime
) -> None:
    """A step of another kind, such as “cloth sent”, before the delivery. Errors: Invalid, Conflict."""
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        steps = store.list_milestones(session, order.id)
        _must_run(order, steps)
        if not title:
            raise Invalid({"title": "is missing"})
        delivery = next((s.position for s in steps if s.kind is MilestoneKind.DELIVERY), len(steps) + 1)
        store.add_milestones(session, order.id, [MilestoneDraft(MilestoneKind.OTHER, side, title, due)], delivery)
        note(session, actor, order, "add_step", now, after={"step": title, "side": side.value})
        for one in Side:
            if one not in sides:
                tell(session, order, one, f"the step “{title}” was added.", now)


def add_payment(
    database: Database, actor: Actor, public_id: str, draft: PaymentDraft, now: datetime, *, more: bool = False
) -> Payment:
    """Record money: the designer what they paid, the workshop what it received or asks for. Nothing is held here.
    `more`: yes, more than is still open.

    Errors: Invalid, Conflict when there are too many.
    """
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        side = one_side(sides, Side.SUPPLIER if draft.received_on else Side.STUDIO)
        known = store.list_payments(session, order.id)
        problems = payment_problem(order, draft, side, now.date())
        if "amount" not in problems and not more and (slip := too_much_paid(order, draft, known)):
            problems["more_than_open"] = slip
        if problems:
            raise Invalid(problems)
        if len(known) >= MOST_PAYMENTS:
            raise Conflict(f"An order keeps at most {MOST_PAYMENTS} payments.")
        payment = store.add_payment(session, order.id, draft, now)
        _note_payment(session, actor, order, "payment", payment, now)
        said = "paid" if draft.paid_on else "received" if draft.received_on else "due"
        tell(session, order, other(side), f"{_money(order, payment)} recorded as {said}.", now)
        return payment


def say_paid(database: Database, actor: Actor, public_id: str, payment_id: str, on: date, now: datetime) -> None:
    """The designer's word. Errors: Invalid for a day to come; Conflict; NotFound."""
    _say(database, actor, public_id, payment_id, Side.STUDIO, on, now)


def say_received(database: Database, actor: Actor, public_id: str, payment_id: str, on: date, now: datetime) -> None:
    """The workshop's word. Errors: as say_paid."""
    _say(database, actor, public_id, payment_id, Side.SUPPLIER, on, now)


def undo_payment(database: Database, actor: Actor, public_id: str, payment_id: str, now: datetime) -> None:
    """Take one's own word back, for an hour; a payment on which nobody's word is left, and that is not due, goes.

    Errors: Conflict, NotFound.
    """
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        payment = _payment(store.list_payments(session, order.id), payment_id)
        said = {Side.STUDIO: payment.paid_at, Side.SUPPLIER: payment.received_at}
        mine = [side for side in sides if said[side] is not None]
        if not mine:
            raise Conflict("Your side has said nothing about this payment.")
        side = mine[0]
        if not can_undo(said[side], now):
            raise Conflict(_TOO_LATE)
        if payment.due is None and said[other(side)] is None:
            store.remove_payment(session, payment.id)
        elif side is Side.STUDIO:
            store.mark_paid(session, payment.id, None, now)
        else:
            store.mark_received(session, payment.id, None, now)
        _note_payment(session, actor, order, "payment_undone", payment, now)
        tell(session, order, other(side), f"the word about {_money(order, payment)} was taken back.", now)


def correct_payment(
    database: Database, actor: Actor, public_id: str, payment_id: str, words: str, now: datetime
) -> None:
    """Add a note to a payment, with its day. Errors: Invalid, NotFound."""
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        payment = _payment(store.list_payments(session, order.id), payment_id)
        store.note_payment(session, payment.id, _longer(payment.note, words, now.date()))
        note(session, actor, order, "payment_note", now, after={"note": words})
        tell(session, order, other(sides[0]), f"a note was added to {_money(order, payment)}.", now)


def set_lots(database: Database, actor: Actor, public_id: str, lots: str, now: datetime) -> None:
    """The workshop names the cloth and thread lots it used: a repeat run asks for them again. Errors: NotFound."""
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        if Side.SUPPLIER not in sides:
            raise Conflict("The workshop names the lots it used.")
        store.change(session, order, lots=lots)
        note(session, actor, order, "lots", now, before={"lots": order.lots}, after={"lots": lots})
        tell(session, order, Side.STUDIO, "the lots of cloth and thread were noted.", now)


def _say(
    database: Database, actor: Actor, public_id: str, payment_id: str, side: Side, on: date, now: datetime
) -> None:
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        payment = _payment(store.list_payments(session, order.id), payment_id)
        if side not in sides:
            who = "designer says what was paid" if side is Side.STUDIO else "workshop says what was received"
            raise Conflict(f"Only the {who}.")
        if on > now.date():
            raise Invalid({"on": "is still to come"})
        known = payment.paid_on if side is Side.STUDIO else payment.received_on
        if known is not None:
            if known != on:
                raise Conflict("That was said already, with another day. Take it back first, or add a note.")
            return
        if side is Side.STUDIO:
            store.mark_paid(session, payment.id, on, now)
        else:
            store.mark_received(session, payment.id, on, now)
        said = "paid" if side is Side.STUDIO else "received"
        _note_payment(session, actor, order, said, payment, now)
        tell(session, order, other(side), f"{_money(order, payment)} {said}.", now)


def _must_run(order: Order, steps: list[Milestone]) -> None:
    if order.state is not State.BOOKED:
        raise Conflict("Steps can be added until the order is delivered.")
    if len(steps) + 2 > MOST_MILESTONES:
        raise Conflict(f"An order has at most {MOST_MILESTONES} steps.")


def _milestone(steps: list[Milestone], public_id: str) -> Milestone:
    """Errors: NotFound."""
    for step in steps:
        if step.public_id == public_id:
            return step
    raise NotFound


def _payment(payments: list[Payment], public_id: str) -> Payment:
    """Errors: NotFound."""
    for payment in payments:
        if payment.public_id == public_id:
            return payment
    raise NotFound


def _longer(before: str, words: str, today: date) -> str:
    """Errors: Invalid."""
    if not words:
        raise Invalid({"note": "is missing"})
    after = f"{before}\n{today.day} {today:%b %Y}: {words}".strip()
    if len(after) > MOST_OF_NOTES:
        raise Invalid({"note": "leaves no room: write a message instead"})
    return after


def _money(order: Order, payment: Payment) -> str:
    return f"{payment.kind.value} of {format_money(Money(payment.amount_minor, order.currency))}"


def _note_payment(session: Session, actor: Actor, order: Order, action: str, payment: Payment, now: datetime) -> None:
    after = {"payment": payment.public_id, "kind": payment.kind.value, "minor": payment.amount_minor}
    note(session, actor, order, action, now, after=after)


def _person_id(actor: Actor) -> int | None:
    return actor.person.id if actor.person else None
