"""Take a copy of one's data; delete the account."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor, forget
from marketplace.errors import Conflict, Invalid
from marketplace.privacy import actions
from marketplace.web.context import database, now
from marketplace.web.routes import does

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/account/data")
@does("account.own")
def data() -> str:
    return _page({})


@blueprint.post("/account/data/copy")
@does("account.own")
def copy() -> Response:
    """POST, so that no link somewhere else fetches it."""
    body = actions.copy_data(database(), current_actor(), now())
    response = Response(body, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="selvedge-my-data.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/account/data/delete")
@does("account.own")
def delete() -> ResponseReturnValue:
    try:
        actions.erase(database(), current_actor(), request.form.get("password", ""), now())
    except (Invalid, Conflict) as error:
        problems = error.problems if isinstance(error, Invalid) else {"": error.detail}
        return _page(problems), error.status
    forget("Your account is deleted.")
    return redirect(url_for("site.front"), 303)


def _page(errors: Mapping[str, str]) -> str:
    return render_template("privacy/data.html", errors=dict(errors))
