"""Pages of one's saved searches for placements."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.errors import Conflict, Invalid
from marketplace.placements import saved
from marketplace.placements.forms import read_asked
from marketplace.placements.pages import blueprint
from marketplace.placements.views import words_of
from marketplace.web.context import database, now, places
from marketplace.web.routes import does


@blueprint.get("/placements/searches")
@does("placement.watch")
def searches() -> str:
    person = saved.person_of(current_actor())
    with database().reading() as session:
        kept = saved.list_of(session, person.id)
    return render_template(
        "placements/searches.html",
        searches=[
            {
                "name": each.name,
                "url": f"{url_for('placements.placements')}?{each.question}",
                "feed_url": f"{url_for('placements.feed')}?{each.question}",
                "saved": each.saved_at.date(),
                "remove_url": url_for("placements.forget", public_id=each.public_id),
            }
            for each in kept
        ],
    )


@blueprint.get("/placements/searches/new")
@does("placement.watch")
def save() -> ResponseReturnValue:
    return _page(request.query_string.decode(), "", {}, 200)


@blueprint.post("/placements/searches/new")
@does("placement.watch")
def save_post() -> ResponseReturnValue:
    question, name = request.form.get("question", ""), request.form.get("name", "")
    try:
        kept, fits = saved.save(database(), current_actor(), name, question, places().find, now())
    except Invalid as error:
        return _page(question, name, error.problems, 422)
    except Conflict as error:
        return _page(question, name, {"": error.detail}, 409)
    fitting = "No place fits yet" if not fits else "One place fits now" if fits == 1 else f"{fits} places fit now"
    flash(f"“{kept.name}” is saved. {fitting}; you hear from us when another does.", "success")
    return redirect(url_for("placements.searches"), 303)


@blueprint.post("/placements/searches/<public_id>/delete")
@does("placement.watch")
def forget(public_id: str) -> ResponseReturnValue:
    saved.remove(database(), current_actor(), public_id, now())
    flash("The search is deleted.", "success")
    return redirect(url_for("placements.searches"), 303)


def _page(question: str, name: str, errors: dict[str, str], status: int) -> ResponseReturnValue:
    words = None
    try:
        query, origin, _ = read_asked(question, places().find)
        words = words_of(query, origin.label if origin else "")
    except Invalid as error:
        errors, status = error.problems | errors, 422
    page = render_template(
        "placements/save.html",
        words=words,
        question=question,
        name=name or (words or "")[: saved.LONGEST_NAME],
        errors=errors,
        longest=saved.LONGEST_NAME,
        search_url=f"{url_for('placements.placements')}?{question}",
    )
    return page, status
