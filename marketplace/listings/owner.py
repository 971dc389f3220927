"""The owner's listing: overview, profile, services."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.accounts.policy import can
from marketplace.capacity import store as capacity
from marketplace.errors import Invalid
from marketplace.listings.desk import own_listing, profile_choices, service_choices
from marketplace.listings.forms import read_profile, read_service
from marketplace.listings.guide import service_or_404
from marketplace.listings.place import PlaceChoice, choose_place
from marketplace.listings.public import blueprint
from marketplace.listings.typed import profile_form, service_form, typed_profile, typed_service
from marketplace.listings.views import calendars_of, missing_view, service_view, supplier_view
from marketplace.suppliers import actions
from marketplace.suppliers.model import Service, Site, Status, Supplier
from marketplace.suppliers.words import work_labels
from marketplace.web.context import database, now, today
from marketplace.web.routes import does


@blueprint.get("/listing")
@does("account.own")
def listing() -> ResponseReturnValue:
    supplier = own_listing()
    with database().reading() as session:
        resources = capacity.list_resources(session, supplier.sites)
        calendars = calendars_of(resources, capacity.list_uses(session, [r.id for r in resources]))
    urls = {
        "service": url_for("suppliers.new_service"),
        "weeks": url_for("capacity.weeks"),
        "profile": url_for("suppliers.edit_profile"),
    }
    labels = work_labels(supplier)
    services = [
        {
            **service_view(service, labels[service.id], calendars, today()),
            "edit_url": url_for("suppliers.edit_service", public_id=service.public_id),
            "weeks_url": url_for("capacity.weeks", resource=service.public_id),
            "pause_url": url_for(
                "suppliers.change_service_status",
                public_id=service.public_id,
                to="published" if service.status is Status.PAUSED else "paused",
            ),
        }
        for service in supplier.services
    ]
    view = supplier_view(supplier)
    if supplier.status is Status.PAUSED and not supplier.services:
        view["status"] = "draft"
    return render_template(
        "suppliers/listing.html",
        supplier={**view, "status_since": None},
        missing=missing_view(supplier, calendars, urls),
        services=services,
        profile_url=urls["profile"],
        add_service_url=urls["service"],
        weeks_url=urls["weeks"],
        certificates_url=url_for("suppliers.certificates"),
        machines_url=url_for("suppliers.machines"),
        placements_url=url_for("placements.own"),
        sites=[
            {"label": _site_label(site), "edit_url": url_for("suppliers.edit_site", public_id=site.public_id)}
            for site in supplier.sites
        ],
        add_site_url=url_for("suppliers.new_site"),
        **_status_urls(supplier.status, can(current_actor(), "supplier.status", supplier.organisation_id)),
    )


@blueprint.route("/listing/profile", methods=["GET", "POST"])
@does("supplier.edit")
def edit_profile() -> ResponseReturnValue:
    supplier = own_listing()
    site = supplier.sites[0]
    common: dict[str, Any] = {"action": request.path, "back_url": url_for("suppliers.listing"), **profile_choices()}
    if request.method != "POST":
        return render_template(
            "suppliers/profile_form.html", form=profile_form(supplier), errors={}, places=None, **common
        )
    place = PlaceChoice()
    errors: dict[str, str] = {}
    try:
        profile, address, point, confirmed = read_profile(request.form, supplier.profile)
        look_up = bool(request.form.get("look_up"))
        chosen = request.form.get("place_id", "")
        place = choose_place(address, None if look_up else point, confirmed, chosen, site.draft)
        if place.site and not look_up:
            actor = current_actor()
            actions.update_profile(database(), actor, supplier.public_id, profile, now(), place.site)
            flash("Saved. Searches find the new version from now on.", "success")
            return redirect(url_for("suppliers.listing"), 303)
        errors = place.problems
    except Invalid as error:
        errors = error.problems
    page = render_template(
        "suppliers/profile_form.html",
        form=typed_profile(request.form) | place.form_values(),
        errors=errors,
        places=place.options(),
        **common,
    )
    return page, 422 if errors else 200


@blueprint.route("/listing/services/new", methods=["GET", "POST"])
@does("supplier.edit")
def new_service() -> ResponseReturnValue:
    return _edit_service(None)


@blueprint.route("/listing/services/<public_id>", methods=["GET", "POST"])
@does("supplier.edit")
def edit_service(public_id: str) -> ResponseReturnValue:
    return _edit_service(public_id)


def _edit_service(public_id: str | None) -> ResponseReturnValue:
    supplier = own_listing()
    service = service_or_404(supplier.services, public_id) if public_id else None
    form, errors = service_form(service.draft if service else None, supplier.sites[0].draft.address.country), {}
    if request.method == "POST":
        try:
            draft = read_service(request.form, service.draft if service else None)
            site = _site_of(supplier, service, request.form.get("site", ""))
            saved = actions.put_service(
                database(), current_actor(), supplier.public_id, site.public_id, public_id, draft, now()
            )
        except Invalid as error:
            form, errors = typed_service(request.form), error.problems
        else:
            flash("The service is saved.", "success")
            if service is None:
                return redirect(url_for("capacity.weeks", resource=saved), 303)
            return redirect(url_for("suppliers.listing"), 303)
    page = render_template(
        "suppliers/service_form.html",
        title="Edit the service" if service else "Add a service",
        action=request.path,
        back_url=url_for("suppliers.listing"),
        remove_url=url_for("suppliers.remove_service", public_id=public_id) if service else None,
        form={**form, "site": request.form.get("site", "")},
        errors=errors,
        sites=[(site.public_id, _site_label(site)) for site in supplier.sites] if service is None else [],
        **service_choices(),
    )
    return page, 422 if errors else 200


def _site_of(supplier: Supplier, service: Service | None, chosen: str) -> Site:
    """A service stays at its site; a new one goes to the site that was chosen, else to the first."""
    if service is not None:
        return next(site for site in supplier.sites if site.id == service.site_id)
    return actions.site_of(supplier, chosen) if chosen else supplier.sites[0]


def _site_label(site: Site) -> str:
    return site.draft.name or ", ".join(site.draft.address.lines) or "first site"


def _status_urls(status: Status, may: bool) -> dict[str, str | None]:
    """The POST address of each change of status that is possible now."""

    def url(to: str, possible: bool) -> str | None:
        return url_for("suppliers.change_status", to=to) if may and possible else None

    return {
        "publish_url": None,
        "pause_url": url("paused", status is Status.PUBLISHED),
        "reopen_url": url("published", status is not Status.PUBLISHED),
        "close_url": url("closed", status is not Status.CLOSED),
    }
