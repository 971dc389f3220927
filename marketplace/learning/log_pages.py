"""An apprentice's skills log, and the firm that signs it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.accounts.model import OrganisationKind
from marketplace.errors import Conflict, Invalid
from marketplace.learning import actions, store
from marketplace.learning.views import entry_view, export_view
from marketplace.placements.views import title
from marketplace.suppliers.actions import find_own
from marketplace.vocabulary import Facet, vocabulary
from marketplace.web.context import database, now, settings, today
from marketplace.web.routes import does

blueprint = Blueprint("learning", __name__)


@blueprint.get("/account/skills")
@does("learning.own")
def log() -> str:
    return _log_page({}, {})


@blueprint.post("/account/skills")
@does("learning.own")
def write() -> ResponseReturnValue:
    try:
        actions.write(database(), current_actor(), request.form, now())
    except Invalid as error:
        return _log_page(request.form, error.problems), 422
    except Conflict as error:
        return _log_page(request.form, {"": error.detail}), 409
    flash("It stands in your log. The workshop is asked to sign it.", "success")
    return redirect(url_for(".log"), 303)


@blueprint.post("/account/skills/<public_id>/remove")
@does("learning.own")
def remove(public_id: str) -> ResponseReturnValue:
    try:
        actions.remove(database(), current_actor(), public_id, now())
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash("The entry is removed.", "success")
    return redirect(url_for(".log"), 303)


@blueprint.post("/account/skills/export")
@does("learning.own")
def export() -> ResponseReturnValue:
    try:
        made = actions.export(database(), current_actor(), settings().data_dir, settings().site_url, now())
    except Conflict as error:
        flash(error.detail, "error")
        return redirect(url_for(".log"), 303)
    flash("Your log is signed. Print this page, or save the file; whoever has either can check it.", "success")
    return redirect(url_for("skills.shown", code=made.code), 303)


@blueprint.post("/account/skills/exports/<code>/take-back")
@does("learning.own")
def take_back(code: str) -> ResponseReturnValue:
    actions.take_back(database(), current_actor(), code, now())
    flash("Its address shows nothing any more. Files that you have handed out stay good.", "success")
    return redirect(url_for(".log"), 303)


@blueprint.get("/listing/skills-logs")
@does("application.read")
def to_sign() -> ResponseReturnValue:
    actor = current_actor()
    if not actor.organisations(OrganisationKind.SUPPLIER):
        return redirect(url_for("suppliers.guide"), 303)
    with database().reading() as session:
        found = actions.entries_of_firms(session, actor)
    return render_template("learning/to_sign.html", entries=[entry_view(entry, name) for entry, name in found])


@blueprint.post("/listing/skills-logs/<public_id>/sign")
@does("learning.sign")
def sign(public_id: str) -> ResponseReturnValue:
    try:
        entry = actions.sign_entry(database(), current_actor(), public_id, now())
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash(f"“{entry.draft.operation}” is signed.", "success")
    return redirect(url_for(".to_sign"), 303)


@blueprint.get("/listing/retiring-skills")
@does("supplier.edit")
def retiring() -> ResponseReturnValue:
    with database().reading() as session:
        supplier = find_own(session, current_actor())
        if supplier is None:
            return redirect(url_for("suppliers.guide"), 303)
        chosen = store.list_retiring(session, supplier.id)
    skills = [(skill, vocabulary().label(Facet.SKILL, skill)) for skill in actions.skills_of(supplier)]
    return render_template("learning/retiring.html", skills=skills, chosen=chosen)


@blueprint.post("/listing/retiring-skills")
@does("supplier.edit")
def set_retiring() -> ResponseReturnValue:
    with database().reading() as session:
        supplier = find_own(session, current_actor())
    if supplier is None:
        return redirect(url_for("suppliers.guide"), 303)
    actions.set_retiring(database(), current_actor(), supplier.public_id, request.form.getlist("skills"), now())
    flash("Saved. The region’s page counts firms; it names none.", "success")
    return redirect(url_for(".retiring"), 303)


def _log_page(form: Mapping[str, str], errors: Mapping[str, str]) -> str:
    person = actions.person_of(current_actor())
    with database().reading() as session:
        places = actions.places_of(session, person.id)
        entries = store.list_of_person(session, person.id)
        exports = store.list_exports(session, person.id)
    words = vocabulary()
    taught = list(dict.fromkeys(skill for each in places for skill in each.placement.skills))
    others = sorted(words.terms[Facet.SKILL].values(), key=lambda term: term.label)
    skills = [(skill, words.label(Facet.SKILL, skill)) for skill in taught]
    return render_template(
        "learning/log.html",
        entries=[entry_view(entry) for entry in entries],
        exports=[export_view(export) for export in exports],
        places=[(p.placement.public_id, f"{title(p.placement)}, {p.supplier.profile.name}") for p in places],
        skills=skills + [(term.id, term.label) for term in others if term.id not in taught],
        form={"day": today().isoformat(), **form},
        errors=dict(errors),
        signed=sum(entry.is_signed for entry in entries),
    )
