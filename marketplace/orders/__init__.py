"""Booked runs: acceptance, milestones, payments recorded and never held, changes, disputes, records and reviews."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    from marketplace.orders import api, pages, run_pages

    assert run_pages  # it adds its routes to the pages' blueprint
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
