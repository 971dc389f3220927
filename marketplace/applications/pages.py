"""An apprentice's applications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.applications import actions, store
from marketplace.applications.forms import read_draft
from marketplace.applications.model import ENDED, Application, State
from marketplace.applications.rules import may_follow
from marketplace.applications.views import event_view, file_view, own_view
from marketplace.applications.words import LABELS
from marketplace.errors import Conflict, Invalid
from marketplace.files.actions import FIELD, receive
from marketplace.files.actions import send as send_file
from marketplace.files.uploads import cabinet, takes_files
from marketplace.placements import store as placements
from marketplace.placements.offers import get_offer
from marketplace.placements.views import offer_view, title
from marketplace.web.context import database, now, settings, today
from marketplace.web.routes import does

blueprint = Blueprint("applications", __name__)


@blueprint.get("/placements/<public_id>/apply")
@does("application.own")
def apply(public_id: str) -> ResponseReturnValue:
    """A form for the draft; who has one already goes on with it."""
    with database().reading() as session:
        person = actions.person_of(current_actor())
        begun = store.find_open_of(session, person.id, placements.id_of(session, public_id))
    if begun:
        return redirect(url_for(".application", public_id=begun.public_id), 303)
    return _apply_page(public_id, {}, {})


@blueprint.post("/placements/<public_id>/apply")
@does("application.own")
def begin(public_id: str) -> ResponseReturnValue:
    try:
        draft = read_draft(request.form)
        made = actions.begin(database(), current_actor(), public_id, draft, now())
    except Invalid as error:
        return _apply_page(public_id, request.form, error.problems), 422
    except Conflict as error:
        return _apply_page(public_id, request.form, {"": error.detail}), 409
    flash("Your draft is saved. Look it over, add files if you like, and send it.", "success")
    return redirect(url_for(".application", public_id=made.public_id), 303)


@blueprint.get("/account/applications")
@does("application.own")
def applications() -> str:
    person = actions.person_of(current_actor())
    with database().reading() as session:
        views = []
        for application in store.list_of_person(session, person.id):
            supplier, placement = actions.place_of(session, application)
            views.append(own_view(application, placement, supplier))
    return render_template("applications/applications.html", applications=views)


@blueprint.get("/account/applications/<public_id>")
@does("application.own")
def application(public_id: str) -> str:
    return _page(public_id, None, {})


@blueprint.post("/account/applications/<public_id>")
@does("application.own")
def rewrite(public_id: str) -> ResponseReturnValue:
    """Save the draft; the button "send" sends it too."""
    try:
        actions.rewrite(database(), current_actor(), public_id, read_draft(request.form), now())
    except Invalid as error:
        return _page(public_id, request.form, error.problems), 422
    except Conflict as error:
        flash(error.detail, "error")
    else:
        if "send" in request.form:
            return send(public_id)
        flash("Your draft is saved.", "success")
    return redirect(url_for(".application", public_id=public_id), 303)


@blueprint.post("/account/applications/<public_id>/send")
@does("application.send")
def send(public_id: str) -> ResponseReturnValue:
    try:
        actions.send(database(), current_actor(), public_id, now(), settings().application_days)
    except Invalid as error:
        return _page(public_id, None, error.problems), 422
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash("Your application is sent. You hear at each step, here and by mail.", "success")
    return redirect(url_for(".application", public_id=public_id), 303)


@blueprint.get("/account/applications/<public_id>/accept")
@does("application.own")
def ask_to_accept(public_id: str) -> ResponseReturnValue:
    """A yes is final, so it is asked once more."""
    with database().reading() as session:
        found = actions.own(session, current_actor(), public_id)
        supplier, placement = actions.place_of(session, found)
    if not may_follow(found.state, State.ACCEPTED, by_firm=False):
        return _refused(found)
    return render_template(
        "components/confirm.html",
        title="Accept this place?",
        text=f"{title(placement)}, at {supplier.profile.name}. The workshop is told that you come; "
        "a yes can’t be taken back here.",
        action=url_for(".accept", public_id=public_id),
        confirm_label="Yes, accept the place",
        kind="primary",
        back_url=url_for(".application", public_id=public_id),
    )


@blueprint.post("/account/applications/<public_id>/accept")
@does("application.own")
def accept(public_id: str) -> ResponseReturnValue:
    try:
        actions.accept(database(), current_actor(), public_id, now())
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash("The place is yours. The workshop is told.", "success")
    return redirect(url_for(".application", public_id=public_id), 303)


@blueprint.get("/account/applications/<public_id>/withdraw")
@does("application.own")
def ask_to_withdraw(public_id: str) -> ResponseReturnValue:
    with database().reading() as session:
        found = actions.own(session, current_actor(), public_id)
    if not may_follow(found.state, State.WITHDRAWN, by_firm=False):
        return _refused(found)
    is_draft = found.state is State.DRAFT
    return render_template(
        "components/confirm.html",
        title="Throw this draft away?" if is_draft else "Withdraw this application?",
        text="The workshop has not seen it."
        if is_draft
        else "The workshop is told, and no longer sees what you wrote.",
        action=url_for(".withdraw", public_id=public_id),
        confirm_label="Yes, throw it away" if is_draft else "Yes, withdraw it",
        back_url=url_for(".application", public_id=public_id),
    )


@blueprint.post("/account/applications/<public_id>/withdraw")
@does("application.own")
def withdraw(public_id: str) -> ResponseReturnValue:
    try:
        actions.withdraw(database(), current_actor(), public_id, now())
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash("It is withdrawn.", "success")
    return redirect(url_for(".applications"), 303)


def _refused(found: Application) -> ResponseReturnValue:
    """Nothing to be asked: the application itself, with the reason."""
    flash(actions.refusal(found.state), "warning")
    return redirect(url_for(".application", public_id=found.public_id), 303)


@blueprint.post("/account/applications/<public_id>/files")
@does("application.own")
@takes_files
def add_file(public_id: str) -> ResponseReturnValue:
    with database().reading() as session:
        actions.own(session, current_actor(), public_id)
    sent = request.files.get(FIELD)
    try:
        room = actions.drawer_cabinet(cabinet())
        if sent is None or not sent.filename:
            raise Invalid({FIELD: "choose a file"})
        with receive(room, sent.filename, sent.stream) as received:
            file = actions.add_file(database(), room, current_actor(), public_id, received, now())
    except Invalid as error:
        return _page(public_id, None, error.problems), 422
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash(f"“{file.name}” is added.", "success")
    return redirect(url_for(".application", public_id=public_id), 303)


@blueprint.get("/account/applications/<public_id>/files/<file_id>")
@does("application.own")
def file(public_id: str, file_id: str) -> Response:
    with database().reading() as session:
        found = actions.file_of(session, actions.own(session, current_actor(), public_id), file_id)
    return send_file(cabinet(), found)


@blueprint.post("/account/applications/<public_id>/files/<file_id>/remove")
@does("application.own")
def remove_file(public_id: str, file_id: str) -> ResponseReturnValue:
    try:
        actions.remove_file(database(), current_actor(), public_id, file_id, now())
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash("The file is removed.", "success")
    return redirect(url_for(".application", public_id=public_id), 303)


def own_application(placement_id: str) -> dict[str, Any] | None:
    """For templates: where the visitor's own application to a placement stands. Read once for a page."""
    actor = current_actor()
    if actor.person is None:
        return None
    if "own_applications" not in g:
        with database().reading() as session:
            listed = [each for each in store.list_of_person(session, actor.person.id) if each.state not in ENDED]
            places = placements.by_ids(session, [each.placement_id for each in listed])
        g.own_applications = {places[each.placement_id].public_id: each for each in listed}
    found: Application | None = g.own_applications.get(placement_id)
    if found is None:
        return None
    return {"label": LABELS[found.state], "url": url_for("applications.application", public_id=found.public_id)}


def _apply_page(public_id: str, form: Mapping[str, str], errors: Mapping[str, str]) -> str:
    with database().reading() as session:
        offer, _ = get_offer(session, public_id)
    return render_template(
        "applications/apply.html",
        placement=offer_view(offer),
        is_open=offer.placement.is_shown(today()),
        form=form,
        errors=dict(errors),
    )


def _page(public_id: str, typed: Mapping[str, str] | None, errors: Mapping[str, str]) -> str:
    with database().reading() as session:
        found = actions.own(session, current_actor(), public_id)
        supplier, placement = actions.place_of(session, found)
        events = store.list_events(session, found.id)
        files = actions.files_of(session, found)
    is_draft = found.state is State.DRAFT
    return render_template(
        "applications/application.html",
        application=own_view(found, placement, supplier),
        events=[event_view(event, for_firm=False) for event in events],
        files=[
            file_view(
                each,
                url_for(".file", public_id=public_id, file_id=each.public_id),
                url_for(".remove_file", public_id=public_id, file_id=each.public_id) if is_draft else None,
            )
            for each in files
        ],
        form=typed if typed is not None else _form(found),
        errors=dict(errors),
        report_url=url_for("reports.unnamed", public_id=placement.public_id),
        log_url=url_for("learning.log") if found.state is State.ACCEPTED else None,
    )


def _form(found: Application) -> dict[str, str]:
    draft = found.draft
    return {
        "statement": draft.statement,
        "experience": draft.experience,
        "available_from": draft.available_from.isoformat() if draft.available_from else "",
        "availability": draft.availability,
    }
