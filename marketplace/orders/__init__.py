"""Booked runs: acceptance, milestones, payments recorded and never held, changes, disputes, records and reviews."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    from marketplace.orders import api, pages, record_pages, run_api, run_pages

    assert run_pages  # they add their routes to the pages' blueprint
    assert record_pages
    assert run_api  # and so does this to the API's
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
