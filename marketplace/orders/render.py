"""Orders as JSON: explicit lists of fields. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from marketplace.files.model import StoredFile
from marketplace.orders.foreseen import Foreseen
from marketplace.orders.model import Change, Message, Milestone, Order, Payment, Record, Review, Share
from marketplace.units import Quantity
from marketplace.units.rules import whole_or_decimal


def order_json(order: Order) -> dict[str, Any]:
    delivered = order.delivered_quantity
    return {
        "id": order.public_id,
        "title": order.title,
        "state": order.state.value,
        "quantity": whole_or_decimal(order.quantity),
        "unit": order.unit.value,
        "currency": order.currency,
        "total_minor": order.total_minor,
        "starts": _day(order.starts),
        "ready": _day(order.ready),
        "created_at": order.created_at.isoformat(),
        "delivered_on": _day(order.delivered_on),
        "delivered_quantity": whole_or_decimal(Quantity(delivered, order.unit)) if delivered is not None else None,
        "disputed_by": order.disputed_by.value if order.disputed_by else None,
        "views": {"studio": order.studio_note, "supplier": order.supplier_note},
        "ended_at": _instant(order.ended_at),
        "cancelled_by": order.cancelled_by.value if order.cancelled_by else None,
        "reason": order.reason,
        "lots": order.lots,
    }


def milestone_json(step: Milestone) -> dict[str, Any]:
    return {
        "id": step.public_id,
        "kind": step.kind.value,
        "side": step.side.value,
        "title": step.title,
        "due": _day(step.due),
        "done_at": _instant(step.done_at),
        "note": step.note,
    }


def payment_json(payment: Payment) -> dict[str, Any]:
    return {
        "id": payment.public_id,
        "kind": payment.kind.value,
        "amount_minor": payment.amount_minor,
        "due": _day(payment.due),
        "paid_on": _day(payment.paid_on),
        "received_on": _day(payment.received_on),
        "note": payment.note,
    }


def change_json(change: Change, order: Order, foreseen: Foreseen | None) -> dict[str, Any]:
    """`foreseen`: the days it would book if it were accepted now, while it is open."""
    return {
        "id": change.public_id,
        "state": change.state.value,
        "arrival": _day(change.arrival),
        "starts": _day(foreseen.starts if foreseen else None),
        "ready": _day(foreseen.ready if foreseen else None),
        "quantity": whole_or_decimal(Quantity(change.quantity, order.unit)),
        "total_minor": change.total_minor,
        "note": change.note,
        "at": _instant(change.at),
    }


def message_json(message: Message, order: Order, files: Mapping[int, StoredFile]) -> dict[str, Any]:
    """`files`: those that are still there, by number."""
    return {
        "id": message.public_id,
        "by": "studio" if message.organisation_id == order.studio_id else "supplier",
        "body": message.body,
        "at": message.at.isoformat(),
        "files": [
            {"id": files[number].public_id, "name": files[number].name, "size": files[number].size}
            for number in message.file_ids
            if number in files
        ],
    }


def review_json(review: Review, order: Order) -> dict[str, Any]:
    return {
        "id": review.public_id,
        "by": "studio" if review.author_id == order.studio_id else "supplier",
        "rating": review.rating,
        "body": review.body,
        "written_at": review.written_at.isoformat(),
        "answer": review.answer or None,
    }


def record_json(record: Record) -> dict[str, Any]:
    return {
        "completed": record.completed,
        "cancelled": record.cancelled,
        "on_time": _share(record.on_time),
        "right_quantity": _share(record.right_quantity),
        "paid_on_time": _share(record.paid_on_time),
        "reviews": record.reviews.whole,
        "average": record.average,
    }


def _share(share: Share) -> dict[str, int]:
    return {"part": share.part, "whole": share.whole}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
