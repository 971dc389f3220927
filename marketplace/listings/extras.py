"""Certificates and machines of a listing: add one, remove one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.errors import Invalid, NotFound
from marketplace.listings.desk import choices, own_listing
from marketplace.listings.forms import read_certificate, read_machine
from marketplace.listings.public import blueprint
from marketplace.listings.views import certificate_view, machine_view
from marketplace.suppliers import actions
from marketplace.suppliers.model import ProfileDraft
from marketplace.vocabulary import Facet, vocabulary
from marketplace.web.context import database, now, today
from marketplace.web.routes import does

MAXIMUM = 60
_FIRST = {"certificates": "scheme", "machines": "machine"}  # the first field of each form


@blueprint.route("/listing/certificates", methods=["GET", "POST"])
@does("supplier.edit")
def certificates() -> ResponseReturnValue:
    return _add(
        "certificates",
        lambda profile: replace(profile, certificates=(*profile.certificates, read_certificate(request.form))),
        "The certificate is listed. It stops counting by itself after its last day.",
    )


@blueprint.post("/listing/certificates/<int:number>/remove")
@does("supplier.edit")
def remove_certificate(number: int) -> ResponseReturnValue:
    return _remove("certificates", number)


@blueprint.route("/listing/machines", methods=["GET", "POST"])
@does("supplier.edit")
def machines() -> ResponseReturnValue:
    return _add(
        "machines",
        lambda profile: replace(profile, machines=(*profile.machines, read_machine(request.form))),
        "The machine is listed.",
    )


@blueprint.post("/listing/machines/<int:number>/remove")
@does("supplier.edit")
def remove_machine(number: int) -> ResponseReturnValue:
    return _remove("machines", number)


def _add(name: str, change: Callable[[ProfileDraft], ProfileDraft], done: str) -> ResponseReturnValue:
    supplier = own_listing()
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            profile = change(supplier.profile)
            if len(getattr(profile, name)) > MAXIMUM:
                raise Invalid({_FIRST[name]: f"at most {MAXIMUM}; remove one first"})
        except Invalid as error:
            errors = error.problems
        else:
            actions.update_profile(database(), current_actor(), supplier.public_id, profile, now())
            flash(done, "success")
            return redirect(url_for(f"suppliers.{name}"), 303)
    page = render_template(
        f"suppliers/{name}.html",
        form=request.form.to_dict(),
        errors=errors,
        back_url=url_for("suppliers.listing"),
        **_context(name, supplier.profile),
    )
    return page, 422 if errors else 200


def _remove(name: str, number: int) -> ResponseReturnValue:
    """Remove by position; the form also sends what stood there, so that a stale page removes nothing else."""
    supplier = own_listing()
    items: list[Any] = list(getattr(supplier.profile, name))
    if number >= len(items) or _key(items[number]) != request.form.get("key", ""):
        raise NotFound("The list has changed meanwhile. Go back, reload it and try again.")
    del items[number]
    if name == "certificates":
        profile = replace(supplier.profile, certificates=tuple(items))
    else:
        profile = replace(supplier.profile, machines=tuple(items))
    actions.update_profile(database(), current_actor(), supplier.public_id, profile, now())
    flash("Removed.", "success")
    return redirect(url_for(f"suppliers.{name}"), 303)


def _context(name: str, profile: ProfileDraft) -> dict[str, Any]:
    if name == "certificates":
        rows = [
            {
                **certificate_view(c, today()),
                "key": _key(c),
                "remove_url": url_for("suppliers.remove_certificate", number=n),
            }
            for n, c in enumerate(profile.certificates)
        ]
        return {"rows": rows, "schemes": choices(Facet.CERTIFICATION)}
    rows = [
        {**machine_view(m), "key": _key(m), "remove_url": url_for("suppliers.remove_machine", number=n)}
        for n, m in enumerate(profile.machines)
    ]
    names = [(f"{family}:{n}", f"{n} ({family})") for family, listed in vocabulary().machines.items() for n in listed]
    return {"rows": rows, "machine_names": names}


def _key(item: object) -> str:
    return repr(item)
