"""Pages of one's own saved searches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import DISTANCE_UNIT, current_actor
from marketplace.alerts import actions, store
from marketplace.alerts.forms import date_of, question_of, read_asked, read_change, read_question, read_save
from marketplace.alerts.model import MAXIMUM_NAME, Frequency, SavedSearch
from marketplace.alerts.views import frequency_choices, saved_view, suggested_name, words_of
from marketplace.errors import Invalid
from marketplace.search.context import index
from marketplace.search.forms import Asked
from marketplace.web.context import database, now, places, today
from marketplace.web.routes import does

blueprint = Blueprint("alerts", __name__)


@blueprint.get("/alerts")
@does("alert.own")
def alerts() -> str:
    person = _person_id()
    with database().reading() as db_session:
        saved = store.list_of(db_session, person)
        last = store.find_last_of_each(db_session, person)
    shown: list[dict[str, Any]] = []
    removed: list[dict[str, Any]] = []
    for item in saved:
        view = saved_view(item, last.get(item.id), today())
        (removed if item.removed_at else shown).append(view)
    for view in shown:
        view["fits"] = len(index().site_ids(view["asked"].query)) if view["asked"] else None
    actor = current_actor().person
    return render_template(
        "alerts/alerts.html",
        searches=shown,
        removed=removed,
        is_confirmed=actor is not None and actor.is_confirmed,
    )


@blueprint.get("/alerts/new")
@does("alert.own")
def new() -> ResponseReturnValue:
    """The search of the address in words, to be given a name."""
    given = dict(request.args.lists())
    try:
        asked = read_asked(given, today(), places().find)
    except Invalid as error:
        return _new_page(None, {}, error.problems, request.query_string.decode()), 422
    if asked.choices:  # the search page has the list of places to choose from
        return redirect(f"{url_for('search.search')}?{request.query_string.decode()}", 303)
    unit = "mi" if "radius_mi" in given else str(session.get(DISTANCE_UNIT, "km"))
    form = {
        "name": suggested_name(words_of(asked, unit)),
        "frequency": Frequency.DAILY.value,
        "distance_unit": unit,
        "question": question_of(asked),
    }
    return _new_page(asked, form, {}, form["question"])


@blueprint.post("/alerts/new")
@does("alert.own")
def save() -> ResponseReturnValue:
    try:
        form = read_save(request.form, today(), places().find)
        saved, fits = actions.save(database(), index(), current_actor(), form, now())
    except Invalid as error:
        typed = request.form.to_dict()
        return _new_page(_asked(typed.get("question", "")), typed, error.problems, typed.get("question", "")), 422
    now_fits = (
        "Nobody fits yet" if not fits else "One supplier fits now" if fits == 1 else f"{fits:,} suppliers fit now"
    )
    flash(f"“{saved.wanted.name}” is saved. {now_fits}; you hear from us when another does.", "success")
    return redirect(url_for(".alerts"), 303)


@blueprint.get("/alerts/<public_id>")
@does("alert.own")
def edit(public_id: str) -> str:
    saved = _own(public_id)
    return _edit_page(saved, _as_it_stands(saved), {})


@blueprint.post("/alerts/<public_id>")
@does("alert.own")
def change(public_id: str) -> ResponseReturnValue:
    saved = _own(public_id)
    try:
        form = read_change(request.form, today(), has_date=bool(date_of(saved.wanted.question)))
        actions.change(database(), index(), current_actor(), public_id, form, now())
    except Invalid as error:
        return _edit_page(saved, request.form, error.problems), 422
    flash(f"“{form.name}” is saved.", "success")
    return redirect(url_for(".alerts"), 303)


@blueprint.post("/alerts/<public_id>/stop")
@does("alert.own")
def stop(public_id: str) -> ResponseReturnValue:
    saved = actions.stop(database(), current_actor(), public_id, now())
    flash(f"“{saved.wanted.name}” is stopped: no more mails. “Start again” takes it up where it stopped.", "success")
    return redirect(url_for(".alerts"), 303)


@blueprint.post("/alerts/<public_id>/start")
@does("alert.own")
def start(public_id: str) -> ResponseReturnValue:
    try:
        saved = actions.start(database(), current_actor(), public_id, now())
    except Invalid as error:
        saved = _own(public_id)
        return _edit_page(saved, _as_it_stands(saved), error.problems), 422
    flash(f"“{saved.wanted.name}” goes on.", "success")
    return redirect(url_for(".alerts"), 303)


@blueprint.get("/alerts/<public_id>/delete")
@does("alert.own")
def ask_to_remove(public_id: str) -> str:
    saved = _own(public_id)
    return render_template(
        "components/confirm.html",
        title=f"Delete “{saved.wanted.name}”?",
        text="Its mails and its feed end. For a day you can have it back, on the page of your saved searches.",
        action=url_for(".remove", public_id=public_id),
        confirm_label="Yes, delete it",
        back_url=url_for(".alerts"),
    )


@blueprint.post("/alerts/<public_id>/delete")
@does("alert.own")
def remove(public_id: str) -> ResponseReturnValue:
    saved = actions.remove(database(), current_actor(), public_id, now())
    flash(f"“{saved.wanted.name}” is deleted. Until tomorrow you can have it back, below.", "success")
    return redirect(url_for(".alerts"), 303)


@blueprint.post("/alerts/<public_id>/restore")
@does("alert.own")
def restore(public_id: str) -> ResponseReturnValue:
    try:
        saved = actions.restore(database(), current_actor(), public_id, now())
    except Invalid as error:
        flash(error.detail, "error")
    else:
        flash(f"“{saved.wanted.name}” is back.", "success")
    return redirect(url_for(".alerts"), 303)


def _person_id() -> int:
    person = current_actor().person
    assert person is not None
    return person.id


def _own(public_id: str) -> SavedSearch:
    with database().reading() as db_session:
        return store.get_own(db_session, _person_id(), public_id)


def _as_it_stands(saved: SavedSearch) -> dict[str, str]:
    wanted = saved.wanted
    return {"name": wanted.name, "frequency": wanted.frequency.value, "by": date_of(wanted.question)}


def _asked(question: str) -> Asked | None:
    try:
        return read_question(question, today(), places().find, choose_first=True)
    except Invalid:
        return None


def _new_page(asked: Asked | None, form: Mapping[str, str], errors: Mapping[str, str], question: str) -> str:
    with database().reading() as db_session:
        mine = [saved for saved in store.list_of(db_session, _person_id()) if not saved.removed_at]
    return render_template(
        "alerts/new.html",
        words=words_of(asked, form.get("distance_unit", "km")) if asked else None,
        fits=len(index().site_ids(asked.query)) if asked else None,
        form=form,
        errors=dict(errors),
        frequencies=frequency_choices(),
        replaceable=[(saved.public_id, saved.wanted.name) for saved in mine],
        maximum_name=MAXIMUM_NAME,
        search_url=f"{url_for('search.search')}?{question}",
    )


def _edit_page(saved: SavedSearch, form: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template(
        "alerts/edit.html",
        search=saved_view(saved, None, today()),
        form=form,
        errors=dict(errors),
        frequencies=frequency_choices(),
        has_date=bool(date_of(saved.wanted.question)),
        maximum_name=MAXIMUM_NAME,
        action=url_for(".change", public_id=saved.public_id),
    )
