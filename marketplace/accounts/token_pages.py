"""Pages of one's bearer tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import api_tokens
from marketplace.accounts.current import current_actor
from marketplace.accounts.forms import TOKEN_DAYS, read_token
from marketplace.accounts.model import Scope
from marketplace.accounts.pages import blueprint
from marketplace.errors import Invalid
from marketplace.web.context import database, now
from marketplace.web.routes import does


@blueprint.get("/account/tokens")
@does("token.own")
def tokens() -> ResponseReturnValue:
    return _page({"scopes": [Scope.READ.value], "days": "90"})


@blueprint.post("/account/tokens")
@does("token.own")
def make_token() -> ResponseReturnValue:
    """The page itself shows the new token: neither a cookie nor an address may hold it."""
    scopes = request.form.getlist("scope")
    try:
        form = read_token(request.form, scopes)
        token = api_tokens.make(database(), current_actor(), form, now())
    except Invalid as error:
        typed = {"name": request.form.get("name", ""), "scopes": scopes, "days": request.form.get("days", "")}
        return _page(typed, error.problems), 422
    return _page({"scopes": [Scope.READ.value], "days": "90"}, made=token, made_name=form.name)


@blueprint.post("/account/tokens/<public_id>/revoke")
@does("token.own")
def revoke_token(public_id: str) -> ResponseReturnValue:
    api_tokens.revoke(database(), current_actor(), public_id, now())
    flash("The token is revoked: programs that use it are refused from now on.", "success")
    return redirect(url_for(".tokens"), 303)


def _page(
    form: Mapping[str, Any], errors: Mapping[str, str] | None = None, made: str | None = None, made_name: str = ""
) -> str:
    listed = [
        {
            "name": token.name,
            "starts_with": token.starts_with,
            "scopes": [scope.label for scope in Scope if scope in token.scopes],
            "expires_at": token.expires_at,
            "expired": token.expires_at is not None and token.expires_at <= now(),
            "last_used_at": token.last_used_at,
            "revoke_url": url_for(".revoke_token", public_id=token.public_id),
        }
        for token in api_tokens.list_own(database(), current_actor())
    ]
    return render_template(
        "accounts/tokens.html",
        tokens=listed,
        made=made,
        made_name=made_name,
        form=form,
        errors=errors or {},
        scopes=[(scope.value, scope.label) for scope in Scope],
        days=[(str(days or ""), label) for days, label in TOKEN_DAYS.items()],
    )
