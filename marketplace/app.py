"""The web application."""

from __future__ import annotations

from flask import Flask

from marketplace import (
    accounts,
    alerts,
    applications,
    booking,
    briefs,
    capacity,
    enquiries,
    feeds,
    learning,
    listings,
    moderation,
    notices,
    orders,
    placements,
    pools,
    privacy,
    routes,
    search,
    site,
    transfer,
    waiting,
)
from marketplace.accounts.policy import permissions
from marketplace.resources import resource_dir
from marketplace.web import context, errors, security, static
from marketplace.web.context import System
from marketplace.web.routes import check_routes
from marketplace.wiring import pool_finder

_FEATURES = (
    accounts,
    notices,
    capacity,
    booking,
    search,
    alerts,
    placements,
    applications,
    learning,
    briefs,
    enquiries,
    orders,
    waiting,
    routes,
    pools,
    feeds,
    moderation,
    privacy,
    listings,
    transfer,
    site,
)


def create_app(system: System) -> Flask:
    """Make the WSGI application.

    Errors: RuntimeError when a route declares no known action.
    """
    app = Flask("marketplace", static_folder=None, template_folder=str(resource_dir("templates")))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    context.install(app, system)
    security.install(app, system.settings)
    errors.install(app)
    for feature in _FEATURES:
        feature.install(app)
    routes.connect_pools(app, pool_finder())
    static.install(app)
    check_routes(app, permissions())
    return app
