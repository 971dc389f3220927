"""Routes that take files: more may be sent to them than to others, by who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import current_app, request

from marketplace.files.actions import Cabinet, cabinet_of
from marketplace.web.context import settings
from marketplace.web.security import MAXIMUM_BODY, csrf


def cabinet() -> Cabinet:
    return cabinet_of(settings())


def takes_files(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let a body in that is as large as one file may be. Stands right above the view, below `does`.

    What a form sends is read when its token is looked for, which happens before anybody asks who is there: then only
    a small body is read. So here the token is looked for after the gate, and a stranger's bytes are never read.
    """

    @csrf.exempt  # type: ignore[untyped-decorator]  # it comes without types
    @wraps(view)
    def call(*args: Any, **names: Any) -> Any:
        request.max_content_length = cabinet().most_bytes + MAXIMUM_BODY
        if current_app.config["WTF_CSRF_ENABLED"]:
            csrf.protect()
        return view(*args, **names)

    return cast("Callable[..., Any]", call)
