"""Production routes: everybody may ask; kept ones are the studio's."""

from __future__ import annotations

import json
from typing import Any

from personas import STUDIO
from rows import Row
from rows_briefs import a_brief
from world import World

from marketplace.routes import actions

_REQUEST = {"lat": 43.88, "lon": 11.1, "pieces": 20, "steps": [{"process": "sew"}]}


def a_route(world: World, label: str = "Jacket") -> dict[str, Any]:
    route = actions.ToKeep(label, json.dumps(_REQUEST), world.supplier.services[0].public_id, "{}")
    kept, _ = actions.keep(world.database, world.actor("designer"), route, world.now)
    return {"public_id": kept.public_id}


def a_removed_route(world: World) -> dict[str, Any]:
    kept = a_route(world, "Coat")
    actions.remove(world.database, world.actor("designer"), kept["public_id"], world.now)
    return kept


def _form(world: World) -> dict[str, Any]:
    return {"request": json.dumps(_REQUEST), "services": world.supplier.services[0].public_id, "label": "Skirt"}


ROWS = [
    Row("routes.routes"),
    Row(
        "routes.routes",
        action="brief.own",
        query=lambda world: {"brief": world.values(a_brief)["public_id"]},
        parties={STUDIO},
    ),
    Row("routes_api.find_routes", "POST", json=_REQUEST, events=0),
    Row("kept_routes.kept_list", turned_away="/account/briefs?next=/account/routes"),
    Row("kept_routes.kept", make=a_route, parties={STUDIO}),
    Row("kept_routes.keep", "POST", form=_form, turned_away="/account/briefs", loose=True),
    Row("kept_routes.update", "POST", make=a_route, parties={STUDIO}, loose=True),
    Row("kept_routes.remove", "POST", make=a_route, parties={STUDIO}, loose=True),
    Row("kept_routes.restore", "POST", make=a_removed_route, parties={STUDIO}),
    Row("kept_routes.ask_all", "POST", form=_form, turned_away="/account/briefs", events=0),  # it shows what would go
]
