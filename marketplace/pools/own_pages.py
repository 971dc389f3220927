"""Pages of a studio's own pools, and of what it wishes for."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.accounts.model import OrganisationKind
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.pools import look, store, wish_store, wishes
from marketplace.pools.actions import studio_of
from marketplace.pools.forms import WISH_FIELDS, read_wish
from marketplace.pools.views import card_view, unit_choices, wish_view
from marketplace.search.views import process_choices
from marketplace.suppliers import store as suppliers
from marketplace.units import Unit
from marketplace.vocabulary import Facet, vocabulary
from marketplace.web.context import database, now
from marketplace.web.routes import does

blueprint = Blueprint("pools_own", __name__)

_UNITS = (Unit.METRE, Unit.KG, Unit.PIECE, Unit.M2)


@blueprint.get("/account/pools")
@does("pool.mine")
def own() -> ResponseReturnValue:
    return _page({name: request.args.get(name, "")[:60] for name in WISH_FIELDS}, {}, 200)


@blueprint.post("/account/pools/wish")
@does("pool.wish")
def wish() -> ResponseReturnValue:
    given = {name: text for name, text in request.form.items() if name in WISH_FIELDS}
    try:
        made = wishes.make(database(), current_actor(), read_wish(given, typed=True), now())
    except Invalid as error:
        return _page(given, error.problems, 422)
    except Conflict as error:
        return _page(given, {"": error.detail}, 409)
    said = (
        "The workshop is asked."
        if made.supplier_id
        else "Workshops that could open such a pool see it, without your name."
    )
    flash(f"{said} You are told when a pool is open, and are in it once you pledge.", "success")
    return redirect(url_for(".own"), 303)


@blueprint.post("/account/pools/wish/<public_id>/take-back")
@does("pool.mine")
def take_back(public_id: str) -> ResponseReturnValue:
    wishes.take_back(database(), current_actor(), public_id, now())
    flash("Taken back.", "success")
    return redirect(url_for(".own"), 303)


def _page(form: dict[str, str], errors: dict[str, str], status: int) -> ResponseReturnValue:
    actor = current_actor()
    if not actor.organisations(OrganisationKind.STUDIO):
        if actor.organisations(OrganisationKind.SUPPLIER):
            return redirect(url_for("pools_desk.desk"), 303)
        return redirect(url_for("accounts.studio"), 303)
    studio_id = studio_of(actor, "pool.mine")
    asked = ""
    with database().reading() as session:
        seen = look.of_studio(session, studio_id)
        made = wish_store.list_of_studio(session, studio_id)
        answered = {p.id: p.public_id for p in store.list_by_ids(session, {w.pool_id for w in made if w.pool_id})}
        if form.get("supplier"):
            supplier = suppliers.find_by_public_id(session, form["supplier"])
            if supplier is None:
                raise NotFound
            asked = supplier.profile.name
    pool_urls = {number: url_for("pools.pool", public_id=public_id) for number, public_id in answered.items()}
    page = render_template(
        "pools/own.html",
        pools=[card_view(one, now()) for one in seen],
        wishes=[wish_view(one, pool_urls.get(one.pool_id or 0)) for one in made],
        form={"unit": "metre", "radius_km": "50"} | {name: text for name, text in form.items() if text},
        errors=errors,
        asked=asked,
        processes=process_choices(),
        units=unit_choices(_UNITS),
        materials=[("", "Any"), *sorted((t.id, t.label) for t in vocabulary().terms[Facet.MATERIAL].values())],
    )
    return page, status
