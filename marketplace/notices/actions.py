"""What people do with their notices. Each is one write transaction.

That somebody read a notice is no business of the audit trail; how they want to be told is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor, Person
from marketplace.accounts.policy import authorize
from marketplace.audit import store as audit
from marketplace.db import Database
from marketplace.notices import store
from marketplace.notices.model import Frequency, Notice, Setting
from marketplace.notices.views import setting_form


def mark_read(database: Database, actor: Actor, public_id: str, now: datetime) -> Notice:
    """Errors: NotFound, also for somebody else's."""
    person = person_of(actor)
    with database.writing() as session:
        return store.mark_read(session, person.id, public_id, now)


def mark_all_read(database: Database, actor: Actor, until: datetime, now: datetime) -> None:
    person = person_of(actor)
    with database.writing() as session:
        store.mark_all_read(session, person.id, until, now)


def set_how(database: Database, actor: Actor, wanted: Setting, now: datetime) -> None:
    """How the person wants to be told from now on."""
    person = person_of(actor)
    with database.writing() as session:
        _put(session, person, wanted, actor, now)


def stop_by_link(database: Database, token: str, now: datetime) -> None:
    """No more mails, by the secret of a mail, whoever has it. Errors: NotFound."""
    _set_by_link(database, token, Frequency.NEVER, now)


def start_by_link(database: Database, token: str, now: datetime) -> None:
    """Undo stop_by_link: mails come once a day. Errors: NotFound."""
    _set_by_link(database, token, Frequency.DAILY, now)


def person_of(actor: Actor) -> Person:
    """Errors: SignInNeeded."""
    authorize(actor, "notice.own")
    assert actor.person is not None
    return actor.person


def _set_by_link(database: Database, token: str, frequency: Frequency, now: datetime) -> None:
    with database.writing() as session:
        person = accounts.find_person(session, store.get_person_by_stop_token(session, token))
        assert person is not None
        wanted = replace(store.get_setting(session, person.id), frequency=frequency)
        _put(session, person, wanted, None, now)


def _put(session: Session, person: Person, wanted: Setting, by: Actor | None, now: datetime) -> None:
    before = setting_form(store.get_setting(session, person.id))
    after = setting_form(store.put_setting(session, person.id, wanted))
    if before != after:
        audit.record(session, now, by, "notice.settings", "person", person.public_id, before=before, after=after)
