"""JSON of applications: one's own, and those a firm was sent; what the pages do, by the same rules."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.current import current_actor
from marketplace.applications import actions, answering, store
from marketplace.applications.desk import MISSING
from marketplace.applications.forms import FIELDS, read_draft, read_words
from marketplace.applications.model import Application, State
from marketplace.applications.views import application_json, received_json
from marketplace.errors import Invalid, NotFound
from marketplace.files.actions import FIELD, receive
from marketplace.files.actions import send as send_file
from marketplace.files.uploads import cabinet, takes_files
from marketplace.idempotency.api import once
from marketplace.web.body import json_object
from marketplace.web.context import database, now, settings
from marketplace.web.routes import does

blueprint = Blueprint("applications_api", __name__)

Answer = tuple[dict[str, Any], int]


# --- one's own


@blueprint.get("/api/v1/applications")
@does("application.own")
def applications() -> Response:
    person = actions.person_of(current_actor())
    with database().reading() as session:
        found = [_json(session, each) for each in store.list_of_person(session, person.id)]
    return jsonify({"applications": found})


@blueprint.get("/api/v1/applications/<public_id>")
@does("application.own")
def application(public_id: str) -> Response:
    with database().reading() as session:
        return jsonify(_json(session, actions.own(session, current_actor(), public_id)))


@blueprint.post("/api/v1/applications")
@does("application.own")
@once
def begin() -> Answer:
    """With `send` true it is put before the firm at once."""
    body = json_object(("placement", "send", *FIELDS))
    form = _texts(body, ("placement", *FIELDS))
    if not form.get("placement"):
        raise Invalid({"placement": "is missing: the placement's id"})
    if not isinstance(body.get("send", False), bool):
        raise Invalid({"send": "must be true or false"})
    made = actions.begin(database(), current_actor(), form["placement"], read_draft(form), now())
    if body.get("send"):
        made = actions.send(database(), current_actor(), made.public_id, now(), settings().application_days)
    return _answer(made), 201


@blueprint.patch("/api/v1/applications/<public_id>")
@does("application.own")
@once
def rewrite(public_id: str) -> Answer:
    """What is not named stays."""
    form = _texts(json_object(FIELDS), FIELDS)
    with database().reading() as session:
        draft = actions.own(session, current_actor(), public_id).draft
    stands = {
        "statement": draft.statement,
        "experience": draft.experience,
        "available_from": draft.available_from.isoformat() if draft.available_from else "",
        "availability": draft.availability,
    }
    return _answer(actions.rewrite(database(), current_actor(), public_id, read_draft(stands | form), now())), 200


@blueprint.post("/api/v1/applications/<public_id>/send")
@does("application.send")
@once
def send(public_id: str) -> Answer:
    json_object(())
    return _answer(actions.send(database(), current_actor(), public_id, now(), settings().application_days)), 200


@blueprint.post("/api/v1/applications/<public_id>/withdraw")
@does("application.own")
@once
def withdraw(public_id: str) -> Answer:
    json_object(())
    return _answer(actions.withdraw(database(), current_actor(), public_id, now())), 200


@blueprint.post("/api/v1/applications/<public_id>/accept")
@does("application.own")
@once
def accept(public_id: str) -> Answer:
    json_object(())
    return _answer(actions.accept(database(), current_actor(), public_id, now())), 200


@blueprint.post("/api/v1/applications/<public_id>/files")
@does("application.own")
@takes_files
@once
def add_file(public_id: str) -> Answer:
    with database().reading() as session:
        actions.own(session, current_actor(), public_id)
    sent = request.files.get(FIELD)
    if sent is None or not sent.filename:
        raise Invalid({FIELD: "is missing: send it as multipart/form-data"})
    room = actions.drawer_cabinet(cabinet())
    with receive(room, sent.filename, sent.stream) as received:
        file = actions.add_file(database(), room, current_actor(), public_id, received, now())
    return {"id": file.public_id, "name": file.name, "size": file.size}, 201


@blueprint.get("/api/v1/applications/<public_id>/files/<file_id>")
@does("application.own")
def file(public_id: str, file_id: str) -> Response:
    with database().reading() as session:
        found = actions.file_of(session, actions.own(session, current_actor(), public_id), file_id)
    return send_file(cabinet(), found)


@blueprint.delete("/api/v1/applications/<public_id>/files/<file_id>")
@does("application.own")
@once
def remove_file(public_id: str, file_id: str) -> Answer:
    actions.remove_file(database(), current_actor(), public_id, file_id, now())
    return {"id": file_id, "removed": True}, 200


# --- what a firm was sent


@blueprint.get("/api/v1/received-applications")
@does("application.read")
def received() -> Response:
    with database().reading() as session:
        found = [_received(session, each) for each in answering.list_received(session, current_actor())]
    return jsonify({"applications": found})


@blueprint.get("/api/v1/received-applications/<public_id>")
@does("application.read")
def received_one(public_id: str) -> Response:
    """To read it here is not to open it: say so with …/seen."""
    with database().reading() as session:
        return jsonify(_received(session, answering.received(session, current_actor(), public_id)))


@blueprint.get("/api/v1/received-applications/<public_id>/files/<file_id>")
@does("application.read")
def received_file(public_id: str, file_id: str) -> Response:
    with database().reading() as session:
        found = answering.received(session, current_actor(), public_id)
        if found.state is State.WITHDRAWN:
            raise NotFound
        stored = actions.file_of(session, found, file_id)
    return send_file(cabinet(), stored)


@blueprint.post("/api/v1/received-applications/<public_id>/seen")
@does("application.answer")
@once
def see(public_id: str) -> Answer:
    json_object(())
    return _received_answer(answering.see(database(), current_actor(), public_id, now())), 200


@blueprint.post("/api/v1/received-applications/<public_id>/invite")
@does("application.answer")
@once
def invite(public_id: str) -> Answer:
    return _step(public_id, State.INVITED, "invitation")


@blueprint.post("/api/v1/received-applications/<public_id>/offer")
@does("application.answer")
@once
def offer(public_id: str) -> Answer:
    return _step(public_id, State.OFFERED, "terms")


@blueprint.post("/api/v1/received-applications/<public_id>/decline")
@does("application.answer")
@once
def decline(public_id: str) -> Answer:
    return _step(public_id, State.DECLINED, "reason")


def _step(public_id: str, to: State, field: str) -> Answer:
    form = _texts(json_object((field,)), (field,))
    words = read_words(form.get(field, ""), field, MISSING[to])
    days = settings().application_days
    return _received_answer(answering.answer(database(), current_actor(), public_id, to, words, now(), days)), 200


def _texts(body: dict[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    wrong = {name: "must be text" for name in names if not isinstance(body.get(name) or "", str)}
    if wrong:
        raise Invalid(wrong)
    return {name: body[name] or "" for name in names if name in body}


def _answer(application: Application) -> dict[str, Any]:
    with database().writing() as session:
        return _json(session, application)


def _received_answer(application: Application) -> dict[str, Any]:
    with database().writing() as session:
        return _received(session, application)


def _json(session: Session, application: Application) -> dict[str, Any]:
    supplier, placement = actions.place_of(session, application)
    return application_json(application, placement, supplier, actions.files_of(session, application))


def _received(session: Session, application: Application) -> dict[str, Any]:
    person = accounts.find_person(session, application.person_id)
    assert person is not None  # an account takes its applications with it
    return received_json(_json(session, application), person.name, person.email)
