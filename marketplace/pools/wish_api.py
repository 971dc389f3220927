"""JSON of demands (what designers wish for) and of the pools that could be opened for them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from marketplace.accounts.current import current_actor
from marketplace.accounts.policy import authorize
from marketplace.errors import NotFound
from marketplace.idempotency.api import once
from marketplace.pools import wish_store, wishes
from marketplace.pools.actions import studio_of
from marketplace.pools.desk import asked_of
from marketplace.pools.forms import WISH_FIELDS, Fields, read_wish
from marketplace.pools.proposals import propose
from marketplace.pools.render import asked_json, proposal_json, wish_json
from marketplace.suppliers.actions import find_own
from marketplace.text import clean_line
from marketplace.web.body import json_object
from marketplace.web.context import database, now
from marketplace.web.routes import does

blueprint = Blueprint("pool_wishes_api", __name__)

Answer = tuple[dict[str, Any], int]
MOST_REASON = 300


@blueprint.get("/api/v1/pools/demands")
@does("pool.mine")
def demands() -> Response:
    """A studio's own demands; for a supplier those it was asked to open a pool for."""
    actor = current_actor()
    with database().reading() as session:
        supplier = find_own(session, actor)
        asked = asked_of(session, supplier) if supplier else []
        studios = [m.organisation_id for m in actor.memberships if m.kind.value == "studio"]
        if not studios and supplier is None:
            studio_of(actor, "pool.mine")
        own = [wish for studio in studios for wish in wish_store.list_of_studio(session, studio)]
    return jsonify(
        {"demands": [wish_json(wish) for wish in own], "asked": [asked_json(wish, metres) for wish, metres in asked]}
    )


@blueprint.post("/api/v1/pools/demands")
@does("pool.wish")
@once
def make() -> Answer:
    wished = read_wish(json_object(WISH_FIELDS))
    return wish_json(wishes.make(database(), current_actor(), wished, now())), 201


@blueprint.delete("/api/v1/pools/demands/<public_id>")
@does("pool.mine")
@once
def take_back(public_id: str) -> Answer:
    return wish_json(wishes.take_back(database(), current_actor(), public_id, now())), 200


@blueprint.post("/api/v1/pools/demands/<public_id>/decline")
@does("pool.run")
@once
def decline(public_id: str) -> Answer:
    fields = Fields(json_object(("reason",)))
    reason = fields.read("reason", lambda text: clean_line(text, maximum=MOST_REASON), "")
    fields.finish()
    wish = wishes.decline(database(), current_actor(), public_id, reason, now())
    return {"id": wish.public_id, "state": wish.state.value, "reason": wish.reason}, 200


@blueprint.get("/api/v1/pools/proposals")
@does("pool.run")
def proposals() -> Response:
    """The pools one's firm could open now, best first, each with the body that opens it."""
    actor = current_actor()
    with database().reading() as session:
        supplier = find_own(session, actor)
        if supplier is None:
            authorize(actor, "pool.run")
            raise NotFound
        authorize(actor, "pool.run", supplier.organisation_id)
        found = propose(session, supplier, now())
    return jsonify({"proposals": [proposal_json(one, supplier.public_id) for one in found]})
