"""JSON of briefs, their files and versions, and of the shortlist: what the pages can do, by the same rules."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from marketplace.accounts.current import current_actor
from marketplace.accounts.policy import authorize
from marketplace.briefs import actions, shortlist, store
from marketplace.briefs.actions import get_own, studio_of
from marketplace.briefs.body import COPY_FIELDS, FIELDS, copy_texts, typed_body
from marketplace.briefs.forms import read_brief, read_note, read_repeat
from marketplace.briefs.model import Brief, BriefState, Content
from marketplace.briefs.rules import next_title
from marketplace.briefs.views import brief_json, file_json, kept_json, version_json
from marketplace.errors import Invalid
from marketplace.files.actions import FIELD, send
from marketplace.files.uploads import cabinet, takes_files
from marketplace.idempotency.api import once
from marketplace.search.forms import read_whole
from marketplace.web.body import json_object
from marketplace.web.context import database, now, places, today
from marketplace.web.routes import does

blueprint = Blueprint("briefs_api", __name__)

Answer = tuple[dict[str, Any], int]
_MOST_A_PAGE = 100
_PARAMETERS = ("state", "page", "per_page")


@blueprint.get("/api/v1/briefs")
@does("brief.own")
def briefs() -> Response:
    studio_id = studio_of(current_actor())
    authorize(current_actor(), "brief.own", studio_id)
    assert studio_id is not None
    state, page, per_page = _asked_page()
    with database().reading() as session:
        counts = store.count_for_studio(session, studio_id)
        listed = store.list_for_studio(session, studio_id, state, first=(page - 1) * per_page, most=per_page)
        shown = [brief_json(brief, _repeated(session, brief), today()) for brief in listed]
    return jsonify({"total": counts[state], "page": page, "per_page": per_page, "briefs": shown})


@blueprint.post("/api/v1/briefs")
@does("brief.own")
@once
def add() -> Answer:
    content = read_brief(typed_body(json_object(FIELDS)), None, today(), places().find)
    return _shown(actions.write(database(), current_actor(), content, now())), 201


@blueprint.get("/api/v1/briefs/<public_id>")
@does("brief.own")
def brief(public_id: str) -> Response:
    with database().reading() as session:
        found = get_own(session, current_actor(), public_id)
        return jsonify(brief_json(found, _repeated(session, found), today()))


@blueprint.put("/api/v1/briefs/<public_id>")
@does("brief.own")
@once
def change(public_id: str) -> Answer:
    """The whole content, with the `version` it was made from: what is left out is no longer stated."""
    body = json_object(FIELDS | {"version"})
    seen = body.pop("version", None)
    if not isinstance(seen, int) or isinstance(seen, bool):
        raise Invalid({"version": "give the number of the version that you changed"})
    with database().writing() as session:
        before = get_own(session, current_actor(), public_id)
    content = read_brief(typed_body(body), before.content, today(), places().find)
    return _shown(actions.edit(database(), current_actor(), public_id, content, seen, now())), 200


@blueprint.post("/api/v1/briefs/<public_id>/copy")
@does("brief.own")
@once
def copy(public_id: str) -> Answer:
    """A repeat run: what is not sent stays as it was, but for the days and what was different then."""
    sent = copy_texts(json_object(COPY_FIELDS))
    made = actions.repeat(
        database(),
        current_actor(),
        public_id,
        lambda before: read_repeat({**_texts_of(before), "what_changed": "", **sent}, before),
        now(),
    )
    return _shown(made), 201


@blueprint.post("/api/v1/briefs/<public_id>/archive")
@does("brief.own")
@once
def archive(public_id: str) -> Answer:
    json_object(())
    return _shown(actions.archive(database(), current_actor(), public_id, now())), 200


@blueprint.post("/api/v1/briefs/<public_id>/restore")
@does("brief.own")
@once
def restore(public_id: str) -> Answer:
    json_object(())
    return _shown(actions.restore(database(), current_actor(), public_id, now())), 200


@blueprint.get("/api/v1/briefs/<public_id>/versions")
@does("brief.own")
def versions(public_id: str) -> Response:
    with database().reading() as session:
        found = get_own(session, current_actor(), public_id)
        listed = store.list_versions(session, found.id)
    return jsonify({"versions": [version_json(item) for item in listed]})


@blueprint.post("/api/v1/briefs/<public_id>/files")
@does("brief.own")
@takes_files
def add_file(public_id: str) -> ResponseReturnValue:
    """Without a key: the same file sent again is the same file."""
    unknown = (set(request.form) | set(request.files)) - {FIELD}
    if unknown:
        raise Invalid({name[:60]: "is not a field of this request" for name in sorted(unknown)[:10]})
    sent = request.files.getlist(FIELD)
    if len(sent) != 1 or not sent[0].filename:
        raise Invalid({FIELD: "send one file, as multipart/form-data, with its name"})
    stream, name = sent[0].stream, sent[0].filename
    file = actions.add_file(database(), cabinet(), current_actor(), public_id, name, stream, now())
    return jsonify(file_json(file)), 201


@blueprint.get("/api/v1/briefs/<public_id>/files/<file_id>")
@does("brief.own")
def file(public_id: str, file_id: str) -> Response:
    with database().reading() as session:
        found = actions.file_for(session, get_own(session, current_actor(), public_id).id, file_id)
    return send(cabinet(), found)


@blueprint.delete("/api/v1/briefs/<public_id>/files/<file_id>")
@does("brief.own")
@once
def remove_file(public_id: str, file_id: str) -> Answer:
    return _shown(actions.remove_file(database(), current_actor(), public_id, file_id, now()).brief), 200


@blueprint.post("/api/v1/briefs/<public_id>/files/<file_id>/restore")
@does("brief.own")
@once
def restore_file(public_id: str, file_id: str) -> Answer:
    json_object(())
    return file_json(actions.restore_file(database(), current_actor(), public_id, file_id, now())), 200


# --- the shortlist


@blueprint.get("/api/v1/shortlist")
@does("shortlist.own")
def kept_all() -> Response:
    with database().reading() as session:
        kept = shortlist.list_kept(session, current_actor())
    return jsonify({"suppliers": [kept_json(one) for one in kept if one.item.removed_at is None]})


@blueprint.get("/api/v1/shortlist/<supplier_id>")
@does("shortlist.own")
def kept(supplier_id: str) -> Response:
    with database().reading() as session:
        return jsonify(kept_json(shortlist.find(session, current_actor(), supplier_id)))


@blueprint.put("/api/v1/shortlist/<supplier_id>")
@does("shortlist.own")
@once
def keep(supplier_id: str) -> Answer:
    note = json_object(["note"]).get("note")
    if note is not None and not isinstance(note, str):
        raise Invalid({"note": "must be a text"})
    text = None if note is None else read_note(note)
    found, is_new = shortlist.put(database(), current_actor(), supplier_id, text, now())
    return kept_json(found), 201 if is_new else 200


@blueprint.delete("/api/v1/shortlist/<supplier_id>")
@does("shortlist.own")
@once
def drop(supplier_id: str) -> Answer:
    supplier = shortlist.remove(database(), current_actor(), supplier_id, now())
    return {"supplier_id": supplier.public_id}, 200


# --- what they share


def _shown(brief: Brief) -> dict[str, Any]:
    with database().writing() as session:  # what was just written is to be seen
        return brief_json(brief, _repeated(session, brief), today())


def _repeated(session: Session, brief: Brief) -> str | None:
    return store.get_by_id(session, brief.repeats_id).public_id if brief.repeats_id is not None else None


def _texts_of(content: Content) -> dict[str, str]:
    return {"title": next_title(content.title), "pattern_revision": content.pattern_revision, "lots": content.lots}


def _asked_page() -> tuple[BriefState, int, int]:
    """Errors: Invalid, for unknown parameters too."""
    problems = {name[:40]: "is not a parameter here" for name in request.args if name not in _PARAMETERS}
    state, numbers = BriefState.OPEN, {"page": 1, "per_page": store.PER_PAGE}
    try:
        state = BriefState(request.args.get("state", state))
    except ValueError:
        problems["state"] = f"must be {' or '.join(BriefState)}"
    for name, most in (("page", 1_000_000), ("per_page", _MOST_A_PAGE)):
        try:
            numbers[name] = read_whole(request.args.get(name, str(numbers[name])), 1, most)
        except ValueError as error:
            problems[name] = str(error)
    if problems:
        raise Invalid(problems)
    return state, numbers["page"], numbers["per_page"]
