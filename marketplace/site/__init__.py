"""The front page, help, glossary, and what search engines and programs read first."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    from marketplace.site import feeds, pages, todo

    app.register_blueprint(pages.blueprint)
    app.register_blueprint(feeds.blueprint)
    app.jinja_env.globals["waits_for_you"] = todo.waits_for_you
