"""Which moves an order allows, to whom, and until when. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marketplace.booking.model import Side
from marketplace.orders.model import (
    Milestone,
    MilestoneDraft,
    MilestoneKind,
    Move,
    Order,
    Payment,
    PaymentDraft,
    Share,
    State,
    Totals,
    Who,
)
from marketplace.units import Money, Quantity, format_quantity
from marketplace.units.model import format_money

UNDO_FOR = timedelta(hours=1)  # how long a slip can simply be taken back; later it needs a note
COMPLETES_AFTER = timedelta(days=14)  # a delivery nobody disputes is accepted
REVIEW_FOR = timedelta(days=14)  # after completion; then what was written is shown
RECORD_OF = timedelta(days=730)
SHOWN_FROM = 3  # completed orders or reviews: fewer say nothing about a firm
MOST_MILESTONES = 30
MOST_PAYMENTS = 50
MOST_MESSAGES = 2000
MOST_MINOR = 10**12


@dataclass(frozen=True, slots=True)
class Step:
    to: State
    who: frozenset[Who]


_BOTH = frozenset((Who.SUPPLIER, Who.STUDIO))

# The one table of states. A move that stands in no row does not exist. In a dispute each side may give way: the
# designer by accepting the delivery, the supplier by calling the order off; a moderator decides either way.
TABLE: Mapping[tuple[State, Move], Step] = {
    (State.BOOKED, Move.DELIVER): Step(State.DELIVERED, frozenset((Who.SUPPLIER,))),
    (State.BOOKED, Move.CANCEL): Step(State.CANCELLED, _BOTH),
    (State.BOOKED, Move.DISPUTE): Step(State.DISPUTED, _BOTH),
    (State.DELIVERED, Move.TAKE_BACK): Step(State.BOOKED, frozenset((Who.SUPPLIER,))),
    (State.DELIVERED, Move.COMPLETE): Step(State.COMPLETED, frozenset((Who.STUDIO, Who.SYSTEM))),
    (State.DELIVERED, Move.DISPUTE): Step(State.DISPUTED, _BOTH),
    (State.DISPUTED, Move.END_DISPUTE): Step(State.BOOKED, _BOTH),  # or delivered: see `destination`
    (State.DISPUTED, Move.SETTLE_COMPLETE): Step(State.COMPLETED, frozenset((Who.STUDIO, Who.MODERATOR))),
    (State.DISPUTED, Move.SETTLE_CANCEL): Step(State.CANCELLED, frozenset((Who.SUPPLIER, Who.MODERATOR))),
}


def problem_with(order: Order, move: Move, who: Who, now: datetime) -> str | None:
    """Why this can't be done now, in a sentence that says what can be; None when it can."""
    step = TABLE.get((order.state, move))
    if step is None:
        return f"{_STANDS[order.state]} {_instead(order.state)}".rstrip()
    if who not in step.who:
        return _OTHERS[move]
    if move is Move.TAKE_BACK and not can_undo(order.delivered_at, now):
        return "The delivery was recorded more than an hour ago. Write a message, or dispute the order."
    if move is Move.COMPLETE and who is Who.SYSTEM and now < completes_at(order):
        return "The designer still has time to look at the delivery."
    if move is Move.END_DISPUTE and (order.disputed_by is None or who != Who(order.disputed_by.value)):
        return "Only who began the dispute can end it like this."
    if move is Move.SETTLE_COMPLETE and order.delivered_on is None:
        return "Nothing was delivered yet, so the order can't be completed. Call it off, or end the dispute and go on."
    return None


def destination(order: Order, move: Move) -> State:
    """Where an allowed move leads."""
    if move is Move.END_DISPUTE and order.delivered_on is not None:
        return State.DELIVERED
    return TABLE[order.state, move].to


def moves_of(order: Order, who: Who, now: datetime) -> tuple[Move, ...]:
    """What this side may do now, in the order of the table."""
    return tuple(move for state, move in TABLE if state is order.state and problem_with(order, move, who, now) is None)


def needs_reason_to_cancel(order: Order, today: date) -> bool:
    """Before work starts either side may step back; from the day it starts it says why."""
    return order.starts is not None and order.starts <= today


def can_undo(at: datetime | None, now: datetime) -> bool:
    return at is not None and now - at <= UNDO_FOR


def completes_at(order: Order) -> datetime:
    """When a delivery counts as accepted without a word."""
    assert order.delivered_at is not None
    return order.delivered_at + COMPLETES_AFTER


def default_milestones(
    starts: date | None, last_worked: date | None, ready: date | None, *, has_sample: bool
) -> tuple[MilestoneDraft, ...]:
    """The steps every order begins with; sample rounds can be added."""
    sample = (
        MilestoneDraft(MilestoneKind.SAMPLE, Side.SUPPLIER, "Sample made"),
        MilestoneDraft(MilestoneKind.APPROVAL, Side.STUDIO, "Sample approved", starts),
    )
    return (
        *(sample if has_sample else ()),
        MilestoneDraft(MilestoneKind.BULK, Side.SUPPLIER, "Run made", last_worked),
        MilestoneDraft(MilestoneKind.DELIVERY, Side.SUPPLIER, "Delivered", ready),
    )


def sample_round(number: int) -> tuple[MilestoneDraft, MilestoneDraft]:
    """One more sample and its approval; `number` from 1."""
    suffix = f", round {number}" if number > 1 else ""
    return (
        MilestoneDraft(MilestoneKind.SAMPLE, Side.SUPPLIER, f"Sample made{suffix}"),
        MilestoneDraft(MilestoneKind.APPROVAL, Side.STUDIO, f"Sample approved{suffix}"),
    )


def totals(total_minor: int, payments: Iterable[Payment]) -> Totals:
    """What the supplier received was paid, also when the designer has not said so."""
    known = list(payments)
    paid = sum(p.amount_minor for p in known if p.paid_on or p.received_on)
    return Totals(total_minor, paid, sum(p.amount_minor for p in known if p.received_on))


def milestone_problem(order: Order, milestone: Milestone, side: Side) -> str | None:
    """Why this side can't mark the step done now."""
    if order.state is not State.BOOKED:
        return f"{_STANDS[order.state]} Its steps can't be marked any more."
    if milestone.side is not side:
        other = "The designer" if milestone.side is Side.STUDIO else "The workshop"
        return f"{other} marks this step."
    if milestone.kind is MilestoneKind.DELIVERY:
        return "Record the delivery with its day and quantity: that marks this step."
    return None


def payment_problem(order: Order, draft: PaymentDraft, side: Side, today: date) -> dict[str, str]:
    """Why this side can't record this payment: field -> sentence."""
    problems: dict[str, str] = {}
    if not 0 < draft.amount_minor <= MOST_MINOR:
        problems["amount"] = "must be an amount of money above 0"
    if draft.paid_on and side is not Side.STUDIO:
        problems["paid_on"] = "only the designer says what was paid"
    if draft.received_on and side is not Side.SUPPLIER:
        problems["received_on"] = "only the workshop says what was received"
    for name, day in (("paid_on", draft.paid_on), ("received_on", draft.received_on)):
        if day and day > today:
            problems[name] = "is still to come"
    if not (draft.paid_on or draft.received_on or draft.due):
        problems["due"] = "say by when it is due, or on which day it was paid or received"
    elif draft.due and not draft.paid_on and not draft.received_on and order.state is State.CANCELLED:
        problems["due"] = "the order was called off: nothing new is due"
    return problems


def too_much_delivered(order: Order, quantity: Quantity) -> str | None:
    """A tenth more than ordered is usual in a run; beyond that it is a slip more often than not."""
    if quantity.atoms * 10 <= order.quantity.atoms * 11:
        return None
    came, ordered = format_quantity(quantity), format_quantity(order.quantity)
    return f"{came} came, {ordered} were ordered. Say “yes, more than was ordered” if that is right"


def too_much_paid(order: Order, draft: PaymentDraft, payments: Iterable[Payment]) -> str | None:
    left = totals(order.total_minor, payments).open
    if draft.amount_minor <= left:
        return None
    amount, rest = (format_money(Money(minor, order.currency)) for minor in (draft.amount_minor, left))
    return f"{amount} is more than the {rest} still open. Say “yes, more than is open” if that is right"


def shown_from(completed_at: datetime, now: datetime, *, other_has_written: bool) -> datetime:
    """From when a review is shown: at once when both have written, else when nobody can write any more."""
    return now if other_has_written else completed_at + REVIEW_FOR


def may_review(order: Order, now: datetime) -> bool:
    """A window that is closed before anything is shown: nobody answers a bad review with another."""
    return order.state is State.COMPLETED and order.ended_at is not None and now <= order.ended_at + REVIEW_FOR


def share_on_time(orders: Iterable[Order]) -> Share:
    """Delivered by the day that was agreed, of the orders that had one."""
    known = [o for o in orders if o.ready is not None and o.delivered_on is not None]
    return Share(sum(o.delivered_on <= o.ready for o in known if o.delivered_on and o.ready), len(known))


def share_right_quantity(orders: Iterable[Order]) -> Share:
    known = [o for o in orders if o.delivered_quantity is not None]
    return Share(sum((o.delivered_quantity or 0) >= o.quantity.atoms for o in known), len(known))


def share_paid_on_time(payments: Sequence[Payment], today: date) -> Share:
    """Paid by the day it was due, of the payments that were due by now; a day the workshop names counts as paid."""
    on_time = counted = 0
    for payment in payments:
        paid = _paid_on(payment)
        if payment.due is None or (paid is None and payment.due >= today):
            continue
        counted += 1
        on_time += paid is not None and paid <= payment.due
    return Share(on_time, counted)


def _paid_on(payment: Payment) -> date | None:
    days = [day for day in (payment.paid_on, payment.received_on) if day is not None]
    return min(days, default=None)


def next_round(milestones: Collection[Milestone]) -> int:
    return 1 + sum(m.kind is MilestoneKind.SAMPLE for m in milestones)


_STANDS = {
    State.BOOKED: "The order is booked and nothing was delivered yet.",
    State.DELIVERED: "The order was delivered.",
    State.COMPLETED: "The order is completed.",
    State.DISPUTED: "The order is disputed.",
    State.CANCELLED: "The order was called off.",
}

_OTHERS = {
    Move.DELIVER: "Only the workshop records the delivery.",
    Move.TAKE_BACK: "Only the workshop can take the delivery back.",
    Move.COMPLETE: "Only the designer says that the delivery is as ordered.",
    Move.CANCEL: "Only the two parties can call the order off.",
    Move.DISPUTE: "Only the two parties can dispute the order.",
    Move.END_DISPUTE: "Only who began the dispute can end it like this.",
    Move.SETTLE_COMPLETE: "Only the designer or a moderator can accept the delivery now.",
    Move.SETTLE_CANCEL: "Only the workshop or a moderator can call the order off now.",
}


def _instead(state: State) -> str:
    match state:
        case State.BOOKED:
            return "It can be called off, or disputed."
        case State.DELIVERED:
            return "The designer can accept the delivery, and both can dispute it."
        case State.DISPUTED:
            return "Settle the dispute first."
        case _:
            return ""
