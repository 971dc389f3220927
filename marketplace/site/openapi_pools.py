"""Pools, for openapi.py. Pure."""

from __future__ import annotations

from typing import Any

from marketplace.pools.model import MOST_PLEDGES, ClosingAction, ConfirmsAt
from marketplace.pools.planning import MOST_LOTS
from marketplace.units import Unit

_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"}}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key gives the same answer again, for 30 days",
    "schema": {"type": "string", "maxLength": 255},
}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_TEXT: dict[str, Any] = {"type": "string"}
_DAY: dict[str, Any] = {"type": "string", "format": "date"}
_AMOUNT: dict[str, Any] = {"type": "number", "exclusiveMinimum": 0}
_MONEY: dict[str, Any] = {"type": "integer", "minimum": 0, "description": "Minor units"}
_UNIT: dict[str, Any] = {"type": "string", "enum": [unit.value for unit in Unit]}
_PLACE = {"lat": {"type": "number"}, "lon": {"type": "number"}}
_KEY_FIELDS = {"material": _TEXT, "colour": _TEXT, "design": _TEXT}


def pool_paths() -> dict[str, Any]:
    return {
        "/api/v1/pools": {
            "get": {
                "summary": "Pools that take pledges, near a place",
                "parameters": [
                    {"name": name, "in": "query", "schema": schema}
                    for name, schema in (
                        ("near", _TEXT),
                        ("lat", {"type": "number"}),
                        ("lon", {"type": "number"}),
                        ("radius_km", _AMOUNT),
                        ("process", _TEXT),
                        ("material", _TEXT),
                        ("colour", _TEXT),
                        ("supplier", _TEXT),
                    )
                ],
                "responses": _responses("200"),
            },
            "post": _post("Open a pool for a service of one's own", _opening(), "201"),
        },
        "/api/v1/pools/mine": {"get": {"summary": "One's own pools and pledges", "responses": _responses("200")}},
        "/api/v1/pools/plan": {
            "post": {
                "summary": "Who would share which lot; changes nothing",
                "requestBody": _body(_plan()),
                "responses": _responses("200"),
            }
        },
        "/api/v1/pools/demands": {
            "get": {
                "summary": "What one's studio wishes for, what one's firm was asked",
                "responses": _responses("200"),
            },
            "post": _post("Say what one would join a pool for, or ask a supplier to open one", _demand(), "201"),
        },
        "/api/v1/pools/demands/{id}": {
            "delete": {"summary": "Take a demand back", "parameters": [_ID, _KEY], "responses": _responses("200")}
        },
        "/api/v1/pools/demands/{id}/decline": {
            "post": _post("Say no to a studio that asked, and why", _object({"reason": _TEXT}, "reason"), "200", _ID)
        },
        "/api/v1/pools/proposals": {
            "get": {"summary": "The pools one's firm could open now", "responses": _responses("200")}
        },
        "/api/v1/pools/{id}": {"get": {"summary": "One pool", "parameters": [_ID], "responses": _responses("200")}},
        "/api/v1/pools/{id}/pledge": {
            "get": {"summary": "One's own pledge", "parameters": [_ID], "responses": _responses("200")},
            "post": _post("Pledge an amount", _pledge(), "201", _ID),
            "patch": _post("Change one's pledge", _pledge(), "200", _ID),
            "delete": {"summary": "Withdraw it", "parameters": [_ID, _KEY], "responses": _responses("200")},
        },
        "/api/v1/pools/{id}/close": {
            "post": _post(
                "Close a pool before its time",
                _object({"how": {"type": "string", "enum": ["planned", "confirm", "cancel"]}, "reason": _TEXT}),
                "200",
                _ID,
            )
        },
    }


def _opening() -> dict[str, Any]:
    fields = {
        "supplier": _TEXT,
        "service": _TEXT,
        **_KEY_FIELDS,
        "unit": _UNIT,
        "minimum": _AMOUNT,
        "maximum": _AMOUNT,
        "smallest": _AMOUNT,
        "closes_at": {"type": "string", "description": "A day (then 17:00 UTC) or a time"},
        "starts": _DAY,
        "reach_km": _AMOUNT,
        "currency": _TEXT,
        "unit_minor": _MONEY,
        "setup_minor": _MONEY,
        "closing": {"type": "string", "enum": [action.value for action in ClosingAction], "default": "release"},
        "extend_days": {"type": "integer", "minimum": 1, "maximum": 60, "default": 14},
        "confirms": {"type": "string", "enum": [when.value for when in ConfirmsAt], "default": "closing"},
        "width_cm": {"type": "integer"},
        "gsm": {"type": "integer"},
        "piece_g": {"type": "integer"},
        "note": _TEXT,
        "wishes": {"type": "array", "items": _TEXT, "description": "Ids of the demands it answers"},
    }
    needed = ("supplier", "service", "minimum", "maximum", "closes_at", "currency", "unit_minor")
    return _object(fields, *needed)


def _pledge() -> dict[str, Any]:
    tolerance = {"type": "number", "minimum": 0, "description": "Give or take so much; half of the quantity at most"}
    fields = {"quantity": _AMOUNT, "tolerance": tolerance, **_PLACE, "radius_km": _AMOUNT, "needed_by": _DAY}
    return _object(fields, "quantity")


def _demand() -> dict[str, Any]:
    fields = {"process": _TEXT, **_KEY_FIELDS, "unit": _UNIT, **_pledge()["properties"], "note": _TEXT}
    cloth = {"width_cm": {"type": "integer"}, "gsm": {"type": "integer"}}
    return _object({**fields, **cloth, "supplier": _TEXT, "service": _TEXT}, "process", "quantity")


def _plan() -> dict[str, Any]:
    prices = {"unit_minor": _MONEY, "setup_minor": _MONEY}
    lot = {"id": _TEXT, "process": _TEXT, **_KEY_FIELDS, "unit": _UNIT, "minimum": _AMOUNT, "maximum": _AMOUNT}
    lot_schema = _object(
        {**lot, **_PLACE, "reach_km": _AMOUNT, "ready": _DAY, **prices}, "minimum", "maximum", "lat", "lon"
    )
    demand = {"id": _TEXT, "process": _TEXT, **_KEY_FIELDS, **_pledge()["properties"]}
    demand_schema = _object(demand, "quantity", "lat", "lon")
    fields = {
        "lot": lot_schema,
        "lots": {"type": "array", "minItems": 1, "maxItems": MOST_LOTS, "items": lot_schema},
        "demands": {"type": "array", "minItems": 1, "maxItems": MOST_PLEDGES, "items": demand_schema},
    }
    return _object(fields, "demands")


def _object(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**found, "required": list(required)} if required else found


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _post(summary: str, schema: dict[str, Any], done: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    return {
        "summary": summary,
        "parameters": [*parameters, _KEY],
        "requestBody": _body(schema),
        "responses": _responses(done),
    }


def _responses(done: str) -> dict[str, Any]:
    refused = {
        "401": "No token",
        "403": "The token lacks a scope",
        "404": "Not there, or not yours",
        "409": "The pool has closed, or its weeks are not to be had",
        "422": "Some of the input needs changing",
        "429": "Too many pledges, or withdrawn too often",
    }
    answer = {"description": "Done", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {done: answer, **{code: {"description": text, "content": _PROBLEM} for code, text in refused.items()}}
