"""JSON of orders: what the pages do, with the same rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, jsonify

from marketplace.accounts.current import current_actor
from marketplace.accounts.model import OrganisationKind
from marketplace.accounts.policy import authorize
from marketplace.booking.model import Side
from marketplace.errors import Invalid
from marketplace.idempotency.api import once
from marketplace.orders import actions, running, store
from marketplace.orders.forms import MAXIMUM_NOTE, MAXIMUM_WORDS
from marketplace.orders.model import Order, PaymentDraft, PaymentKind
from marketplace.orders.parties import readable
from marketplace.orders.render import milestone_json, order_json, payment_json, record_json, review_json
from marketplace.orders.reviews import actions as reviewing
from marketplace.orders.reviews import store as reviews
from marketplace.orders.thread import actions as thread
from marketplace.orders.thread import store as threads
from marketplace.search.forms import read_date
from marketplace.text import clean_text
from marketplace.units import Quantity, Unit, parse_quantity
from marketplace.web.body import json_object
from marketplace.web.context import database, now
from marketplace.web.routes import does

blueprint = Blueprint("orders_api", __name__)

_BASE = "/api/v1/orders/<public_id>"
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


@blueprint.get(_BASE)
@does("order.read")
def order(public_id: str) -> Response:
    with database().reading() as session:
        found, sides = readable(session, current_actor(), public_id)
        steps, payments = store.list_milestones(session, found.id), store.list_payments(session, found.id)
        messages = threads.list_of(session, found.id)
        files = {int(file.id): file for file in threads.list_files(session, found.id)}
        shown = [review for review in reviews.list_of_order(session, found.id) if review.is_shown(now())]
        record = None
        if sides:
            record = (
                store.record_of_supplier(session, found.supplier_id, now())
                if sides[0] is Side.STUDIO
                else store.record_of_studio(session, found.studio_id, now())
            )
    return jsonify(
        {
            **order_json(found),
            "side": sides[0].value if sides else None,
            "milestones": [milestone_json(step) for step in steps],
            "payments": [payment_json(payment) for payment in payments],
            "messages": [
                {
                    "id": message.public_id,
                    "by": "studio" if message.organisation_id == found.studio_id else "supplier",
                    "body": message.body,
                    "at": message.at.isoformat(),
                    "files": [
                        {"id": files[i].public_id, "name": files[i].name, "size": files[i].size}
                        for i in message.file_ids
                        if i in files
                    ],
                }
                for message in messages
            ],
            "reviews": [review_json(review, found) for review in shown],
            "record_of_other": record_json(record) if record else None,
        }
    )


@blueprint.post(f"{_BASE}/cancel")
@does("order.cancel")
@once
def cancel(public_id: str) -> Answer:
    reason = _text(json_object(("reason",)), "reason", MAXIMUM_WORDS)
    return order_json(actions.cancel(database(), current_actor(), public_id, reason, now())), 200


@blueprint.post(f"{_BASE}/deliver")
@does("order.run")
@once
def deliver(public_id: str) -> Answer:
    body = json_object(("quantity", "on"))
    unit = _known(public_id).unit
    on = _day(body, "on", needed=True)
    assert on is not None
    quantity = _quantity(body, "quantity", unit)
    made = actions.deliver(database(), current_actor(), public_id, quantity=quantity, on=on, now=now())
    return order_json(made), 200


@blueprint.post(f"{_BASE}/complete")
@does("order.run")
@once
def complete(public_id: str) -> Answer:
    json_object(())
    return order_json(actions.complete(database(), current_actor(), public_id, now())), 200


@blueprint.post(f"{_BASE}/dispute")
@does("order.run")
@once
def dispute(public_id: str) -> Answer:
    reason = _text(json_object(("reason",)), "reason", MAXIMUM_WORDS)
    return order_json(actions.dispute(database(), current_actor(), public_id, reason, now())), 200


@blueprint.post(f"{_BASE}/milestones/<milestone_id>/done")
@does("order.run")
@once
def milestone_done(public_id: str, milestone_id: str) -> Answer:
    json_object(())
    running.mark_done(database(), current_actor(), public_id, milestone_id, now())
    with database().writing() as session:
        order_id = store.get(session, public_id).id
        step = next(s for s in store.list_milestones(session, order_id) if s.public_id == milestone_id)
    return milestone_json(step), 200


@blueprint.post(f"{_BASE}/payments")
@does("order.run")
@once
def payment(public_id: str) -> Answer:
    body = json_object(("kind", "amount_minor", "due", "paid_on", "received_on", "note"))
    try:
        kind = PaymentKind(body.get("kind", ""))
    except ValueError:
        raise Invalid({"kind": f"must be one of {', '.join(kind.value for kind in PaymentKind)}"}) from None
    amount = body.get("amount_minor")
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise Invalid({"amount_minor": "must be a whole number of the currency's smallest unit"})
    days = {name: _day(body, name) for name in ("due", "paid_on", "received_on")}
    draft = PaymentDraft(kind, amount, **days, note=_text(body, "note", MAXIMUM_NOTE))
    return payment_json(running.add_payment(database(), current_actor(), public_id, draft, now())), 201


@blueprint.post(f"{_BASE}/messages")
@does("order.run")
@once
def message(public_id: str) -> Answer:
    words = _text(json_object(("body",)), "body", MAXIMUM_WORDS)
    made = thread.write(database(), current_actor(), public_id, words, now())
    return {"id": made.public_id, "body": made.body, "at": made.at.isoformat()}, 201


@blueprint.post(f"{_BASE}/review")
@does("review.write")
@once
def review(public_id: str) -> Answer:
    body = json_object(("rating", "body"))
    rating = body.get("rating")
    if isinstance(rating, bool) or not isinstance(rating, int):
        raise Invalid({"rating": "must be a whole number from 1 to 5"})
    words = _text(body, "body", MAXIMUM_WORDS)
    made = reviewing.write(database(), current_actor(), public_id, rating, words, now())
    return {"id": made.public_id, "rating": made.rating, "shown_from": made.shown_from.isoformat()}, 201


def _known(public_id: str) -> Order:
    with database().writing() as session:
        return readable(session, current_actor(), public_id)[0]


def _text(body: Mapping[str, Any], name: str, maximum: int) -> str:
    value = body.get(name) or ""
    if not isinstance(value, str):
        raise Invalid({name: "must be text"})
    try:
        return clean_text(value, maximum=maximum)
    except ValueError as error:
        raise Invalid({name: str(error)}) from None


def _day(body: Mapping[str, Any], name: str, *, needed: bool = False) -> date | None:
    value = body.get(name)
    if value is None and not needed:
        return None
    try:
        return read_date(value if isinstance(value, str) else "")
    except ValueError as error:
        raise Invalid({name: str(error)}) from None


def _quantity(body: Mapping[str, Any], name: str, unit: Unit) -> Quantity:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Invalid({name: f"must be a number of {unit.label}"})
    try:
        return parse_quantity(str(value), unit)
    except ValueError as error:
        raise Invalid({name: str(error)}) from None
