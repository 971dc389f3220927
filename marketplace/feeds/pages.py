"""The page with the addresses of one's calendars, and the calendars themselves."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import store as accounts
from marketplace.accounts.current import current_actor
from marketplace.accounts.model import OrganisationKind
from marketplace.errors import NotFound
from marketplace.feeds import actions, ical, store
from marketplace.feeds.gathering import read_calendar
from marketplace.suppliers import store as suppliers
from marketplace.web.context import database, now, settings, today
from marketplace.web.routes import does

blueprint = Blueprint("calendars", __name__)


@blueprint.get("/calendar/<token>.ics")
@does("feed.read")
def read(token: str) -> Response:
    """By the secret in the address, signed in or not: calendar programs bring nothing else."""
    with database().reading() as session:
        feed = store.get_by_token(session, token)
        members = [
            accounts.find_person(session, id_) for id_ in accounts.list_member_ids(session, feed.organisation_id)
        ]
        if not any(person and not person.is_suspended for person in members):
            raise NotFound
        body = read_calendar(session, feed.organisation_id, settings().site_url, today())
    response = Response(body, content_type=ical.CONTENT_TYPE)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = 'inline; filename="selvedge.ics"'
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/account/calendar")
@does("feed.own")
def own() -> str:
    listed: list[dict[str, Any]] = []
    with database().reading() as session:
        for membership in current_actor().memberships:
            supplier = suppliers.find_by_organisation(session, membership.organisation_id)
            studio = accounts.find_studio(session, membership.organisation_id)
            if not supplier and not studio:
                continue
            feed = store.find(session, membership.organisation_id)
            path = url_for(".read", token=feed.token) if feed else ""
            listed.append(
                {
                    "id": accounts.organisation_public_id(session, membership.organisation_id),
                    "name": supplier.profile.name if supplier else studio.name if studio else "",
                    "is_supplier": membership.kind is OrganisationKind.SUPPLIER,
                    "address": f"{settings().site_url}{path}" if feed else None,
                    "path": path,
                    "since": feed.created_at if feed else None,
                }
            )
    return render_template("feeds/own.html", calendars=listed)


@blueprint.post("/account/calendar/<public_id>")
@does("feed.own")
def create(public_id: str) -> ResponseReturnValue:
    actions.create(database(), current_actor(), public_id, now())
    flash("The calendar has a new address. An older one does not work any more.", "success")
    return redirect(url_for(".own"), 303)


@blueprint.post("/account/calendar/<public_id>/remove")
@does("feed.own")
def remove(public_id: str) -> ResponseReturnValue:
    actions.remove(database(), current_actor(), public_id, now())
    flash("The address is gone: nobody reads this calendar any more.", "success")
    return redirect(url_for(".own"), 303)
