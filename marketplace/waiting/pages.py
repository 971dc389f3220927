"""Pages of waiting lists: join, one's own lines; for suppliers who waits, and short notice."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from marketplace.accounts.current import current_actor
from marketplace.accounts.model import OrganisationKind
from marketplace.accounts.policy import authorize
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.actions import find_own
from marketplace.suppliers.model import Service, Status, Supplier
from marketplace.vocabulary import Facet, vocabulary
from marketplace.waiting import actions, store
from marketplace.waiting.forms import read_join, read_post
from marketplace.waiting.rules import MOST_NOTICES_A_WEEK
from marketplace.waiting.views import line_view, notice_view, own_view, week_choices
from marketplace.web.context import database, now, settings, today
from marketplace.web.routes import does

blueprint = Blueprint("waiting", __name__)


@blueprint.get("/suppliers/<slug>/wait/<service_id>")
@does("waiting.join")
def ask_to_join(slug: str, service_id: str) -> ResponseReturnValue:
    form = {name: request.args.get(name, "") for name in ("quantity", "first_week", "last_week")}
    return _join_page(slug, service_id, form, {})


@blueprint.post("/suppliers/<slug>/wait/<service_id>")
@does("waiting.join")
def join(slug: str, service_id: str) -> ResponseReturnValue:
    supplier, service = _listed(slug, service_id)
    try:
        asked = read_join(request.form, service.draft.unit)
        actions.join(
            database(), current_actor(), supplier.public_id, service_id, asked.atoms, asked.first, asked.last, now()
        )
    except Invalid as error:
        return _join_page(slug, service_id, request.form.to_dict(), error.problems, 422)
    except Conflict as error:
        return _join_page(slug, service_id, request.form.to_dict(), {"": error.detail}, 409)
    flash("You are in the line. When weeks get free, they are held for you and you hear of it.", "success")
    return redirect(url_for(".lines"), 303)


@blueprint.get("/account/waiting")
@does("waiting.join")
def lines() -> ResponseReturnValue:
    actor = current_actor()
    if not actor.organisations(OrganisationKind.STUDIO):
        return redirect(url_for("accounts.studio"), 303)
    studio_id = actions.studio_of(actor)
    shown: list[dict[str, Any]] = []
    with database().reading() as session:
        for waiting in store.list_of_studio(session, studio_id):
            supplier, service = _of(session, waiting.supplier_id, waiting.service_id)
            if service is not None:
                shown.append(own_view(waiting, supplier, service, store.list_line(session, service.id)))
    return render_template("waiting/lines.html", lines=shown, offer_hours=settings().offer_hours)


@blueprint.post("/account/waiting/<public_id>/take")
@does("waiting.join")
def take(public_id: str) -> ResponseReturnValue:
    try:
        actions.take(database(), current_actor(), public_id, now())
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash("The weeks are booked for you. Send the workshop your brief, if it has none yet.", "success")
    return redirect(url_for(".lines"), 303)


@blueprint.post("/account/waiting/<public_id>/leave")
@does("waiting.join")
def leave(public_id: str) -> ResponseReturnValue:
    try:
        actions.leave(database(), current_actor(), public_id, now())
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash("You have left the line.", "success")
    return redirect(url_for(".lines"), 303)


@blueprint.get("/listing/waiting")
@does("waiting.offer")
def desk() -> ResponseReturnValue:
    return _desk({}, {})


@blueprint.post("/listing/waiting/notice")
@does("waiting.offer")
def post() -> ResponseReturnValue:
    try:
        service_id, week, words = read_post(request.form)
        actions.post(database(), current_actor(), _own().public_id, service_id, week, words, now())
    except Invalid as error:
        return _desk(request.form.to_dict(), error.problems, 422)
    except Conflict as error:
        return _desk(request.form.to_dict(), {"": error.detail}, 409)
    flash("Posted. Those whose saved searches it fits are told within a minute.", "success")
    return redirect(url_for(".desk"), 303)


def _desk(form: dict[str, str], errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    if not current_actor().organisations(OrganisationKind.SUPPLIER):
        return redirect(url_for("suppliers.guide"), 303)
    supplier = _own()
    authorize(current_actor(), "waiting.offer", supplier.organisation_id)
    with database().reading() as session:
        lines = [(service, store.list_line(session, service.id)) for service in supplier.services]
        posted = store.list_notices(session, supplier.id)
    labels = {service.id: _label(service) for service in supplier.services}
    page = render_template(
        "waiting/desk.html",
        lines=[line_view(labels[service.id], service, line) for service, line in lines if line],
        notices=[notice_view(notice, labels.get(notice.service_id, ""), now()) for notice in posted],
        services=[(s.public_id, labels[s.id]) for s in supplier.services if s.status is Status.PUBLISHED],
        weeks=week_choices(today(), 8),
        most=MOST_NOTICES_A_WEEK,
        form=form,
        errors=errors,
    )
    return page, status


def _join_page(
    slug: str, service_id: str, form: dict[str, str], errors: dict[str, str], status: int = 200
) -> ResponseReturnValue:
    supplier, service = _listed(slug, service_id)
    if not current_actor().organisations(OrganisationKind.STUDIO):
        flash("Say where your studio is first: places in a line are kept for studios.", "info")
        return redirect(url_for("accounts.studio"), 303)
    actions.studio_of(current_actor())
    with database().reading() as session:
        line = store.list_line(session, service.id)
    choices = week_choices(today(), 26)
    page = render_template(
        "waiting/join.html",
        supplier={"name": supplier.profile.name, "url": url_for("suppliers.supplier", slug=slug)},
        service=_label(service),
        unit=service.draft.unit.label,
        form={"first_week": choices[0][0], "last_week": choices[7][0]} | {k: v for k, v in form.items() if v},
        errors=errors,
        weeks=choices,
        ahead=len(line),
        offer_hours=settings().offer_hours,
        action=url_for(".join", slug=slug, service_id=service_id),
    )
    return page, status


def _listed(slug: str, service_id: str) -> tuple[Supplier, Service]:
    """Errors: NotFound for what is not published."""
    with database().reading() as session:
        found = suppliers.find_by_slug(session, slug)
        if found is None:
            raise NotFound
        return actions.listed(session, found.public_id, service_id)


def _of(session: Session, supplier_id: Any, service_id: int) -> tuple[Supplier, Service | None]:
    supplier = suppliers.get(session, supplier_id)
    return supplier, next((s for s in supplier.services if s.id == service_id), None)


def _own() -> Supplier:
    """Errors: NotFound without a listing."""
    with database().reading() as session:
        supplier = find_own(session, current_actor())
    if supplier is None:
        raise NotFound
    return supplier


def _label(service: Service) -> str:
    return vocabulary().label(Facet.PROCESS, service.draft.process)
