"""Ask the suppliers of a route for quotes in one go: which brief they read, what each is told, and then they are."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.accounts.model import OrganisationKind
from marketplace.accounts.policy import authorize
from marketplace.briefs import actions as brief_actions
from marketplace.briefs import store as briefs
from marketplace.briefs.model import BriefState
from marketplace.briefs.views import run_words
from marketplace.enquiries.limits import limits
from marketplace.errors import Conflict, Invalid, TooMany
from marketplace.routes import actions
from marketplace.routes.ask import Ask
from marketplace.routes.choosing import Chosen, changes_between, figures_of, figures_text, read_chosen, read_figures
from marketplace.routes.forms import clean_label
from marketplace.routes.kept_pages import blueprint, read_kept
from marketplace.routes.plan import Plan
from marketplace.routes.planning import plan_chosen
from marketplace.routes.sending import content_of, send_route, why_gone, words_to_suppliers
from marketplace.routes.typed import typed_ask
from marketplace.routes.views import label_of, link, totals_view
from marketplace.web.context import database, now, settings
from marketplace.web.routes import does

_NEW = "new"


@blueprint.post("/account/routes/ask")
@does("enquiry.send")
def ask_all() -> ResponseReturnValue:
    """First what would be sent; with `send`, it is."""
    if not current_actor().organisations(OrganisationKind.STUDIO):
        flash("Quotes are asked for by a studio. Name yours first.", "info")
        return redirect(url_for("briefs.briefs"), 303)
    authorize(current_actor(), "enquiry.send", actions.studio_of(current_actor()))
    form = request.form
    text = form.get("request", "")[:20_000]
    asked = read_kept(text)
    chosen = read_chosen(form.get("services", ""), len(asked.steps))
    if chosen is None:
        raise Invalid({"services": "are not those of a route"})
    if not form.get("send"):
        return _page(asked, chosen, "", {}, [])
    brief_id = form.get("brief", "")
    try:
        if not brief_id:
            raise Invalid({"brief": "choose the brief that they will read"})
        _check_still(asked, chosen)
        if brief_id == _NEW:
            brief_id = _make_brief(asked, form.get("title", ""))
        shown = read_figures(form.get("figures", ""))
        sent = send_route(database(), current_actor(), asked, chosen, brief_id, shown, limits(settings()), now())
    except Invalid as error:
        return _page(asked, chosen, brief_id, error.problems, []), 422
    except TooMany as error:
        return _page(asked, chosen, brief_id, {"services": error.detail}, []), 429
    except Conflict as error:
        return _page(asked, chosen, brief_id, {}, getattr(error, "changes", [error.detail])), 409
    many = "One supplier has" if len(sent) == 1 else f"{len(sent)} suppliers have"
    flash(f"Sent: {many} your brief now, each with its own step and days. You are told when they answer.", "success")
    return redirect(url_for("enquiries.compare_quotes", public_id=brief_id), 303)


def _check_still(asked: Ask, chosen: Chosen) -> None:
    """Before a brief is made for it. Errors: Conflict."""
    plan = plan_chosen(database(), asked, chosen)
    shown = read_figures(request.form.get("figures", ""))
    if not plan.answer.routes:
        raise Conflict("; ".join(why_gone(plan, chosen)))
    changes = changes_between(shown, figures_of(plan.ask, plan.answer.routes[0], plan.currency))
    if changes:
        raise Conflict("; ".join(changes))


def _make_brief(asked: Ask, title: str) -> str:
    named = clean_label(title)
    if not named:
        raise Invalid({"title": "give the brief a name, such as “Chore jacket, spring”"})
    return brief_actions.write(database(), current_actor(), content_of(asked, named), now()).public_id


def _page(asked: Ask, chosen: Chosen, brief_id: str, errors: dict[str, str], changes: list[str]) -> str:
    plan = plan_chosen(database(), asked, chosen)
    actor, form = current_actor(), request.form
    with database().reading() as session:
        studios = actor.organisations(OrganisationKind.STUDIO)
        found = [b for studio in studios for b in briefs.list_for_studio(session, studio, BriefState.OPEN)]
    route = plan.answer.routes[0] if plan.answer.routes else None
    caps = limits(settings())
    suppliers = len({pick.offer.supplier_id for pick in route.picks}) if route else 0
    return render_template(
        "routes/ask_all.html",
        changes=changes,
        gone=[] if route else why_gone(plan, chosen),
        suppliers=_suppliers(plan) if route else [],
        route=totals_view(plan, route) if route else None,
        figures=figures_text(figures_of(plan.ask, route, plan.currency)) if route else "",
        request_text=form.get("request", ""),
        services=form.get("services", ""),
        briefs=[(b.public_id, f"{b.content.title}: {run_words(b.content)}".rstrip(": ")) for b in found],
        chosen_brief=brief_id,
        title=form.get("title", "") or (label_of(plan, route) if route else ""),
        per_brief=caps.per_brief,
        too_many=suppliers > caps.per_brief,
        back_url=link(typed_ask(asked)),
        errors=errors,
    )


def _suppliers(plan: Plan) -> list[dict[str, Any]]:
    route = plan.answer.routes[0]
    words = words_to_suppliers(plan.ask, route)
    picks = {pick.offer.service_id: pick for pick in route.picks}
    return [
        {
            "name": picks[service].offer.name,
            "url": f"/suppliers/{plan.site_of(picks[service].offer).slug}",
            "words": text,
        }
        for service, text in words.items()
    ]
