"""JSON of holds and bookings."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from marketplace.accounts.current import current_actor
from marketplace.booking import actions
from marketplace.booking.actions import Shown
from marketplace.booking.forms import FIELDS, read_wanted
from marketplace.idempotency.api import once
from marketplace.units import Quantity, Unit
from marketplace.units.rules import whole_or_decimal
from marketplace.web.body import json_object
from marketplace.web.context import database, now, today
from marketplace.web.routes import does

blueprint = Blueprint("booking_api", __name__)


@blueprint.post("/api/v1/reservations")
@does("hold.make")
@once
def hold() -> tuple[dict[str, Any], int]:
    wanted = read_wanted(json_object(FIELDS), today())
    shown, held = actions.hold_weeks(database(), current_actor(), wanted, now())
    dates = {
        "starts": held.plan.starts.isoformat(),
        "last_worked": held.plan.last_worked.isoformat(),
        "finish": held.plan.ready.isoformat(),
    }
    return {**reservation_json(shown), **dates}, 201


@blueprint.get("/api/v1/reservations")
@does("hold.read")
def reservations() -> Response:
    found = actions.list_own(database(), current_actor())
    return jsonify({"reservations": [reservation_json(shown) for shown in found]})


@blueprint.get("/api/v1/reservations/<public_id>")
@does("hold.read")
def reservation(public_id: str) -> Response:
    return jsonify(reservation_json(actions.get(database(), current_actor(), public_id)))


@blueprint.post("/api/v1/reservations/<public_id>/confirm")
@does("hold.confirm")
@once
def confirm(public_id: str) -> tuple[dict[str, Any], int]:
    return reservation_json(actions.confirm(database(), current_actor(), public_id, now())), 200


@blueprint.delete("/api/v1/reservations/<public_id>")
@does("hold.end")
@once
def end(public_id: str) -> tuple[dict[str, Any], int]:
    return reservation_json(actions.end(database(), current_actor(), public_id, now())), 200


def reservation_json(shown: Shown) -> dict[str, Any]:
    reservation, unit = shown.reservation, shown.unit
    return {
        "id": reservation.public_id,
        "state": reservation.state.value,
        "outcome": reservation.outcome.value if reservation.outcome else None,
        "made_by": reservation.made_by.value,
        "supplier": shown.supplier.public_id,
        "service": shown.service.public_id,
        "process": shown.service.draft.process,
        "unit": unit.value,
        "quantity": _number(reservation.atoms, unit),
        "weeks": [
            {"week_start": share.week.monday.isoformat(), "quantity": _number(share.atoms, unit)}
            for share in reservation.weeks
        ],
        "created_at": reservation.created_at.isoformat(),
        "expires_at": reservation.expires_at.isoformat() if reservation.expires_at else None,
        "ended_at": reservation.ended_at.isoformat() if reservation.ended_at else None,
    }


def _number(atoms: int, unit: Unit) -> int | float:
    return whole_or_decimal(Quantity(atoms, unit))
