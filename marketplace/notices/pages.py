"""Pages of one's own notices, and how they come by mail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.errors import Invalid, NotFound, Unavailable
from marketplace.notices import actions, store
from marketplace.notices.forms import read_setting
from marketplace.notices.model import PER_PAGE
from marketplace.notices.rules import timezones
from marketplace.notices.views import frequency_choices, setting_form, setting_words
from marketplace.web.context import database, now, settings
from marketplace.web.routes import does
from marketplace.web.security import safe_next

blueprint = Blueprint("notices", __name__)


def unread_notices() -> int:
    """How many the person has not read, for the header of every page: one count over an index, once a request."""
    if "unread_notices" not in g:
        person = current_actor().person
        g.unread_notices = 0
        if person is not None:
            try:
                with database().reading() as session:
                    g.unread_notices = store.count_unread(session, person.id)
            except Unavailable:
                pass  # the page matters more
    count: int = g.unread_notices
    return count


@blueprint.get("/account/notices")
@does("notice.own")
def notices() -> str:
    person = actions.person_of(current_actor())
    typed = request.args.get("page", "1")
    page = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 and int(typed) else 1
    with database().reading() as session:
        pages = max(1, -(-store.count(session, person.id) // PER_PAGE))
        if page > pages:
            raise NotFound
        listed = store.list_page(session, person.id, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
        setting = store.get_setting(session, person.id)
        unread = store.count_unread(session, person.id)
    return render_template(
        "notices/notices.html",
        notices=listed,
        unread=unread,
        until=now().isoformat(),
        is_confirmed=person.is_confirmed,
        how=setting_words(setting, settings().timezone),
        page={
            "number": page,
            "pages": pages,
            "previous_url": url_for(".notices", page=page - 1) if page > 1 else None,
            "next_url": url_for(".notices", page=page + 1) if page < pages else None,
        },
    )


@blueprint.post("/account/notices/<public_id>/open")
@does("notice.own")
def open_notice(public_id: str) -> ResponseReturnValue:
    notice = actions.mark_read(database(), current_actor(), public_id, now())
    return redirect(safe_next(notice.path) or url_for(".notices"), 303)


@blueprint.post("/account/notices/<public_id>/read")
@does("notice.own")
def mark_read(public_id: str) -> ResponseReturnValue:
    actions.mark_read(database(), current_actor(), public_id, now())
    return redirect(url_for(".notices"), 303)


@blueprint.post("/account/notices/read")
@does("notice.own")
def mark_all_read() -> ResponseReturnValue:
    """Those that the page showed: what came since then, nobody has seen."""
    try:
        until = datetime.fromisoformat(request.form.get("until", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        until = now()
    actions.mark_all_read(database(), current_actor(), min(until, now()), now())
    flash("All read.", "success")
    return redirect(url_for(".notices"), 303)


@blueprint.get("/account/notices/settings")
@does("notice.own")
def setting() -> str:
    person = actions.person_of(current_actor())
    with database().reading() as session:
        return _setting_page(setting_form(store.get_setting(session, person.id)), {})


@blueprint.post("/account/notices/settings")
@does("notice.own")
def setting_post() -> ResponseReturnValue:
    try:
        wanted = read_setting(request.form)
    except Invalid as error:
        return _setting_page(request.form, error.problems), 422
    actions.set_how(database(), current_actor(), wanted, now())
    flash(f"Saved. {setting_words(wanted, settings().timezone)}.", "success")
    return redirect(url_for(".notices"), 303)


def _setting_page(form: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template(
        "notices/settings.html",
        form=form,
        errors=dict(errors),
        frequencies=frequency_choices(),
        timezones=timezones(),
        site_timezone=settings().timezone,
    )
