"""The owner's pages: places offered, each of them, and what a learner makes of the weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.db.ids import new_public_id
from marketplace.errors import Conflict, Invalid
from marketplace.placements import actions, effect, store
from marketplace.placements.model import Level, Placement, PlacementStatus
from marketplace.placements.offering import FIELDS, form_of, read_offer
from marketplace.placements.pages import blueprint
from marketplace.placements.views import VERBS, own_view, title
from marketplace.suppliers.actions import find_own
from marketplace.suppliers.model import Site, Supplier
from marketplace.units import Quantity, format_quantity
from marketplace.units.model import COUNTRY_CURRENCIES, CURRENCIES
from marketplace.vocabulary import Facet, vocabulary
from marketplace.web.context import database, now, settings, today
from marketplace.web.routes import does

_MOST_WEEKS_SHOWN = 8
Form = Mapping[str, Sequence[str]]


@blueprint.route("/listing/placements", methods=["GET", "POST"])
@does("placement.offer")
def own() -> ResponseReturnValue:
    if request.method != "POST":
        return _list_page({}, 200)
    try:
        actions.offer(database(), current_actor(), read, now())
    except Invalid as error:
        return _list_page(error.problems, 422)
    flash("The placement is open: apprentices find it from now on.", "success")
    return redirect(url_for("placements.own"), 303)


@blueprint.get("/listing/placements/<public_id>")
@does("placement.offer")
def edit(public_id: str) -> ResponseReturnValue:
    return _edit_page(public_id, {}, 200)


@blueprint.post("/listing/placements/<public_id>")
@does("placement.offer")
def change(public_id: str) -> ResponseReturnValue:
    try:
        actions.change(database(), current_actor(), public_id, read, now())
    except Invalid as error:
        return _edit_page(public_id, error.problems, 422)
    flash("The placement is saved.", "success")
    return redirect(url_for("placements.own"), 303)


@blueprint.post("/listing/placements/<public_id>/<any(close, pause, open, fill):verb>")
@does("placement.offer")
def move(public_id: str, verb: str) -> ResponseReturnValue:
    try:
        becomes = actions.change(database(), current_actor(), public_id, None, now(), to=VERBS[verb])
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash(f"“{title(becomes)}” is {becomes.status.value}.", "success")
    return redirect(url_for("placements.own"), 303)


@blueprint.get("/listing/placements/<public_id>/weeks")
@does("placement.offer")
def weigh(public_id: str) -> ResponseReturnValue:
    return _effect_page(public_id, request.args.to_dict(), asked=bool(request.args))


@blueprint.post("/listing/placements/<public_id>/weeks")
@does("capacity.publish")
def agree(public_id: str) -> ResponseReturnValue:
    try:
        team, _ = effect.read_team(request.form.to_dict())
        effect.agree(database(), current_actor(), public_id, team, now())
    except Invalid as error:
        return _effect_page(public_id, request.form.to_dict(), asked=True, errors=error.problems)
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash("Your weeks are changed. You can take it back on this page.", "success")
    return redirect(url_for("placements.weigh", public_id=public_id), 303)


@blueprint.post("/listing/placements/<public_id>/weeks/back")
@does("capacity.publish")
def take_back(public_id: str) -> ResponseReturnValue:
    try:
        effect.take_back(database(), current_actor(), public_id, now())
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash("Your weeks are as they were before.", "success")
    return redirect(url_for("placements.weigh", public_id=public_id), 303)


def read(sites: Sequence[Site], base: Placement | None) -> Placement:
    """What the request's form says. A form shows all fields, so one that is not sent is empty; the form of a new
    placement doesn't ask how many places are taken."""
    shown = [name for name in FIELDS if base or name != "seats_taken"]
    form: dict[str, list[str]] = {name: request.form.getlist(name) for name in shown if name in request.form}
    public_id = base.public_id if base else new_public_id()
    return read_offer(form, public_id, sites, settings().lowest_wages, today(), base)


def _list_page(errors: dict[str, str], status: int) -> ResponseReturnValue:
    with database().reading() as session:
        supplier = find_own(session, current_actor())
        if supplier is None:
            return redirect(url_for("suppliers.guide"), 303)
        listed = store.list_for_sites(session, [site.id for site in supplier.sites])
    page = render_template(
        "placements/own.html",
        placements=[own_view(each, today()) for each in listed],
        back_url=url_for("suppliers.listing"),
        **_form_context(supplier, request.form.to_dict(flat=False) or _blank(supplier), errors),
    )
    return page, status


def _edit_page(public_id: str, errors: dict[str, str], status: int) -> ResponseReturnValue:
    with database().reading() as session:
        supplier = actions.owner_of(session, current_actor(), public_id)
        placement = store.get(session, public_id)
    site = next(site for site in supplier.sites if site.id == placement.site_id)
    typed = request.form.to_dict(flat=False) if status != 200 else form_of(placement, site)
    page = render_template(
        "placements/edit.html",
        placement=own_view(placement, today()),
        is_closed=placement.status is PlacementStatus.CLOSED,
        **_form_context(supplier, typed, errors),
    )
    return page, status


def _effect_page(
    public_id: str, given: dict[str, str], *, asked: bool, errors: dict[str, str] | None = None
) -> tuple[str, int]:
    problems = dict(errors or {})
    found = figures = None
    with database().reading() as session:
        actions.owner_of(session, current_actor(), public_id)
        placement = store.get(session, public_id)
        stands = store.find_effect(session, public_id) is not None
        if asked and not problems:
            try:
                team, minutes_each = effect.read_team(given)
                figures = effect.team_json(team, minutes_each)
                found = effect.propose(session, current_actor(), public_id, team, today())
            except Invalid as error:
                problems = error.problems
            except Conflict as error:
                problems = {"": error.detail}
    usual = {name: "" if number is None else str(number) for name, (_, _, number) in effect.NUMBERS.items()}
    usual["apprentices"] = str(max(1, placement.seats_taken))
    page = render_template(
        "placements/effect.html",
        placement=own_view(placement, today()),
        form=usual | given,
        errors=problems,
        figures=figures,
        weeks=[
            {
                "monday": each.week.monday,
                "offered": format_quantity(Quantity(each.offered, found.unit)),
                "proposed": format_quantity(Quantity(each.proposed, found.unit)),
            }
            for each in found.changes[:_MOST_WEEKS_SHOWN]
        ]
        if found
        else [],
        more=max(0, len(found.changes) - _MOST_WEEKS_SHOWN) if found else 0,
        stands=stands,
    )
    return page, 422 if problems and "" not in problems else 200


def _blank(supplier: Supplier) -> dict[str, list[str]]:
    currency = COUNTRY_CURRENCIES.get(supplier.sites[0].draft.address.country, "EUR")
    languages = sorted(supplier.profile.tags.languages)
    return {
        "seats": ["1"],
        "months": ["12"],
        "hours_week": ["40"],
        "wage_currency": [currency],
        "languages": languages,
        "level": [Level.BEGINNER.value],
    }


def _form_context(supplier: Supplier, form: Form, errors: dict[str, str]) -> dict[str, Any]:
    words = vocabulary()
    lists = ("skills", "languages")
    processes = sorted(words.processes.values(), key=lambda process: process.order)
    return {
        "form": {name: (list(values) if name in lists else (values or [""])[-1]) for name, values in form.items()},
        "errors": errors,
        "processes": [(process.id, process.label) for process in processes],
        "skills": sorted(((t.id, t.label) for t in words.terms[Facet.SKILL].values()), key=lambda pair: pair[1]),
        "languages": sorted(((t.id, t.label) for t in words.terms[Facet.LANGUAGE].values()), key=lambda pair: pair[1]),
        "levels": [(level.value, level.label) for level in Level],
        "currencies": [(code, code) for code in sorted(CURRENCIES)],
        "sites": [
            (site.public_id, site.draft.name or site.draft.address.locality or "Site") for site in supplier.sites
        ],
    }
