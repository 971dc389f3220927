"""JSON of enquiries, threads and quotes: everything the pages can do, by the same actions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy.orm import Session

from marketplace.accounts.current import current_actor
from marketplace.accounts.model import OrganisationKind
from marketplace.accounts.policy import authorize
from marketplace.briefs import store as briefs
from marketplace.briefs.views import content_json, file_json
from marketplace.enquiries import actions, quote_actions, store
from marketplace.enquiries.compare import Row
from marketplace.enquiries.export import comparison_csv
from marketplace.enquiries.limits import limits
from marketplace.enquiries.look import compared_rows, content_for, look_at, look_at_one, supplier_ids
from marketplace.enquiries.model import Enquiry, MessageKind
from marketplace.enquiries.quote_forms import JSON_FIELDS, read_json
from marketplace.enquiries.render import (
    answer_record_json,
    comparison_json,
    decision_record_json,
    enquiry_json,
    quote_json,
    thread_json,
)
from marketplace.enquiries.rules import Party
from marketplace.enquiries.threads import actions as threads
from marketplace.enquiries.threads.load import find_file, load_thread
from marketplace.errors import Invalid
from marketplace.files.actions import send as send_file
from marketplace.files.uploads import cabinet
from marketplace.idempotency.api import once
from marketplace.web.body import json_object
from marketplace.web.context import database, now, settings, today
from marketplace.web.routes import does

blueprint = Blueprint("enquiries_api", __name__)

_NEWEST = 200  # enquiries of a list

Answer = tuple[dict[str, Any], int]


@blueprint.post("/api/v1/briefs/<public_id>/enquiries")
@does("enquiry.send")
@once
def send(public_id: str) -> Answer:
    body = json_object(["services"])
    wanted = body.get("services")
    if not isinstance(wanted, list) or not all(isinstance(each, str) for each in wanted):
        raise Invalid({"services": "must be a list of services' ids, as suppliers and searches show them"})
    with database().writing() as session:
        sent = actions.send(database(), current_actor(), public_id, wanted, limits(settings()), now())
        return {"enquiries": _listed(session, sent, Party.STUDIO)}, 201


@blueprint.get("/api/v1/enquiries")
@does("enquiry.read")
def enquiries() -> Response:
    actor = current_actor()
    with database().reading() as session:
        sent = store.list_of_studio(session, actor.organisations(OrganisationKind.STUDIO))
        received = store.list_of_suppliers(session, supplier_ids(session, actor))
        answer = {
            "sent": _listed(session, sent[:_NEWEST], Party.STUDIO),
            "received": _listed(session, received[:_NEWEST], Party.SUPPLIER),
        }
    return jsonify(answer)


@blueprint.get("/api/v1/enquiries/<public_id>")
@does("enquiry.read")
def enquiry(public_id: str) -> Response:
    with database().reading() as session:
        return jsonify(_one(session, public_id))


@blueprint.get("/api/v1/enquiries/<public_id>/files/<file_id>")
@does("enquiry.read")
def file(public_id: str, file_id: str) -> Response:
    with database().reading() as session:
        found = find_file(session, current_actor(), public_id, file_id, today())
    return send_file(cabinet(), found)


@blueprint.post("/api/v1/enquiries/<public_id>/messages")
@does("enquiry.write")
@once
def write(public_id: str) -> Answer:
    body = json_object(["kind", "body", "answers"])
    texts = {name: _text(body, name) for name in ("kind", "body", "answers")}
    kind = texts["kind"] or MessageKind.MESSAGE.value
    with database().writing() as session:
        written = threads.write(
            database(), current_actor(), public_id, kind, texts["body"], now(), answers=texts["answers"]
        )
        messages: list[dict[str, Any]] = _one(session, public_id)["messages"]
    return next(each for each in messages if each["id"] == written.public_id), 201


@blueprint.post("/api/v1/enquiries/<public_id>/decline")
@does("enquiry.answer")
@once
def decline(public_id: str) -> Answer:
    body = json_object(["reason", "note"])
    with database().writing() as session:
        actions.decline(database(), current_actor(), public_id, _text(body, "reason"), _text(body, "note"), now())
        return _one(session, public_id), 200


@blueprint.post("/api/v1/enquiries/<public_id>/withdraw")
@does("enquiry.send")
@once
def withdraw(public_id: str) -> Answer:
    json_object([])
    with database().writing() as session:
        actions.withdraw(database(), current_actor(), public_id, now())
        return _one(session, public_id), 200


@blueprint.post("/api/v1/enquiries/<public_id>/close")
@does("enquiry.send")
@once
def close(public_id: str) -> Answer:
    json_object([])
    with database().writing() as session:
        actions.close(database(), current_actor(), public_id, now())
        return _one(session, public_id), 200


@blueprint.post("/api/v1/enquiries/<public_id>/quotes")
@does("enquiry.answer")
@once
def add_quote(public_id: str) -> Answer:
    body = json_object(JSON_FIELDS)
    sent = quote_actions.quote(
        database(), current_actor(), public_id, lambda quantity: read_json(body, quantity, today()), now()
    )
    return quote_json(sent, now()) | {"enquiry_id": public_id}, 201


@blueprint.get("/api/v1/quotes/<public_id>")
@does("enquiry.read")
def quote(public_id: str) -> Response:
    with database().reading() as session:
        return jsonify(_quote(session, public_id))


@blueprint.post("/api/v1/quotes/<public_id>/withdraw")
@does("enquiry.answer")
@once
def withdraw_quote(public_id: str) -> Answer:
    json_object([])
    with database().writing() as session:
        quote_actions.withdraw_quote(database(), current_actor(), public_id, now())
        return _quote(session, public_id), 200


@blueprint.get("/api/v1/briefs/<public_id>/quotes")
@does("enquiry.send")
def compared(public_id: str) -> Response:
    with database().reading() as session:
        rows = _rows(session, public_id)
    return jsonify({"brief": {"id": public_id}, "enquiries": comparison_json(rows, now())})


@blueprint.get("/api/v1/briefs/<public_id>/quotes.csv")
@does("enquiry.send")
def compared_csv(public_id: str) -> Response:
    with database().reading() as session:
        rows = _rows(session, public_id)
    return Response(comparison_csv(rows, now()), content_type="text/csv; charset=utf-8")


@blueprint.post("/api/v1/briefs/<public_id>/close")
@does("enquiry.send")
@once
def close_others(public_id: str) -> Answer:
    json_object([])
    with database().writing() as session:
        closed = actions.close_others(database(), current_actor(), public_id, now())
        return {"enquiries": _listed(session, closed, Party.STUDIO)}, 200


def _rows(session: Session, public_id: str) -> list[Row]:
    brief = briefs.get(session, public_id)
    authorize(current_actor(), "enquiry.send", brief.studio_id)
    return compared_rows(session, brief, now())


def _one(session: Session, public_id: str) -> dict[str, Any]:
    """Everything one side sees of an enquiry."""
    found, party = actions.readable(session, current_actor(), public_id)
    look = look_at_one(session, found, today())
    thread = load_thread(session, look, party)
    return {
        **enquiry_json(look, party, now()),
        "content": content_json(content_for(look, party)),
        "files": [file_json(file) for file in look.brief.files],
        "messages": thread_json(thread.lines, thread.files),
        "supplier_answers": answer_record_json(store.record_of_supplier(session, look.supplier.id, now())),
        "studio_decides": decision_record_json(store.record_of_studio(session, found.studio_id, now())),
    }


def _quote(session: Session, public_id: str) -> dict[str, Any]:
    found = store.get_quote(session, public_id)
    asked = store.get_enquiry_by_id(session, found.enquiry_id)
    actions.readable(session, current_actor(), asked.public_id)
    return quote_json(found, now()) | {"enquiry_id": asked.public_id}


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise Invalid({name: "must be text"})
    return value or ""


def _listed(session: Session, found: list[Enquiry], party: Party) -> list[dict[str, Any]]:
    return [enquiry_json(look, party, now()) for look in look_at(session, found, today())]
