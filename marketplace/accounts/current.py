"""Who is asking: Flask-Login's user, read from live rows, and the gate before every route."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from flask import Flask, current_app, flash, g, request, session
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user
from flask_wtf.csrf import CSRFError

from marketplace.accounts import store, token_store
from marketplace.accounts.access import SESSION_LASTS
from marketplace.accounts.model import ANONYMOUS, Actor, Device, LiveSession, OrganisationKind
from marketplace.accounts.policy import check_scope, needs_sign_in
from marketplace.accounts.tokens import hash_token, is_api_token
from marketplace.errors import Forbidden, SignInNeeded, Unavailable
from marketplace.web import context
from marketplace.web.routes import action_of
from marketplace.web.security import API

log = logging.getLogger(__name__)

DISTANCE_UNIT = "distance_unit"  # the key under which every page with distances keeps it
_SEEN_EVERY = timedelta(minutes=5)
_BEARER = "selvedge.bearer"  # in the request's environment: who its token stands for
_READS = ("GET", "HEAD")
_SEND_TOKEN = "Send a bearer token: make one on your account's page."  # noqa: S105 (a sentence)
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
    def is_moderator(self) -> bool:
        return self.actor.person is not None and self.actor.person.is_moderator

    @property
    def owns_listing(self) -> bool:
        return bool(self.actor.organisations(OrganisationKind.SUPPLIER))

    @property
    def has_studio(self) -> bool:
        return bool(self.actor.organisations(OrganisationKind.STUDIO))

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

    Guarantee: the API takes a bearer token where one is sent, and changes nothing for a cookie alone; pages know
    cookies only. So a token opens no page, and a page of another site can make no API call that counts.
    Errors: SignInNeeded for a token that doesn't work; Unavailable when the database is away.
    """
    actor: Actor = ANONYMOUS
    if not request.path.startswith(API):
        actor = current_user.actor
    elif (token := _sent_token()) is not None:
        actor = _bearer(token)
    elif request.method in _READS:
        actor = current_user.actor
    return replace(actor, request_id=context.request_id())


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


def _sent_token() -> str | None:
    """The bearer token of the request. Other kinds of authorization belong to a proxy before us."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


def _bearer(token: str) -> Actor:
    """Whose token it is. Asked of the database once per request."""
    if _BEARER in request.environ:
        known: Actor = request.environ[_BEARER]
        return known
    now = context.now()
    live = None
    if is_api_token(token):
        with context.database().asking() as db_session:
            live = token_store.find_live(db_session, hash_token(token), now)
    if live is None:
        raise SignInNeeded("This token does not work: it is mistyped, expired or revoked. Make a new one on your page.")
    if live.last_used_at is None or live.last_used_at < now - _SEEN_EVERY:
        _note_used(live.actor, now)
    request.environ[_BEARER] = live.actor
    return live.actor


def _note_used(actor: Actor, now: datetime) -> None:
    assert actor.token_id is not None
    try:
        with context.database().writing() as db_session:
            token_store.note_used(db_session, actor.token_id, now, unless_since=now - _SEEN_EVERY)
    except Unavailable:
        log.info("not noted that a token was used: the database is busy")


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
    if action is None:
        raise SignInNeeded
    if needs_sign_in(action) or _sent_token() is not None:
        actor = current_actor()
        if needs_sign_in(action) and not actor.is_signed_in:
            raise SignInNeeded(_SEND_TOKEN) if request.path.startswith(API) else SignInNeeded
        check_scope(actor, action, writes=request.method not in _READS)


def _refuse_forgery(_error: CSRFError) -> ResponseReturnValue:
    problem = Forbidden("The form was open too long or came from somewhere else. Go back, reload the page, send again.")
    return current_app.handle_user_exception(problem)
