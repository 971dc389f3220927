"""One shape for every error: RFC 9457 problem documents for programs, one page for people."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from marketplace.errors import (
    HTTP_KINDS,
    Forbidden,
    Invalid,
    NotFound,
    SelvedgeError,
    SignInNeeded,
    TooMany,
    Unavailable,
)
from marketplace.web.context import request_id

log = logging.getLogger(__name__)

_SLUGS = {kind.status: kind.slug for kind in (SelvedgeError, Forbidden, NotFound)}
_SLUGS |= {status: slug for status, (slug, _) in HTTP_KINDS.items()}

_PLAIN = {
    400: "The request could not be read. Go back, check what you sent and try again.",
    403: "The form was open too long or came from somewhere else. Go back, reload the page and send it again.",
    404: "There is nothing at this address.",
    405: "This address does not take that kind of request.",
    413: "That is too much at once. Send a smaller file or less text.",
    414: "The address is too long. Use fewer filters.",
    415: "That content type is not understood here.",
    429: "Too many requests. Wait a little and try again.",
    500: "Something went wrong on our side. Nothing was saved.",
}


def wants_json() -> bool:
    return request.path.startswith("/api/")


def problem(status: int, slug: str, title: str, detail: str, **more: Any) -> Response:
    """An application/problem+json answer (RFC 9457). `slug`: a name that docs/errors.md explains, or empty."""
    response = jsonify(
        {
            "type": f"/help#error-{slug}" if slug else "about:blank",
            "title": title,
            "status": status,
            "detail": detail,
            "request_id": request_id(),
            **more,
        }
    )
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def install(app: Flask) -> None:
    app.register_error_handler(SelvedgeError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _ours(error: SelvedgeError) -> ResponseReturnValue:
    if isinstance(error, SignInNeeded) and not wants_json() and request.method in ("GET", "HEAD"):
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)
    more: dict[str, Any] = {}
    if isinstance(error, Invalid):
        more["errors"] = [{"pointer": name, "detail": text} for name, text in error.problems.items()]
    response = _answer(error.status, error.slug, error.title, error.detail, **more)
    if isinstance(error, TooMany | Unavailable):
        response.headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, SignInNeeded) and wants_json():
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()  # redirects and the like
    response = _answer(status, _SLUGS.get(status, ""), error.name, _PLAIN.get(status, error.name))
    for header in ("Allow", "Retry-After"):
        for name, value in error.get_headers():
            if name == header:
                response.headers[header] = value
    return response


def _unexpected(error: Exception) -> ResponseReturnValue:
    reference = request_id()
    log.exception("request failed, reference %s", reference, exc_info=error)
    detail = f"{_PLAIN[500]} If you report it, give the reference {reference}."
    return _answer(500, *HTTP_KINDS[500], detail)


def _answer(status: int, slug: str, title: str, detail: str, **more: Any) -> Response:
    if wants_json():
        return problem(status, slug, title, detail, **more)
    page = render_template("errors/error.html", status=status, title=title, text=detail)
    return Response(page, status, content_type="text/html; charset=utf-8")
