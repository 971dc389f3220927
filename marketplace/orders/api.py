"""JSON of orders: what the pages do, with the same rules."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy.orm import Session

from marketplace.accounts.current import current_actor
from marketplace.accounts.model import OrganisationKind
from marketplace.accounts.policy import authorize
from marketplace.booking.model import Side
from marketplace.errors import Invalid
from marketplace.idempotency.api import once
from marketplace.orders import actions, running, store
from marketplace.orders.body import SMALLEST_UNIT, read_day, read_quantity, read_text, read_whole, read_yes
from marketplace.orders.foreseen import foresee
from marketplace.orders.forms import MAXIMUM_NOTE, MAXIMUM_WORDS
from marketplace.orders.model import ChangeState, Order, PaymentDraft, PaymentKind
from marketplace.orders.parties import readable
from marketplace.orders.render import (
    change_json,
    message_json,
    milestone_json,
    order_json,
    payment_json,
    record_json,
    review_json,
)
from marketplace.orders.reviews import actions as reviewing
from marketplace.orders.reviews import store as reviews
from marketplace.orders.thread import actions as thread
from marketplace.orders.thread import store as threads
from marketplace.web.body import json_object
from marketplace.web.context import database, now
from marketplace.web.routes import does

blueprint = Blueprint("orders_api", __name__)

BASE = "/api/v1/orders/<public_id>"
Answer = tuple[dict[str, Any], int]


@blueprint.post("/api/v1/quotes/<public_id>/accept")
@does("quote.accept")
@once
def accept(public_id: str) -> Answer:
    json_object(())
    return order_json(actions.accept(database(), current_actor(), public_id, now())), 201


@blueprint.get("/api/v1/orders")
@does("order.read")
def orders() -> Response:
    actor, found = current_actor(), []
    authorize(actor, "order.read", *(m.organisation_id for m in actor.memberships))
    with database().reading() as session:
        for studio_id in actor.organisations(OrganisationKind.STUDIO):
            found += store.list_of_studio(session, studio_id)
        for organisation_id in actor.organisations(OrganisationKind.SUPPLIER):
            found += store.list_of_organisation(session, organisation_id)
    return jsonify({"orders": [order_json(order) for order in found]})


@blueprint.get(BASE)
@does("order.read")
def order(public_id: str) -> Response:
    with database().reading() as session:
        return jsonify(whole_order(session, public_id))


@blueprint.post(f"{BASE}/cancel")
@does("order.cancel")
@once
def cancel(public_id: str) -> Answer:
    reason = read_text(json_object(("reason",)), "reason", MAXIMUM_WORDS)
    return order_json(actions.cancel(database(), current_actor(), public_id, reason, now())), 200


@blueprint.post(f"{BASE}/deliver")
@does("order.run")
@once
def deliver(public_id: str) -> Answer:
    body = json_object(("quantity", "on", "more_than_ordered"))
    unit = known_order(public_id).unit
    on = read_day(body, "on", needed=True)
    assert on is not None
    quantity = read_quantity(body, "quantity", unit)
    more = read_yes(body, "more_than_ordered")
    made = actions.deliver(database(), current_actor(), public_id, quantity=quantity, on=on, now=now(), more=more)
    return order_json(made), 200


@blueprint.post(f"{BASE}/complete")
@does("order.run")
@once
def complete(public_id: str) -> Answer:
    json_object(())
    return order_json(actions.complete(database(), current_actor(), public_id, now())), 200


@blueprint.post(f"{BASE}/dispute")
@does("order.run")
@once
def dispute(public_id: str) -> Answer:
    reason = read_text(json_object(("reason",)), "reason", MAXIMUM_WORDS)
    return order_json(actions.dispute(database(), current_actor(), public_id, reason, now())), 200


@blueprint.post(f"{BASE}/milestones/<milestone_id>/done")
@does("order.run")
@once
def milestone_done(public_id: str, milestone_id: str) -> Answer:
    json_object(())
    running.mark_done(database(), current_actor(), public_id, milestone_id, now())
    with database().writing() as session:
        order_id = store.get(session, public_id).id
        step = next(s for s in store.list_milestones(session, order_id) if s.public_id == milestone_id)
    return milestone_json(step), 200


@blueprint.post(f"{BASE}/payments")
@does("order.run")
@once
def payment(public_id: str) -> Answer:
    body = json_object(("kind", "amount_minor", "due", "paid_on", "received_on", "note", "more_than_open"))
    try:
        kind = PaymentKind(body.get("kind", ""))
    except ValueError:
        raise Invalid({"kind": f"must be one of {', '.join(kind.value for kind in PaymentKind)}"}) from None
    amount = read_whole(body, "amount_minor", SMALLEST_UNIT)
    days = {name: read_day(body, name) for name in ("due", "paid_on", "received_on")}
    draft = PaymentDraft(kind, amount, **days, note=read_text(body, "note", MAXIMUM_NOTE))
    more = read_yes(body, "more_than_open")
    return payment_json(running.add_payment(database(), current_actor(), public_id, draft, now(), more=more)), 201


@blueprint.post(f"{BASE}/messages")
@does("order.run")
@once
def message(public_id: str) -> Answer:
    words = read_text(json_object(("body",)), "body", MAXIMUM_WORDS)
    made = thread.write(database(), current_actor(), public_id, words, now())
    return {"id": made.public_id, "body": made.body, "at": made.at.isoformat()}, 201


@blueprint.post(f"{BASE}/review")
@does("review.write")
@once
def review(public_id: str) -> Answer:
    body = json_object(("rating", "body"))
    rating = read_whole(body, "rating", "must be a whole number from 1 to 5")
    words = read_text(body, "body", MAXIMUM_WORDS)
    made = reviewing.write(database(), current_actor(), public_id, rating, words, now())
    return {"id": made.public_id, "rating": made.rating, "shown_from": made.shown_from.isoformat()}, 201


def known_order(public_id: str) -> Order:
    with database().writing() as session:
        return readable(session, current_actor(), public_id)[0]


def whole_order(session: Session, public_id: str) -> dict[str, Any]:
    """An order with all that belongs to it, as the actor may see it. Errors: NotFound."""
    found, sides = readable(session, current_actor(), public_id)
    record = None
    if sides:
        record = (
            store.record_of_supplier(session, found.supplier_id, now())
            if sides[0] is Side.STUDIO
            else store.record_of_studio(session, found.studio_id, now())
        )
    shown = [review for review in reviews.list_of_order(session, found.id) if review.is_shown(now())]
    files = {int(file.id): file for file in threads.list_files(session, found.id)}
    return {
        **order_json(found),
        "side": sides[0].value if sides else None,
        "milestones": [milestone_json(step) for step in store.list_milestones(session, found.id)],
        "payments": [payment_json(payment) for payment in store.list_payments(session, found.id)],
        "changes": [
            change_json(
                change, found, foresee(session, found, change, now()) if change.state is ChangeState.OPEN else None
            )
            for change in store.list_changes(session, found.id)
        ],
        "messages": [message_json(message, found, files) for message in threads.list_of(session, found.id)],
        "reviews": [review_json(review, found) for review in shown],
        "record_of_other": record_json(record) if record else None,
    }
