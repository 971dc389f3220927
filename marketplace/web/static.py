"""Static files: served compressed by WhiteNoise, addressed with a hash of their content."""

from __future__ import annotations

import hashlib
from collections.abc import MutableMapping
from functools import cache
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

from marketplace.resources import resource_dir

PREFIX = "/static/"
_MAX_AGE_S = 600  # modules import each other without the hash, so files stay fresh quickly


def install(app: Flask) -> None:
    folder = resource_dir("static")
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=str(folder), prefix=PREFIX, max_age=_MAX_AGE_S, add_headers_function=_secure
    )
    app.jinja_env.globals["static_url"] = static_url


def _secure(headers: MutableMapping[str, str], _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"


def static_url(name: str) -> str:
    return f"{PREFIX}{name}?v={_content_hash(resource_dir('static') / name)}"


@cache
def _content_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "missing"
