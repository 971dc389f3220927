"""Every route declares what it does; the app does not start otherwise."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any, TypeVar

from flask import Flask

View = TypeVar("View", bound=Callable[..., Any])


def does(action: str) -> Callable[[View], View]:
    """Declare the action a route performs, a key of accounts.policy.PERMISSIONS."""

    def mark(view: View) -> View:
        view.selvedge_action = action  # type: ignore[attr-defined]
        return view

    return mark


def action_of(app: Flask, endpoint: str) -> str | None:
    return getattr(app.view_functions[endpoint], "selvedge_action", None)


def check_routes(app: Flask, actions: Container[str]) -> None:
    """Errors: RuntimeError naming each route without a known action."""
    wrong = sorted(
        f"{rule.rule} ({action or 'no action declared'})"
        for rule in app.url_map.iter_rules()
        if (action := action_of(app, rule.endpoint)) is None or action not in actions
    )
    if wrong:
        raise RuntimeError("routes without a known action: " + ", ".join(wrong))
