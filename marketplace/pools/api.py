"""JSON of pools: what the pages do, with the same rules."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from marketplace.accounts.current import current_actor
from marketplace.accounts.model import OrganisationKind
from marketplace.errors import Invalid
from marketplace.idempotency.api import once
from marketplace.pools import actions, look, store
from marketplace.pools.forms import OPEN_FIELDS, PLEDGE_FIELDS, Fields, read_opening, read_pledge
from marketplace.pools.model import Key
from marketplace.pools.planning import plan_json
from marketplace.pools.render import pledge_json, pool_json
from marketplace.search.forms import Reader, read_circle, read_origin
from marketplace.suppliers.actions import find_own, service_of
from marketplace.text import clean_text
from marketplace.vocabulary import Facet
from marketplace.web.body import json_object
from marketplace.web.context import database, now, places
from marketplace.web.routes import does

blueprint = Blueprint("pools_api", __name__)

Answer = tuple[dict[str, Any], int]
FIND_PARAMETERS = "near lat lon radius_km radius_mi process material colour supplier".split()
_MOST_LISTED = 200
_MOST_REASON = 300
_HOW = ("planned", "confirm", "cancel")


def read_find(given: dict[str, list[str]]) -> look.Asked:
    """Which pools are looked for. Errors: Invalid naming each wrong parameter."""
    reader = Reader(given, FIND_PARAMETERS)
    reader.refuse_unknown()
    processes, materials = reader.terms(Facet.PROCESS), reader.terms(Facet.MATERIAL)
    origin, _ = read_origin(reader, places().find, True)
    circle = read_circle(reader, origin)
    colour = reader.one("colour", lambda text: text[:60]) or ""
    supplier_id = reader.one("supplier", lambda text: text[:64]) or ""
    if len(processes) > 1:
        reader.problems["process"] = "ask for one at a time"
    reader.finish()
    key = Key(next(iter(processes)), next(iter(sorted(materials)), ""), colour) if processes else None
    if key is None and (materials or colour):
        raise Invalid({"process": "say what work too: material and colour belong to it"})
    return look.Asked(key, circle, supplier_id)


@blueprint.get("/api/v1/pools")
@does("pool.read")
def pools() -> Response:
    asked = read_find(dict(request.args.lists()))
    with database().reading() as session:
        found = look.find(session, asked, now())
    listed = [pool_json(seen, now()) for seen in found[:_MOST_LISTED]]
    return jsonify({"pools": listed, "total": len(found)})


@blueprint.post("/api/v1/pools")
@does("pool.run")
@once
def open_pool() -> Answer:
    body = json_object(OPEN_FIELDS)
    fields = Fields(body)
    supplier_id, service_id = fields.text("supplier"), fields.text("service")
    missing = {n: "which one? Give its id" for n, v in (("supplier", supplier_id), ("service", service_id)) if not v}
    if missing:
        raise Invalid({**missing, **fields.problems})
    with database().writing() as session:
        service = service_of(actions.own_for(session, current_actor(), supplier_id), service_id)
    opening = read_opening(body, service.draft.process, service.draft.unit, now())
    pool = actions.open_pool(database(), current_actor(), supplier_id, service_id, opening.terms, now(), opening.wishes)
    return _shown(pool.public_id), 201


@blueprint.get("/api/v1/pools/mine")
@does("pool.mine")
def mine() -> Response:
    """The pools one's studio is in, and those of one's firm."""
    actor = current_actor()
    found: list[look.Seen] = []
    with database().reading() as session:
        for studio_id in actor.organisations(OrganisationKind.STUDIO):
            found += look.of_studio(session, studio_id)
        supplier = find_own(session, actor) if actor.organisations(OrganisationKind.SUPPLIER) else None
        if supplier:
            found += look.of_supplier(session, supplier)
        elif not actor.organisations(OrganisationKind.STUDIO):
            actions.studio_of(actor, "pool.mine")
    return jsonify({"pools": [pool_json(seen, now()) for seen in found]})


@blueprint.post("/api/v1/pools/plan")
@does("pool.read")
def plan() -> Response:
    return jsonify(plan_json(json_object(("lot", "lots", "demands"))))


@blueprint.get("/api/v1/pools/<public_id>")
@does("pool.read")
def pool(public_id: str) -> Response:
    with database().reading() as session:
        return jsonify(pool_json(look.see(session, current_actor(), public_id), now()))


@blueprint.get("/api/v1/pools/<public_id>/pledge")
@does("pool.mine")
def own_pledge(public_id: str) -> Response:
    return jsonify(_own(public_id))


@blueprint.post("/api/v1/pools/<public_id>/pledge")
@does("pool.pledge")
@once
def pledge(public_id: str) -> Answer:
    wanted = read_pledge(json_object(PLEDGE_FIELDS), _unit_of(public_id))
    actions.pledge(database(), current_actor(), public_id, wanted, now())
    return _own(public_id), 201


@blueprint.patch("/api/v1/pools/<public_id>/pledge")
@does("pool.pledge")
@once
def change(public_id: str) -> Answer:
    wanted = read_pledge(json_object(PLEDGE_FIELDS), _unit_of(public_id))
    actions.change(database(), current_actor(), public_id, wanted, now())
    return _own(public_id), 200


@blueprint.delete("/api/v1/pools/<public_id>/pledge")
@does("pool.mine")
@once
def withdraw(public_id: str) -> Answer:
    actions.withdraw(database(), current_actor(), public_id, now())
    return _own(public_id), 200


@blueprint.post("/api/v1/pools/<public_id>/close")
@does("pool.run")
@once
def close(public_id: str) -> Answer:
    body = json_object(("how", "reason"))
    fields = Fields(body)
    how = fields.text("how") or "planned"
    reason = fields.read("reason", lambda text: clean_text(text, maximum=_MOST_REASON), "")
    if how not in _HOW:
        fields.problems["how"] = f"must be one of {', '.join(_HOW)}"
    fields.finish()
    actions.close(database(), current_actor(), public_id, now(), how=how, reason=reason)
    return _shown(public_id), 200


def _unit_of(public_id: str) -> Any:
    with database().writing() as session:
        actions.studio_of(current_actor(), "pool.pledge")
        return store.get(session, public_id).terms.unit


def _shown(public_id: str) -> dict[str, Any]:
    with database().writing() as session:  # joins the transaction that keeps the answer
        return pool_json(look.see(session, current_actor(), public_id), now())


def _own(public_id: str) -> dict[str, Any]:
    """One's own pledge, and how the pool stands. Errors: NotFound without one."""
    studio_id = actions.studio_of(current_actor(), "pool.mine")
    with database().writing() as session:
        seen = look.see(session, current_actor(), public_id)
        own = actions.own_pledge(session, seen.pool, studio_id)
        return {**pledge_json(seen, own), "pool": {**pool_json(seen, now()), "mine": None}}
