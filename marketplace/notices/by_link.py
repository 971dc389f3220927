"""To stop the mails of notices with one click, by the secret in an address, signed in or not."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.notices import actions, store
from marketplace.notices.model import Frequency
from marketplace.web.context import database, now
from marketplace.web.routes import does

blueprint = Blueprint("notice_links", __name__)


@blueprint.get("/notices/stop/<token>")
@does("notice.link")
def ask_to_stop(token: str) -> str:
    """A button, because programs that scan mails open every link."""
    with database().reading() as session:
        setting = store.get_setting(session, store.get_person_by_stop_token(session, token))
    return render_template("notices/stop.html", token=token, is_on=setting.frequency is not Frequency.NEVER)


@blueprint.post("/notices/stop/<token>")
@does("notice.link")
def stop(token: str) -> str:
    """Mail programs press it too (RFC 8058), so it asks for nothing but the secret and leads nowhere else."""
    actions.stop_by_link(database(), token, now())
    return ask_to_stop(token)


@blueprint.post("/notices/stop/<token>/undo")
@does("notice.link")
def start(token: str) -> ResponseReturnValue:
    actions.start_by_link(database(), token, now())
    flash("Mails come again, once a day in the morning.", "success")
    return redirect(url_for(".ask_to_stop", token=token), 303)
