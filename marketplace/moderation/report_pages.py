"""Report something: a form for people, a route for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.errors import Invalid
from marketplace.idempotency.api import once
from marketplace.moderation import actions
from marketplace.moderation.forms import read_report, read_unnamed
from marketplace.moderation.model import OF_WORK, Kind, Reason
from marketplace.moderation.subjects import get_reportable, get_subject, must_be_public
from marketplace.web.body import json_object
from marketplace.web.context import database, now
from marketplace.web.routes import does

blueprint = Blueprint("reports", __name__)

_FIELDS = frozenset({"kind", "id", "reason", "text"})


@blueprint.get("/report/<kind>/<public_id>")
@does("report.send")
def report(kind: str, public_id: str) -> str:
    return _page(kind, public_id, {}, {})


@blueprint.post("/report/<kind>/<public_id>")
@does("report.send")
def report_post(kind: str, public_id: str) -> ResponseReturnValue:
    try:
        form = read_report(request.form)
    except Invalid as error:
        return _page(kind, public_id, request.form, error.problems), 422
    actions.send_report(database(), current_actor(), kind, public_id, form, now())
    flash("Thank you. A moderator looks at it, and you hear what came of it.", "success")
    return redirect(url_for("notices.notices"), 303)


@blueprint.post("/api/v1/reports")
@does("report.send")
@once
def report_json() -> tuple[dict[str, Any], int]:
    given = json_object(_FIELDS)
    errors = {name: "must be text" for name, value in given.items() if not isinstance(value, str)}
    kind = given.get("kind")
    if not errors and kind not in set(Kind):
        errors["kind"] = f"must be one of {', '.join(Kind)}"
    if errors:
        raise Invalid(errors)
    try:
        form = read_report({"reason": given.get("reason", ""), "body": given.get("text", "")})
    except Invalid as error:
        raise Invalid({"text" if name == "body" else name: said for name, said in error.problems.items()}) from error
    made = actions.send_report(database(), current_actor(), str(kind), given.get("id", ""), form, now())
    return {"id": made.public_id, "kind": made.kind, "reason": made.reason, "state": made.state}, 201


@blueprint.get("/report/unnamed/<public_id>")
@does("report.unnamed")
def unnamed(public_id: str) -> str:
    return _unnamed_page(public_id, {}, {})


@blueprint.post("/report/unnamed/<public_id>")
@does("report.unnamed")
def unnamed_post(public_id: str) -> ResponseReturnValue:
    """Who sends it is not looked at, signed in or not."""
    try:
        form = read_unnamed(request.form)
    except Invalid as error:
        return _unnamed_page(public_id, request.form, error.problems), 422
    actions.send_unnamed(database(), public_id, form, now())
    flash("Thank you. A moderator looks at it. Nothing of who you are was kept.", "success")
    return redirect(url_for("placements.placements"), 303)


@blueprint.post("/api/v1/reports/unnamed")
@does("report.unnamed")
def unnamed_json() -> tuple[dict[str, Any], int]:
    """Without a token, and without a key: nothing says who calls."""
    body = json_object(("placement", "reason", "text"))
    wrong = {name: "must be text" for name, value in body.items() if not isinstance(value, str)}
    if wrong or not body.get("placement"):
        raise Invalid(wrong or {"placement": "is missing: the placement's id"})
    try:
        form = read_unnamed({"reason": body.get("reason", ""), "body": body.get("text", "")})
    except Invalid as error:
        raise Invalid({"text" if name == "body" else name: said for name, said in error.problems.items()}) from error
    actions.send_unnamed(database(), body["placement"], form, now())
    return {"placement": body["placement"], "reason": form.reason.value}, 202


def _unnamed_page(public_id: str, form: Mapping[str, str], errors: Mapping[str, str]) -> str:
    with database().reading() as session:
        subject = get_subject(session, Kind.PLACEMENT, public_id)
        must_be_public(session, subject)
    title, _, firm = subject.title.rpartition(" at ")
    return render_template(
        "moderation/unnamed.html",
        title=title,
        firm=firm,
        back_url=url_for("placements.placement", public_id=public_id),
        form=form,
        errors=dict(errors),
        reasons=[(reason.value, reason.label) for reason in OF_WORK],
        public_id=public_id,
    )


def _page(kind: str, public_id: str, form: Mapping[str, str], errors: Mapping[str, str]) -> str:
    with database().reading() as session:
        subject = get_reportable(session, current_actor(), kind, public_id)
    reasons = [(reason.value, reason.label) for reason in Reason if reason not in OF_WORK or kind == Kind.PLACEMENT]
    return render_template(
        "moderation/report.html", subject=subject, form=form, errors=dict(errors), reasons=reasons, path=request.path
    )
