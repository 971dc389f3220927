"""Production routes: who weaves, dyes, cuts, sews and presses a run, in which order, by when and at what cost.

What is asked is a `Problem`: steps, the offers for each of them, and limits. What comes back is an `Answer`: the
best routes, exactly, and where nothing fits the smallest single change that opens one. All of it is pure.
"""

from __future__ import annotations

from flask import Flask

from marketplace.routes.port import connect_pools

__all__ = ["connect_pools"]


def install(app: Flask) -> None:
    from marketplace.routes import api, kept_pages, pages, send_pages
    from marketplace.routes.asking import install_pace

    install_pace(app)
    assert send_pages  # it adds its route to the kept ones' blueprint
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(kept_pages.blueprint)
    app.register_blueprint(api.blueprint)
