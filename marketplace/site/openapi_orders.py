"""The routes of orders and waiting lists, for openapi.py. Pure."""

from __future__ import annotations

from typing import Any

from marketplace.orders.model import PaymentKind

_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"}}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key gives the same answer again, for 30 days",
    "schema": {"type": "string", "maxLength": 255},
}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_DAY = {"type": "string", "format": "date"}
_WORDS = {"type": "string", "maxLength": 2000}
_NUMBER = {"type": "number", "exclusiveMinimum": 0}
_YES = {"type": "boolean", "description": "Needed for far more than was agreed, which is refused as a slip otherwise"}
_WEEK = {"type": "string", "description": "A Monday or an ISO week"}


def order_paths() -> dict[str, Any]:
    base = "/api/v1/orders/{id}"
    payment = {
        "kind": {"type": "string", "enum": [kind.value for kind in PaymentKind]},
        "amount_minor": {"type": "integer", "minimum": 1},
        "due": _DAY,
        "paid_on": _DAY,
        "received_on": _DAY,
        "note": {"type": "string", "maxLength": 500},
        "more_than_open": _YES,
    }
    review = {"rating": {"type": "integer", "minimum": 1, "maximum": 5}, "body": _WORDS}
    return {
        "/api/v1/quotes/{id}/accept": {"post": _write("Accept a quote: its weeks are booked", {}, (), "201")},
        "/api/v1/orders": {"get": _read("Orders of one's studio or firm", [])},
        base: {"get": _read("One order with its steps, payments, messages and reviews", [_ID])},
        f"{base}/cancel": {"post": _write("Call it off; the weeks are given back", {"reason": _WORDS})},
        f"{base}/deliver": {
            "post": _write(
                "Record the delivery",
                {"quantity": _NUMBER, "on": _DAY, "more_than_ordered": _YES},
                ("quantity", "on"),
            )
        },
        f"{base}/complete": {"post": _write("Say that what came is what was ordered")},
        f"{base}/dispute": {"post": _write("Say that something is wrong", {"reason": _WORDS}, ("reason",))},
        f"{base}/milestones/{{milestone_id}}/done": {"post": _write("Mark a step as done", part="milestone_id")},
        f"{base}/payments": {"post": _write("Record a payment", payment, ("kind", "amount_minor"), "201")},
        f"{base}/messages": {"post": _write("Write to the other side", {"body": _WORDS}, ("body",), "201")},
        **_run_paths(base),
        f"{base}/review": {"post": _write("Say how it went", review, ("rating", "body"), "201")},
    }


def _run_paths(base: str) -> dict[str, Any]:
    """What the two sides do while an order runs; each answers the whole order."""
    note = {"note": {"type": "string", "maxLength": 500}}
    step = {
        "kind": {"const": "sample", "description": "One more sample round: without the other fields"},
        "title": {"type": "string", "maxLength": 80},
        "side": {"enum": ["studio", "supplier"], "description": "Whose step it is"},
        "due": _DAY,
    }
    seen = "As shown in the order's `changes`; 409 when the run would be booked on another day now"
    shown = {name: {**_DAY, "description": seen} for name in ("starts", "ready")}
    change = {"arrival": _DAY, "quantity": _NUMBER, "total_minor": {"type": "integer", "minimum": 0}, **note}
    return {
        f"{base}/milestones": {"post": _write("Add a step, or a sample round", step, (), "201")},
        f"{base}/milestones/{{milestone_id}}/undo": {
            "post": _write("Open a step again, within the hour", part="milestone_id")
        },
        f"{base}/milestones/{{milestone_id}}/note": {
            "post": _write("Add a note to a step", note, ("note",), part="milestone_id")
        },
        f"{base}/payments/{{payment_id}}/paid": {
            "post": _write("Say when it was paid", {"on": _DAY}, ("on",), part="payment_id")
        },
        f"{base}/payments/{{payment_id}}/received": {
            "post": _write("Say when it came", {"on": _DAY}, ("on",), part="payment_id")
        },
        f"{base}/payments/{{payment_id}}/undo": {
            "post": _write("Take one's word back, within the hour", part="payment_id")
        },
        f"{base}/payments/{{payment_id}}/note": {
            "post": _write("Add a note to a payment", note, ("note",), part="payment_id")
        },
        f"{base}/lots": {"post": _write("Name the lots that were used", {"lots": note["note"]}, ("lots",))},
        f"{base}/changes": {
            "post": _write("Propose other days, pieces or money", change, ("arrival", "quantity", "total_minor"), "201")
        },
        f"{base}/changes/{{change_id}}/accept": {
            "post": _write("Accept: the new weeks are booked, the old ones given back", shown, part="change_id")
        },
        f"{base}/changes/{{change_id}}/decline": {"post": _write("Stay with what was agreed", part="change_id")},
        f"{base}/changes/{{change_id}}/withdraw": {"post": _write("Take one's proposal back", part="change_id")},
        f"{base}/take-back": {"post": _write("Take a delivery back that was recorded by mistake")},
        f"{base}/view": {"post": _write("Say one's view of a dispute", {"reason": _WORDS}, ("reason",))},
        f"{base}/end-dispute": {"post": _write("Take one's dispute back")},
        f"{base}/reviews/{{review_id}}/answer": {
            "post": _write("Answer a review, once", {"answer": _WORDS}, ("answer",), part="review_id")
        },
        f"{base}/repeat": {"post": _write("A brief for another run", {}, (), "201")},
        f"{base}/files/{{file_id}}": {"get": _read("A file of its messages", [_ID, {**_ID, "name": "file_id"}])},
    }


def waiting_paths() -> dict[str, Any]:
    wanted = {
        "supplier": {"type": "string"},
        "service": {"type": "string"},
        "quantity": _NUMBER,
        "first_week": _WEEK,
        "last_week": _WEEK,
    }
    return {
        "/api/v1/waiting": {
            "get": _read("Where one's studio waits", []),
            "post": _write("Wait for weeks of a service", wanted, tuple(wanted), "201", has_id=False),
        },
        "/api/v1/waiting/{id}": {"delete": _write("Leave the line")},
        "/api/v1/waiting/{id}/take": {"post": _write("Take the weeks that are held for you")},
    }


def _write(
    summary: str,
    properties: dict[str, Any] | None = None,
    required: tuple[str, ...] = (),
    done: str = "200",
    *,
    has_id: bool = True,
    part: str = "",
) -> dict[str, Any]:
    """`part`: the name of the id of what belongs to the one that the address names first."""
    ids = ([_ID] if has_id else []) + ([{**_ID, "name": part}] if part else [])
    described: dict[str, Any] = {"summary": summary, "parameters": [*ids, _KEY]}
    if properties:
        schema = {
            "type": "object",
            "properties": properties,
            **({"required": list(required)} if required else {}),
            "additionalProperties": False,
        }
        described["requestBody"] = {
            "required": bool(required),
            "content": {"application/json": {"schema": schema}},
        }
    return {**described, "security": [{"token": []}], "responses": _responses(done)}


def _read(summary: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    return {"summary": summary, "parameters": parameters, "security": [{"token": []}], "responses": _responses("200")}


def _responses(done: str) -> dict[str, Any]:
    refused = {
        "401": "No token",
        "403": "The token lacks a scope, or the e-mail address is not confirmed",
        "404": "Not there, or not yours",
        "409": "The order has moved on: what stands now",
        "422": "Some of the input needs changing",
    }
    answer = {"description": "Done", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {done: answer, **{code: {"description": text, "content": _PROBLEM} for code, text in refused.items()}}
