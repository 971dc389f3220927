"""Give a calendar an address, another one, or none. Each is one write transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor
from marketplace.accounts.policy import authorize
from marketplace.accounts.tokens import new_token
from marketplace.audit import store as audit
from marketplace.db import Database
from marketplace.errors import NotFound
from marketplace.feeds import store


def create(database: Database, actor: Actor, organisation: str, now: datetime) -> None:
    """A new secret address; the old one ends at once. `organisation` by its public id. Errors: NotFound."""
    with database.writing() as session:
        organisation_id = _own(session, actor, organisation)
        accounts.lock(session, f"calendar:{organisation_id}")
        action = "feed.replaced" if store.find(session, organisation_id) else "feed.created"
        store.put(session, organisation_id, new_token(), now)
        audit.record(session, now, actor, action, "calendar", organisation, organisation_id=organisation_id)


def remove(database: Database, actor: Actor, organisation: str, now: datetime) -> None:
    """Nobody reads it any more. Errors: NotFound."""
    with database.writing() as session:
        organisation_id = _own(session, actor, organisation)
        if store.remove(session, organisation_id):
            audit.record(session, now, actor, "feed.removed", "calendar", organisation, organisation_id=organisation_id)


def _own(session: Session, actor: Actor, organisation: str) -> int:
    """Errors: NotFound, also for somebody else's."""
    organisation_id = accounts.find_organisation_id(session, organisation)
    authorize(actor, "feed.own", organisation_id)
    if organisation_id is None:
        raise NotFound
    return organisation_id
