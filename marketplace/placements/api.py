"""JSON of a search for placements."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from marketplace.placements.forms import read_query
from marketplace.placements.offers import list_offers
from marketplace.placements.search import relaxations, search
from marketplace.placements.views import found_json, missed_json
from marketplace.search.render import origin_json
from marketplace.web.context import database, places
from marketplace.web.routes import does

blueprint = Blueprint("placements_api", __name__)


@blueprint.get("/api/v1/placements")
@does("catalogue.search")
def placements() -> Response:
    query, origin, _ = read_query(dict(request.args.lists()), places().find, choose_first=True)
    with database().reading() as session:
        fits, missed = search(list_offers(session), query)
    return jsonify(
        {
            "origin": origin_json(origin),
            "total": len(fits),
            "hits": [found_json(found) for found in fits],
            "near_misses": [missed_json(miss) for miss in missed],
            "relaxations": [
                {"field": m.field, "from": m.before, "to": m.after, "adds": adds, "text": f"{m.text}: {adds} more"}
                for m, adds in relaxations(missed)
                if m.field != "skill"
            ],
        }
    )
