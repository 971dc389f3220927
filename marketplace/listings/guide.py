"""The guided listing: who and where, one service, its usual week. Ten minutes on a phone."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.accounts.policy import authorize
from marketplace.capacity import actions as capacity_actions
from marketplace.capacity.forms import read_amount, read_closure
from marketplace.errors import Invalid, NotFound
from marketplace.listings.desk import find_listing, own_listing, profile_choices, service_choices
from marketplace.listings.forms import read_profile, read_service
from marketplace.listings.place import PlaceChoice, choose_place
from marketplace.listings.public import blueprint
from marketplace.listings.typed import profile_form, service_form, typed_profile, typed_service
from marketplace.suppliers import actions
from marketplace.suppliers.model import Service, Status
from marketplace.web.context import database, now
from marketplace.web.routes import does


@blueprint.route("/listing/new", methods=["GET", "POST"])
@does("supplier.list")
def guide() -> ResponseReturnValue:
    """Step 1: who and where."""
    actor = current_actor()
    if find_listing() is not None:
        return redirect(url_for("suppliers.listing"), 303)
    if request.method != "POST":
        return _step(1, form=profile_form(None), **profile_choices())
    place = PlaceChoice()
    errors: dict[str, str] = {}
    try:
        profile, address, point, confirmed = read_profile(request.form, None)
        look_up = bool(request.form.get("look_up"))
        place = choose_place(address, None if look_up else point, confirmed, request.form.get("place_id", ""))
        if place.site and not look_up:
            actions.start_listing(database(), actor, profile, place.site, now())
            return redirect(url_for("suppliers.guide_service"), 303)
        errors = place.problems
    except Invalid as error:
        errors = error.problems
    form = typed_profile(request.form) | place.form_values()
    page = _step(1, form=form, errors=errors, places=place.options(), **profile_choices())
    return page, 200 if request.form.get("look_up") and not errors else 422


@blueprint.route("/listing/new/service", methods=["GET", "POST"])
@does("supplier.edit")
def guide_service() -> ResponseReturnValue:
    """Step 2: one service and its minimum."""
    supplier = own_listing()
    first = supplier.services[0] if supplier.services else None
    if request.method != "POST":
        form = service_form(first.draft if first else None, supplier.sites[0].draft.address.country)
        return _step(2, form=form, back_url=url_for("suppliers.edit_profile"), **service_choices())
    try:
        draft = read_service(request.form, first.draft if first else None)
        actions.put_service(
            database(),
            current_actor(),
            supplier.public_id,
            supplier.sites[0].public_id,
            first.public_id if first else None,
            draft,
            now(),
        )
    except Invalid as error:
        page = _step(2, form=typed_service(request.form), errors=error.problems, **service_choices())
        return page, 422
    return redirect(url_for("suppliers.guide_weeks"), 303)


@blueprint.route("/listing/new/weeks", methods=["GET", "POST"])
@does("supplier.status")
def guide_weeks() -> ResponseReturnValue:
    """Step 3: the usual week, then publish."""
    supplier = own_listing()
    authorize(current_actor(), "supplier.status", supplier.organisation_id)
    if not supplier.services:
        return redirect(url_for("suppliers.guide_service"), 303)
    service = supplier.services[0]
    if request.method != "POST":
        return _weeks_step(service)
    try:
        atoms = read_amount(request.form.get("usual", ""), service.draft.unit)
        if atoms is None:
            raise Invalid({"offered": "say how much a usual week takes; 0 if you are full for now"})
        closure = None
        if request.form.get("closed_from") or request.form.get("closed_to"):
            closure = read_closure(
                {"from": request.form.get("closed_from", ""), "to": request.form.get("closed_to", "")}
            )
        actor, public_id = current_actor(), supplier.public_id
        capacity_actions.publish_usual(database(), actor, public_id, service.public_id, atoms, now(), closure)
    except Invalid as error:
        names = {"offered": "usual", "from": "closed_from", "first": "closed_from", "to": "closed_to"}
        return _weeks_step(service, {names[name]: text for name, text in error.problems.items()}), 422
    actions.set_status(database(), actor, public_id, Status.PUBLISHED, now())
    flash("Your listing is published. Change any week in seconds from “My weeks”.", "success")
    return redirect(url_for("suppliers.listing"), 303)


def _weeks_step(service: Service, errors: dict[str, str] | None = None) -> str:
    unit = service.draft.unit
    typed = request.form
    return _step(
        3,
        unit=unit.value,
        usual=typed.get("usual", ""),
        closed_from=typed.get("closed_from", ""),
        closed_to=typed.get("closed_to", ""),
        errors=errors or {},
        weeks=[],
        back_url=url_for("suppliers.guide_service"),
    )


def _step(step: int, **context: Any) -> str:
    context.setdefault("errors", {})
    context.setdefault("back_url", None)
    context.setdefault("places", None)
    return render_template("suppliers/guide.html", step=step, action=request.path, **context)


def service_or_404(services: tuple[Service, ...], public_id: str) -> Service:
    """Errors: NotFound."""
    for service in services:
        if service.public_id == public_id:
            return service
    raise NotFound
