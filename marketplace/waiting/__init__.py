"""Lines of people who wait for full weeks, timed first refusal of freed ones, and weeks offered at short notice."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    from marketplace.waiting import api, pages

    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
