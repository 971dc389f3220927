"""The routes of holds and bookings, for openapi.py. Pure."""

from __future__ import annotations

from typing import Any

from marketplace.units import Unit

_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"}}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key gives the same answer again, for 30 days",
    "schema": {"type": "string", "maxLength": 255},
}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def booking_paths() -> dict[str, Any]:
    return {
        "/api/v1/suppliers/{id}/services/{service_id}/weeks": {
            "put": {
                "summary": "State weeks of a service",
                "parameters": [_ID, {**_ID, "name": "service_id"}, _KEY],
                "requestBody": {"required": True, "content": {"application/json": {"schema": _weeks()}}},
                "responses": _responses("200"),
            }
        },
        "/api/v1/reservations": {
            "get": {"summary": "What is held and booked", "responses": _responses("200")},
            "post": {
                "summary": "Hold weeks of a service",
                "parameters": [_KEY],
                "requestBody": {"required": True, "content": {"application/json": {"schema": _wanted()}}},
                "responses": _responses("201"),
            },
        },
        "/api/v1/reservations/{id}": {
            "get": {"summary": "One reservation", "parameters": [_ID], "responses": _responses("200")},
            "delete": {"summary": "Give weeks back", "parameters": [_ID, _KEY], "responses": _responses("200")},
        },
        "/api/v1/reservations/{id}/confirm": {
            "post": {
                "summary": "Agree to what the other side holds",
                "parameters": [_ID, _KEY],
                "responses": _responses("200"),
            }
        },
    }


def _wanted() -> dict[str, Any]:
    day = {"type": "string", "format": "date"}
    part = {"type": "integer", "minimum": 1, "maximum": 100, "default": 1}
    return {
        "type": "object",
        "required": ["supplier", "service", "quantity"],
        "additionalProperties": False,
        "properties": {
            "supplier": {"type": "string"},
            "service": {"type": "string"},
            "quantity": {"type": "number", "exclusiveMinimum": 0},
            "unit": {"type": "string", "enum": [unit.value for unit in Unit], "default": "piece"},
            "styles": part,
            "colours": part,
            "sizes": part,
            "from": day,
            "by": day,
            "week": {"type": "string", "description": "That week alone: a Monday or an ISO week"},
        },
    }


def _weeks() -> dict[str, Any]:
    week = {
        "type": "object",
        "required": ["week_start", "offered"],
        "additionalProperties": False,
        "properties": {
            "week_start": {"type": "string", "format": "date", "description": "A Monday"},
            "offered": {
                "type": ["number", "null"],
                "minimum": 0,
                "description": "In all, taken or not; null: as usual",
            },
        },
    }
    return {
        "type": "object",
        "required": ["weeks"],
        "additionalProperties": False,
        "properties": {"weeks": {"type": "array", "minItems": 1, "maxItems": 105, "items": week}},
    }


def _responses(done: str) -> dict[str, Any]:
    refused = {
        "401": "No token",
        "403": "The token lacks a scope",
        "404": "Not there, or not yours",
        "409": "The weeks are not to be had: what is left",
        "422": "Some of the input needs changing",
        "429": "Too many open holds",
    }
    answer = {"description": "Done", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {done: answer, **{code: {"description": text, "content": _PROBLEM} for code, text in refused.items()}}
