"""The routes of notices and reports, for openapi.py. Pure.

One line for each, in the order of docs/integrators.md. What a body holds stands there.
"""

from __future__ import annotations

import re
from typing import Any

_ROUTES: tuple[tuple[str, str, str], ...] = (
    # method, path, what it does
    ("GET", "/api/v1/notices?unread&page&per_page", "One's own notices, unread first"),
    ("POST", "/api/v1/notices/{id}/read", "Mark a notice as read"),
    ("POST", "/api/v1/reports", "Tell the moderators that something is wrong"),
)
_ERRORS = {
    "401": "No token, or one that does not work",
    "403": "The token lacks the scope, or the address is not confirmed",
    "404": "Not there, or not yours to see",
    "422": "Something needs changing",
}


def account_paths() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for method, address, summary in _ROUTES:
        path, _, query = address.partition("?")
        paths.setdefault(path, {})[method.lower()] = _operation(method, path, query, summary)
    return paths


def _operation(method: str, path: str, query: str, summary: str) -> dict[str, Any]:
    text = {"type": "string"}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": text} for name in re.findall(r"{(\w+)}", path)
    ]
    parameters += [{"name": name, "in": "query", "schema": text} for name in query.split("&") if name]
    operation: dict[str, Any] = {"summary": summary, "security": [{"token": []}]}
    if method != "GET":
        parameters.append({"name": "Idempotency-Key", "in": "header", "schema": {**text, "maxLength": 255}})
    if method in ("POST", "PUT", "PATCH"):
        operation["requestBody"] = {"content": {"application/json": {"schema": {"type": "object"}}}}
    answer = {"description": "Done", "content": {"application/json": {"schema": {"type": "object"}}}}
    problems = {status: {"description": text, "content": problem} for status, text in _ERRORS.items()}
    operation["parameters"] = parameters
    operation["responses"] = {"2XX": answer, "409": {"description": "That no longer fits", "content": problem}}
    operation["responses"] |= problems
    return operation
