"""Production routes: who weaves, dyes, cuts, sews and presses a run, in which order, by when and at what cost.

What is asked is a `Problem`: steps, the offers for each of them, and limits. What comes back is an `Answer`: the
best routes, exactly, and where nothing fits the smallest single change that opens one. All of it is pure.
"""

from __future__ import annotations

from flask import Flask

from marketplace.routes.port import connect_pools

__all__ = ["connect_pools"]


def install(app: Flask) -> None:
    from marketplace.routes import api
    from marketplace.routes.asking import install_pace

    install_pace(app)
    app.register_blueprint(api.blueprint)
