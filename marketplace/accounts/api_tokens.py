"""Use cases of bearer tokens: make one, revoke one."""

from __future__ import annotations

from datetime import datetime, timedelta

from marketplace.accounts import store, token_store
from marketplace.accounts.forms import TokenForm
from marketplace.accounts.model import Actor, ApiToken, Person
from marketplace.accounts.policy import authorize
from marketplace.accounts.tokens import beginning_of, hash_token, new_api_token
from marketplace.audit import store as audit
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.errors import Invalid, NotFound

MAXIMUM = 20


def make(database: Database, actor: Actor, form: TokenForm, now: datetime) -> str:
    """Make a token; what is returned is shown once and stored nowhere.

    Errors: Invalid when there are too many.
    """
    person = _person(actor)
    token, public_id = new_api_token(), new_public_id()
    expires_at = now + timedelta(days=form.days) if form.days else None
    with database.writing() as session:
        store.lock(session, f"tokens:{person.id}")  # of two at once the second counts the first
        if token_store.count_own(session, person.id) >= MAXIMUM:
            problem = f"You have {MAXIMUM} tokens, which is the most: revoke one first."
            raise Invalid({"": problem}, problem)
        token_store.add(
            session,
            person.id,
            public_id=public_id,
            name=form.name,
            token_hash=hash_token(token),
            starts_with=beginning_of(token),
            scopes=form.scopes,
            now=now,
            expires_at=expires_at,
        )
        after = {"name": form.name, "scopes": form.scopes, "expires_at": expires_at}
        audit.record(session, now, actor, "token.own", "api_token", public_id, after=after)
    return token


def list_own(database: Database, actor: Actor) -> list[ApiToken]:
    with database.reading() as session:
        return token_store.list_own(session, _person(actor).id)


def revoke(database: Database, actor: Actor, public_id: str, now: datetime) -> None:
    """End a token: it is dead at the next request. Errors: NotFound, also for somebody else's."""
    person = _person(actor)
    with database.writing() as session:
        token = token_store.find_own(session, person.id, public_id)
        if token is None or not token_store.revoke(session, person.id, public_id, now):
            raise NotFound
        before = {"name": token.name, "scopes": token.scopes, "expires_at": token.expires_at}
        audit.record(session, now, actor, "token.own", "api_token", public_id, before=before)


def _person(actor: Actor) -> Person:
    authorize(actor, "token.own")
    assert actor.person is not None
    return actor.person
