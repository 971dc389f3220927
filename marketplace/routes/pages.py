"""The page of production routes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.accounts import store as accounts
from marketplace.accounts.current import current_actor
from marketplace.accounts.policy import authorize
from marketplace.briefs import store as briefs
from marketplace.briefs.actions import studio_of
from marketplace.briefs.model import Brief
from marketplace.errors import Invalid, TooMany
from marketplace.routes.ask import Ask
from marketplace.routes.asking import plan_for_request
from marketplace.routes.forms import read_request
from marketplace.routes.outlines import find_outline
from marketplace.routes.typed import Typed, body_of, field_of, typed_ask, typed_brief, typed_form, typed_outline
from marketplace.routes.views import PATH, choices_view, form_view, plan_view
from marketplace.search.views import places_view
from marketplace.web.context import database, places, today
from marketplace.web.routes import does

blueprint = Blueprint("routes", __name__)


@blueprint.get(PATH)
@does("catalogue.search")
def routes() -> ResponseReturnValue:
    given = dict(request.args.lists())
    brief = _own_brief(request.args.get("brief", "")[:64])
    typed = typed_form(given)
    outline = find_outline(request.args.get("outline", ""))
    if not typed.steps and outline:
        typed = typed_outline(outline, typed.get("near") or _own_place())
    elif not typed.steps and not any(typed.texts.values()):
        typed = _begin(brief)
    errors: dict[str, str] = {}
    context: dict[str, Any] = {"plan": None, "places": None}
    status = 200
    if typed.is_complete:
        try:
            found = read_request(body_of(typed), today(), places().find)
            if found.ask is None:
                context["places"] = places_view(found.choices, given, PATH)
            else:
                typed = _settled(typed, found.ask)
                plan = plan_for_request(found.ask)
                brief_id = brief.public_id if brief else ""
                context["plan"] = plan_view(plan, typed, _number("show") - 1, brief_id)
        except Invalid as error:
            errors, status = {field_of(name): text for name, text in error.problems.items()}, 422
        except TooMany as error:
            errors, status = {"": error.detail}, 429
    elif request.args.get("find"):
        errors, status = _missing(typed), 422
    page = render_template(
        "routes/routes.html",
        form=form_view(typed, errors),
        choices=choices_view(),
        brief=brief
        and {"id": brief.public_id, "title": brief.content.title, "url": f"/account/briefs/{brief.public_id}"},
        alone=_number("alone"),
        is_designer=studio_of(current_actor()) is not None,
        **context,
    )
    return page, status


def _own_brief(public_id: str) -> Brief | None:
    if not public_id:
        return None
    with database().reading() as session:
        brief = briefs.get(session, public_id)
    authorize(current_actor(), "brief.own", brief.studio_id)
    return brief


def _begin(brief: Brief | None) -> Typed:
    """What the form shows first: a brief's run, or next to nothing."""
    return typed_brief(brief.content, today()) if brief else Typed({"near": _own_place()}, [])


def _settled(typed: Typed, ask: Ask) -> Typed:
    """The request as it was understood, with the chain as it was typed: links then ask exactly this again."""
    texts = typed_ask(ask).texts
    return Typed({**texts, "start": typed.get("start"), "currency": typed.get("currency")}, typed.steps)


def _own_place() -> str:
    """Where the studio of the visitor is."""
    studio_id = studio_of(current_actor())
    if studio_id is None:
        return ""
    with database().reading() as session:
        studio = accounts.find_studio(session, studio_id)
    return studio.place if studio else ""


def _missing(typed: Typed) -> dict[str, str]:
    asked = {
        "near": (typed.get("near") or typed.get("lat"), "Say where your studio is"),
        "pieces": (typed.get("pieces"), "Say how many you want made"),
        "step-0": (typed.steps, "Choose at least one step"),
    }
    return {name: text for name, (has, text) in asked.items() if not has}


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
