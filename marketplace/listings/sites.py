"""Sites of a listing: add one, change one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.errors import Invalid
from marketplace.listings.desk import own_listing, profile_choices
from marketplace.listings.forms import read_site
from marketplace.listings.place import PlaceChoice, choose_place
from marketplace.listings.public import blueprint
from marketplace.listings.typed import site_form, typed_site
from marketplace.suppliers import actions
from marketplace.suppliers.actions import site_of
from marketplace.web.context import database, now
from marketplace.web.routes import does

MAXIMUM_SITES = 20
WEEKDAYS = tuple(enumerate("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()))


@blueprint.route("/listing/sites/new", methods=["GET", "POST"])
@does("supplier.edit")
def new_site() -> ResponseReturnValue:
    return _edit(None)


@blueprint.route("/listing/sites/<public_id>", methods=["GET", "POST"])
@does("supplier.edit")
def edit_site(public_id: str) -> ResponseReturnValue:
    return _edit(public_id)


def _edit(public_id: str | None) -> ResponseReturnValue:
    supplier = own_listing()
    before = site_of(supplier, public_id).draft if public_id else None
    form: dict[str, Any] = site_form(before)
    place, errors = PlaceChoice(), {}
    if request.method == "POST":
        look_up = bool(request.form.get("look_up"))
        try:
            if public_id is None and len(supplier.sites) >= MAXIMUM_SITES:
                raise Invalid({"site_name": f"a listing has at most {MAXIMUM_SITES} sites"})
            name, address, point, confirmed, days = read_site(request.form)
            chosen = request.form.get("place_id", "")
            place = choose_place(address, None if look_up else point, confirmed, chosen, before)
            if place.site and not look_up:
                draft = replace(place.site, name=name, working_days=days)
                actions.put_site(database(), current_actor(), supplier.public_id, public_id, draft, now())
                flash("The site is saved.", "success")
                return redirect(url_for("suppliers.listing"), 303)
            errors = place.problems
        except Invalid as error:
            errors = error.problems
        form = typed_site(request.form) | place.form_values()
    page = render_template(
        "suppliers/site_form.html",
        title="Change a site" if public_id else "Add a site",
        action=request.path,
        back_url=url_for("suppliers.listing"),
        form=form,
        errors=errors,
        places=place.options(),
        countries=profile_choices()["countries"],
        weekdays=[(str(number), label) for number, label in WEEKDAYS],
    )
    return page, 422 if errors else 200
