"""Pages of kept routes: keep one, the list, one of them looked at again, put away and have back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.accounts.model import OrganisationKind
from marketplace.errors import Conflict, Invalid
from marketplace.routes import actions, store
from marketplace.routes.ask import Ask
from marketplace.routes.choosing import changes_between, figures_of, figures_text, read_chosen, read_figures
from marketplace.routes.forms import clean_label, read_request
from marketplace.routes.planning import plan_chosen
from marketplace.routes.sending import why_gone
from marketplace.routes.store import KeptRoute
from marketplace.routes.telling import notes
from marketplace.routes.typed import typed_ask
from marketplace.routes.views import kept_steps_view, link, map_view, totals_view
from marketplace.units import Money
from marketplace.units.model import format_money
from marketplace.web.body import parse_object
from marketplace.web.context import database, now, places, today
from marketplace.web.routes import does

blueprint = Blueprint("kept_routes", __name__)


@blueprint.post("/account/routes")
@does("route.keep")
def keep() -> ResponseReturnValue:
    if not current_actor().organisations(OrganisationKind.STUDIO):
        flash("Routes are kept for a studio. Name yours, then keep the route.", "info")
        return redirect(url_for("briefs.briefs"), 303)
    asked = request.form.get("request", "")[:20_000]
    ask = read_kept(asked)
    services = request.form.get("services", "")
    chosen = read_chosen(services, len(ask.steps))
    if chosen is None:
        raise Invalid({"services": "are not those of a route"})
    plan = plan_chosen(database(), ask, chosen)
    if not plan.answer.routes:
        raise Conflict("This route is not possible any more: " + "; ".join(why_gone(plan, chosen)) + ". Ask again.")
    route = actions.ToKeep(
        label=clean_label(request.form.get("label", "")) or "Route",
        request=asked,
        services=services,
        figures=figures_text(figures_of(plan.ask, plan.answer.routes[0], plan.currency)),
        brief_id=request.form.get("brief", "")[:64],
    )
    kept, is_new = actions.keep(database(), current_actor(), route, now())
    flash(
        "The route is kept: it is looked at again whenever you open it." if is_new else "You keep it already.",
        "success",
    )
    return redirect(url_for(".kept", public_id=kept.public_id), 303)


@blueprint.get("/account/routes")
@does("route.keep")
def kept_list() -> ResponseReturnValue:
    actor = current_actor()
    if not actor.organisations(OrganisationKind.STUDIO):
        return redirect(url_for("briefs.briefs", next=request.path), 303)
    studio_id = actions.studio_of(actor)
    with database().reading() as session:
        listed = store.list_of_studio(session, studio_id, now() - actions.UNDO_FOR)
    return render_template(
        "routes/kept_list.html",
        kept=[_line(one) for one in listed if one.removed_at is None],
        removed=[_line(one) for one in listed if one.removed_at is not None],
    )


@blueprint.get("/account/routes/<public_id>")
@does("route.keep")
def kept(public_id: str) -> ResponseReturnValue:
    with database().reading() as session:
        one = actions.get_own(session, current_actor(), public_id, now())
    return render_template("routes/kept.html", **_looked_at(one))


@blueprint.post("/account/routes/<public_id>/update")
@does("route.keep")
def update(public_id: str) -> ResponseReturnValue:
    """Take the figures of today for those to compare with."""
    with database().reading() as session:
        one = actions.get_own(session, current_actor(), public_id, now())
    ask = read_kept(one.request)
    chosen = read_chosen(one.services, len(ask.steps))
    plan = plan_chosen(database(), ask, chosen or ())
    if plan.answer.routes:
        figures = figures_text(figures_of(plan.ask, plan.answer.routes[0], plan.currency))
        actions.note_changes(database(), current_actor(), public_id, figures, now())
        flash("Noted: from now on the route is compared with these figures.", "success")
    return redirect(url_for(".kept", public_id=public_id), 303)


@blueprint.post("/account/routes/<public_id>/remove")
@does("route.keep")
def remove(public_id: str) -> ResponseReturnValue:
    one = actions.remove(database(), current_actor(), public_id, now())
    flash(f"“{one.label}” is removed. Until tomorrow you can have it back, below.", "success")
    return redirect(url_for(".kept_list"), 303)


@blueprint.post("/account/routes/<public_id>/restore")
@does("route.keep")
def restore(public_id: str) -> ResponseReturnValue:
    one = actions.restore(database(), current_actor(), public_id, now())
    flash(f"“{one.label}” is back.", "success")
    return redirect(url_for(".kept_list"), 303)


def read_kept(text: str) -> Ask:
    """A request that was shown before: its first day may have passed. Errors: SelvedgeError, Invalid."""
    found = read_request(parse_object(text.encode()), today(), places().find, choose_first=True, is_kept=True)
    assert found.ask is not None
    return found.ask


def _line(one: KeptRoute) -> dict[str, Any]:
    figures = read_figures(one.figures)
    money, currency = figures.get("money_minor"), figures.get("currency", "EUR")
    return {
        "label": one.label,
        "url": url_for(".kept", public_id=one.public_id),
        "remove_url": url_for(".remove", public_id=one.public_id),
        "restore_url": url_for(".restore", public_id=one.public_id),
        "kept_at": one.kept_at.date(),
        "through": [step["supplier"] for step in figures.get("steps", [])],
        "delivered": figures.get("delivered", ""),
        "money": format_money(Money(money, currency)) if isinstance(money, int) else None,
    }


def _looked_at(one: KeptRoute) -> dict[str, Any]:
    """The route as it is now, and what has changed since it was kept."""
    ask = read_kept(one.request)
    typed = typed_ask(ask)
    chosen = read_chosen(one.services, len(ask.steps)) or ()
    plan = plan_chosen(database(), ask, chosen)
    view: dict[str, Any] = {
        "kept": _line(one) | {"update_url": url_for(".update", public_id=one.public_id), "is_removed": one.removed_at},
        "again_url": link(typed),
        "gone": [],
        "changes": [],
        "route": None,
        "notes": notes(plan),
        "request": one.request,
        "services": one.services,
    }
    if not plan.answer.routes:
        return view | {"gone": why_gone(plan, chosen), "map_data": map_view(plan, None, 0)}
    route = plan.answer.routes[0]
    figures = figures_of(plan.ask, route, plan.currency)
    return view | {
        "changes": changes_between(read_figures(one.figures), figures),
        "figures": figures_text(figures),
        "route": totals_view(plan, route) | {"steps": kept_steps_view(plan, route, typed)},
        "map_data": map_view(plan, route, 0),
    }
