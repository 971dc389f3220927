"""Pause, close, reopen; remove a service and put it back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.errors import NotFound
from marketplace.listings.desk import own_listing
from marketplace.listings.guide import service_or_404
from marketplace.listings.public import blueprint
from marketplace.suppliers import actions
from marketplace.suppliers.model import Status
from marketplace.vocabulary import Facet, vocabulary
from marketplace.web.context import database, now
from marketplace.web.routes import does

_DONE = {
    Status.PUBLISHED: "You take work again: searches find you from now on.",
    Status.PAUSED: "Paused. Searches leave you out until you take work again.",
    Status.CLOSED: "Closed. You can reopen the listing here whenever you like.",
}


@blueprint.post("/listing/status/<to>")
@does("supplier.status")
def change_status(to: str) -> ResponseReturnValue:
    if to not in set(Status):
        raise NotFound
    supplier = own_listing()
    actions.set_status(database(), current_actor(), supplier.public_id, Status(to), now())
    flash(_DONE[Status(to)], "success")
    return redirect(url_for("suppliers.listing"), 303)


@blueprint.post("/listing/services/<public_id>/status/<to>")
@does("supplier.edit")
def change_service_status(public_id: str, to: str) -> ResponseReturnValue:
    """Pause one service, or take work for it again."""
    if to not in (Status.PAUSED, Status.PUBLISHED):
        raise NotFound
    supplier = own_listing()
    actions.set_service_status(database(), current_actor(), supplier.public_id, public_id, Status(to), now())
    paused = to == Status.PAUSED
    flash("Paused: searches leave this service out." if paused else "You take work for it again.", "success")
    return redirect(url_for("suppliers.listing"), 303)


@blueprint.route("/listing/services/<public_id>/remove", methods=["GET", "POST"])
@does("supplier.edit")
def remove_service(public_id: str) -> ResponseReturnValue:
    supplier = own_listing()
    service = service_or_404(supplier.services, public_id)
    label = vocabulary().label(Facet.PROCESS, service.draft.process)
    if request.method != "POST":
        return render_template(
            "components/confirm.html",
            title=f"Remove {label.lower()}?",
            text="Its minimum, price and open weeks go with it. To stop for a while only, pause the listing instead.",
            action=request.path,
            confirm_label="Remove the service",
            back_url=url_for("suppliers.edit_service", public_id=public_id),
        )
    actions.remove_service(database(), current_actor(), supplier.public_id, public_id, now())
    flash(f"{label} is off your listing.", "success")
    return redirect(url_for("suppliers.listing"), 303)
