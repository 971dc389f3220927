"""JSON of routes."""

from __future__ import annotations

import orjson
from flask import Blueprint, Response

from marketplace.routes.asking import plan_for_request
from marketplace.routes.forms import FIELDS, read_ask
from marketplace.routes.render import plan_json
from marketplace.web.body import json_object
from marketplace.web.context import places, today
from marketplace.web.routes import does

blueprint = Blueprint("routes_api", __name__)


@blueprint.post("/api/v1/routes")
@does("catalogue.search")
def find_routes() -> Response:
    """The best routes for a request; it changes nothing."""
    ask = read_ask(json_object(FIELDS), today(), places().find)
    return Response(orjson.dumps(plan_json(plan_for_request(ask))), content_type="application/json")
