"""JSON of a supplier's open weeks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from marketplace.accounts.current import current_actor
from marketplace.capacity import actions, store
from marketplace.capacity.forms import read_stated
from marketplace.capacity.model import Calendar
from marketplace.capacity.rules import view_weeks
from marketplace.capacity.views import is_stale
from marketplace.errors import Invalid, NotFound
from marketplace.idempotency.api import once
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Status
from marketplace.units import Quantity, Unit, Week
from marketplace.units.rules import whole_or_decimal
from marketplace.web.body import json_object
from marketplace.web.context import database, now, today
from marketplace.web.routes import does

blueprint = Blueprint("capacity_api", __name__)

WEEKS_DEFAULT = 12
WEEKS_MAXIMUM = 104


@blueprint.get("/api/v1/suppliers/<public_id>/capacity")
@does("catalogue.search")
def capacity(public_id: str) -> Response:
    first, count = _window()
    with database().reading() as session:
        supplier = suppliers.find_by_public_id(session, public_id)
        if supplier is None or supplier.status is not Status.PUBLISHED:
            raise NotFound
        resources = {r.id: r for r in store.list_resources(session, supplier.sites)}
        uses = store.list_uses(session, resources)
    sites = {site.id: site.public_id for site in supplier.sites}
    return jsonify(
        {
            "id": supplier.public_id,
            "external_id": supplier.external_id,
            "from": first.monday.isoformat(),
            "weeks": count,
            "services": [
                {
                    "id": service.public_id,
                    "site_id": sites[service.site_id],
                    "process": service.draft.process,
                    **calendar_json(resources[uses[service.id].resource_id].calendar, first, count),
                }
                for service in supplier.services
                if service.id in uses
            ],
        }
    )


@blueprint.put("/api/v1/suppliers/<public_id>/services/<service_id>/weeks")
@does("capacity.publish")
@once
def state_weeks(public_id: str, service_id: str) -> tuple[dict[str, Any], int]:
    """State weeks of a service; those that are not named stay as they are."""
    body = json_object(("weeks",))
    unit, weeks = actions.state_weeks(
        database(), current_actor(), public_id, service_id, lambda unit: read_stated(body, unit, today()), now()
    )
    stated = [
        {"week_start": week.monday.isoformat(), "offered": None if atoms is None else _whole(atoms, unit)}
        for week, atoms in sorted(weeks.items())
    ]
    return {"id": service_id, "unit": unit.value, "weeks": stated}, 200


def calendar_json(calendar: Calendar, first: Week, count: int) -> dict[str, Any]:
    return {
        "unit": calendar.unit.value,
        "usual": _number(calendar, calendar.usual),
        "confirmed_at": calendar.confirmed_at.isoformat() if calendar.confirmed_at else None,
        "stale": is_stale(calendar, now()),
        "weeks": [
            {
                "week_start": view.week.monday.isoformat(),
                "week": view.week.iso,
                "open": _number(calendar, view.open),
                "reserved": _number(calendar, view.taken),
                "stated": view.is_stated,
                "closed_days": [day.isoformat() for day in view.closed_days],
            }
            for view in view_weeks(calendar, first, count)
        ],
    }


def _number(calendar: Calendar, atoms: int | None) -> int | float | None:
    return None if atoms is None else _whole(atoms, calendar.unit)


def _whole(atoms: int, unit: Unit) -> int | float:
    return whole_or_decimal(Quantity(atoms, unit))


def _window() -> tuple[Week, int]:
    problems: dict[str, str] = {}
    first, count = Week.containing(today()), WEEKS_DEFAULT
    if text := request.args.get("from", "").strip():
        try:
            first = Week.parse(text)
        except ValueError as error:
            problems["from"] = str(error)
    if text := request.args.get("weeks", "").strip():
        if text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= WEEKS_MAXIMUM:
            count = int(text)
        else:
            problems["weeks"] = f"must be a whole number between 1 and {WEEKS_MAXIMUM}"
    if not 2000 <= first.monday.year <= 2200:
        problems["from"] = "must lie between the years 2000 and 2200"
    if problems:
        raise Invalid(problems)
    return first, count
