"""One effect for each key: how JSON routes that change something are written.

    @blueprint.post("/api/v1/briefs")
    @does("brief.own")
    @once
    def add_brief() -> tuple[dict[str, object], int]: ...

The view runs inside one write transaction, which its actions join. What it refuses it raises: then nothing is
kept, not even the key, and the same call may be tried again. So it never goes on after an action has failed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import Response, request

from marketplace.accounts.current import current_actor
from marketplace.errors import Invalid, SignInNeeded
from marketplace.idempotency import store
from marketplace.idempotency.rules import check_key, fingerprint
from marketplace.web.context import database, now

Answer = tuple[Mapping[str, Any], int]
_OTHER_CALL = "was sent before with another request. Use a new key for each thing you want done."


def once(view: Callable[..., Answer]) -> Callable[..., Response]:
    """Run the view once for each Idempotency-Key of a person, and give its answer again to whoever repeats the call.

    The view answers a dict and a status below 400. Without a key it runs each time.
    Errors: SignInNeeded without a bearer token; Invalid for a key that was used for another call.
    """

    @wraps(view)
    def call(*args: Any, **names: Any) -> Response:
        actor = current_actor()
        if actor.person_id is None or actor.token_id is None:
            raise SignInNeeded("Send a bearer token: make one on your account's page.")
        key = request.headers.get("Idempotency-Key")
        if key is None:
            with database().writing(undoes=False):
                return _response(*_rendered(view(*args, **names)))
        check_key(key)
        print_ = fingerprint(request.method, request.path, request.query_string, request.get_data())
        with database().writing(undoes=False) as session:
            if not store.claim(session, actor.person_id, key, print_, now()):
                kept = store.get(session, actor.person_id, key)
                if kept.fingerprint != print_:
                    raise Invalid({"Idempotency-Key": _OTHER_CALL}, f"This Idempotency-Key {_OTHER_CALL}")
                return _response(kept.body, kept.status, replayed=True)
            body, status = _rendered(view(*args, **names))
            store.keep(session, actor.person_id, key, status, body)
        return _response(body, status)

    return call


def _rendered(answer: Answer) -> tuple[str, int]:
    body, status = answer
    if status >= 400:
        raise RuntimeError("a refusal is raised, else what was changed before it would be kept")
    return json.dumps(body, ensure_ascii=False), status


def _response(body: str, status: int, *, replayed: bool = False) -> Response:
    response = Response(body, status, content_type="application/json")
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response
