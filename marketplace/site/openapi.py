"""The JSON API described as OpenAPI 3.1. Pure."""

from __future__ import annotations

from typing import Any

from marketplace.search.query import PER_PAGE_MAXIMUM, Sort
from marketplace.search.render import MOST_FEATURES
from marketplace.search.suggest import Group
from marketplace.site.openapi_account import account_paths
from marketplace.site.openapi_booking import booking_paths
from marketplace.site.openapi_briefs import brief_paths
from marketplace.site.openapi_enquiries import enquiry_paths
from marketplace.site.openapi_orders import order_paths, waiting_paths
from marketplace.site.openapi_placements import placement_paths
from marketplace.site.openapi_pools import pool_paths
from marketplace.site.openapi_routes import route_paths
from marketplace.units import Unit
from marketplace.vocabulary import Facet, vocabulary


def document(site_url: str) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Selvedge",
            "version": "1",
            "description": "Suppliers for small-batch fashion: minimum runs, open capacity, search within a radius.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": site_url}],
        "paths": {
            "/api/v1/search": {
                "get": _search("A page of suppliers that can make a run", "application/json", _answer())
            },
            "/api/v1/search.geojson": {
                "get": _search("The first hits as GeoJSON (RFC 7946)", "application/geo+json", _features())
            },
            "/api/v1/suppliers/{id}": {"get": _get("One supplier", [_path_id()], {"type": "object"}, missing=True)},
            "/api/v1/suppliers/{id}/capacity": {
                "get": _get(
                    "Open weeks of a supplier",
                    [
                        _path_id(),
                        _text("from", "Monday (2027-03-01) or ISO week (2026-W53)"),
                        _integer("weeks", 1, 104),
                    ],
                    {"type": "object"},
                    missing=True,
                )
            },
            "/api/v1/places": {
                "get": _get(
                    "Places by name",
                    [
                        {**_text("q", "Name, such as Prato, Italy"), "required": True},
                        _text("suggest", "Names that start so"),
                    ],
                    {"type": "object", "properties": {"places": {"type": "array", "items": {"type": "object"}}}},
                )
            },
            "/api/v1/suggest": {
                "get": _get(
                    "What a few letters may become",
                    [
                        {**_text("q", "What is being typed, from two letters on"), "required": True},
                        {**_text("group", "Only these groups, repeatable", many=True), "schema": _group_names()},
                    ],
                    _suggestions(),
                )
            },
            **placement_paths(),
            **route_paths(),
            **pool_paths(),
            **booking_paths(),
            **brief_paths(),
            **enquiry_paths(),
            **order_paths(),
            **waiting_paths(),
            "/api/v1/openapi.json": {
                "get": {"summary": "This description", "responses": {"200": _ok({"type": "object"})}}
            },
            **account_paths(),
        },
        "components": {
            "schemas": {"Problem": _problem()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


_DATE = "ISO date, such as 2027-03-31"


def _search(summary: str, content_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    words = vocabulary()
    terms = [
        {
            "name": facet.value,
            "in": "query",
            "description": "Repeatable: alternatives within a name. Identifiers, labels and aliases are understood.",
            "schema": {"type": "array", "items": {"type": "string"}, "examples": [sorted(words.terms[facet])[:2]]},
        }
        for facet in Facet
    ]
    parameters = [
        _text("q", "Free text; typing errors are forgiven, the last word may be incomplete"),
        *_place(),
        *terms,
        _text("quantity", "How many of the unit; digits with a point"),
        {
            "name": "unit",
            "in": "query",
            "schema": {"type": "string", "enum": [u.value for u in Unit], "default": "piece"},
        },
        *(_integer(name, 1, 1000) for name in ("colours", "sizes", "styles")),
        _integer("width_cm", 1, 1000),
        _integer("gsm", 1, 5000),
        _integer("piece_g", 1, 100_000),
        _text("from", _DATE),
        _text("by", _DATE),
        _flag("verified", "Only verified suppliers"),
        _flag("teaching", "Only sites that train apprentices: a paid place is free or taken there"),
        {"name": "sort", "in": "query", "schema": {"type": "string", "enum": [s.value for s in Sort]}},
        _integer("page", 1, 1_000_000),
        _integer("per_page", 1, PER_PAGE_MAXIMUM),
    ]
    return _get(summary, parameters, schema, content_type=content_type)


def _get(
    summary: str,
    parameters: list[dict[str, Any]],
    schema: dict[str, Any],
    *,
    missing: bool = False,
    content_type: str = "application/json",
) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses: dict[str, Any] = {
        "200": {"description": "OK", "content": {content_type: {"schema": schema}}},
        "422": {"description": "A parameter needs changing", "content": problem},
    }
    if missing:
        responses["404"] = {"description": "Not there, or not published", "content": problem}
    return {"summary": summary, "parameters": parameters, "responses": responses}


def _ok(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "OK", "content": {"application/json": {"schema": schema}}}


def _place() -> list[dict[str, Any]]:
    return [
        _text("near", "Name of a place"),
        *(
            {"name": n, "in": "query", "schema": {"type": "number", "minimum": -m, "maximum": m}}
            for n, m in (("lat", 90), ("lon", 180))
        ),
        *(
            {"name": f"radius_{u}", "in": "query", "schema": {"type": "number", "exclusiveMinimum": 0}}
            for u in ("km", "mi")
        ),
    ]


def _text(name: str, description: str, *, many: bool = False) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "array", "items": {"type": "string"}} if many else {"type": "string"}
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _flag(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": {"type": "boolean"}}


def _integer(name: str, low: int, high: int) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "integer", "minimum": low, "maximum": high}}


def _path_id() -> dict[str, Any]:
    return {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def _answer() -> dict[str, Any]:
    number_or_null = {"type": ["number", "null"]}
    text = {"type": "string"}
    checks = {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["field", "met", "text"],
            "properties": {"field": text, "met": {"type": ["boolean", "null"]}, "text": text},
        },
    }
    service = {
        "type": "object",
        "properties": {
            "process": text,
            "unit": text,
            "verdict": {"enum": ["yes", "surcharge", "no", None]},
            "reasons": {"type": "array", "items": text},
            "checks": checks,
            "minimum": {"type": ["object", "null"]},
            "lead_days": {"type": ["integer", "null"]},
            "open": {"type": "object"},
            "finish": {"type": ["string", "null"], "format": "date", "description": "First day the run is ready."},
        },
    }
    hit = {
        "type": "object",
        "required": ["id", "name", "url", "services", "why"],
        "properties": {
            "id": text,
            "external_id": text,
            "name": text,
            "url": text,
            "kind": text,
            "locality": text,
            "country": text,
            "lat": number_or_null,
            "lon": number_or_null,
            "distance_km": number_or_null,
            "verified": {"type": "boolean"},
            "services": {"type": "array", "items": service},
            "why": {"type": "array", "items": text},
            "checks": checks,
        },
    }
    change = {
        "type": "object",
        "properties": {"field": text, "from": {}, "to": {}, "adds": {"type": "integer"}, "text": text},
    }
    return {
        "type": "object",
        "required": ["origin", "total", "hits", "facets", "relaxations", "degraded"],
        "properties": {
            "origin": {"type": ["object", "null"]},
            "total": {"type": "integer"},
            "total_is_estimate": {"type": "boolean"},
            "hits": {"type": "array", "items": hit},
            "facets": {"type": "object"},
            "relaxations": {"type": "array", "items": change},
            "near_misses": {"type": "array", "items": {"type": "object"}},
            "place_offer": {"type": ["object", "null"]},
            "degraded": {"type": "boolean"},
        },
    }


def _features() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["type", "features", "total", "truncated"],
        "properties": {
            "type": {"const": "FeatureCollection"},
            "features": {"type": "array", "items": {"type": "object"}, "maxItems": MOST_FEATURES},
            "total": {"type": "integer"},
            "truncated": {"type": "boolean"},
        },
    }


def _group_names() -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "enum": [group.value for group in Group]}}


def _suggestions() -> dict[str, Any]:
    text = {"type": "string"}
    sets = {"type": "object", "additionalProperties": text}
    item = {"type": "object", "properties": {"label": text, "detail": text, "sets": sets, "url": text}}
    group = {
        "type": "object",
        "properties": {"name": text, "label": text, "suggestions": {"type": "array", "items": item}},
    }
    return {"type": "object", "properties": {"q": text, "groups": {"type": "array", "items": group}}}


def _problem() -> dict[str, Any]:
    """RFC 9457."""
    text = {"type": "string"}
    error = {"type": "object", "properties": {"pointer": text, "detail": text}}
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "errors": {"type": "array", "items": error},
        },
    }
