"""Give a calendar an address, another one, or none. Each is one write transaction."""

from __future__ import annotations

from datetime import datetime

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor
from marketplace.accounts.policy import authorize
from marketplace.accounts.tokens import new_token
from marketplace.audit import store as audit
from marketplace.db import Database
from marketplace.feeds import store


def create(database: Database, actor: Actor, organisation_id: int, now: datetime) -> None:
    """A new secret address; the old one ends at once. Errors: NotFound."""
    authorize(actor, "feed.own", organisation_id)
    with database.writing() as session:
        accounts.lock(session, f"calendar:{organisation_id}")
        action = "feed.replaced" if store.find(session, organisation_id) else "feed.created"
        store.put(session, organisation_id, new_token(), now)
        audit.record(session, now, actor, action, "calendar", str(organisation_id), organisation_id=organisation_id)


def remove(database: Database, actor: Actor, organisation_id: int, now: datetime) -> None:
    """Nobody reads it any more. Errors: NotFound."""
    authorize(actor, "feed.own", organisation_id)
    with database.writing() as session:
        if store.remove(session, organisation_id):
            audit.record(
                session, now, actor, "feed.removed", "calendar", str(organisation_id), organisation_id=organisation_id
            )
