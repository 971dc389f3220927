"""The routes of briefs and the shortlist, for openapi.py. Pure."""

from __future__ import annotations

from typing import Any

from marketplace.briefs.matrix import MAXIMUM_LABEL, MAXIMUM_PIECES
from marketplace.briefs.model import MAXIMUM_COLOURS, MAXIMUM_SIZES, BriefState, ClothFrom
from marketplace.vocabulary import Facet, vocabulary

_HEX = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
_ID = {"name": "id", "in": "path", "required": True, "schema": _HEX}
_FILE = {"name": "file_id", "in": "path", "required": True, "schema": _HEX}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key gives the same answer again, for 30 days",
    "schema": {"type": "string", "maxLength": 255},
}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_REFUSED = {
    "401": "No token",
    "403": "The token lacks a scope",
    "404": "Not there, or not yours",
    "409": "Changed meanwhile, or archived",
    "422": "Some of the input needs changing",
}


def brief_paths() -> dict[str, Any]:
    one = "/api/v1/briefs/{id}"
    return {
        "/api/v1/briefs": {
            "get": _read("Your studio's briefs", [_choice("state", list(BriefState)), _page(), _per_page()]),
            "post": _write("Write a brief", [], _content(), "201"),
        },
        one: {
            "get": _read("One brief, with what a workshop would still ask", [_ID]),
            "put": _write("Save the whole content as the next version", [_ID], _content(with_version=True)),
        },
        f"{one}/copy": {"post": _write("Repeat a run", [_ID], _copy(), "201")},
        f"{one}/archive": {"post": _write("Put a brief into the archive", [_ID], None)},
        f"{one}/restore": {"post": _write("Take it out again", [_ID], None)},
        f"{one}/versions": {"get": _read("What it said, newest first", [_ID])},
        f"{one}/files": {"post": _upload()},
        f"{one}/files/{{file_id}}": {
            "get": _read("A file's bytes", [_ID, _FILE], "application/octet-stream"),
            "delete": _write("Take a file off; for a day it can be put back", [_ID, _FILE], None),
        },
        f"{one}/files/{{file_id}}/restore": {"post": _write("Put a file back", [_ID, _FILE], None)},
        "/api/v1/shortlist": {"get": _read("Suppliers your studio keeps in mind", [])},
        "/api/v1/shortlist/{id}": {
            "get": _read("One of them", [_ID]),
            "put": _write("Keep a supplier in mind, with a note", [_ID], _note()),
            "delete": _write("Take it off; for a day it can be had back on the page", [_ID], None),
        },
    }


def _read(summary: str, parameters: list[dict[str, Any]], kind: str = "application/json") -> dict[str, Any]:
    return {"summary": summary, "parameters": parameters, "responses": _responses("200", kind)}


def _write(
    summary: str, parameters: list[dict[str, Any]], body: dict[str, Any] | None, done: str = "200"
) -> dict[str, Any]:
    described: dict[str, Any] = {"summary": summary, "parameters": [*parameters, _KEY], "responses": _responses(done)}
    if body is not None:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return described


def _upload() -> dict[str, Any]:
    form = {
        "type": "object",
        "required": ["file"],
        "additionalProperties": False,
        "properties": {"file": {"type": "string", "format": "binary"}},
    }
    return {
        "summary": "Add a file; the same file again is the same file",
        "parameters": [_ID],
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": form}}},
        "responses": {**_responses("201"), "413": {"description": "Too large", "content": _PROBLEM}},
    }


def _content(*, with_version: bool = False) -> dict[str, Any]:
    terms = vocabulary().terms
    day, text = {"type": ["string", "null"], "format": "date"}, {"type": ["string", "null"]}
    properties: dict[str, Any] = {
        "title": {"type": "string", "minLength": 1, "maxLength": 200},
        "product": {"type": ["string", "null"], "examples": sorted(terms[Facet.PRODUCT])[:2]},
        "lines": {"type": ["array", "null"], "maxItems": MAXIMUM_SIZES * MAXIMUM_COLOURS, "items": _line()},
        "quantity": {"type": ["number", "null"], "exclusiveMinimum": 0, "description": "Of cloth or yarn"},
        "unit": {"enum": ["metre", "kg", None]},
        "colours": _whole(1000),
        "processes": {"type": ["array", "null"], "items": {"enum": sorted(terms[Facet.PROCESS])}},
        "composition": text,
        "gsm": _whole(5000),
        "width_cm": _whole(1000),
        "cloth_from": {"enum": [*(source.value for source in ClothFrom), None]},
        "piece_g": _whole(100_000),
        "start": day,
        "by": day,
        "target_minor": _whole(10**10),
        "currency": text,
        "place": text,
        "lat": {"type": ["number", "null"], "minimum": -90, "maximum": 90},
        "lon": {"type": ["number", "null"], "minimum": -180, "maximum": 180},
        "pattern_revision": text,
        "what_changed": text,
        "lots": text,
        "notes": text,
    }
    needed = ["title"]
    if with_version:
        properties["version"] = {"type": "integer", "minimum": 1, "description": "The version that was changed"}
        needed.append("version")
    return {"type": "object", "required": needed, "additionalProperties": False, "properties": properties}


def _line() -> dict[str, Any]:
    label = {"type": "string", "maxLength": MAXIMUM_LABEL}
    pieces = {"type": "integer", "minimum": 1, "maximum": MAXIMUM_PIECES}
    return {
        "type": "object",
        "required": ["pieces"],
        "additionalProperties": False,
        "properties": {"size": label, "colour": label, "pieces": pieces},
    }


def _copy() -> dict[str, Any]:
    names = ("title", "pattern_revision", "what_changed", "lots")
    fields = {name: {"type": ["string", "null"]} for name in names}
    return {"type": "object", "additionalProperties": False, "properties": fields}


def _note() -> dict[str, Any]:
    note = {"type": ["string", "null"], "maxLength": 1000}
    return {"type": "object", "additionalProperties": False, "properties": {"note": note}}


def _whole(most: int) -> dict[str, Any]:
    return {"type": ["integer", "null"], "minimum": 1, "maximum": most}


def _choice(name: str, values: list[str]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "string", "enum": [str(value) for value in values]}}


def _page() -> dict[str, Any]:
    return {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 1_000_000}}


def _per_page() -> dict[str, Any]:
    return {"name": "per_page", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}}


def _responses(done: str, kind: str = "application/json") -> dict[str, Any]:
    schema = {"type": "object"} if kind == "application/json" else {"type": "string", "format": "binary"}
    answer = {"description": "Done", "content": {kind: {"schema": schema}}}
    return {done: answer, **{code: {"description": text, "content": _PROBLEM} for code, text in _REFUSED.items()}}
