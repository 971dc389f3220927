"""Listings: a supplier's public page, and the pages on which its owner keeps it.

2026-11: these pages show capacity, placements and search verdicts beside the profile, so they stand after
those features; the rules and tables of suppliers know none of them. Their blueprint is called `suppliers`,
because that is what their addresses say.
"""

from __future__ import annotations

from flask import Flask

from marketplace.listings import api, extras, guide, owner, public, sites, status

_ROUTES = (guide, owner, sites, extras, status)  # importing them adds their routes to the blueprint of public.py


def install(app: Flask) -> None:
    app.register_blueprint(public.blueprint)
    app.register_blueprint(api.blueprint)
