"""Who is asking: Flask-Login's user, read from live rows, and the gate before every route."""

from __future__ import annotations

import logging
from datetime import timedelta

from flask import Flask, current_app, flash, g, request, session
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user
from flask_wtf.csrf import CSRFError

from marketplace.accounts import store
from marketplace.accounts.access import SESSION_LASTS
from marketplace.accounts.model import ANONYMOUS, Actor, Device, LiveSession, OrganisationKind
from marketplace.accounts.policy import needs_sign_in
from marketplace.accounts.tokens import hash_token
from marketplace.errors import Forbidden, SignInNeeded, Unavailable
from marketplace.web import context
from marketplace.web.routes import action_of

log = logging.getLogger(__name__)

DISTANCE_UNIT = "distance_unit"  # the key under which every page with distances keeps it
_SEEN_EVERY = timedelta(minutes=5)
_MAXIMUM_USER_AGENT = 300


class CurrentUser:
    """What Flask-Login and the templates see of the actor."""

    is_active = True

    def __init__(self, actor: Actor = ANONYMOUS, token: str | None = None) -> None:
        self.actor = actor
        self._token = token

    @property
    def is_authenticated(self) -> bool:
        return self.actor.is_signed_in

    @property
    def is_anonymous(self) -> bool:
        return not self.actor.is_signed_in

    @property
    def name(self) -> str:
        return self.actor.person.name if self.actor.person else ""

    @property
    def owns_listing(self) -> bool:
        return bool(self.actor.organisations(OrganisationKind.SUPPLIER))

    def get_id(self) -> str | None:
        """What stands in the cookie: the session's token, so that ending the session is enough."""
        return self._token


def install(app: Flask) -> None:
    app.config.update(
        PERMANENT_SESSION_LIFETIME=SESSION_LASTS,
        SESSION_REFRESH_EACH_REQUEST=False,  # 30 days from sign-in, not from the last visit
    )
    manager = LoginManager()
    manager.init_app(app)
    # Its check of the address would sign phones out each time they change from one network to another.
    manager.session_protection = None
    manager.anonymous_user = CurrentUser
    manager.user_loader(_load)
    app.before_request(_gate)
    app.register_error_handler(CSRFError, _refuse_forgery)


def current_actor() -> Actor:
    """Who is asking. Read once per request.

    Errors: Unavailable when the database is away.
    """
    actor: Actor = current_user.actor
    return actor


def current_device() -> Device:
    agent = "".join(char for char in request.user_agent.string if char.isprintable())
    return Device(agent[:_MAXIMUM_USER_AGENT], request.remote_addr or "")


def remember(token: str, *, stays: bool) -> None:
    """Put a new session's token into the cookie, which lasts until the browser closes unless it `stays`."""
    _empty_cookie()
    session.permanent = stays
    login_user(CurrentUser(token=token))


def forget(notice: str) -> None:
    """Empty the cookie, and say something on the next page."""
    _empty_cookie()
    flash(notice, "success")


def _empty_cookie() -> None:
    """Nothing survives but a harmless preference; not the CSRF token, for whoever planted a cookie knows it."""
    unit = session.get(DISTANCE_UNIT)
    session.clear()
    if unit in ("km", "mi"):
        session[DISTANCE_UNIT] = unit


def _load(token: str) -> CurrentUser | None:
    if g.get("database_is_away"):
        return None  # the error page asks again, for its header
    now = context.now()
    try:
        with context.database().reading() as db_session:
            live = store.find_live_session(db_session, hash_token(token), now)
    except Unavailable:
        g.database_is_away = True
        raise
    if live is None:
        return None
    if live.last_seen_at < now - _SEEN_EVERY:
        _note_seen(live)
    return CurrentUser(live.actor, token)


def _note_seen(live: LiveSession) -> None:
    assert live.actor.session_id is not None
    now = context.now()
    try:
        with context.database().writing() as db_session:
            store.note_seen(db_session, live.actor.session_id, now, unless_since=now - _SEEN_EVERY)
    except Unavailable:
        log.info("not noted that a device was seen: the database is busy")  # the page matters more


def _gate() -> None:
    if request.endpoint is None:
        return  # no such address, or another method: answered without asking who it is
    action = action_of(current_app, request.endpoint)
    if (action is None or needs_sign_in(action)) and not current_actor().is_signed_in:
        raise SignInNeeded


def _refuse_forgery(_error: CSRFError) -> ResponseReturnValue:
    problem = Forbidden("The form was open too long or came from somewhere else. Go back, reload the page, send again.")
    return current_app.handle_user_exception(problem)
