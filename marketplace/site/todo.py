"""What waits for a person now, on both sides of the market: the top of their account's page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from marketplace.accounts.current import current_actor
from marketplace.accounts.model import Actor, OrganisationKind
from marketplace.accounts.policy import can
from marketplace.applications import answering
from marketplace.applications import store as applications
from marketplace.applications.actions import own_path
from marketplace.applications.model import State as Applied
from marketplace.applications.rules import waits_for_firm
from marketplace.booking.model import Side
from marketplace.briefs import store as briefs
from marketplace.briefs.model import BriefState
from marketplace.briefs.rules import readiness
from marketplace.enquiries import store as enquiries
from marketplace.enquiries.look import supplier_ids
from marketplace.enquiries.model import Enquiry
from marketplace.enquiries.model import State as Asked
from marketplace.enquiries.threads import store as threads
from marketplace.learning.actions import entries_of_firms
from marketplace.moderation import store as moderation
from marketplace.orders import store as orders
from marketplace.orders.model import Order, State
from marketplace.orders.reviews import store as reviews
from marketplace.orders.rules import may_review
from marketplace.waiting import store as waiting
from marketplace.waiting.model import State as Place
from marketplace.web.context import database, now


@dataclass(frozen=True, slots=True)
class Todo:
    """`one` and `many` follow the count: "quote to decide", "quotes to decide"."""

    count: int
    one: str
    many: str
    url: str

    @property
    def text(self) -> str:
        return self.one if self.count == 1 else self.many


def waits_for_you() -> list[Todo]:
    """For templates: what waits for who is signed in, the most pressing first."""
    actor = current_actor()
    with database().reading() as session:
        found = [*_workshop(session, actor, now()), *_studio(session, actor, now()), *_desk(session, actor)]
        found += _learning(session, actor)
    return [todo for todo in found if todo.count]


def _workshop(session: Session, actor: Actor, at: datetime) -> list[Todo]:
    organisations = actor.organisations(OrganisationKind.SUPPLIER)
    if not organisations:
        return []
    asked = enquiries.list_of_suppliers(session, supplier_ids(session, actor))
    made = [order for each in organisations for order in orders.list_of_organisation(session, each)]
    unanswered = [enquiry for enquiry in asked if enquiry.state is Asked.SENT]
    inbox = url_for("enquiries.inbox")
    return [
        Todo(len(unanswered), "enquiry to answer", "enquiries to answer", inbox),
        *_of_orders(session, made, Side.SUPPLIER, at),
    ]


def _studio(session: Session, actor: Actor, at: datetime) -> list[Todo]:
    organisations = actor.organisations(OrganisationKind.STUDIO)
    if not organisations:
        return []
    sent = enquiries.list_of_studio(session, organisations)
    asked = [enquiry for enquiry in sent if enquiry.state in (Asked.SENT, Asked.QUOTED)]
    quoted = {quote.enquiry_id for quote in enquiries.list_quotes(session, [e.id for e in asked]) if quote.is_open(at)}
    quotes = [enquiry for enquiry in asked if enquiry.id in quoted]
    waiting_lines = threads.list_open_questions(session, [enquiry.id for enquiry in asked])
    questions = {line.enquiry_id for line in waiting_lines}
    written = [b for each in organisations for b in briefs.list_for_studio(session, each, BriefState.OPEN)]
    known = {enquiry.brief_id for enquiry in sent}  # what somebody was asked about is as finished as it needs to be
    unready = [b for b in written if b.id not in known and not readiness(b.content, b.files, at.date()).is_ready]
    lines = [line for each in organisations for line in waiting.list_of_studio(session, each)]
    offered = [line for line in lines if line.state is Place.OFFERED]
    ordered = [order for each in organisations for order in orders.list_of_studio(session, each)]
    unready_url = url_for("briefs.brief", public_id=unready[0].public_id) if len(unready) == 1 else ""
    return [
        Todo(len(offered), "offer of freed weeks to take", "offers of freed weeks to take", url_for("waiting.lines")),
        Todo(len(quotes), "quote to decide on", "quotes to decide on", _compare_url(session, quotes)),
        Todo(
            len(waiting_lines),
            "question to answer",
            "questions to answer",
            _thread_url([enquiry for enquiry in asked if enquiry.id in questions]),
        ),
        *_of_orders(session, ordered, Side.STUDIO, at),
        Todo(len(unready), "brief to finish", "briefs to finish", unready_url or url_for("briefs.briefs")),
    ]


def _of_orders(session: Session, found: Sequence[Order], side: Side, at: datetime) -> list[Todo]:
    delivered = [order for order in found if order.state is State.DELIVERED and side is Side.STUDIO]
    running = [order for order in found if order.state is State.BOOKED]
    payments = orders.list_payments_of(session, [order.id for order in running])
    unconfirmed = [
        order
        for order in running
        if side is Side.SUPPLIER
        and any(payment.paid_on and not payment.received_on for payment in payments.get(order.id, ()))
    ]
    changes = [order for order in running if side is Side.STUDIO and orders.find_open_change(session, order.id)]
    disputed = [order for order in found if order.state is State.DISPUTED]
    to_review = [order for order in found if may_review(order, at) and not _has_reviewed(session, order, side)]
    return [
        Todo(len(disputed), "disputed order", "disputed orders", _order_url(disputed)),
        Todo(len(changes), "proposed change to decide on", "proposed changes to decide on", _order_url(changes)),
        Todo(len(delivered), "delivery to look at", "deliveries to look at", _order_url(delivered)),
        Todo(len(unconfirmed), "payment to confirm", "payments to confirm", _order_url(unconfirmed)),
        Todo(len(to_review), "review to write", "reviews to write", _order_url(to_review)),
        Todo(len(running), "order in production", "orders in production", _order_url(running)),
    ]


def _learning(session: Session, actor: Actor) -> list[Todo]:
    """Of apprentices, and of the firms that teach them."""
    if actor.person_id is None:
        return []
    offered = [each for each in applications.list_of_person(session, actor.person_id) if each.state is Applied.OFFERED]
    offered_url = own_path(offered[0]) if len(offered) == 1 else url_for("applications.applications")
    found = [Todo(len(offered), "place to accept or leave", "places to accept or leave", offered_url)]
    if actor.organisations(OrganisationKind.SUPPLIER):
        waits = [each for each in answering.list_received(session, actor) if waits_for_firm(each.state)]
        unsigned = [entry for entry, _ in entries_of_firms(session, actor) if not entry.is_signed]
        received_url = url_for("received.applications")
        found.append(Todo(len(waits), "application to answer", "applications to answer", received_url))
        sign_url = url_for("learning.to_sign")
        found.append(Todo(len(unsigned), "day of a skills log to sign", "days of skills logs to sign", sign_url))
    return found


def _desk(session: Session, actor: Actor) -> list[Todo]:
    if not can(actor, "moderation.desk"):
        return []
    disputed = orders.list_disputed(session)
    return [
        Todo(moderation.count_open(session), "open report", "open reports", url_for("moderation.desk")),
        Todo(len(disputed), "disputed order to settle", "disputed orders to settle", _order_url(disputed)),
    ]


def _has_reviewed(session: Session, order: Order, side: Side) -> bool:
    own = order.organisation_of(side)
    return any(review.author_id == own for review in reviews.list_of_order(session, order.id))


def _compare_url(session: Session, quotes: Collection[Enquiry]) -> str:
    of = {enquiry.brief_id for enquiry in quotes}
    if len(of) != 1:
        return url_for("enquiries.sent")
    return url_for("enquiries.compare_quotes", public_id=briefs.get_by_id(session, of.pop()).public_id)


def _thread_url(asked: Sequence[Enquiry]) -> str:
    if len(asked) != 1:
        return url_for("enquiries.sent")
    return url_for("enquiries.enquiry", public_id=asked[0].public_id, _anchor="thread")


def _order_url(found: Sequence[Order]) -> str:
    if len(found) != 1:
        return url_for("orders.orders")
    return url_for("orders.order", public_id=found[0].public_id)
