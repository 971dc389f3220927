"""Production routes, for openapi.py. Pure."""

from __future__ import annotations

from typing import Any

from marketplace.routes.ask import MOST_ROUTES, MOST_STEPS
from marketplace.routes.forms import FIELDS, WEIGHT_FIELDS
from marketplace.routes.model import DueAt, Field, RankBy
from marketplace.vocabulary import Facet, vocabulary

_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_TEXT: dict[str, Any] = {"type": "string"}
_DAY: dict[str, Any] = {"type": "string", "format": "date"}
_NUMBER: dict[str, Any] = {"type": "number"}


def route_paths() -> dict[str, Any]:
    return {
        "/api/v1/routes": {
            "post": {
                "summary": "The best production routes, or the smallest changes that open one",
                "requestBody": {"required": True, "content": {"application/json": {"schema": _request()}}},
                "responses": {
                    "200": {"description": "OK", "content": {"application/json": {"schema": _answer()}}},
                    "default": {"description": "What is wrong, and what to do about it", "content": _PROBLEM},
                },
            }
        }
    }


def _request() -> dict[str, Any]:
    properties: dict[str, Any] = {
        "near": _TEXT,
        "lat": {**_NUMBER, "minimum": -90, "maximum": 90},
        "lon": {**_NUMBER, "minimum": -180, "maximum": 180},
        "radius_km": {**_NUMBER, "minimum": 0.1, "maximum": 20037, "default": 40},
        "max_haul_km": {"type": ["number", "null"], "minimum": 0},
        "start": _DAY,
        "due": _DAY,
        "due_at": {"type": "string", "enum": [at.value for at in DueAt]},
        "pieces": _whole(1, 1_000_000),
        "product": {"type": "string", "examples": sorted(vocabulary().terms[Facet.PRODUCT])[:2]},
        "colours": _whole(1, 1000),
        "sizes": _whole(1, 1000),
        "cloth": _cloth(),
        "piece_g": _whole(1, 100_000),
        "sends_cloth": {"type": "boolean", "default": False},
        "currency": {"type": "string", "description": "ISO 4217; the one most suppliers publish where not given"},
        "steps": {"type": "array", "minItems": 1, "maxItems": MOST_STEPS, "items": _step()},
        "weights": {
            "type": "object",
            "additionalProperties": False,
            "properties": {name: {**_NUMBER, "minimum": 0, "maximum": 1000} for name in WEIGHT_FIELDS},
        },
        "rank_by": {"type": "string", "enum": [rank.value for rank in RankBy], "default": "weighted"},
        "k": {**_whole(1, MOST_ROUTES), "default": 5},
        "differ": {**_whole(0, MOST_STEPS), "default": 2},
    }
    assert set(properties) == set(FIELDS)
    return {
        "type": "object",
        "required": ["pieces", "steps"],
        "additionalProperties": False,
        "properties": properties,
    }


def _cloth() -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "metres_per_piece": {**_NUMBER, "minimum": 0.001, "maximum": 1000},
            "width_cm": _whole(1, 1000),
            "gsm": _whole(1, 5000),
            "materials": _texts(),
            "cut_waste_percent": {**_NUMBER, "minimum": 0, "maximum": 90},
        },
    }


def _step() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["process"],
        "additionalProperties": False,
        "properties": {
            "process": {"type": "string", "enum": sorted(vocabulary().processes)},
            "skills": _texts(),
            "certifications": _texts(),
            "before": {"type": "string", "description": "Starts a side branch that joins at this step"},
            "supplier": {"type": "string", "description": "Only this supplier, by its id"},
            "without": _texts(),
            "loss_percent": {**_NUMBER, "minimum": 0, "maximum": 90},
        },
    }


def _answer() -> dict[str, Any]:
    near_miss = {"type": "object", "properties": {"field": {"enum": [name.value for name in Field]}, "text": _TEXT}}
    names = "quantities routes near_misses blocked pools".split()
    lists: dict[str, Any] = {name: {"type": "array", "items": {"type": "object"}} for name in names}
    lists["near_misses"]["items"] = near_miss
    return {
        "type": "object",
        "properties": {
            "start": _DAY,
            "currency": _TEXT,
            **lists,
            "is_split": {"type": "boolean"},
            "money_counted": {"type": "boolean"},
        },
    }


def _whole(low: int, high: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": low, "maximum": high}


def _texts() -> dict[str, Any]:
    return {"type": "array", "items": _TEXT}
