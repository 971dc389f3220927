"""What works by the secret in an address, signed in or not: the feed, and to stop mails with one click."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import store as accounts
from marketplace.alerts import actions, atom, store
from marketplace.alerts.model import SavedSearch, State
from marketplace.alerts.views import saved_view, stored_words
from marketplace.errors import Invalid, NotFound
from marketplace.web.context import database, now, settings, today
from marketplace.web.routes import does

blueprint = Blueprint("alert_links", __name__)


@blueprint.get("/alerts/<token>/feed.atom")
@does("alert.link")
def feed(token: str) -> Response:
    with database().reading() as session:
        saved = store.get_by_feed_token(session, token)
        person = accounts.find_person(session, saved.person_id)
        news = store.list_newest(session, saved.id)
    if person is None or person.is_suspended:
        raise NotFound
    words = stored_words(saved.wanted) or "a search that makes no sense any more"  # not its name, which is private
    body = atom.feed(saved, words, saved_view(saved, None, today())["problem"], news, settings().site_url)
    response = Response(body, content_type=atom.CONTENT_TYPE)
    response.last_modified = atom.updated_at(saved, news)
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/alerts/stop/<token>")
@does("alert.link")
def ask_to_stop(token: str) -> str:
    """A button, because programs that scan mails open every link."""
    with database().reading() as session:
        return _stop_page(store.get_by_stop_token(session, token))


@blueprint.post("/alerts/stop/<token>")
@does("alert.link")
def stop(token: str) -> str:
    """Mail programs press it too (RFC 8058), so it asks for nothing but the secret and leads nowhere else."""
    actions.stop_by_link(database(), token, now())
    return ask_to_stop(token)


@blueprint.post("/alerts/stop/<token>/undo")
@does("alert.link")
def start(token: str) -> ResponseReturnValue:
    try:
        saved = actions.start_by_link(database(), token, now())
    except Invalid:
        return ask_to_stop(token), 422
    flash(f"“{saved.wanted.name}” goes on.", "success")
    return redirect(url_for(".ask_to_stop", token=token), 303)


def _stop_page(saved: SavedSearch) -> str:
    view: dict[str, Any] = saved_view(saved, None, today())
    return render_template("alerts/stop.html", search=view, token=saved.stop_token, is_on=saved.state is State.ACTIVE)
