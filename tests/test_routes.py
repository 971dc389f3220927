"""Every route declares what it does; one place decides who may."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.accounts.policy import permissions
from marketplace.web.routes import action_of, check_routes, does


def test_every_route_declares_a_known_action(app: Flask) -> None:
    actions = {rule.rule: action_of(app, rule.endpoint) for rule in app.url_map.iter_rules()}
    assert {path for path, action in actions.items() if action not in permissions()} == set()
    assert len(actions) > 40


def test_every_action_is_used(app: Flask) -> None:
    used = {action_of(app, rule.endpoint) for rule in app.url_map.iter_rules()}
    assert set(permissions()) == used


@pytest.mark.parametrize("action", [None, "world.rule"])
def test_an_app_with_an_undeclared_route_does_not_start(action: str | None) -> None:
    def view() -> str:
        return "hello"

    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/secret", view_func=does(action)(view) if action else view)
    with pytest.raises(RuntimeError, match="/secret"):
        check_routes(app, permissions())
