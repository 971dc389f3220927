"""JSON of placements: search, one placement, offering, and what a learner makes of the weeks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, request

from marketplace.accounts.current import current_actor
from marketplace.db.ids import new_public_id
from marketplace.errors import Invalid
from marketplace.idempotency.api import once
from marketplace.placements import actions, effect, saved
from marketplace.placements.body import FIELDS, as_form
from marketplace.placements.forms import PAGE_MAXIMUM, PER_PAGE_DEFAULT, PER_PAGE_MAXIMUM, read_query, take_number
from marketplace.placements.live import offers
from marketplace.placements.model import Placement, PlacementStatus
from marketplace.placements.offering import form_of, read_offer
from marketplace.placements.offers import get_offer
from marketplace.placements.search import search
from marketplace.placements.views import found_json, missed_json, offer_json, placement_json, relaxation_json
from marketplace.search.render import origin_json
from marketplace.suppliers.model import Site
from marketplace.web.body import json_object
from marketplace.web.context import database, now, places, settings, today
from marketplace.web.routes import does

blueprint = Blueprint("placements_api", __name__)

Answer = tuple[dict[str, Any], int]


@blueprint.get("/api/v1/placements")
@does("catalogue.search")
def placements() -> Response:
    given = dict(request.args.lists())
    page = take_number(given, "page", 1, PAGE_MAXIMUM)
    per_page = take_number(given, "per_page", PER_PAGE_DEFAULT, PER_PAGE_MAXIMUM)
    query, origin, _ = read_query(given, places().find, choose_first=True)
    result = search(offers(), query, today())
    first = (page - 1) * per_page
    return jsonify(
        {
            "origin": origin_json(origin),
            "total": len(result.fits),
            "page": page,
            "per_page": per_page,
            "hits": [found_json(found) for found in result.fits[first : first + per_page]],
            "near_misses": [missed_json(miss) for miss in result.near],
            "relaxations": [relaxation_json(change) for change in result.relaxations()],
        }
    )


@blueprint.get("/api/v1/placements/<public_id>")
@does("catalogue.search")
def placement(public_id: str) -> Response:
    with database().reading() as session:
        offer, _ = get_offer(session, public_id)
    return jsonify(offer_json(offer))


@blueprint.post("/api/v1/placements")
@does("placement.offer")
@once
def offer() -> Answer:
    form = as_form(json_object(FIELDS))

    def read(sites: Sequence[Site], _base: Placement | None) -> Placement:
        return read_offer(form, new_public_id(), sites, settings().lowest_wages, today())

    return placement_json(actions.offer(database(), current_actor(), read, now())), 201


@blueprint.patch("/api/v1/placements/<public_id>")
@does("placement.offer")
@once
def change(public_id: str) -> Answer:
    """What is not named stays."""
    body = json_object((*FIELDS, "status"))
    wanted = body.pop("status", None)
    if wanted is not None and wanted not in [status.value for status in PlacementStatus]:
        raise Invalid({"status": f"must be one of {', '.join(PlacementStatus)}"})
    form = as_form(body)

    def read(sites: Sequence[Site], base: Placement | None) -> Placement:
        assert base is not None
        stands = form_of(base, next(site for site in sites if site.id == base.site_id))
        return read_offer(stands | form, public_id, sites, settings().lowest_wages, today(), base)

    to = PlacementStatus(wanted) if wanted else None
    changed = actions.change(database(), current_actor(), public_id, read if form else None, now(), to=to)
    return placement_json(changed), 200


@blueprint.get("/api/v1/placements/effect")
@does("catalogue.search")
def reckon() -> Response:
    """What a teacher and a learner make of any week: nothing is looked up and nothing changed."""
    team, minutes_each = effect.read_team(_known(request.args.to_dict()))
    return jsonify(effect.team_json(team, minutes_each))


@blueprint.get("/api/v1/placements/<public_id>/effect")
@does("placement.offer")
def propose(public_id: str) -> Response:
    given = request.args.to_dict()
    service_id = given.pop("service", "")
    with database().reading() as session:
        actions.owner_of(session, current_actor(), public_id)  # a stranger learns nothing of what was sent
        team, minutes_each = effect.read_team(_known(given))
        found = effect.propose(session, current_actor(), public_id, team, today(), service_id)
    return jsonify(effect.proposal_json(found) | effect.team_json(team, minutes_each))


@blueprint.post("/api/v1/placements/<public_id>/effect")
@does("capacity.publish")
@once
def agree(public_id: str) -> Answer:
    body = json_object((*effect.NUMBERS, "service", "yes"))
    numbers = {name: body[name] for name in effect.NUMBERS if body.get(name) is not None}
    problems = {
        name: "must be a whole number" for name, n in numbers.items() if isinstance(n, bool) or not isinstance(n, int)
    }
    if body.get("yes") is not True:
        problems["yes"] = "must be true: nothing is changed without it"
    if not isinstance(body.get("service", ""), str):
        problems["service"] = "must be text"
    if problems:
        raise Invalid(problems)
    team, minutes_each = effect.read_team({name: str(number) for name, number in numbers.items()})
    found = effect.agree(database(), current_actor(), public_id, team, now(), body.get("service", ""))
    return effect.proposal_json(found) | effect.team_json(team, minutes_each) | {"agreed": True}, 200


@blueprint.delete("/api/v1/placements/<public_id>/effect")
@does("capacity.publish")
@once
def take_back(public_id: str) -> Answer:
    effect.take_back(database(), current_actor(), public_id, now())
    return {"placement": public_id, "agreed": False}, 200


@blueprint.get("/api/v1/placements/searches")
@does("placement.watch")
def searches() -> Response:
    person = saved.person_of(current_actor())
    with database().reading() as session:
        kept = saved.list_of(session, person.id)
    return jsonify({"searches": [saved.as_json(each) for each in kept]})


@blueprint.post("/api/v1/placements/searches")
@does("placement.watch")
@once
def save_search() -> Answer:
    body = json_object(("name", "query"))
    problems = {name: "must be text" for name in ("name", "query") if not isinstance(body.get(name, ""), str)}
    if problems:
        raise Invalid(problems)
    kept, fits = saved.save(
        database(), current_actor(), body.get("name", ""), body.get("query", ""), places().find, now()
    )
    return saved.as_json(kept) | {"fits": fits}, 201


@blueprint.delete("/api/v1/placements/searches/<public_id>")
@does("placement.watch")
@once
def remove_search(public_id: str) -> Answer:
    saved.remove(database(), current_actor(), public_id, now())
    return {"id": public_id, "removed": True}, 200


def _known(given: dict[str, str]) -> dict[str, str]:
    """Errors: Invalid for a parameter that nobody knows."""
    unknown = {name[:40]: "is not a parameter of this address" for name in given if name not in effect.NUMBERS}
    if unknown:
        raise Invalid(unknown)
    return given
