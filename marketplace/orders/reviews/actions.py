"""Say how an order went, and answer. Each is one write transaction."""

from __future__ import annotations

from datetime import datetime

from marketplace.accounts.model import Actor
from marketplace.db import Database
from marketplace.errors import Conflict, Invalid, NotFound, SignInNeeded
from marketplace.orders import store as orders
from marketplace.orders.events import note, other, tell
from marketplace.orders.model import Review, State
from marketplace.orders.parties import sides_of, take
from marketplace.orders.reviews import store
from marketplace.orders.rules import may_review, shown_from


def write(database: Database, actor: Actor, order_id: str, rating: int, body: str, now: datetime) -> Review:
    """One review of each side, in the 14 days after completion, final.

    It is shown when the other side has written too, or when the days are over: nobody answers a bad review with
    another. Errors: Invalid, Conflict, NotFound.
    """
    with database.writing() as session:
        order, sides = take(session, actor, order_id, "review.write")
        if order.state is not State.COMPLETED:
            raise Conflict("A review can be written once the order is completed.")
        if not may_review(order, now):
            raise Conflict("The 14 days for a review are over.")
        problems = {}
        if not 1 <= rating <= 5:
            problems["rating"] = "choose from 1 to 5"
        if not body:
            problems["body"] = "say in a sentence or two how it went"
        if problems:
            raise Invalid(problems)
        written = {review.author_id for review in store.list_of_order(session, order.id)}
        free = [side for side in sides if order.organisation_of(side) not in written]
        if not free:
            raise Conflict("Your side has written its review.")
        side = free[0]
        assert order.ended_at is not None
        shown = shown_from(order.ended_at, now, other_has_written=bool(written))
        review = store.add(
            session,
            order_id=order.id,
            author_id=order.organisation_of(side),
            about_id=order.organisation_of(other(side)),
            person_id=actor.person.id if actor.person else None,
            rating=rating,
            body=body,
            now=now,
            shown_from=shown,
        )
        if written:
            store.show_all_of_order(session, order.id, now)
        note(session, actor, order, "review", now, after={"review": review.public_id, "rating": rating})
        text = (
            "both reviews are shown now."
            if written
            else "the other side has written its review. Write yours to see it."
        )
        tell(session, order, other(side), text, now, "review")
        return review


def answer(database: Database, actor: Actor, review_id: str, body: str, now: datetime) -> Review:
    """The one answer of whom a shown review is about, final.

    Errors: Invalid without words; Conflict when there is one; NotFound for others, and for what is not shown yet.
    """
    if not actor.is_signed_in:
        raise SignInNeeded
    with database.writing() as session:
        review = store.get(session, review_id)
        order = orders.find_by_id(session, review.order_id)
        if order is None:
            raise NotFound
        about = [s for s in sides_of(actor, order, "review.write") if order.organisation_of(s) == review.about_id]
        if not about or not review.is_shown(now):
            raise NotFound
        if not body:
            raise Invalid({"answer": "is missing"})
        if not store.answer(session, review.id, body, now):
            raise Conflict("You have answered this review.")
        note(session, actor, order, "review_answer", now, after={"review": review.public_id})
        tell(session, order, other(about[0]), "your review was answered.", now, "review")
        return store.get(session, review_id)
