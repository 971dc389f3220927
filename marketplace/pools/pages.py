"""Pages of pools for everybody: the list, one pool, pledging."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.accounts.model import OrganisationKind
from marketplace.errors import Conflict, Invalid, NotFound, TooMany
from marketplace.pools import actions, look, store
from marketplace.pools.api import read_find
from marketplace.pools.forms import read_pledge
from marketplace.pools.model import PledgeState, Pool
from marketplace.pools.views import card_view, pool_view
from marketplace.search.views import process_choices
from marketplace.web.context import database, now
from marketplace.web.routes import does

blueprint = Blueprint("pools", __name__)

_MOST_LISTED = 50
_PREFILLED = ("quantity", "tolerance", "radius_km", "needed_by")


@blueprint.get("/pools")
@does("pool.read")
def pools() -> ResponseReturnValue:
    given = {name: values for name, values in request.args.lists() if any(values)}
    errors: dict[str, str] = {}
    found: list[look.Seen] = []
    try:
        asked = read_find(given)
        with database().reading() as session:
            found = look.find(session, asked, now())
    except Invalid as error:
        errors = error.problems
    page = render_template(
        "pools/pools.html",
        pools=[card_view(seen, now()) for seen in found[:_MOST_LISTED]],
        total=len(found),
        form={name: request.args.get(name, "") for name in ("process", "near", "radius_km", "colour")},
        processes=[("", "Any work"), *process_choices()],
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.get("/pools/<public_id>")
@does("pool.read")
def pool(public_id: str) -> ResponseReturnValue:
    form = {name: request.args.get(name, "")[:40] for name in _PREFILLED}
    return _page(public_id, form, {}, 200)


@blueprint.post("/pools/<public_id>/pledge")
@does("pool.pledge")
def pledge(public_id: str) -> ResponseReturnValue:
    """Pledge, or change one's pledge: the page has one form for both."""
    with database().reading() as session:
        actions.studio_of(current_actor(), "pool.pledge")
        pool = store.get(session, public_id)
    try:
        wanted = read_pledge(_typed(), pool.terms.unit, typed=True)
        if _has_pledge(pool):
            actions.change(database(), current_actor(), public_id, wanted, now())
            flash("Your pledge is changed. Until closing you can change it again or withdraw it.", "success")
        else:
            actions.pledge(database(), current_actor(), public_id, wanted, now())
            flash(
                "You are in. Until closing you can change your pledge or withdraw it; nothing is owed before.",
                "success",
            )
    except Invalid as error:
        return _page(public_id, request.form.to_dict(), error.problems, 422)
    except (Conflict, TooMany) as error:
        return _page(public_id, request.form.to_dict(), {"": error.detail}, error.status)
    return redirect(url_for(".pool", public_id=public_id), 303)


@blueprint.post("/pools/<public_id>/withdraw")
@does("pool.mine")
def withdraw(public_id: str) -> ResponseReturnValue:
    try:
        actions.withdraw(database(), current_actor(), public_id, now())
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash("You are out of this pool and owe nothing. You can pledge again until it closes.", "success")
    return redirect(url_for(".pool", public_id=public_id), 303)


def _page(public_id: str, form: dict[str, str], errors: dict[str, str], status: int) -> ResponseReturnValue:
    actor = current_actor()
    with database().reading() as session:
        seen = look.see(session, actor, public_id)
    view = pool_view(seen, now())
    if view["mine"] and not errors and not form.get("quantity") and view["mine"]["is_live"]:
        form = view["mine"]["form"]
    page = render_template(
        "pools/pool.html",
        pool=view,
        form=form,
        errors=errors,
        is_signed_in=actor.is_signed_in,
        has_studio=bool(actor.organisations(OrganisationKind.STUDIO)),
        sign_in_url=url_for("accounts.sign_in", next=request.full_path.rstrip("?")),
    )
    return page, status


def _has_pledge(pool: Pool) -> bool:
    studio_id = actions.studio_of(current_actor(), "pool.pledge")
    with database().reading() as session:
        try:
            return actions.own_pledge(session, pool, studio_id).state is PledgeState.PLEDGED
        except NotFound:
            return False


def _typed() -> dict[str, str]:
    return {name: text for name, text in request.form.items() if name in _PREFILLED}
