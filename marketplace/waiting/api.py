"""JSON of waiting lists: what the pages do, with the same rules."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy.orm import Session

from marketplace.accounts.current import current_actor
from marketplace.errors import Invalid, NotFound
from marketplace.idempotency.api import once
from marketplace.suppliers import store as suppliers
from marketplace.units import Quantity, Week, parse_quantity
from marketplace.units.rules import whole_or_decimal
from marketplace.waiting import actions, store
from marketplace.waiting.actions import listed, studio_of
from marketplace.waiting.model import State, Waiting
from marketplace.waiting.rules import place_of
from marketplace.web.body import json_object
from marketplace.web.context import database, now
from marketplace.web.routes import does

blueprint = Blueprint("waiting_api", __name__)

_FIELDS = ("supplier", "service", "quantity", "first_week", "last_week")
Answer = tuple[dict[str, Any], int]


@blueprint.get("/api/v1/waiting")
@does("waiting.join")
def lines() -> Response:
    studio_id = studio_of(current_actor())
    with database().reading() as session:
        found = [_json(session, waiting) for waiting in store.list_of_studio(session, studio_id)]
    return jsonify({"waiting": found})


@blueprint.post("/api/v1/waiting")
@does("waiting.join")
@once
def join() -> Answer:
    body = json_object(_FIELDS)
    problems = {name: "is missing" for name in _FIELDS if body.get(name) in (None, "")}
    texts = {name: body.get(name) for name in _FIELDS if name != "quantity"}
    problems |= {name: "must be text" for name, value in texts.items() if value and not isinstance(value, str)}
    quantity = body.get("quantity")
    if isinstance(quantity, bool) or not isinstance(quantity, int | float):
        problems["quantity"] = "must be a number"
    if problems:
        raise Invalid(problems)
    with database().writing() as session:
        _, service = listed(session, str(body["supplier"]), str(body["service"]))
    atoms, weeks = 0, {}
    try:
        atoms = parse_quantity(str(quantity), service.draft.unit).atoms
    except ValueError as error:
        problems["quantity"] = str(error)
    for name in ("first_week", "last_week"):
        try:
            weeks[name] = Week.parse(str(body[name]))
        except ValueError as error:
            problems[name] = str(error)
    if problems:
        raise Invalid(problems)
    waiting = actions.join(
        database(),
        current_actor(),
        str(body["supplier"]),
        str(body["service"]),
        atoms,
        weeks["first_week"],
        weeks["last_week"],
        now(),
    )
    with database().writing() as session:
        return _json(session, waiting), 201


@blueprint.delete("/api/v1/waiting/<public_id>")
@does("waiting.join")
@once
def leave(public_id: str) -> Answer:
    waiting = actions.leave(database(), current_actor(), public_id, now())
    with database().writing() as session:
        return _json(session, waiting), 200


@blueprint.post("/api/v1/waiting/<public_id>/take")
@does("waiting.join")
@once
def take(public_id: str) -> Answer:
    json_object(())
    actions.take(database(), current_actor(), public_id, now())
    with database().writing() as session:
        return _json(session, store.get(session, public_id)), 200


def _json(session: Session, waiting: Waiting) -> dict[str, Any]:
    supplier = suppliers.get(session, waiting.supplier_id)
    service = next((s for s in supplier.services if s.id == waiting.service_id), None)
    if service is None:
        raise NotFound
    place = place_of(waiting, store.list_line(session, service.id)) if waiting.state is State.WAITING else None
    return {
        "id": waiting.public_id,
        "supplier": supplier.public_id,
        "service": service.public_id,
        "quantity": whole_or_decimal(Quantity(waiting.atoms, service.draft.unit)),
        "unit": service.draft.unit.value,
        "first_week": waiting.first_monday.isoformat(),
        "last_week": waiting.last_monday.isoformat(),
        "state": waiting.state.value,
        "place": place,
        "offer_until": waiting.offer_until.isoformat() if waiting.offer_until else None,
    }
