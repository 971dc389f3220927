"""Orders as pages show them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for

from marketplace.booking.model import Side
from marketplace.files.model import StoredFile
from marketplace.files.rules import size_text
from marketplace.orders.foreseen import Foreseen
from marketplace.orders.model import (
    Change,
    Message,
    Milestone,
    MilestoneKind,
    Move,
    Order,
    Payment,
    PaymentKind,
    Record,
    Review,
    Share,
    State,
    Who,
)
from marketplace.orders.rules import (
    SHOWN_FROM,
    can_undo,
    completes_at,
    may_review,
    milestone_problem,
    moves_of,
    needs_reason_to_cancel,
    totals,
)
from marketplace.units import Money, Quantity, format_quantity
from marketplace.units.model import format_money, minor_exponent
from marketplace.units.rules import format_number

STATES = {
    State.BOOKED: "Booked",
    State.DELIVERED: "Delivered",
    State.DISPUTED: "Disputed",
    State.COMPLETED: "Completed",
    State.CANCELLED: "Called off",
}
PAYMENTS = {
    PaymentKind.DEPOSIT: "Deposit",
    PaymentKind.PART: "Part payment",
    PaymentKind.BALANCE: "Balance",
    PaymentKind.SAMPLE: "Sample",
}
SIDES = {Side.STUDIO: "designer", Side.SUPPLIER: "workshop"}


def row_view(order: Order, other_name: str, today: date) -> dict[str, Any]:
    """One line of the list."""
    late = order.state is State.BOOKED and order.ready is not None and order.ready < today
    return {
        "title": order.title,
        "url": url_for("orders.order", public_id=order.public_id),
        "other": other_name,
        "state": order.state.value,
        "state_label": STATES[order.state],
        "quantity": format_quantity(order.quantity),
        "total": format_money(Money(order.total_minor, order.currency)),
        "ready": order.ready,
        "late": late,
    }


def groups(rows: Sequence[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Lines by state, what needs somebody first; empty states are left out."""
    found = [(STATES[state], [row for row in rows if row["state"] == state.value]) for state in STATES]
    return [(label, listed) for label, listed in found if listed]


def order_view(order: Order, side: Side | None, now: datetime) -> dict[str, Any]:
    """`side`: the one the reader stands on; none for a moderator."""
    moves = moves_of(order, Who(side.value), now) if side else ()
    delivered = Quantity(order.delivered_quantity, order.unit) if order.delivered_quantity is not None else None
    return {
        "id": order.public_id,
        "title": order.title,
        "state": order.state.value,
        "state_label": STATES[order.state],
        "side": side.value if side else None,
        "quantity": format_quantity(order.quantity),
        "quantity_typed": format_number(order.quantity.atoms, order.unit),
        "unit": order.unit.label,
        "total": format_money(Money(order.total_minor, order.currency)),
        "total_typed": money_typed(order.total_minor, order.currency),
        "currency": order.currency,
        "starts": order.starts,
        "ready": order.ready,
        "created": order.created_at.date(),
        "delivered_on": order.delivered_on,
        "delivered": format_quantity(delivered) if delivered else None,
        "completes": completes_at(order).date() if order.state is State.DELIVERED else None,
        "ended": order.ended_at.date() if order.ended_at else None,
        "reason": order.reason,
        "cancelled_by": SIDES[order.cancelled_by] if order.cancelled_by else None,
        "disputed_by": SIDES[order.disputed_by] if order.disputed_by else None,
        "notes": [(SIDES[s], text) for s, text in _notes(order) if text],
        "may_add_view": side is not None and order.state is State.DISPUTED and not dict(_notes(order))[side],
        "lots": order.lots,
        "moves": [move.value for move in moves],
        "needs_reason": needs_reason_to_cancel(order, now.date()) or order.state is State.DISPUTED,
        "may_cancel": any(move in (Move.CANCEL, Move.SETTLE_CANCEL) for move in moves),
        "may_complete": any(move in (Move.COMPLETE, Move.SETTLE_COMPLETE) for move in moves),
        "is_running": order.state is State.BOOKED,
    }


def step_view(step: Milestone, order: Order, side: Side | None, now: datetime) -> dict[str, Any]:
    mine = side is step.side

    def url(verb: str) -> str:
        return url_for(f"orders.step_{verb}", public_id=order.public_id, milestone_id=step.public_id)

    return {
        "id": step.public_id,
        "title": step.title,
        "who": SIDES[step.side],
        "due": step.due,
        "done": step.done_at.date() if step.done_at else None,
        "late": step.done_at is None and step.due is not None and step.due < now.date() and order.state is State.BOOKED,
        "notes": step.note.splitlines(),
        "done_url": url("done")
        if side and step.done_at is None and milestone_problem(order, step, side) is None
        else None,
        "undo_url": url("undo")
        if mine
        and order.state is State.BOOKED
        and can_undo(step.done_at, now)
        and step.kind is not MilestoneKind.DELIVERY
        else None,
        "note_url": url("note") if mine and step.done_at is not None else None,
    }


def payment_view(payment: Payment, order: Order, side: Side | None, now: datetime) -> dict[str, Any]:
    def url(verb: str) -> str:
        return url_for(f"orders.payment_{verb}", public_id=order.public_id, payment_id=payment.public_id)

    mine_at = payment.paid_at if side is Side.STUDIO else payment.received_at if side is Side.SUPPLIER else None
    return {
        "id": payment.public_id,
        "kind": PAYMENTS[payment.kind],
        "amount": format_money(Money(payment.amount_minor, order.currency)),
        "due": payment.due,
        "late": payment.due is not None
        and payment.due < now.date()
        and payment.paid_on is None
        and payment.received_on is None,
        "paid": payment.paid_on,
        "received": payment.received_on,
        "notes": payment.note.splitlines(),
        "paid_url": url("paid") if side is Side.STUDIO and payment.paid_on is None else None,
        "received_url": url("received") if side is Side.SUPPLIER and payment.received_on is None else None,
        "undo_url": url("undo") if can_undo(mine_at, now) else None,
        "note_url": url("note") if side else None,
    }


def totals_view(order: Order, payments: Sequence[Payment]) -> dict[str, str]:
    sums = totals(order.total_minor, payments)

    def money(minor: int) -> str:
        return format_money(Money(minor, order.currency))

    return {
        "total": money(sums.total),
        "paid": money(sums.paid),
        "received": money(sums.received),
        "open": money(sums.open),
    }


def change_view(change: Change, order: Order, foreseen: Foreseen, side: Side | None) -> dict[str, Any]:
    def url(verb: str) -> str:
        return url_for(f"orders.change_{verb}", public_id=order.public_id, change_id=change.public_id)

    return {
        "arrival": change.arrival,
        "starts": foreseen.starts,
        "ready": foreseen.ready,
        "by": foreseen.by,
        "is_late": foreseen.is_late,
        # Sent along with the yes, so that no other days are booked than these.
        "shown": {n: day.isoformat() for n, day in (("starts", foreseen.starts), ("ready", foreseen.ready)) if day},
        "quantity": format_quantity(Quantity(change.quantity, order.unit)),
        "total": format_money(Money(change.total_minor, order.currency)),
        "note": change.note,
        "accept_url": url("accept") if side is Side.STUDIO and foreseen.starts else None,
        "decline_url": url("decline") if side is Side.STUDIO else None,
        "withdraw_url": url("withdraw") if side is Side.SUPPLIER else None,
    }


def message_view(
    message: Message, order: Order, names: Mapping[int, str], people: Mapping[int, str], files: Mapping[int, StoredFile]
) -> dict[str, Any]:
    return {
        "by": people.get(message.person_id or 0, ""),
        "of": names[message.organisation_id],
        "at": message.at,
        "body": message.body,
        "files": [
            {
                "name": file.name,
                "size": size_text(file.size),
                "url": url_for("orders.file", public_id=order.public_id, file_id=file.public_id),
            }
            for file_id in message.file_ids
            if (file := files.get(file_id))
        ],
    }


def review_view(review: Review, names: Mapping[int, str], answer_of: str | None = None) -> dict[str, Any]:
    """`answer_of`: the public id of the order on whose page the reader may answer."""
    return {
        "id": review.public_id,
        "by": names.get(review.author_id, ""),
        "of": names.get(review.about_id, ""),
        "rating": review.rating,
        "body": review.body,
        "at": review.written_at.date(),
        "answer": review.answer,
        "report_url": f"/report/review/{review.public_id}",
        "answer_url": url_for("orders.review_answer", public_id=answer_of, review_id=review.public_id)
        if answer_of and review.answered_at is None
        else None,
    }


def review_state(order: Order, reviews: Sequence[Review], side: Side | None, now: datetime) -> dict[str, Any]:
    """What this side can do and see of the two reviews."""
    mine = next((r for r in reviews if side and r.author_id == order.organisation_of(side)), None)
    return {
        "may_write": side is not None and mine is None and may_review(order, now),
        "waits_until": mine.shown_from.date() if mine and not mine.is_shown(now) and mine.hidden_at is None else None,
    }


def record_view(record: Record) -> list[tuple[str, str]]:
    """(what, figure) of a firm's or a studio's record; empty while there are too few orders to say anything."""
    if record.completed < SHOWN_FROM:
        return []
    rows = [("Orders completed", f"{record.completed} in 24 months")]
    for label, share in (
        ("Delivered on time", record.on_time),
        ("Right quantity", record.right_quantity),
        ("Paid on time", record.paid_on_time),
    ):
        if share.whole:
            rows.append((label, share_text(share)))
    if record.cancelled:
        rows.append(("Called off by them", str(record.cancelled)))
    if record.reviews.whole >= SHOWN_FROM and record.average is not None:
        rows.append(("Reviews", f"{record.average:.1f} of 5, from {record.reviews.whole}"))
    return rows


def share_text(share: Share) -> str:
    return f"{share.percent} % ({share.part} of {share.whole})"


def money_typed(minor: int, currency: str) -> str:
    """As a form has it: '1250.00'."""
    exponent = minor_exponent(currency)
    whole, part = divmod(minor, 10**exponent)
    return f"{whole}.{part:0{exponent}d}" if exponent else str(whole)


def _notes(order: Order) -> tuple[tuple[Side, str], ...]:
    return ((Side.STUDIO, order.studio_note), (Side.SUPPLIER, order.supplier_note))
