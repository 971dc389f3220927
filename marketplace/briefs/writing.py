"""The page on which a brief is written, new or again, with its table of sizes and colours."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import actions as accounts
from marketplace.accounts.current import current_actor
from marketplace.briefs import actions, store
from marketplace.briefs.actions import Newer, get_own, studio_of
from marketplace.briefs.forms import CLOTH_UNITS, Typed, read_brief, read_seen, typed_content, typed_form
from marketplace.briefs.matrix import MAXIMUM_PASTE, Matrix, changed, pasted
from marketplace.briefs.model import MAXIMUM_COLOURS, MAXIMUM_SIZES, Brief, BriefState, ClothFrom, Content, Version
from marketplace.briefs.pages import blueprint
from marketplace.briefs.rules import merge, readiness
from marketplace.errors import Conflict, Invalid
from marketplace.units.model import CURRENCIES
from marketplace.vocabulary import Facet, vocabulary
from marketplace.web.context import database, now, places, today
from marketplace.web.routes import does

PASTE = "paste"


@blueprint.route("/account/briefs/new", methods=["GET", "POST"])
@does("brief.own")
def new() -> ResponseReturnValue:
    if studio_of(current_actor()) is None:
        return redirect(url_for(".briefs", next=request.path), 303)
    before = _first_content()
    if request.method != "POST":
        return _page(typed_content(before), None)
    typed = typed_form(request.form)
    if _change_table(typed):
        return _page(typed, None), 422 if typed.problems else 200
    try:
        made = actions.write(database(), current_actor(), read_brief(typed, before, today(), places().find), now())
    except Invalid as error:
        typed.problems = error.problems
        return _page(typed, None), 422
    _say_saved(made, "The brief is saved.")
    return redirect(url_for(".brief", public_id=made.public_id), 303)


@blueprint.route("/account/briefs/<public_id>/edit", methods=["GET", "POST"])
@does("brief.own")
def edit(public_id: str) -> ResponseReturnValue:
    with database().reading() as session:
        brief = get_own(session, current_actor(), public_id)
    if brief.state is BriefState.ARCHIVED:
        raise Conflict("This brief is archived: take it out of the archive first.")
    if request.method != "POST":
        return _page(typed_content(brief.content), brief, brief.version)
    typed = typed_form(request.form)
    seen = read_seen(request.form.get("version", ""))
    if _change_table(typed):
        return _page(typed, brief, seen), 422 if typed.problems else 200
    try:
        content = read_brief(typed, brief.content, today(), places().find)
        saved = actions.edit(database(), current_actor(), public_id, content, seen, now())
    except Invalid as error:
        typed.problems = error.problems
        return _page(typed, brief, seen), 422
    except Newer as error:
        return _merged_page(error, content, seen), 409
    if saved.version == brief.version:
        flash("Nothing was changed.", "info")
    else:
        _say_saved(saved, f"Saved as version {saved.version}.")
    return redirect(url_for(".brief", public_id=public_id), 303)


def _change_table(typed: Typed) -> bool:
    """Whether a button of the table was pressed, or cells were pasted: then nothing is saved yet."""
    asked, text = request.form.get("do", ""), request.form.get(PASTE, "")
    if text.strip() and asked in ("", PASTE):
        try:
            typed.matrix = pasted(text)
        except ValueError as error:
            typed.problems[PASTE] = str(error)
            return True
        # Pasted and saved in one go: nobody looks at the table in between, and it needn't be looked at.
        return asked == PASTE
    if asked == PASTE:
        typed.problems[PASTE] = "is empty: copy the cells in your spreadsheet and paste them here"
        return True
    typed.matrix = changed(typed.matrix, asked)
    return bool(asked)


def _first_content() -> Content:
    """A new brief begins with the studio's place: where goods go is where they went before."""
    studio = accounts.find_studio(database(), current_actor())
    return Content("", place=studio.place, point=studio.point) if studio and studio.point else Content("")


def _say_saved(brief: Brief, text: str) -> None:
    found = readiness(brief.content, brief.files, today())
    if found.is_ready:
        flash(f"{text} It is ready to price.", "success")
    else:
        count = len(found.missing)
        more = "one thing" if count == 1 else f"{count} things"
        flash(f"{text} A workshop would still ask {more}, listed below.", "success")


def _merged_page(error: Newer, content: Content, seen: int) -> str:
    """What somebody else saved meanwhile, and what was typed, in one form: nothing is lost, nothing is saved."""
    with database().reading() as session:
        since = store.list_versions(session, error.newest.id, after=seen)
    merged = typed_content(merge(error.seen, error.newest.content, content))
    return _page(merged, error.newest, error.newest.version, since)


def _page(typed: Typed, brief: Brief | None, seen: int = 0, since: list[Version] | None = None) -> str:
    terms = vocabulary()
    processes = sorted(terms.processes.values(), key=lambda process: process.order)
    return render_template(
        "briefs/edit.html",
        title=brief.content.title if brief else None,
        action=url_for(".edit", public_id=brief.public_id) if brief else url_for(".new"),
        back_url=url_for(".brief", public_id=brief.public_id) if brief else url_for(".briefs"),
        version=seen,
        since=[{"number": item.number, "person": item.person, "changes": item.changes} for item in since or ()],
        form=typed.texts,
        chosen=typed.processes,
        table=_table_view(typed.matrix),
        errors=typed.problems,
        paste=request.form.get(PASTE, "")[:MAXIMUM_PASTE] if PASTE in typed.problems else "",
        place_choices=[(place.label, place.label) for place in typed.places],
        products=sorted(((t.id, t.label) for t in terms.terms[Facet.PRODUCT].values()), key=lambda pair: pair[1]),
        processes=[(process.id, process.label) for process in processes],
        units=[(unit.value, unit.label) for unit in CLOTH_UNITS],
        cloth_sources=[("", "Not decided yet")] + [(source.value, source.label.capitalize()) for source in ClothFrom],
        currencies=[("", "Choose one")] + [(code, code) for code in sorted(CURRENCIES)],
        is_repeat=bool(brief and brief.repeats_id) or bool(typed.get("what_changed")),
    )


def _table_view(matrix: Matrix) -> dict[str, Any]:
    numbers = [
        [int(cell) if cell.strip().isascii() and cell.strip().isdigit() else 0 for cell in row] for row in matrix.cells
    ]
    sums = [sum(row) for row in numbers]
    return {
        "sizes": list(matrix.sizes),
        "rows": [
            {"colour": colour, "cells": list(cells), "sum": total}
            for colour, cells, total in zip(matrix.colours, matrix.cells, sums, strict=True)
        ],
        "sums": [sum(column) for column in zip(*numbers, strict=True)],
        "total": sum(sums),
        "can_add_size": len(matrix.sizes) < MAXIMUM_SIZES,
        "can_add_colour": len(matrix.colours) < MAXIMUM_COLOURS,
    }
