"""The supplier's inbox, and the form of a quote."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from marketplace.accounts.current import current_actor
from marketplace.enquiries import actions, quote_actions, store
from marketplace.enquiries.fit import holds_weeks
from marketplace.enquiries.look import look_at, look_at_one, supplier_ids
from marketplace.enquiries.model import Enquiry, Quote
from marketplace.enquiries.money import reached_break
from marketplace.enquiries.pages import blueprint
from marketplace.enquiries.quote_forms import BREAKS, VALID_DAYS_DEFAULT, VALID_DAYS_MOST, QuoteForm, read_typed
from marketplace.enquiries.rules import Party, is_open
from marketplace.enquiries.seen import Look
from marketplace.enquiries.threads import store as threads
from marketplace.enquiries.views import enquiry_view, inbox_key, own_url, seen_of, sum_view
from marketplace.enquiries.words import run_dates
from marketplace.errors import Conflict, Invalid
from marketplace.search.forms import read_date
from marketplace.units import Quantity, format_quantity
from marketplace.units.model import COUNTRY_CURRENCIES, CURRENCIES, minor_exponent
from marketplace.web.context import database, now, today
from marketplace.web.routes import does

_ENDED_SHOWN = 50


@blueprint.get("/account/inbox")
@does("account.own")
def inbox() -> str:
    with database().reading() as session:
        ids = supplier_ids(session, current_actor())
        received = store.list_of_suppliers(session, ids)
        living = [enquiry for enquiry in received if is_open(enquiry.state)]
        ended = [enquiry for enquiry in received if not is_open(enquiry.state)][:_ENDED_SHOWN]
        looks = look_at(session, [*living, *ended], today())
        asked = {question.enquiry_id for question in threads.list_open_questions(session, [e.id for e in living])}
    moment = now()
    looks.sort(key=lambda look: (inbox_key(look, moment), -look.enquiry.id))
    views = [
        enquiry_view(look, Party.SUPPLIER, moment)
        | {
            "quote_url": url_for(".quote", public_id=look.enquiry.public_id),
            "has_question": look.enquiry.id in asked,
        }
        for look in looks
    ]
    return render_template(
        "enquiries/inbox.html",
        has_listing=bool(ids),
        waiting=[view for view in views if view["is_waiting"]],
        quoted=[view for view in views if view["is_open"] and not view["is_waiting"]],
        ended=[view for view in views if not view["is_open"]],
    )


@blueprint.get("/account/enquiries/<public_id>/quote")
@does("enquiry.answer")
def quote(public_id: str) -> ResponseReturnValue:
    with database().reading() as session:
        enquiry = actions.own(session, current_actor(), public_id, Party.SUPPLIER)
        if not is_open(enquiry.state):
            flash(actions.ended_text(enquiry), "warning")
            return redirect(url_for(".enquiry", public_id=public_id), 303)
        return _quote_page(session, enquiry, None, {})


@blueprint.post("/account/enquiries/<public_id>/quote")
@does("enquiry.answer")
def send_quote(public_id: str) -> ResponseReturnValue:
    typed = request.form.to_dict()
    if typed.get("do") == "look":
        return _again(public_id, typed, {})
    if typed.get("do") == "price":
        return _again(public_id, typed, {}, asks_for_sum=True)
    try:
        sent = quote_actions.quote(
            database(), current_actor(), public_id, lambda quantity: _read_seen(typed, quantity), now()
        )
    except Invalid as error:
        return _again(public_id, typed, error.problems, 422)
    except Conflict as error:
        return _again(public_id, typed, {"arrival": error.detail}, 409)
    flash(_sent_text(sent), "success")
    return redirect(url_for(".enquiry", public_id=public_id), 303)


def _sent_text(sent: Quote) -> str:
    if sent.reservation_id is None:
        return "Your quote is sent. No weeks are held for it."
    return "Your quote is sent, and the weeks it takes are held until it runs out."


def _read_seen(typed: dict[str, str], quantity: Quantity) -> QuoteForm:
    """A price of one that was typed and does not count, because a price break does, is not sent unseen."""
    read = read_typed(typed, quantity, today())
    if "seen" in typed and typed["seen"] != seen_of(read.offer) and reached_break(read.offer):
        text = sum_view(read.offer)["break"]
        raise Invalid({"unit": f"does not count here: {text}. Look at the sum below, then send, or change the prices"})
    return read


def _again(
    public_id: str, typed: dict[str, str], errors: dict[str, str], status: int = 200, *, asks_for_sum: bool = False
) -> ResponseReturnValue:
    """The form as it was typed. `asks_for_sum`: what keeps the sum from being made stands beside its field."""
    with database().reading() as session:
        enquiry = actions.own(session, current_actor(), public_id, Party.SUPPLIER)
        if asks_for_sum:
            try:
                read_typed(typed, quote_actions.quantity_of(look_at_one(session, enquiry, today())), today())
            except Invalid as error:
                errors, status = error.problems, 422
        return _quote_page(session, enquiry, typed, errors), status


def _quote_page(session: Session, enquiry: Enquiry, typed: dict[str, str] | None, errors: dict[str, str]) -> str:
    look = look_at_one(session, enquiry, today())
    form = typed if typed is not None else _first_form(look)
    arrival: date | None = None
    try:
        arrival = read_date(typed["arrival"]) if typed and typed.get("arrival") else None
    except ValueError as error:
        errors = {"arrival": str(error)} | errors
    plan = quote_actions.proposal(session, look, arrival, now())
    quantity = look.choice.run.quantity if look.choice.run else None
    return render_template(
        "enquiries/quote.html",
        enquiry=enquiry_view(look, Party.SUPPLIER, now()),
        back_url=own_url(look),
        form=form,
        total=_sum(form, quantity) if quantity else None,
        arrival=(arrival or quote_actions.first_day(look.choice, None, today())).isoformat(),
        plan={
            "when": run_dates(plan.starts, plan.last_worked, plan.ready),
            "starts": plan.starts.isoformat(),
            "ready": plan.ready.isoformat(),
            "is_late": look.content.by is not None and plan.ready > look.content.by,
        }
        if plan
        else None,
        holds=holds_weeks(look.choice),
        quantity=format_quantity(quantity) if quantity else "",
        unit=quantity.unit.singular if quantity else "piece",
        units=quantity.unit.label if quantity else "pieces",
        breaks=range(1, BREAKS + 1),
        currencies=[(code, code) for code in sorted(CURRENCIES)],
        most_days=VALID_DAYS_MOST,
        errors=errors,
    )


def _sum(form: dict[str, str], quantity: Quantity) -> dict[str, str] | None:
    """What stands in the form comes to; None while it can't be added up."""
    try:
        return sum_view(read_typed(form, quantity, today()).offer)
    except Invalid:
        return None


def _first_form(look: Look) -> dict[str, str]:
    """What the last quote said, else what the service publishes, and the surcharge its own rules ask for."""
    verdict, price = look.choice.fit.verdict, look.choice.draft.price
    country = look.supplier.sites[0].draft.address.country if look.supplier.sites else ""
    form: dict[str, Any] = {
        "currency": price.currency if price else COUNTRY_CURRENCIES.get(country, "EUR"),
        "surcharge": str(verdict.surcharge_percent) if verdict else "0",
        "valid_days": str(VALID_DAYS_DEFAULT),
    }
    last = look.quote
    if last:
        offer = last.offer
        unit, setup, sample, breaks = offer.unit_minor, offer.setup_minor, offer.sample_minor, offer.breaks
        form |= {"currency": offer.currency, "surcharge": str(offer.surcharge_percent), "note": offer.note}
    elif price and look.choice.run and price.per is look.choice.run.quantity.unit:
        unit, setup, sample, breaks = price.unit_minor, price.setup_minor, 0, price.breaks
    else:
        return form

    def money(minor: int) -> str:
        exponent = minor_exponent(form["currency"])
        whole, part = divmod(minor, 10**exponent)
        return f"{whole}.{part:0{exponent}d}" if exponent else str(whole)

    form |= {"unit": money(unit), "setup": money(setup), "sample": money(sample) if sample else ""}
    for row, step in enumerate(breaks[:BREAKS], start=1):
        form |= {f"break_from_{row}": str(step.from_quantity), f"break_price_{row}": money(step.unit_minor)}
    return form
