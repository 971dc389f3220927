"""What happens to an order as a whole. Each is one write transaction.

The order's row is locked first and its state changes by compare-and-swap, so of two moves at one moment the second
finds the order where the first has left it, and is refused in words.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor
from marketplace.booking import holds
from marketplace.booking.model import Outcome, ReservationId, Side
from marketplace.briefs import store as briefs
from marketplace.db import Database
from marketplace.enquiries import deal
from marketplace.enquiries import store as enquiries
from marketplace.enquiries.money import together
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.notices import store as notices
from marketplace.orders import store
from marketplace.orders.events import note, other, path_of, tell, tell_both
from marketplace.orders.model import ChangeState, MilestoneKind, Move, NewOrder, Order, State, Who
from marketplace.orders.parties import must_settle, take
from marketplace.orders.rules import (
    COMPLETES_AFTER,
    default_milestones,
    destination,
    needs_reason_to_cancel,
    problem_with,
    too_much_delivered,
)
from marketplace.suppliers import store as suppliers
from marketplace.units import Quantity, Week, format_quantity

_AT_ONCE = 100
_MOVED_ON = "Somebody was quicker: the order has changed. Look at where it stands now."


def accept(database: Database, actor: Actor, quote_public_id: str, now: datetime) -> Order:
    """Accept a quote: the hold becomes a booking and the order begins, together or not at all.

    Errors: Conflict when the quote has expired, was withdrawn or was accepted already, with what to do; NotFound for
    anybody but the studio; SignInNeeded.
    """
    with database.writing() as session:
        quote = enquiries.get_quote(session, quote_public_id)
        quote, enquiry = deal.take(session, actor, quote, now)
        supplier = suppliers.get(session, enquiry.supplier_id)
        content = briefs.get_version(session, enquiry.brief_id, enquiry.brief_version)
        if quote.reservation_id is not None:
            holds.make_firm(session, quote.reservation_id, Side.STUDIO, now)
        new = NewOrder(
            quote_id=quote.id,
            enquiry_id=enquiry.id,
            brief_id=enquiry.brief_id,
            supplier_id=supplier.id,
            supplier_organisation_id=supplier.organisation_id,
            studio_id=enquiry.studio_id,
            reservation_id=quote.reservation_id,
            title=content.title,
            quantity=quote.offer.quantity,
            currency=quote.offer.currency,
            total_minor=together(quote.offer).minor,
            starts=quote.starts,
            ready=quote.ready,
            lots=content.lots,
        )
        order = store.add(session, new, now)
        steps = default_milestones(
            quote.starts, quote.last_worked, quote.ready, has_sample=bool(quote.offer.sample_minor)
        )
        store.add_milestones(session, order.id, steps, 1)
        note(session, actor, order, "accept", now, after={"state": order.state.value, "quote": quote.public_id})
        tell(session, order, Side.SUPPLIER, "your quote was accepted, the weeks are booked.", now)
        tell(session, order, Side.STUDIO, f"booked with {supplier.profile.name}.", now)
        return order


def deliver(
    database: Database,
    actor: Actor,
    public_id: str,
    *,
    quantity: Quantity,
    on: date,
    now: datetime,
    more: bool = False,
) -> Order:
    """The workshop says what was delivered, and on which day. `more`: yes, far more than was ordered.

    Errors: Invalid for a day to come or before the order, another unit, or far too much; Conflict when it is not the
    time.
    """
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        side = _side_for(order, Move.DELIVER, sides, now)
        problems = {}
        if on > now.date():
            problems["on"] = "is still to come: record the delivery on its day"
        elif on < order.created_at.date():
            problems["on"] = "is before the order was made"
        if quantity.unit is not order.unit or quantity.atoms <= 0:
            problems["quantity"] = f"must be above 0, in {order.unit.label}"
        elif not more and (slip := too_much_delivered(order, quantity)):
            problems["more_than_ordered"] = slip
        if problems:
            raise Invalid(problems)
        _move(
            session,
            actor,
            order,
            Move.DELIVER,
            now,
            delivered_on=on,
            delivered_quantity=quantity.atoms,
            delivered_at=now,
        )
        _mark_delivery(session, order, actor, now)
        text = f"{format_quantity(quantity)} delivered. Say within 14 days if something is wrong."
        tell(session, order, other(side), text, now)
        return store.get(session, public_id)


def take_back_delivery(database: Database, actor: Actor, public_id: str, now: datetime) -> Order:
    """Undo a delivery that was recorded by mistake, for an hour. Errors: Conflict."""
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        side = _side_for(order, Move.TAKE_BACK, sides, now)
        _move(
            session,
            actor,
            order,
            Move.TAKE_BACK,
            now,
            delivered_on=None,
            delivered_quantity=None,
            delivered_at=None,
        )
        _mark_delivery(session, order, actor, None)
        tell(session, order, other(side), "the delivery was recorded by mistake and taken back.", now)
        return store.get(session, public_id)


def complete(database: Database, actor: Actor, public_id: str, now: datetime) -> Order:
    """The designer says that what came is what was ordered. In a dispute they give way by it. Errors: Conflict."""
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        move = Move.SETTLE_COMPLETE if order.state is State.DISPUTED else Move.COMPLETE
        side = _side_for(order, move, sides, now)
        _end(session, actor, order, move, now)
        tell(session, order, other(side), "completed. You can now say how it went.", now)
        return store.get(session, public_id)


def cancel(database: Database, actor: Actor, public_id: str, reason: str, now: datetime) -> Order:
    """Call an order off; its weeks are given back, exactly once.

    Errors: Invalid without a reason once work has started; Conflict when it is too late; NotFound.
    """
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.cancel")
        move = Move.SETTLE_CANCEL if order.state is State.DISPUTED else Move.CANCEL
        side = _side_for(order, move, sides, now)
        if not reason and (move is Move.SETTLE_CANCEL or needs_reason_to_cancel(order, now.date())):
            raise Invalid({"reason": "say why: work on this order has started"})
        _end(session, actor, order, move, now, reason, side)
        tell(session, order, other(side), "called off; the weeks are open again.", now)
        return store.get(session, public_id)


def dispute(database: Database, actor: Actor, public_id: str, words: str, now: datetime) -> Order:
    """Say that something is wrong. The order stands still until it is settled; moderators are told.

    Errors: Invalid without words; Conflict.
    """
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        side = _side_for(order, Move.DISPUTE, sides, now)
        if not words:
            raise Invalid({"reason": "say what is wrong"})
        _move(session, actor, order, Move.DISPUTE, now, words, disputed_by=side, **_notes(side, words))
        tell(session, order, other(side), "disputed. Read what the other side says and add your view.", now)
        for moderator in accounts.list_moderator_ids(session):
            text = f"{order.title}: the two sides disagree about an order."
            notices.tell_person(session, moderator, "dispute", text, path_of(order), now)
        return store.get(session, public_id)


def add_view(database: Database, actor: Actor, public_id: str, words: str, now: datetime) -> Order:
    """The other side's view of a dispute; one each.

    Errors: Invalid without words; Conflict when there is no dispute, or the side has spoken.
    """
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        silent = [side for side in sides if not note_of(order, side)]
        if order.state is not State.DISPUTED or not silent:
            raise Conflict("Your side has said its view of this dispute, or it is over. Write a message instead.")
        if not words:
            raise Invalid({"reason": "say how you see it"})
        store.change(session, order, **{f"{silent[0].value}_note": words})
        note(session, actor, order, "view", now)
        tell(session, order, other(silent[0]), "the other side has given its view of the dispute.", now)
        return store.get(session, public_id)


def end_dispute(database: Database, actor: Actor, public_id: str, now: datetime) -> Order:
    """Who began it takes it back: the order goes on from where it stood. Errors: Conflict."""
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        side = _side_for(order, Move.END_DISPUTE, sides, now)
        # The days to look at a delivery begin anew.
        again = now if order.delivered_on else None
        _move(
            session,
            actor,
            order,
            Move.END_DISPUTE,
            now,
            disputed_by=None,
            studio_note="",
            supplier_note="",
            delivered_at=again,
        )
        tell(session, order, other(side), "the dispute is over, the order goes on.", now)
        return store.get(session, public_id)


def settle(database: Database, actor: Actor, public_id: str, to: State, reason: str, now: datetime) -> Order:
    """A moderator ends a dispute, as completed or cancelled, and says why.

    Errors: SignInNeeded, NotFound; Invalid without a reason; Conflict when it is settled already.
    """
    must_settle(actor)
    with database.writing() as session:
        order = store.get(session, public_id, lock=True)
        if order.state is not State.DISPUTED:
            raise NotFound  # moderators read no other orders
        move = Move.SETTLE_COMPLETE if to is State.COMPLETED else Move.SETTLE_CANCEL
        if problem := problem_with(order, move, Who.MODERATOR, now):
            raise Conflict(problem)
        if not reason:
            raise Invalid({"reason": "say why: both sides read it"})
        _end(session, actor, order, move, now, reason)
        tell_both(session, order, f"a moderator has settled the dispute: {to.value}.", now)
        return store.get(session, public_id)


def complete_due(database: Database, now: datetime) -> int:
    """Complete what was delivered 14 days ago and nobody disputed. Each order by itself: a kill in between loses
    nothing, and doing it twice changes nothing."""
    with database.reading() as session:
        due = store.list_delivered_before(session, now - COMPLETES_AFTER, _AT_ONCE)
    done = 0
    for seen in due:
        with database.writing() as session:
            order = store.get(session, seen.public_id, lock=True)
            if problem_with(order, Move.COMPLETE, Who.SYSTEM, now):
                continue
            _end(session, None, order, Move.COMPLETE, now)
            tell_both(session, order, "completed, 14 days after the delivery. You can now say how it went.", now)
            done += 1
    return done


def note_of(order: Order, side: Side) -> str:
    return order.supplier_note if side is Side.SUPPLIER else order.studio_note


def _notes(side: Side, words: str) -> dict[str, str]:
    """The one side's words; the other side has not spoken yet."""
    return {"studio_note": "", "supplier_note": ""} | {f"{side.value}_note": words}


def _side_for(order: Order, move: Move, sides: Iterable[Side], now: datetime) -> Side:
    """The side of the actor that may make this move. Errors: Conflict with what can be done instead."""
    problem = None
    for side in sides:
        problem = problem_with(order, move, Who(side.value), now)
        if problem is None:
            return side
    raise Conflict(problem or _MOVED_ON)


def _move(
    session: Session, actor: Actor | None, order: Order, move: Move, now: datetime, reason: str = "", **values: Any
) -> None:
    to = destination(order, move)
    if to.is_over:
        values |= {"ended_at": now, "reason": reason}
    if not store.move(session, order, to, **values):
        raise Conflict(_MOVED_ON)
    if to is not State.DISPUTED and (change := store.find_open_change(session, order.id)):
        store.decide_change(session, change.id, ChangeState.WITHDRAWN, now)
    before, after = {"state": order.state.value}, {"state": to.value}
    note(session, actor, order, move.value, now, before=before, after=after, reason=reason)


def _end(
    session: Session,
    actor: Actor | None,
    order: Order,
    move: Move,
    now: datetime,
    reason: str = "",
    cancelled_by: Side | None = None,
) -> None:
    """Complete or cancel. A completed run keeps the weeks it was worked in, and gives back those that have not begun;
    a cancelled one gives back all."""
    _move(session, actor, order, move, now, reason, cancelled_by=cancelled_by)
    if order.reservation_id is None:
        return
    reservation_id = ReservationId(order.reservation_id)
    if destination(order, move) is State.CANCELLED:
        holds.release(session, reservation_id, Outcome.CANCELLED, now)
    else:
        holds.release_from(session, reservation_id, Week.containing(now.date()).plus(1), now)


def _mark_delivery(session: Session, order: Order, actor: Actor, at: datetime | None) -> None:
    person_id = actor.person.id if actor.person and at else None
    for milestone in store.list_milestones(session, order.id):
        if milestone.kind is MilestoneKind.DELIVERY:
            store.mark_milestone(session, milestone.id, at, person_id)
