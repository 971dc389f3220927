"""JSON of what the two sides do while an order runs. Each answers the whole order, as GET does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.accounts.model import Actor
from marketplace.booking.model import Side
from marketplace.db import Database
from marketplace.errors import Invalid, NotFound
from marketplace.files.actions import send
from marketplace.files.uploads import cabinet
from marketplace.idempotency.api import once
from marketplace.orders import actions, changing, repeating, running
from marketplace.orders.api import BASE, Answer, blueprint, known_order, whole_order
from marketplace.orders.body import SMALLEST_UNIT, read_day, read_quantity, read_text, read_whole
from marketplace.orders.forms import MAXIMUM_NOTE, MAXIMUM_TITLE, MAXIMUM_WORDS, ChangeForm
from marketplace.orders.parties import readable
from marketplace.orders.reviews import actions as reviewing
from marketplace.orders.reviews import store as reviews
from marketplace.orders.rules import MOST_MINOR
from marketplace.orders.thread import store as threads
from marketplace.web.body import json_object
from marketplace.web.context import database, now
from marketplace.web.routes import does


@blueprint.post(f"{BASE}/milestones")
@does("order.run")
@once
def milestone_add(public_id: str) -> Answer:
    """A step, or with `{"kind": "sample"}` one more sample with its approval."""
    body = json_object(("kind", "title", "side", "due"))
    if body.get("kind") == "sample":
        if len(body) > 1:
            raise Invalid({"kind": "a sample round takes no other field"})
        running.add_sample_round(database(), current_actor(), public_id, now())
        return _order(public_id, 201)
    if "kind" in body:
        raise Invalid({"kind": "must be sample, or left out"})
    try:
        side = Side(body.get("side", ""))
    except ValueError:
        raise Invalid({"side": "must be studio or supplier"}) from None
    title, due = read_text(body, "title", MAXIMUM_TITLE), read_day(body, "due")
    running.add_step(database(), current_actor(), public_id, title, side, due, now())
    return _order(public_id, 201)


@blueprint.post(f"{BASE}/milestones/<milestone_id>/undo")
@does("order.run")
@once
def milestone_undo(public_id: str, milestone_id: str) -> Answer:
    json_object(())
    running.undo_done(database(), current_actor(), public_id, milestone_id, now())
    return _order(public_id)


@blueprint.post(f"{BASE}/milestones/<milestone_id>/note")
@does("order.run")
@once
def milestone_note(public_id: str, milestone_id: str) -> Answer:
    words = read_text(json_object(("note",)), "note", MAXIMUM_NOTE)
    running.correct_step(database(), current_actor(), public_id, milestone_id, words, now())
    return _order(public_id)


@blueprint.post(f"{BASE}/payments/<payment_id>/paid")
@does("order.run")
@once
def payment_paid(public_id: str, payment_id: str) -> Answer:
    on = read_day(json_object(("on",)), "on", needed=True)
    assert on is not None
    running.say_paid(database(), current_actor(), public_id, payment_id, on, now())
    return _order(public_id)


@blueprint.post(f"{BASE}/payments/<payment_id>/received")
@does("order.run")
@once
def payment_received(public_id: str, payment_id: str) -> Answer:
    on = read_day(json_object(("on",)), "on", needed=True)
    assert on is not None
    running.say_received(database(), current_actor(), public_id, payment_id, on, now())
    return _order(public_id)


@blueprint.post(f"{BASE}/payments/<payment_id>/undo")
@does("order.run")
@once
def payment_undo(public_id: str, payment_id: str) -> Answer:
    json_object(())
    running.undo_payment(database(), current_actor(), public_id, payment_id, now())
    return _order(public_id)


@blueprint.post(f"{BASE}/payments/<payment_id>/note")
@does("order.run")
@once
def payment_note(public_id: str, payment_id: str) -> Answer:
    words = read_text(json_object(("note",)), "note", MAXIMUM_NOTE)
    running.correct_payment(database(), current_actor(), public_id, payment_id, words, now())
    return _order(public_id)


@blueprint.post(f"{BASE}/lots")
@does("order.run")
@once
def lots(public_id: str) -> Answer:
    words = read_text(json_object(("lots",)), "lots", MAXIMUM_NOTE)
    running.set_lots(database(), current_actor(), public_id, words, now())
    return _order(public_id)


@blueprint.post(f"{BASE}/changes")
@does("order.run")
@once
def change_propose(public_id: str) -> Answer:
    body = json_object(("arrival", "quantity", "total_minor", "note"))
    unit = known_order(public_id).unit
    arrival = read_day(body, "arrival", needed=True)
    total = read_whole(body, "total_minor", SMALLEST_UNIT)
    if not 0 <= total <= MOST_MINOR:
        raise Invalid({"total_minor": "must be an amount of money"})
    assert arrival is not None
    quantity = read_quantity(body, "quantity", unit).atoms
    form = ChangeForm(arrival, quantity, total, read_text(body, "note", MAXIMUM_NOTE))
    changing.propose(database(), current_actor(), public_id, form, now())
    return _order(public_id, 201)


@blueprint.post(f"{BASE}/changes/<change_id>/accept")
@does("order.run")
@once
def change_accept(public_id: str, change_id: str) -> Answer:
    """With `starts` and `ready`, the days a client was shown, no other ones are booked."""
    body = json_object(("starts", "ready"))
    shown = [read_day(body, name) for name in ("starts", "ready")]
    changing.accept(database(), current_actor(), public_id, change_id, now(), *shown)
    return _order(public_id)


@blueprint.post(f"{BASE}/changes/<change_id>/decline")
@does("order.run")
@once
def change_decline(public_id: str, change_id: str) -> Answer:
    return _decided(changing.decline, public_id, change_id)


@blueprint.post(f"{BASE}/changes/<change_id>/withdraw")
@does("order.run")
@once
def change_withdraw(public_id: str, change_id: str) -> Answer:
    return _decided(changing.withdraw, public_id, change_id)


@blueprint.post(f"{BASE}/take-back")
@does("order.run")
@once
def take_back(public_id: str) -> Answer:
    json_object(())
    actions.take_back_delivery(database(), current_actor(), public_id, now())
    return _order(public_id)


@blueprint.post(f"{BASE}/view")
@does("order.run")
@once
def add_view(public_id: str) -> Answer:
    words = read_text(json_object(("reason",)), "reason", MAXIMUM_WORDS)
    actions.add_view(database(), current_actor(), public_id, words, now())
    return _order(public_id)


@blueprint.post(f"{BASE}/end-dispute")
@does("order.run")
@once
def end_dispute(public_id: str) -> Answer:
    json_object(())
    actions.end_dispute(database(), current_actor(), public_id, now())
    return _order(public_id)


@blueprint.post(f"{BASE}/reviews/<review_id>/answer")
@does("review.write")
@once
def review_answer(public_id: str, review_id: str) -> Answer:
    words = read_text(json_object(("answer",)), "answer", MAXIMUM_WORDS)
    order = known_order(public_id)
    with database().writing() as session:
        if reviews.get(session, review_id).order_id != order.id:
            raise NotFound
    reviewing.answer(database(), current_actor(), review_id, words, now())
    return _order(public_id)


@blueprint.post(f"{BASE}/repeat")
@does("brief.own")
@once
def repeat(public_id: str) -> Answer:
    """The brief of another run: its id, for /api/v1/briefs."""
    json_object(())
    return {"brief": repeating.repeat(database(), current_actor(), public_id, now()).public_id}, 201


@blueprint.get(f"{BASE}/files/<file_id>")
@does("order.read")
def file(public_id: str, file_id: str) -> ResponseReturnValue:
    with database().reading() as session:
        order, _ = readable(session, current_actor(), public_id)
        stored = threads.get_file(session, order.id, file_id)
    return send(cabinet(), stored)


def _decided(decide: Callable[[Database, Actor, str, str, Any], object], public_id: str, change_id: str) -> Answer:
    json_object(())
    decide(database(), current_actor(), public_id, change_id, now())
    return _order(public_id)


def _order(public_id: str, status: int = 200) -> Answer:
    """As it stands now, inside the transaction that changed it."""
    with database().writing() as session:
        return whole_order(session, public_id), status
