"""Orders: accept a quote, the list, the page of one order, and what happens to it as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.accounts.model import OrganisationKind
from marketplace.accounts.policy import authorize
from marketplace.booking.model import Side
from marketplace.enquiries import store as enquiries
from marketplace.enquiries.deal import why_not
from marketplace.enquiries.money import together, total_asked
from marketplace.errors import Conflict, Invalid
from marketplace.orders import actions, store
from marketplace.orders.desk import names_of, read_order
from marketplace.orders.forms import read_delivery, read_words
from marketplace.orders.model import Order, State
from marketplace.orders.parties import readable
from marketplace.orders.rules import COMPLETES_AFTER
from marketplace.orders.views import groups, order_view, row_view
from marketplace.suppliers import store as suppliers
from marketplace.units import Money, format_quantity
from marketplace.units.model import format_money
from marketplace.vocabulary import Facet, vocabulary
from marketplace.web.context import database, now, today
from marketplace.web.routes import does

blueprint = Blueprint("orders", __name__)


@blueprint.get("/account/orders")
@does("order.read")
def orders() -> str:
    actor, lists = current_actor(), []
    authorize(actor, "order.read", *(m.organisation_id for m in actor.memberships))
    with database().reading() as session:
        for kind, side in ((OrganisationKind.STUDIO, Side.STUDIO), (OrganisationKind.SUPPLIER, Side.SUPPLIER)):
            for organisation_id in actor.organisations(kind):
                read = store.list_of_studio if side is Side.STUDIO else store.list_of_organisation
                found = read(session, organisation_id)
                names = names_of(session, found, side)
                lists += [row_view(order, names[order.id], today()) for order in found]
    return render_template(
        "orders/orders.html",
        groups=groups(lists),
        sells=bool(actor.organisations(OrganisationKind.SUPPLIER)),
    )


@blueprint.get("/account/orders/<public_id>")
@does("order.read")
def order(public_id: str) -> str:
    return order_page(public_id)


@blueprint.get("/quotes/<public_id>/accept")
@does("quote.accept")
def ask_to_accept(public_id: str) -> ResponseReturnValue:
    """What accepting commits to: money, weeks, and how one gets out of it again."""
    with database().reading() as session:
        quote = enquiries.get_quote(session, public_id)
        enquiry = enquiries.get_enquiry_by_id(session, quote.enquiry_id)
        authorize(current_actor(), "quote.accept", enquiry.studio_id)
        supplier = suppliers.get(session, enquiry.supplier_id)
        taken = store.find_of_quote(session, quote.id)
        problem = None if quote.is_open(now()) else why_not(session, quote, now())
    if taken:
        return redirect(url_for(".order", public_id=taken.public_id), 303)
    offer, total = quote.offer, total_asked(quote.offer)
    service = next((s for s in supplier.services if s.id == enquiry.service_id), None)
    page = render_template(
        "orders/accept.html",
        supplier={"name": supplier.profile.name, "url": f"/suppliers/{supplier.slug}"},
        service=vocabulary().label(Facet.PROCESS, service.draft.process) if service else "",
        quantity=format_quantity(offer.quantity),
        money=[
            ("The work", format_money(total.work)),
            ("Set-up", format_money(total.setup) if total.setup.minor else None),
            ("Surcharge for a small run", format_money(total.surcharge) if total.surcharge.minor else None),
            ("Sample", format_money(Money(offer.sample_minor, offer.currency)) if offer.sample_minor else None),
        ],
        total=format_money(together(offer)),
        each=format_money(total.each),
        has_sample=bool(offer.sample_minor),
        quote=quote,
        problem=problem,
        completes_days=COMPLETES_AFTER.days,
        action=url_for(".accept", public_id=public_id),
        back_url=url_for("enquiries.enquiry", public_id=enquiry.public_id),
    )
    return page, 409 if problem else 200


@blueprint.post("/quotes/<public_id>/accept")
@does("quote.accept")
def accept(public_id: str) -> ResponseReturnValue:
    try:
        made = actions.accept(database(), current_actor(), public_id, now())
    except Conflict:
        return ask_to_accept(public_id)  # it says why, or leads to the order that somebody else made a moment ago
    flash("Booked: the weeks are yours, and the workshop has been told.", "success")
    return redirect(url_for(".order", public_id=made.public_id), 303)


@blueprint.post("/account/orders/<public_id>/deliver")
@does("order.run")
def deliver(public_id: str) -> ResponseReturnValue:
    def run() -> None:
        quantity, on = read_delivery(request.form, known_order(public_id).unit)
        more = "more_than_ordered" in request.form
        actions.deliver(database(), current_actor(), public_id, quantity=quantity, on=on, now=now(), more=more)

    return act(public_id, run, "The delivery is recorded. The designer has 14 days to look at it.", form="deliver")


@blueprint.post("/account/orders/<public_id>/take-back")
@does("order.run")
def take_back(public_id: str) -> ResponseReturnValue:
    return act(
        public_id,
        lambda: actions.take_back_delivery(database(), current_actor(), public_id, now()),
        "The delivery is taken back.",
    )


@blueprint.post("/account/orders/<public_id>/complete")
@does("order.run")
def complete(public_id: str) -> ResponseReturnValue:
    return act(
        public_id,
        lambda: actions.complete(database(), current_actor(), public_id, now()),
        "The order is completed. Below you can say how it went.",
    )


@blueprint.get("/account/orders/<public_id>/cancel")
@does("order.cancel")
def ask_to_cancel(public_id: str) -> str:
    return _cancel_page(public_id, {})


@blueprint.post("/account/orders/<public_id>/cancel")
@does("order.cancel")
def cancel(public_id: str) -> ResponseReturnValue:
    try:
        reason = read_words(request.form, "reason")
        actions.cancel(database(), current_actor(), public_id, reason, now())
    except Invalid as error:
        return _cancel_page(public_id, error.problems), 422
    except Conflict as error:
        return order_page(public_id, {"": error.detail}), 409
    flash("The order is called off. Its weeks are open again.", "success")
    return redirect(url_for(".order", public_id=public_id), 303)


@blueprint.post("/account/orders/<public_id>/dispute")
@does("order.run")
def dispute(public_id: str) -> ResponseReturnValue:
    return act(
        public_id,
        lambda: actions.dispute(database(), current_actor(), public_id, read_words(request.form, "reason"), now()),
        "The order is disputed. The other side and the moderators have been told.",
        form="dispute",
    )


@blueprint.post("/account/orders/<public_id>/view")
@does("order.run")
def add_view(public_id: str) -> ResponseReturnValue:
    return act(
        public_id,
        lambda: actions.add_view(database(), current_actor(), public_id, read_words(request.form, "reason"), now()),
        "Your view stands beside the other one.",
        form="view",
    )


@blueprint.post("/account/orders/<public_id>/end-dispute")
@does("order.run")
def end_dispute(public_id: str) -> ResponseReturnValue:
    return act(
        public_id,
        lambda: actions.end_dispute(database(), current_actor(), public_id, now()),
        "The dispute is over, the order goes on.",
    )


@blueprint.post("/account/orders/<public_id>/settle")
@does("order.settle")
def settle(public_id: str) -> ResponseReturnValue:
    to = State.COMPLETED if request.form.get("to") == State.COMPLETED else State.CANCELLED
    try:
        reason = read_words(request.form, "reason")
        actions.settle(database(), current_actor(), public_id, to, reason, now())
    except Invalid as error:
        return order_page(public_id, error.problems, "settle"), 422
    except Conflict as error:
        return order_page(public_id, {"": error.detail}), 409
    flash("The dispute is settled. Both sides have been told.", "success")
    return redirect(url_for("accounts.account"), 303)  # what is settled is no longer a moderator's to read


def act(
    public_id: str, run: Callable[[], Any], done: str, anchor: str | None = None, *, form: str = ""
) -> ResponseReturnValue:
    """Do something to an order and go back to its page, or show the page with what is wrong.

    `form`: the name of the form on the page, which its fields' ids begin with.
    """
    try:
        run()
    except Invalid as error:
        return order_page(public_id, error.problems, form), 422
    except Conflict as error:
        return order_page(public_id, {"": error.detail}), 409
    flash(done, "success")
    return redirect(url_for("orders.order", public_id=public_id, _anchor=anchor), 303)


def known_order(public_id: str) -> Order:
    """Errors: SignInNeeded, NotFound."""
    with database().reading() as session:
        return readable(session, current_actor(), public_id)[0]


def order_page(public_id: str, errors: dict[str, str] | None = None, failed: str = "") -> str:
    with database().reading() as session:
        values = read_order(session, current_actor(), public_id, now())
    return render_template(
        "orders/order.html",
        errors=errors or {},
        failed=failed,
        form=request.form.to_dict() if errors else {},
        today=today(),
        **values,
    )


def _cancel_page(public_id: str, errors: dict[str, str]) -> str:
    with database().reading() as session:
        found, sides = readable(session, current_actor(), public_id)
        authorize(current_actor(), "order.cancel", found.studio_id, found.supplier_organisation_id)
        view = order_view(found, sides[0], now())
    return render_template(
        "orders/cancel.html",
        order=view,
        errors=errors,
        form=request.form.to_dict(),
        action=url_for(".cancel", public_id=public_id),
        back_url=url_for(".order", public_id=public_id),
    )
