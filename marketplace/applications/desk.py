"""The firm's side: applications it was sent, and its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.current import current_actor
from marketplace.accounts.model import OrganisationKind
from marketplace.applications import actions, answering, store
from marketplace.applications.forms import read_words
from marketplace.applications.model import Application, State
from marketplace.applications.views import event_view, file_view, firm_view
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.files.actions import send as send_file
from marketplace.files.uploads import cabinet
from marketplace.web.context import database, now, settings
from marketplace.web.routes import does

blueprint = Blueprint("received", __name__)

MISSING = {
    State.INVITED: "say when and where you want to meet, or call",
    State.OFFERED: "",
    State.DECLINED: "give the reason in a sentence: the apprentice is told it",
}


@blueprint.get("/listing/applications")
@does("application.read")
def applications() -> ResponseReturnValue:
    actor = current_actor()
    if not actor.organisations(OrganisationKind.SUPPLIER):
        return redirect(url_for("suppliers.guide"), 303)
    with database().reading() as session:
        views = [_view(session, each) for each in answering.list_received(session, actor)]
    return render_template("applications/received.html", applications=views)


@blueprint.get("/listing/applications/<public_id>")
@does("application.read")
def application(public_id: str) -> ResponseReturnValue:
    """Opening it tells the apprentice that it is seen."""
    answering.look(database(), current_actor(), public_id, now())
    return _page(public_id, {}, {})


@blueprint.post("/listing/applications/<public_id>/invite")
@does("application.answer")
def invite(public_id: str) -> ResponseReturnValue:
    return _answer(public_id, State.INVITED, "invitation", "Your invitation is sent.")


@blueprint.post("/listing/applications/<public_id>/offer")
@does("application.answer")
def offer(public_id: str) -> ResponseReturnValue:
    return _answer(public_id, State.OFFERED, "terms", "The place is offered. You hear when it is accepted.")


@blueprint.post("/listing/applications/<public_id>/decline")
@does("application.answer")
def decline(public_id: str) -> ResponseReturnValue:
    return _answer(public_id, State.DECLINED, "reason", "It is declined. The apprentice is told your reason.")


@blueprint.get("/listing/applications/<public_id>/files/<file_id>")
@does("application.read")
def file(public_id: str, file_id: str) -> Response:
    with database().reading() as session:
        found = answering.received(session, current_actor(), public_id)
        if found.state is State.WITHDRAWN:
            raise NotFound
        stored = actions.file_of(session, found, file_id)
    return send_file(cabinet(), stored)


def _answer(public_id: str, to: State, field: str, done: str) -> ResponseReturnValue:
    days = settings().application_days
    try:
        words = read_words(request.form.get(field, ""), field, MISSING[to])
        answering.answer(database(), current_actor(), public_id, to, words, now(), days)
    except Invalid as error:
        return _page(public_id, request.form, error.problems), 422
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash(done, "success")
    return redirect(url_for(".application", public_id=public_id), 303)


def _view(session: Session, application: Application) -> dict[str, Any]:
    _, placement = actions.place_of(session, application)
    person = accounts.find_person(session, application.person_id)
    assert person is not None  # an account takes its applications with it
    return firm_view(application, placement, person.name, person.email)


def _page(public_id: str, form: Mapping[str, str], errors: Mapping[str, str]) -> str:
    with database().reading() as session:
        found = answering.received(session, current_actor(), public_id)
        _, placement = actions.place_of(session, found)
        view = _view(session, found)
        events = store.list_events(session, found.id)
        files = [] if found.state is State.WITHDRAWN else actions.files_of(session, found)
        out = store.count_state(session, found.placement_id, State.OFFERED)
    return render_template(
        "applications/received_one.html",
        application=view,
        events=[event_view(event, for_firm=True) for event in events if event.state is not State.DRAFT],
        files=[file_view(each, url_for(".file", public_id=public_id, file_id=each.public_id)) for each in files],
        seats_free=max(0, placement.seats - placement.seats_taken),
        offers_out=out - (found.state is State.OFFERED),
        days=settings().application_days,
        form=form,
        errors=dict(errors),
    )
