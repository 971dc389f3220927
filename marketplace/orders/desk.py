"""All that the page of one order shows, read in one go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor
from marketplace.booking.model import Side
from marketplace.orders import store
from marketplace.orders.foreseen import foresee
from marketplace.orders.model import Order
from marketplace.orders.parties import is_settler, readable
from marketplace.orders.reviews import store as reviews
from marketplace.orders.rules import SHOWN_FROM
from marketplace.orders.thread import store as thread
from marketplace.orders.views import (
    change_view,
    message_view,
    order_view,
    payment_view,
    record_view,
    review_state,
    review_view,
    step_view,
    totals_view,
)
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import SupplierId

NO_NAME = "A studio"


def read_order(session: Session, actor: Actor, public_id: str, now: datetime) -> dict[str, Any]:
    """Values of orders/order.html. Errors: SignInNeeded, NotFound."""
    order, sides = readable(session, actor, public_id)
    side = sides[0] if sides else None
    supplier = suppliers.get(session, SupplierId(order.supplier_id))
    names = {
        order.studio_id: studio_name(session, order.studio_id),
        order.supplier_organisation_id: supplier.profile.name,
    }
    payments = store.list_payments(session, order.id)
    messages = thread.list_of(session, order.id)
    people = _people(session, (message.person_id for message in messages))
    files = {int(file.id): file for file in thread.list_files(session, order.id)}
    written = reviews.list_of_order(session, order.id)
    change = store.find_open_change(session, order.id)
    organisation_id = order.organisation_of(side) if side else None
    return {
        "order": order_view(order, side, now),
        "is_settler": side is None and is_settler(actor, order),
        "supplier": {"name": supplier.profile.name, "url": f"/suppliers/{supplier.slug}"},
        "studio": names[order.studio_id],
        "other": names[order.organisation_of(Side.SUPPLIER if side is Side.STUDIO else Side.STUDIO)],
        "steps": [step_view(step, order, side, now) for step in store.list_milestones(session, order.id)],
        "payments": [payment_view(payment, order, side, now) for payment in payments],
        "totals": totals_view(order, payments),
        "change": change_view(change, order, foresee(session, order, change, now), side) if change else None,
        "messages": [message_view(message, order, names, people, files) for message in messages],
        "reviews": [
            review_view(review, names, order.public_id if review.about_id == organisation_id else None)
            for review in written
            if review.is_shown(now)
        ],
        "review": review_state(order, written, side, now),
        "record": _record_of_other(session, order, side, now),
    }


def studio_name(session: Session, studio_id: int) -> str:
    studio = accounts.find_studio(session, studio_id)
    return studio.name if studio and studio.name else NO_NAME


def names_of(session: Session, orders: Iterable[Order], side: Side) -> dict[int, str]:
    """Order id -> the name of the other side, for a list."""
    known: dict[int, str] = {}
    found: dict[int, str] = {}
    for order in orders:
        other = order.supplier_id if side is Side.STUDIO else order.studio_id
        if other not in known:
            if side is Side.STUDIO:
                known[other] = suppliers.get(session, SupplierId(other)).profile.name
            else:
                known[other] = studio_name(session, other)
        found[order.id] = known[other]
    return found


def supplier_reviews(session: Session, supplier_id: int, organisation_id: int, now: datetime) -> dict[str, Any]:
    """What the public page of a supplier shows of its orders: a record from three orders on, and the reviews."""
    shown = reviews.list_about(session, organisation_id, now)
    record = store.record_of_supplier(session, supplier_id, now)
    names = {review.author_id: studio_name(session, review.author_id) for review in shown}
    return {
        "record": record_view(record),
        "average": record.average if record.reviews.whole >= SHOWN_FROM else None,
        "reviews": [review_view(review, names) for review in shown],
    }


def studio_reviews(session: Session, studio_id: int, now: datetime) -> dict[str, Any]:
    """What a workshop that was asked sees of a studio."""
    shown = reviews.list_about(session, studio_id, now)
    names = {}
    for review in shown:
        supplier = suppliers.find_by_organisation(session, review.author_id)
        names[review.author_id] = supplier.profile.name if supplier else "A workshop"
    return {
        "record": studio_record(session, studio_id, now),
        "reviews": [review_view(review, names) for review in shown],
    }


def studio_record(session: Session, studio_id: int, now: datetime) -> list[tuple[str, str]]:
    """What suppliers see of a studio before they answer it."""
    return record_view(store.record_of_studio(session, studio_id, now))


def _record_of_other(session: Session, order: Order, side: Side | None, now: datetime) -> list[tuple[str, str]]:
    if side is Side.STUDIO:
        return record_view(store.record_of_supplier(session, order.supplier_id, now))
    if side is Side.SUPPLIER:
        return studio_record(session, order.studio_id, now)
    return []


def _people(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    found = {}
    for person_id in {person_id for person_id in ids if person_id}:
        person = accounts.find_person(session, person_id)
        if person:
            found[person_id] = person.name
    return found
