"""Pages of a workshop's pools: what is open, what designers wish for, opening one, closing it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.accounts.model import OrganisationKind
from marketplace.accounts.policy import authorize
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.pools import actions, look, wishes
from marketplace.pools.desk import asked_of
from marketplace.pools.forms import OPEN_FIELDS, read_opening
from marketplace.pools.proposals import propose
from marketplace.pools.views import asked_view, card_view, proposal_view, unit_choices
from marketplace.pools.words import CLOSING_CHOICES, CONFIRM_CHOICES
from marketplace.suppliers.actions import find_own, service_of
from marketplace.suppliers.model import Service, Status, Supplier
from marketplace.text import clean_text
from marketplace.units import Unit
from marketplace.units.model import CURRENCIES, minor_exponent
from marketplace.units.rules import format_number
from marketplace.vocabulary import Facet, vocabulary
from marketplace.web.context import database, now, today
from marketplace.web.routes import does

blueprint = Blueprint("pools_desk", __name__)

_MOST_REASON = 300
_DAYS = 14  # from today to the closing that the form offers


@blueprint.get("/listing/pools")
@does("pool.run")
def desk() -> ResponseReturnValue:
    if not current_actor().organisations(OrganisationKind.SUPPLIER):
        return redirect(url_for("suppliers.guide"), 303)
    supplier = _own()
    with database().reading() as session:
        seen = look.of_supplier(session, supplier)
        asked = asked_of(session, supplier)
        proposed = propose(session, supplier, now())
    services: dict[int | None, str] = {service.id: service.public_id for service in supplier.services}
    return render_template(
        "pools/desk.html",
        pools=[card_view(one, now()) for one in seen],
        asked=[asked_view(wish, metres, services.get(wish.service_id, "")) for wish, metres in asked],
        proposals=[proposal_view(one, supplier.public_id) for one in proposed],
    )


@blueprint.get("/listing/pools/new")
@does("pool.run")
def new() -> ResponseReturnValue:
    if not current_actor().organisations(OrganisationKind.SUPPLIER):
        return redirect(url_for("suppliers.guide"), 303)
    return _form({name: request.args.get(name, "")[:200] for name in OPEN_FIELDS}, {}, 200)


@blueprint.post("/listing/pools/new")
@does("pool.run")
def open_pool() -> ResponseReturnValue:
    supplier = _own()
    given = {name: text for name, text in request.form.items() if name in OPEN_FIELDS and text.strip()}
    given["supplier"] = supplier.public_id
    try:
        service = service_of(supplier, given.get("service", ""))
        opening = read_opening(given, service.draft.process, service.draft.unit, now(), typed=True)
        pool = actions.open_pool(
            database(), current_actor(), supplier.public_id, service.public_id, opening.terms, now(), opening.wishes
        )
    except NotFound:
        return _form(given, {"service": "choose what the pool is for"}, 422)
    except Invalid as error:
        return _form(given, error.problems, 422)
    except Conflict as error:
        return _form(given, {"": error.detail}, 409)
    flash("The pool is open. Its weeks are held until it closes, and those whom it fits are told.", "success")
    return redirect(url_for("pools.pool", public_id=pool.public_id), 303)


@blueprint.post("/listing/pools/<public_id>/close")
@does("pool.run")
def close(public_id: str) -> ResponseReturnValue:
    how = request.form.get("how", "planned")
    try:
        reason = clean_text(request.form.get("reason", ""), maximum=_MOST_REASON)
    except ValueError as error:
        flash(str(error), "error")
        return redirect(url_for("pools.pool", public_id=public_id), 303)
    try:
        actions.close(
            database(),
            current_actor(),
            public_id,
            now(),
            how=how if how in ("confirm", "cancel") else "planned",
            reason=reason,
        )
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash("The pool is closed. Everybody who was in it is told.", "success")
    return redirect(url_for("pools.pool", public_id=public_id), 303)


@blueprint.post("/listing/pools/asked/<public_id>/decline")
@does("pool.run")
def decline(public_id: str) -> ResponseReturnValue:
    try:
        reason = clean_text(request.form.get("reason", ""), maximum=_MOST_REASON)
        wishes.decline(database(), current_actor(), public_id, reason, now())
    except (Invalid, Conflict, ValueError) as error:
        flash(getattr(error, "detail", str(error)), "error")
    else:
        flash("Declined. The studio is told why.", "success")
    return redirect(url_for(".desk"), 303)


def _form(given: dict[str, str], errors: dict[str, str], status: int) -> ResponseReturnValue:
    supplier = _own()
    services = [s for s in supplier.services if s.status is Status.PUBLISHED]
    chosen = next((s for s in services if s.public_id == given.get("service")), services[0] if services else None)
    form = _defaults(chosen) | {name: text for name, text in given.items() if text} if chosen else given
    page = render_template(
        "pools/new.html",
        form=form,
        errors=errors,
        services=[(s.public_id, vocabulary().label(Facet.PROCESS, s.draft.process)) for s in services],
        units=unit_choices((Unit.METRE, Unit.KG, Unit.PIECE, Unit.M2, Unit.LOAD, Unit.STYLE)),
        materials=[("", "Any"), *sorted((t.id, t.label) for t in vocabulary().terms[Facet.MATERIAL].values())],
        currencies=[(code, code) for code in sorted(CURRENCIES)],
        closings=CLOSING_CHOICES,
        confirms=CONFIRM_CHOICES,
    )
    return page, status


def _defaults(service: Service) -> dict[str, Any]:
    """What the form begins with: the service's own minimum, load and price."""
    draft = service.draft
    minimum = max((rule.quantity.atoms for rule in draft.rules if rule.quantity.unit is draft.unit), default=0)
    maximum = draft.load.maximum if draft.load else minimum * 2
    price = draft.price
    form = {
        "service": service.public_id,
        "unit": draft.unit.value,
        "minimum": format_number(minimum, draft.unit) if minimum else "",
        "maximum": format_number(maximum, draft.unit) if maximum else "",
        "closes_at": (today() + timedelta(days=_DAYS)).isoformat(),
        "extend_days": "14",
        "closing": "release",
        "confirms": "closing",
        "currency": price.currency if price else "EUR",
    }
    if price:
        exponent = minor_exponent(price.currency)
        form["unit_minor"] = f"{price.unit_minor / 10**exponent:.{exponent}f}"
        form["setup_minor"] = f"{price.setup_minor / 10**exponent:.{exponent}f}"
    return form


def _own() -> Supplier:
    """Errors: NotFound without a listing."""
    with database().reading() as session:
        supplier = find_own(session, current_actor())
    if supplier is None:
        raise NotFound
    authorize(current_actor(), "pool.run", supplier.organisation_id)
    return supplier
