"""The routes of placements, applications, skills logs and skills at risk, for openapi.py. Pure."""

from __future__ import annotations

from typing import Any

from marketplace.learning.model import MOST_MINUTES, MOST_PIECES
from marketplace.placements.effect import NUMBERS
from marketplace.placements.forms import PER_PAGE_DEFAULT, PER_PAGE_MAXIMUM
from marketplace.placements.model import MAXIMUM_HOURS, MAXIMUM_MONTHS, MAXIMUM_SEATS, Level, PlacementStatus
from marketplace.units.model import CURRENCIES
from marketplace.units.wages import WagePer

_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"}}
_FILE_ID = {**_ID, "name": "file_id"}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key gives the same answer again, for 30 days",
    "schema": {"type": "string", "maxLength": 255},
}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_TEXT = {"type": "string"}
_DAY = {"type": "string", "format": "date"}
_TERMS = {"type": "array", "items": _TEXT}
_SAYS = {
    "statement": {"type": "string", "maxLength": 4000},
    "experience": {"type": "string", "maxLength": 4000},
    "available_from": _DAY,
    "availability": {"type": "string", "maxLength": 200},
}


def placement_paths() -> dict[str, Any]:
    fields = _placement()
    return {
        "/api/v1/placements": {
            "get": _read("Paid training placements", _search(), token=False),
            "post": _write("Offer a place", fields, ("seats", "starts_on", "months", "wage"), "201", has_id=False),
        },
        "/api/v1/placements/{id}": {
            "get": _read("One placement", [_ID], token=False),
            "patch": _write("Change it; what is not named stays", {**fields, "status": _status()}),
        },
        "/api/v1/placements/effect": {
            "get": _read("What a teacher and a learner make of any week", _team(), token=False)
        },
        "/api/v1/placements/{id}/effect": {
            "get": _read("The proposal for the open weeks of a placement", [_ID, *_team(), _query("service", _TEXT)]),
            "post": _write("Say yes to it", {**_numbers(), "service": _TEXT, "yes": {"const": True}}, ("yes",)),
            "delete": _write("Take the yes back"),
        },
        "/api/v1/placements/searches": {
            "get": _read("One's saved searches", []),
            "post": _write("Save a search", {"name": _TEXT, "query": _TEXT}, ("query",), "201", has_id=False),
        },
        "/api/v1/placements/searches/{id}": {"delete": _write("Delete a saved search")},
        **_applications(),
        **_learning(),
    }


def _applications() -> dict[str, Any]:
    own, received = "/api/v1/applications", "/api/v1/received-applications"
    begun = {"placement": _TEXT, **_SAYS, "send": {"type": "boolean", "default": False}}
    upload = _write("Add a file to a draft", done="201")
    upload["requestBody"] = {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
            }
        },
    }
    return {
        own: {
            "get": _read("One's own applications", []),
            "post": _write("Write one, and send it", begun, ("placement",), "201", has_id=False),
        },
        f"{own}/{{id}}": {"get": _read("One of them", [_ID]), "patch": _write("Change a draft", _SAYS)},
        f"{own}/{{id}}/send": {"post": _write("Send it")},
        f"{own}/{{id}}/withdraw": {"post": _write("Withdraw it")},
        f"{own}/{{id}}/accept": {"post": _write("Take the place that is offered")},
        f"{own}/{{id}}/files": {"post": upload},
        f"{own}/{{id}}/files/{{file_id}}": {
            "get": _read("A file of it", [_ID, _FILE_ID]),
            "delete": _write("Take a file off a draft") | {"parameters": [_ID, _FILE_ID, _KEY]},
        },
        received: {"get": _read("What one's firm was sent", [])},
        f"{received}/{{id}}": {"get": _read("One of them", [_ID])},
        f"{received}/{{id}}/files/{{file_id}}": {"get": _read("A file of it", [_ID, _FILE_ID])},
        f"{received}/{{id}}/seen": {"post": _write("Say that it is opened")},
        f"{received}/{{id}}/invite": {"post": _write("Invite: when and where", {"invitation": _TEXT}, ("invitation",))},
        f"{received}/{{id}}/offer": {"post": _write("Offer the place", {"terms": _TEXT})},
        f"{received}/{{id}}/decline": {"post": _write("Decline", {"reason": _TEXT}, ("reason",))},
    }


def _learning() -> dict[str, Any]:
    entry = {
        "placement": _TEXT,
        "operation": {"type": "string", "maxLength": 120},
        "skill": _TEXT,
        "day": _DAY,
        "minutes": {"type": "integer", "minimum": 1, "maximum": MOST_MINUTES},
        "pieces": {"type": "integer", "minimum": 1, "maximum": MOST_PIECES},
        "note": {"type": "string", "maxLength": 500},
    }
    check = _read("Whether an export is as this site signed it", [], token=False)
    check["requestBody"] = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
    report = {"placement": _TEXT, "reason": {"enum": ["unpaid", "unsafe", "pay"]}, "text": _TEXT}
    unnamed = _write("Report unpaid or unsafe work without a name", report, tuple(report), "202", has_id=False)
    place = [_query("country", _TEXT), _query("region", _TEXT)]
    return {
        "/api/v1/skills-log": {
            "get": _read("One's own log", []),
            "post": _write("Write down what was learned", entry, ("operation",), "201", has_id=False),
        },
        "/api/v1/skills-log/{id}": {"delete": _write("Remove an entry that nobody has signed")},
        "/api/v1/skills-log/export": {"post": _write("Sign an export", done="201", has_id=False)},
        "/api/v1/skills-log/check": {"post": check},
        "/api/v1/skills-log/key": {"get": _read("The key exports are signed with", [], token=False)},
        "/api/v1/received-skills-logs": {"get": _read("What was learned at one's firm", [])},
        "/api/v1/received-skills-logs/{id}/sign": {"post": _write("Sign an entry, as somebody of the firm")},
        "/api/v1/skills-at-risk": {"get": _read("Who holds and teaches each skill of a region", place, token=False)},
        "/api/v1/reports/unnamed": {
            "post": {name: value for name, value in unnamed.items() if name not in ("security", "parameters")}
        },
    }


def _placement() -> dict[str, Any]:
    wage = {
        "type": "object",
        "required": ["minor", "currency", "per"],
        "additionalProperties": False,
        "properties": {
            "minor": {"type": "integer", "minimum": 1},
            "currency": {"type": "string", "enum": sorted(CURRENCIES)},
            "per": {"type": "string", "enum": [each.value for each in WagePer]},
        },
    }
    return {
        "process": _TEXT,
        "skills": _TERMS,
        "site": {"type": "string", "description": "A site of one's firm; its first, where none is named"},
        "seats": {"type": "integer", "minimum": 1, "maximum": MAXIMUM_SEATS},
        "seats_taken": {"type": "integer", "minimum": 0, "maximum": MAXIMUM_SEATS},
        "starts_on": _DAY,
        "months": {"type": "integer", "minimum": 1, "maximum": MAXIMUM_MONTHS},
        "hours_week": {"type": ["integer", "null"], "minimum": 1, "maximum": MAXIMUM_HOURS},
        "wage": wage,
        "level": {"type": "string", "enum": [level.value for level in Level]},
        "mentor": {"type": "string", "maxLength": 120},
        "languages": _TERMS,
        "access": {"type": "string", "maxLength": 500},
        "closes_on": {"type": ["string", "null"], "format": "date"},
        "note": {"type": "string", "maxLength": 1000},
    }


def _status() -> dict[str, Any]:
    return {"type": "string", "enum": [status.value for status in PlacementStatus]}


def _search() -> list[dict[str, Any]]:
    number = {"type": "number"}
    many = {"type": "array", "items": _TEXT}
    levels = {"type": "array", "items": {"type": "string", "enum": [level.value for level in Level]}}
    days = [_query(name, _DAY) for name in ("start_from", "start_to")]
    circle = [_query("near", _TEXT), *(_query(name, number) for name in ("lat", "lon", "radius_km", "radius_mi"))]
    return [
        *circle,
        _query("skill", many),
        *days,
        _query("paid", {"type": "boolean"}),
        _query("wage_min", number),
        _query("currency", {"type": "string", "default": "EUR"}),
        _query("level", levels),
        _query("language", many),
        _query("page", {"type": "integer", "minimum": 1, "default": 1}),
        _query(
            "per_page",
            {"type": "integer", "minimum": 1, "maximum": PER_PAGE_MAXIMUM, "default": PER_PAGE_DEFAULT},
        ),
    ]


def _numbers() -> dict[str, Any]:
    return {
        name: {"type": "integer", "minimum": low, "maximum": high, **({} if usual is None else {"default": usual})}
        for name, (low, high, usual) in NUMBERS.items()
    }


def _team() -> list[dict[str, Any]]:
    return [{**_query(name, schema), "required": name == "operators"} for name, schema in _numbers().items()]


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}


def _read(summary: str, parameters: list[dict[str, Any]], *, token: bool = True) -> dict[str, Any]:
    described = {"summary": summary, "parameters": parameters, "responses": _responses("200")}
    return described | ({"security": [{"token": []}]} if token else {})


def _write(
    summary: str,
    properties: dict[str, Any] | None = None,
    required: tuple[str, ...] = (),
    done: str = "200",
    *,
    has_id: bool = True,
) -> dict[str, Any]:
    described: dict[str, Any] = {"summary": summary, "parameters": [*([_ID] if has_id else []), _KEY]}
    if properties:
        schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
        if required:
            schema["required"] = list(required)
        described["requestBody"] = {
            "required": bool(required),
            "content": {"application/json": {"schema": schema}},
        }
    return {**described, "security": [{"token": []}], "responses": _responses(done)}


def _responses(done: str) -> dict[str, Any]:
    refused = {
        "401": "No token",
        "403": "The token lacks a scope, or the e-mail address is not confirmed",
        "404": "Not there, or not yours",
        "409": "It has moved on: what stands now",
        "422": "Some of the input needs changing",
    }
    answer = {"description": "Done", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {done: answer, **{code: {"description": text, "content": _PROBLEM} for code, text in refused.items()}}
