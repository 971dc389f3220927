"""JSON of skills logs, for apprentices and for the firms that sign them."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, jsonify

from marketplace.accounts.current import current_actor
from marketplace.errors import Invalid
from marketplace.idempotency.api import once
from marketplace.learning import actions, store
from marketplace.learning.forms import FIELDS
from marketplace.learning.views import entry_json
from marketplace.web.body import json_object
from marketplace.web.context import database, now, settings
from marketplace.web.routes import does

blueprint = Blueprint("learning_api", __name__)

Answer = tuple[dict[str, Any], int]
_NUMBERS = ("minutes", "pieces")


@blueprint.get("/api/v1/skills-log")
@does("learning.own")
def log() -> Response:
    person = actions.person_of(current_actor())
    with database().reading() as session:
        entries = store.list_of_person(session, person.id)
    return jsonify({"entries": [entry_json(entry) for entry in entries]})


@blueprint.post("/api/v1/skills-log")
@does("learning.own")
@once
def write() -> Answer:
    body = json_object(FIELDS)
    problems = {name: "must be text" for name in FIELDS if name not in _NUMBERS and not _is(body.get(name), str)}
    problems |= {name: "must be a whole number" for name in _NUMBERS if not _is(body.get(name), int)}
    if problems:
        raise Invalid(problems)
    form = {name: str(value) for name, value in body.items() if value is not None}
    return entry_json(actions.write(database(), current_actor(), form, now())), 201


@blueprint.delete("/api/v1/skills-log/<public_id>")
@does("learning.own")
@once
def remove(public_id: str) -> Answer:
    actions.remove(database(), current_actor(), public_id, now())
    return {"id": public_id, "removed": True}, 200


@blueprint.post("/api/v1/skills-log/export")
@does("learning.own")
@once
def export() -> Answer:
    json_object(())
    made = actions.export(database(), current_actor(), settings().data_dir, settings().site_url, now())
    return {"code": made.code, "url": f"/skills-log/{made.code}", "log": json.loads(made.document)}, 201


@blueprint.get("/api/v1/received-skills-logs")
@does("application.read")
def received() -> Response:
    with database().reading() as session:
        found = actions.entries_of_firms(session, current_actor())
    return jsonify({"entries": [entry_json(entry) | {"learner": name} for entry, name in found]})


@blueprint.post("/api/v1/received-skills-logs/<public_id>/sign")
@does("learning.sign")
@once
def sign(public_id: str) -> Answer:
    json_object(())
    return entry_json(actions.sign_entry(database(), current_actor(), public_id, now())), 200


def _is(value: Any, kind: type) -> bool:
    return value is None or (isinstance(value, kind) and not isinstance(value, bool))
