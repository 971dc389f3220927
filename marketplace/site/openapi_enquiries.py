"""The routes of enquiries, threads and quotes, for openapi.py. Pure."""

from __future__ import annotations

from typing import Any

from marketplace.enquiries.model import MessageKind, Reason
from marketplace.enquiries.quote_forms import VALID_DAYS_DEFAULT, VALID_DAYS_MOST
from marketplace.units.model import CURRENCIES

_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"}}
_FILE_ID = {**_ID, "name": "file_id"}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key gives the same answer again, for 30 days",
    "schema": {"type": "string", "maxLength": 255},
}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_TEXT, _MINOR = {"type": "string"}, {"type": "integer", "minimum": 0}
_DAY = {"type": "string", "format": "date"}


def enquiry_paths() -> dict[str, Any]:
    return {
        "/api/v1/briefs/{id}/enquiries": {"post": _write("Ask suppliers for quotes", _asked(), "201")},
        "/api/v1/briefs/{id}/quotes": {"get": _read("The quotes about a brief side by side")},
        "/api/v1/briefs/{id}/quotes.csv": {
            "get": _read("The same as CSV") | {"responses": _responses("200", {"text/csv": {"schema": _TEXT}})}
        },
        "/api/v1/briefs/{id}/close": {"post": _write("Close what is still open about a brief, politely", None, "200")},
        "/api/v1/enquiries": {
            "get": {"summary": "Enquiries sent and received, newest first", "responses": _responses("200")}
        },
        "/api/v1/enquiries/{id}": {"get": _read("One enquiry, with its thread and quotes")},
        "/api/v1/enquiries/{id}/files/{file_id}": {
            "get": _read("A file of the brief or the thread") | {"parameters": [_ID, _FILE_ID]}
        },
        "/api/v1/enquiries/{id}/messages": {"post": _write("Write, ask, or answer", _message(), "201")},
        "/api/v1/enquiries/{id}/decline": {"post": _write("Decline, as the supplier", _decline(), "200")},
        "/api/v1/enquiries/{id}/withdraw": {"post": _write("Withdraw, as the studio", None, "200")},
        "/api/v1/enquiries/{id}/close": {"post": _write("Decline a quote politely, as the studio", None, "200")},
        "/api/v1/enquiries/{id}/quotes": {"post": _write("Quote, and hold the weeks", _quote(), "201")},
        "/api/v1/quotes/{id}": {"get": _read("One quote")},
        "/api/v1/quotes/{id}/withdraw": {"post": _write("Withdraw a quote; its weeks are open again", None, "200")},
    }


def _read(summary: str) -> dict[str, Any]:
    return {"summary": summary, "parameters": [_ID], "responses": _responses("200")}


def _write(summary: str, schema: dict[str, Any] | None, done: str) -> dict[str, Any]:
    said: dict[str, Any] = {"summary": summary, "parameters": [_ID, _KEY], "responses": _responses(done)}
    if schema is not None:
        said["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return said


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "additionalProperties": False, "properties": properties}


def _asked() -> dict[str, Any]:
    return _object(["services"], services={"type": "array", "minItems": 1, "items": _TEXT})


def _message() -> dict[str, Any]:
    kinds = {"type": "string", "enum": [kind.value for kind in MessageKind], "default": "message"}
    return _object(["body"], kind=kinds, body=_TEXT, answers={"type": "string", "description": "The question's id"})


def _decline() -> dict[str, Any]:
    return _object(["reason"], reason={"type": "string", "enum": [reason.value for reason in Reason]}, note=_TEXT)


def _quote() -> dict[str, Any]:
    days = {"type": "integer", "minimum": 1, "maximum": VALID_DAYS_MOST, "default": VALID_DAYS_DEFAULT}
    step = _object(["from_quantity", "unit_minor"], from_quantity={"type": "integer", "minimum": 2}, unit_minor=_MINOR)
    return _object(
        ["currency", "unit_minor"],
        currency={"type": "string", "enum": sorted(CURRENCIES)},
        unit_minor=_MINOR,
        setup_minor=_MINOR,
        sample_minor=_MINOR,
        breaks={"type": "array", "items": step},
        surcharge_percent=_MINOR,
        valid_days=days,
        note=_TEXT,
        arrival=_DAY,
        starts=_DAY,
        ready=_DAY,
    )


def _responses(done: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
    refused = {
        "401": "No token",
        "403": "The token lacks a scope, or the address is not confirmed",
        "404": "Not there, or not yours",
        "409": "It has moved on: the sentence says what stands",
        "422": "Some of the input needs changing",
        "429": "Too many enquiries today",
    }
    answer = {"description": "Done", "content": content or {"application/json": {"schema": {"type": "object"}}}}
    return {done: answer, **{code: {"description": text, "content": _PROBLEM} for code, text in refused.items()}}
