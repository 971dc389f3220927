"""JSON of one's own notices."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from marketplace.accounts.current import current_actor
from marketplace.errors import Invalid
from marketplace.idempotency.api import once
from marketplace.notices import actions, store
from marketplace.notices.model import MAXIMUM_PER_PAGE, PER_PAGE
from marketplace.notices.views import notice_json
from marketplace.web.context import database, now, settings
from marketplace.web.routes import does

blueprint = Blueprint("notices_api", __name__)

_PARAMETERS = frozenset({"unread", "page", "per_page"})


@blueprint.get("/api/v1/notices")
@does("notice.own")
def notices() -> Response:
    person = actions.person_of(current_actor())
    errors = {name: "is no parameter here" for name in request.args if name not in _PARAMETERS}
    unread = request.args.get("unread", "false")
    if unread not in ("true", "false"):
        errors["unread"] = "write true or false"
    page = _whole("page", 1, 1_000_000, errors)
    per_page = _whole("per_page", PER_PAGE, MAXIMUM_PER_PAGE, errors)
    if errors:
        raise Invalid(errors)
    with database().reading() as session:
        listed = store.list_page(
            session, person.id, limit=per_page, offset=(page - 1) * per_page, unread=unread == "true"
        )
        return jsonify(
            {
                "unread": store.count_unread(session, person.id),
                "total": store.count(session, person.id),
                "notices": [notice_json(notice, settings().site_url) for notice in listed],
            }
        )


@blueprint.post("/api/v1/notices/<public_id>/read")
@does("notice.own")
@once
def read(public_id: str) -> tuple[dict[str, Any], int]:
    notice = actions.mark_read(database(), current_actor(), public_id, now())
    return notice_json(notice, settings().site_url), 200


def _whole(name: str, default: int, most: int, errors: dict[str, str]) -> int:
    typed = request.args.get(name, str(default))
    if typed.isascii() and typed.isdigit() and len(typed) < 8 and 1 <= int(typed) <= most:
        return int(typed)
    errors[name] = f"write a whole number from 1 to {most}"
    return default
