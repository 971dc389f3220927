"""Paid places to learn a trade at the firms that practise it: offered by suppliers, found by apprentices.

2026-11: search and offering only; applications and the skills log come later.
"""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    from marketplace.placements import api, own, pages

    assert own  # it adds its routes to the pages' blueprint
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
