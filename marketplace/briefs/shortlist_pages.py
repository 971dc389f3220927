"""Pages of a studio's shortlist, and the button that other pages show."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.briefs import shortlist
from marketplace.briefs.actions import studio_of
from marketplace.briefs.forms import MAXIMUM_NOTE, read_note
from marketplace.briefs.model import Kept
from marketplace.briefs.views import kept_view
from marketplace.errors import Invalid
from marketplace.web.context import database, now
from marketplace.web.routes import does
from marketplace.web.security import safe_next

blueprint = Blueprint("shortlist", __name__)

_KEPT = "shortlisted"


def shortlisted() -> frozenset[str] | None:
    """For templates: public ids of the suppliers on the visitor's shortlist, or None for who has none.

    A signed-in person without a studio has an empty one: pressing the button leads to making the studio.
    """
    actor = current_actor()
    if studio_of(actor) is None and not may_start():
        return None
    if _KEPT not in g:
        with database().reading() as session:
            setattr(g, _KEPT, shortlist.ids_kept(session, actor))
    kept: frozenset[str] = getattr(g, _KEPT)
    return kept


def may_start() -> bool:
    """Whether the visitor belongs to nothing yet: then a studio is the next step. Who has a workshop makes theirs on
    the page of briefs, if they want one."""
    actor = current_actor()
    return actor.is_signed_in and not actor.memberships


@blueprint.get("/account/shortlist")
@does("shortlist.own")
def shortlist_page() -> ResponseReturnValue:
    if studio_of(current_actor()) is None:
        return redirect(url_for("briefs.briefs", next=request.path), 303)
    return _page({}, "")


@blueprint.post("/account/shortlist/<supplier_id>")
@does("shortlist.own")
def put(supplier_id: str) -> ResponseReturnValue:
    """Save a supplier; with a note, change the note. Answers only the button's new look where htmx asks."""
    if may_start():
        target = safe_next(request.form.get("next")) or url_for(".shortlist_page")
        flash("A shortlist belongs to a studio. Name yours, then save the workshop.", "info")
        return redirect(url_for("briefs.briefs", next=target), 303)
    note = request.form.get("note")
    try:
        kept, is_new = shortlist.put(
            database(), current_actor(), supplier_id, read_note(note) if note is not None else None, now()
        )
    except Invalid as error:
        return _page(error.problems, supplier_id, note), 422
    if request.headers.get("HX-Request"):
        return render_template("briefs/_shortlisted.html", focus=True)
    name = kept.supplier.profile.name
    flash(f"“{name}” is on your shortlist." if is_new else f"The note on “{name}” is saved.", "success")
    return redirect(safe_next(request.form.get("next")) or url_for(".shortlist_page"), 303)


@blueprint.post("/account/shortlist/<supplier_id>/remove")
@does("shortlist.own")
def remove(supplier_id: str) -> ResponseReturnValue:
    supplier = shortlist.remove(database(), current_actor(), supplier_id, now())
    flash(f"“{supplier.profile.name}” is off your shortlist. Until tomorrow you can have it back, below.", "success")
    return redirect(url_for(".shortlist_page"), 303)


def _page(errors: dict[str, str], refused: str, note: str | None = None) -> str:
    with database().reading() as session:
        kept = shortlist.list_kept(session, current_actor())
    return render_template(
        "briefs/shortlist.html",
        suppliers=[_view(one, errors, refused, note) for one in kept if one.item.removed_at is None],
        removed=[kept_view(one) for one in kept if one.item.removed_at is not None],
        errors={name: text for name, text in errors.items() if name != "note"},
        maximum_note=MAXIMUM_NOTE,
    )


def _view(kept: Kept, errors: dict[str, str], refused: str, note: str | None) -> dict[str, object]:
    view = kept_view(kept)
    if kept.supplier.public_id == refused:
        view |= {"note": note, "error": errors.get("note")}
    return view
