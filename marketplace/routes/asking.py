"""Routes for whoever asks the running application."""

from __future__ import annotations

from flask import Flask, current_app, request

from marketplace.accounts.limits import network_of
from marketplace.routes.ask import Ask
from marketplace.routes.limits import Pace
from marketplace.routes.plan import Plan
from marketplace.routes.planning import plan_routes
from marketplace.routes.port import pool_finder
from marketplace.search.context import index
from marketplace.web.context import database, install_extra, now, settings, today

_KEY = "selvedge.routes.pace"


def install_pace(app: Flask) -> None:
    install_extra(app, _KEY, lambda system: Pace())


def plan_for_request(ask: Ask) -> Plan:
    """Errors: TooMany; as of plan_routes."""
    pace: Pace = current_app.extensions[_KEY]
    pace.take(network_of(request.remote_addr or ""), settings().routes_per_minute, now())
    return plan_routes(index(), database(), ask, today(), pool_finder())
