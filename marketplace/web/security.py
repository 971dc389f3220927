"""Headers and limits that hold for every answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace.settings import Settings
from marketplace.web.context import request_id


class _Forgery(CSRFProtect):  # type: ignore[misc]  # it comes without types
    """What is sent from another site's page comes with this one's cookie, and without the token of its forms.

    The JSON API changes nothing for who comes with a cookie alone (accounts/current.py), so there is nothing to forge.
    """

    def protect(self, **options: Any) -> None:
        if not request.path.startswith(API):
            super().protect(**options)


API = "/api/"
csrf = _Forgery()

MAXIMUM_BODY = 1_000_000
MAXIMUM_FORM_PARTS = 1000  # a listing form has a few hundred check boxes


def install(app: Flask, settings: Settings) -> None:
    https = settings.site_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.ensure_secret_key(),
        # Flask has no limit of its own.
        MAX_CONTENT_LENGTH=MAXIMUM_BODY,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=MAXIMUM_FORM_PARTS,
        # The __Host- prefix pins the cookie to this host, but browsers take it over https only.
        SESSION_COOKIE_NAME="__Host-selvedge" if https else "selvedge",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,  # a listing form may stay open on a phone for a day; the session ends it
        WTF_CSRF_SSL_STRICT=https,
    )
    app.url_map.merge_slashes = False  # its redirects would repeat whatever Host header came
    app.before_request(_check_addresses)  # before anything reads them
    csrf.init_app(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    images = "'self' data:"
    if settings.tile_url:
        parts = urlsplit(settings.tile_url.replace("{s}.", "*."))
        images += f" {parts.scheme}://{parts.netloc}"
    policy = (
        f"default-src 'self'; img-src {images}; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'"
    )

    @app.after_request
    def secure(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(), microphone=()")
        if https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint and "Cache-Control" not in headers:
            private = "Cookie" in request.headers or "Authorization" in request.headers
            headers["Cache-Control"] = "no-store" if private else "no-cache"
        headers.add("Vary", "HX-Request")
        headers["X-Request-Id"] = request_id()
        return response


def _check_addresses() -> None:
    """A referrer that is no address is as good as none: reading its parts raises.

    Errors: NotFound for a NUL, which PostgreSQL takes in no text; BadRequest for a query that is not UTF-8.
    """
    if "\x00" in request.path:
        raise NotFound
    try:
        request.query_string.decode()
    except UnicodeDecodeError:
        raise BadRequest from None
    try:
        _ = urlsplit(request.referrer or "").port
    except ValueError:
        del request.environ["HTTP_REFERER"]


def safe_next(target: str | None) -> str | None:
    """A path of this site to go to next, or None: '//evil', '/\\evil' and the like are other hosts."""
    if not target or len(target) > 2000 or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return None
    return target if all("\x21" <= char <= "\x7e" for char in target) and "\\" not in target else None
