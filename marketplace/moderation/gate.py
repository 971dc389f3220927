"""The gate of the moderators' pages: reading them asks the same table as deciding does."""

from __future__ import annotations

from flask import current_app, request

from marketplace.accounts.current import current_actor
from marketplace.accounts.policy import authorize
from marketplace.web.routes import action_of


def check() -> None:
    """Before every route of a blueprint. Errors: SignInNeeded; NotFound for everybody who does not moderate."""
    action = action_of(current_app, request.endpoint or "")
    assert action is not None
    authorize(current_actor(), action)
