"""What the two sides do on the page of a running order: steps, payments, changes, messages, reviews."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.errors import Conflict, NotFound
from marketplace.files.actions import receive, send
from marketplace.files.uploads import cabinet, takes_files
from marketplace.orders import changing, repeating, running
from marketplace.orders.forms import (
    MAXIMUM_NOTE,
    read_change,
    read_day,
    read_optional_day,
    read_payment,
    read_rating,
    read_side,
    read_title,
    read_words,
)
from marketplace.orders.pages import act, blueprint, known_order, order_page
from marketplace.orders.parties import readable
from marketplace.orders.reviews import actions as reviewing
from marketplace.orders.reviews import store as reviews
from marketplace.orders.thread import actions as thread
from marketplace.orders.thread import store as threads
from marketplace.web.context import database, now
from marketplace.web.routes import does

_BASE = "/account/orders/<public_id>"


@blueprint.post(f"{_BASE}/steps/round")
@does("order.run")
def step_round(public_id: str) -> ResponseReturnValue:
    return act(
        public_id,
        lambda: running.add_sample_round(database(), current_actor(), public_id, now()),
        "Another sample round is added.",
        "steps",
    )


@blueprint.post(f"{_BASE}/steps")
@does("order.run")
def step_add(public_id: str) -> ResponseReturnValue:
    def run() -> None:
        title, side, due = read_title(request.form), read_side(request.form), read_optional_day(request.form, "due")
        running.add_step(database(), current_actor(), public_id, title, side, due, now())

    return act(public_id, run, "The step is added.", "steps", form="step")


@blueprint.post(f"{_BASE}/steps/<milestone_id>/done")
@does("order.run")
def step_done(public_id: str, milestone_id: str) -> ResponseReturnValue:
    return act(
        public_id,
        lambda: running.mark_done(database(), current_actor(), public_id, milestone_id, now()),
        "Marked as done. For an hour you can undo it.",
        "steps",
    )


@blueprint.post(f"{_BASE}/steps/<milestone_id>/undo")
@does("order.run")
def step_undo(public_id: str, milestone_id: str) -> ResponseReturnValue:
    return act(
        public_id,
        lambda: running.undo_done(database(), current_actor(), public_id, milestone_id, now()),
        "The step is open again.",
        "steps",
    )


@blueprint.post(f"{_BASE}/steps/<milestone_id>/note")
@does("order.run")
def step_note(public_id: str, milestone_id: str) -> ResponseReturnValue:
    def run() -> None:
        words = read_words(request.form, "note", MAXIMUM_NOTE)
        running.correct_step(database(), current_actor(), public_id, milestone_id, words, now())

    return act(public_id, run, "The note is added.", "steps", form=f"n{milestone_id}")


@blueprint.post(f"{_BASE}/payments")
@does("order.run")
def payment_add(public_id: str) -> ResponseReturnValue:
    def run() -> None:
        draft = read_payment(request.form, known_order(public_id).currency)
        more = "more_than_open" in request.form
        running.add_payment(database(), current_actor(), public_id, draft, now(), more=more)

    return act(public_id, run, "The payment is recorded.", "payments", form="payment")


@blueprint.post(f"{_BASE}/payments/<payment_id>/paid")
@does("order.run")
def payment_paid(public_id: str, payment_id: str) -> ResponseReturnValue:
    def run() -> None:
        on = read_day(request.form, "on")
        running.say_paid(database(), current_actor(), public_id, payment_id, on, now())

    return act(public_id, run, "Recorded as paid. For an hour you can undo it.", "payments", form=f"p{payment_id}")


@blueprint.post(f"{_BASE}/payments/<payment_id>/received")
@does("order.run")
def payment_received(public_id: str, payment_id: str) -> ResponseReturnValue:
    def run() -> None:
        on = read_day(request.form, "on")
        running.say_received(database(), current_actor(), public_id, payment_id, on, now())

    return act(public_id, run, "Recorded as received. For an hour you can undo it.", "payments", form=f"p{payment_id}")


@blueprint.post(f"{_BASE}/payments/<payment_id>/undo")
@does("order.run")
def payment_undo(public_id: str, payment_id: str) -> ResponseReturnValue:
    return act(
        public_id,
        lambda: running.undo_payment(database(), current_actor(), public_id, payment_id, now()),
        "Taken back.",
        "payments",
    )


@blueprint.post(f"{_BASE}/payments/<payment_id>/note")
@does("order.run")
def payment_note(public_id: str, payment_id: str) -> ResponseReturnValue:
    def run() -> None:
        words = read_words(request.form, "note", MAXIMUM_NOTE)
        running.correct_payment(database(), current_actor(), public_id, payment_id, words, now())

    return act(public_id, run, "The note is added.", "payments", form=f"n{payment_id}")


@blueprint.post(f"{_BASE}/lots")
@does("order.run")
def lots(public_id: str) -> ResponseReturnValue:
    def run() -> None:
        words = read_words(request.form, "lots", MAXIMUM_NOTE)
        running.set_lots(database(), current_actor(), public_id, words, now())

    return act(public_id, run, "The lots are noted: a repeat run asks for them.", "lots", form="lots")


@blueprint.post(f"{_BASE}/changes")
@does("order.run")
def change_propose(public_id: str) -> ResponseReturnValue:
    def run() -> None:
        order = known_order(public_id)
        form = read_change(request.form, order.unit, order.currency)
        changing.propose(database(), current_actor(), public_id, form, now())

    return act(public_id, run, "Proposed. Nothing changes until the designer accepts.", "change", form="change")


@blueprint.post(f"{_BASE}/changes/<change_id>/accept")
@does("order.run")
def change_accept(public_id: str, change_id: str) -> ResponseReturnValue:
    def run() -> None:
        shown = [read_optional_day(request.form, name) for name in ("starts", "ready")]
        changing.accept(database(), current_actor(), public_id, change_id, now(), *shown)

    return act(public_id, run, "Accepted: the new weeks are booked, the old ones given back.")


@blueprint.post(f"{_BASE}/changes/<change_id>/decline")
@does("order.run")
def change_decline(public_id: str, change_id: str) -> ResponseReturnValue:
    return act(
        public_id,
        lambda: changing.decline(database(), current_actor(), public_id, change_id, now()),
        "Declined: all stays as agreed.",
    )


@blueprint.post(f"{_BASE}/changes/<change_id>/withdraw")
@does("order.run")
def change_withdraw(public_id: str, change_id: str) -> ResponseReturnValue:
    return act(
        public_id,
        lambda: changing.withdraw(database(), current_actor(), public_id, change_id, now()),
        "Your proposal is taken back.",
    )


@blueprint.post(f"{_BASE}/messages")
@does("order.run")
@takes_files
def message_add(public_id: str) -> ResponseReturnValue:
    def run() -> None:
        upload = request.files.get("file")
        body = read_words(request.form, "body")
        if upload is None or not upload.filename:
            thread.write(database(), current_actor(), public_id, body, now())
            return
        known_order(public_id)  # before a stranger's megabytes are taken
        with receive(cabinet(), upload.filename, upload.stream) as received:
            thread.write(database(), current_actor(), public_id, body, now(), cabinet=cabinet(), received=received)

    return act(public_id, run, "Sent.", "thread", form="message")


@blueprint.get(f"{_BASE}/files/<file_id>")
@does("order.read")
def file(public_id: str, file_id: str) -> ResponseReturnValue:
    with database().reading() as session:
        order, _ = readable(session, current_actor(), public_id)
        stored = threads.get_file(session, order.id, file_id)
    return send(cabinet(), stored)


@blueprint.post(f"{_BASE}/repeat")
@does("brief.own")
def repeat(public_id: str) -> ResponseReturnValue:
    try:
        brief = repeating.repeat(database(), current_actor(), public_id, now())
    except Conflict as error:
        return order_page(public_id, {"": error.detail}), 409
    flash("Here is the brief of the new run, with its workshop, price and lots. Give it its days.", "success")
    return redirect(url_for("briefs.edit", public_id=brief.public_id), 303)


@blueprint.post(f"{_BASE}/review")
@does("review.write")
def review_write(public_id: str) -> ResponseReturnValue:
    def run() -> None:
        rating, body = read_rating(request.form), read_words(request.form, "body")
        reviewing.write(database(), current_actor(), public_id, rating, body, now())

    return act(
        public_id,
        run,
        "Thank you. It is shown when both have written, or when the 14 days are over.",
        "reviews",
        form="review",
    )


@blueprint.post(f"{_BASE}/reviews/<review_id>/answer")
@does("review.write")
def review_answer(public_id: str, review_id: str) -> ResponseReturnValue:
    def run() -> None:
        with database().reading() as session:
            if reviews.get(session, review_id).order_id != known_order(public_id).id:
                raise NotFound
        reviewing.answer(database(), current_actor(), review_id, read_words(request.form, "answer"), now())

    return act(public_id, run, "Your answer stands below the review.", "reviews", form=f"r{review_id}")
