"""The owner's weeks: one changed in ten seconds on a phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from marketplace.accounts.current import current_actor
from marketplace.capacity import actions, store
from marketplace.capacity.forms import read_amount, read_closure, read_week
from marketplace.capacity.model import Calendar, Resource
from marketplace.capacity.rules import offered
from marketplace.capacity.views import STRIP_WEEKS, is_stale, weeks_view
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.suppliers.actions import find_own
from marketplace.suppliers.model import Service, Site, Supplier
from marketplace.units import Quantity, Unit, Week
from marketplace.units.rules import whole_or_decimal
from marketplace.vocabulary import Facet, vocabulary
from marketplace.web.context import database, now, today
from marketplace.web.routes import does

blueprint = Blueprint("capacity", __name__)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the page works on: a service of the actor's listing, and the resource it draws on, if any yet."""

    supplier: Supplier
    service: Service
    site: Site
    resource: Resource | None
    tabs: tuple[tuple[str, str], ...]  # (service's public id, label), one per resource

    @property
    def calendar(self) -> Calendar:
        if self.resource:
            return self.resource.calendar
        return Calendar(self.service.draft.unit, None, working_days=self.site.draft.working_days)

    @property
    def unit(self) -> Unit:
        return self.calendar.unit


@blueprint.get("/weeks")
@does("account.own")
def weeks() -> ResponseReturnValue:
    desk = _open_desk()
    return desk if not isinstance(desk, _Desk) else _page(desk)


@blueprint.post("/weeks/usual")
@does("capacity.publish")
def save_usual() -> ResponseReturnValue:
    desk = _desk()
    try:
        atoms = read_amount(request.form.get("offered", ""), desk.unit)
    except Invalid as error:
        return _page(desk, usual_error=error.problems["offered"], usual=request.form.get("offered", "")), 422
    try:
        actions.publish_usual(
            database(), current_actor(), desk.supplier.public_id, desk.service.public_id, atoms, now()
        )
    except Conflict as error:
        return _page(desk, usual_error=error.detail, usual=request.form.get("offered", "")), error.status
    flash("Your usual week is saved.", "success")
    return _back(desk)


@blueprint.post("/weeks/week")
@does("capacity.publish")
def save_week() -> ResponseReturnValue:
    desk = _desk()
    error, status = "", 200
    week = read_week(request.form.get("monday", ""), today())
    try:
        atoms = read_amount(request.form.get("offered", ""), desk.unit)
        actions.publish_weeks(
            database(), current_actor(), desk.supplier.public_id, desk.service.public_id, {week: atoms}, now()
        )
    except Invalid as invalid:
        error, status = invalid.problems["offered"], invalid.status
    except Conflict as refusal:
        error, status = refusal.detail, refusal.status
    if request.headers.get("HX-Request") == "true":
        desk = _desk()
        row = next((r for r in _rows(desk) if r["iso"] == week.monday.isoformat()), None)
        if row is None:
            return _back(desk)
        row |= {"error": error, "saved": not error}
        if error:
            row["typed"] = request.form.get("offered", "")
        return render_template("capacity/_week.html", week=row, **_common(desk)), status
    if error:
        return _page(desk, week_errors={week: error}), status
    flash(f"The week of {week.monday.day} {week.monday:%b} is saved.", "success")
    return _back(desk)


@blueprint.post("/weeks/confirm")
@does("capacity.publish")
def confirm() -> ResponseReturnValue:
    desk = _desk()
    actions.confirm_weeks(database(), current_actor(), desk.supplier.public_id, desk.service.public_id, now())
    flash("Confirmed: everything published still holds.", "success")
    return _back(desk)


@blueprint.post("/weeks/closures")
@does("capacity.publish")
def add_closure() -> ResponseReturnValue:
    desk = _desk()
    try:
        closure = read_closure(request.form)
        actions.add_closure(database(), current_actor(), desk.supplier.public_id, desk.site.public_id, closure, now())
    except Invalid as error:
        problems = {("from" if name == "first" else name): text for name, text in error.problems.items()}
        return _page(desk, closure_errors=problems), 422
    except Conflict as error:
        return _page(desk, closure_errors={"": error.detail}), error.status
    flash("The closed days are saved: no run is promised into them.", "success")
    return _back(desk)


@blueprint.post("/weeks/closures/remove")
@does("capacity.publish")
def remove_closure() -> ResponseReturnValue:
    desk = _desk()
    actions.remove_closure(
        database(), current_actor(), desk.supplier.public_id, desk.site.public_id, request.args.get("first", ""), now()
    )
    flash("The closed days are removed.", "success")
    return _back(desk)


def _open_desk() -> _Desk | ResponseReturnValue:
    """The desk, or the way to where a listing or a first service is made."""
    with database().reading() as session:
        supplier = find_own(session, current_actor())
        if supplier is None:
            return redirect(url_for("suppliers.guide"), 303)
        if not supplier.services:
            return redirect(url_for("suppliers.new_service"), 303)
        return _load(session, supplier, request.values.get("resource"))


def _desk() -> _Desk:
    desk = _open_desk()
    if not isinstance(desk, _Desk):
        raise NotFound
    return desk


def _load(session: Session, supplier: Supplier, service_id: str | None) -> _Desk:
    resources = {r.id: r for r in store.list_resources(session, supplier.sites)}
    uses = store.list_uses(session, resources)
    sites = {site.id: site for site in supplier.sites}
    first_of: dict[int, str] = {}
    labels: dict[str, list[str]] = {}
    for service in supplier.services:
        use = uses.get(service.id)
        key = first_of.setdefault(use.resource_id, service.public_id) if use else service.public_id
        label = vocabulary().label(Facet.PROCESS, service.draft.process)
        site_name = sites[service.site_id].draft.name
        labels.setdefault(key, []).append(f"{label}, {site_name}" if site_name else label)
    chosen = next((s for s in supplier.services if s.public_id == service_id), None)
    if chosen is None and service_id:
        raise NotFound
    chosen = chosen or supplier.services[0]
    use = uses.get(chosen.id)
    tabs = tuple((key, " + ".join(names)) for key, names in labels.items())
    return _Desk(supplier, chosen, sites[chosen.site_id], resources[use.resource_id] if use else None, tabs)


def _page(
    desk: _Desk,
    *,
    usual: str | None = None,
    usual_error: str | None = None,
    week_errors: dict[Week, str] | None = None,
    closure_errors: dict[str, str] | None = None,
) -> str:
    rows = _rows(desk)
    for row in rows:
        error = (week_errors or {}).get(Week(row["monday"]))
        if error:
            row |= {"error": error, "typed": request.form.get("offered", "")}
    common = _common(desk)
    if usual_error:
        common["resource"] |= {"usual_typed": usual, "usual_error": usual_error}
    typed = request.form if closure_errors else {}
    confirmed = desk.calendar.confirmed_at
    return render_template(
        "capacity/weeks.html",
        weeks=rows,
        usual_url=url_for("capacity.save_usual"),
        closures=[
            {
                "from_": closure.first,
                "to": closure.last,
                "reason": closure.reason,
                "remove_url": url_for(
                    "capacity.remove_closure", first=closure.first.isoformat(), resource=desk.service.public_id
                ),
            }
            for closure in desk.calendar.closures or _closures(desk)
        ],
        closure_form={
            "from_": typed.get("from", ""),
            "to": typed.get("to", ""),
            "reason": typed.get("reason", ""),
            "errors": closure_errors,
        },
        closure_url=url_for("capacity.add_closure"),
        confirmed_at=confirmed.date() if confirmed else None,
        stale=confirmed is not None and is_stale(desk.calendar, now()),
        confirm_url=url_for("capacity.confirm"),
        **common,
    )


def _closures(desk: _Desk) -> list[Any]:
    with database().reading() as session:
        return store.list_closures(session, [desk.site.id]).get(desk.site.id, [])


def _common(desk: _Desk) -> dict[str, Any]:
    usual = desk.calendar.usual
    label = next((label for key, label in desk.tabs if key == desk.service.public_id), None)
    return {
        "supplier": {"name": desk.supplier.profile.name, "url": f"/suppliers/{desk.supplier.slug}"},
        "resources": [(key, name, url_for("capacity.weeks", resource=key)) for key, name in desk.tabs],
        "resource": {
            "id": desk.service.public_id,
            "label": label or vocabulary().label(Facet.PROCESS, desk.service.draft.process),
            "unit": desk.unit.value,
            "usual": whole_or_decimal(Quantity(usual, desk.unit)) if usual is not None else None,
        },
        "week_url": url_for("capacity.save_week"),
        "step": 10 if desk.unit in (Unit.METRE, Unit.MINUTE) else 1,
    }


def _rows(desk: _Desk) -> list[dict[str, Any]]:
    rows = weeks_view(desk.calendar, today(), weeks=STRIP_WEEKS)
    for row in rows:
        week = Week(row["monday"])
        row |= {
            "sunday": week.sunday,
            "iso": week.monday.isoformat(),
            "number": week.monday.isocalendar().week,
            "offered": _shown(offered(desk.calendar, week), desk.unit),
            "taken": _shown(desk.calendar.taken.get(week, 0), desk.unit),
            "is_usual": not row["stated"] and row["open"] is not None,
        }
    return rows


def _shown(atoms: int | None, unit: Unit) -> float | None:
    return None if atoms is None else whole_or_decimal(Quantity(atoms, unit))


def _back(desk: _Desk) -> ResponseReturnValue:
    return redirect(url_for("capacity.weeks", resource=desk.service.public_id), 303)
