"""What people do with their saved searches. Each is one write transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor, Person
from marketplace.accounts.policy import authorize
from marketplace.accounts.tokens import new_token
from marketplace.alerts import store
from marketplace.alerts.forms import ChangeForm, SaveForm, question_of, read_question, with_date
from marketplace.alerts.model import MAXIMUM_PER_PERSON, SavedSearch, State
from marketplace.audit import store as audit
from marketplace.audit.rules import changed
from marketplace.db import Database
from marketplace.errors import Conflict, Invalid
from marketplace.search.sync import LiveIndex

_TOO_MANY = f"You have {MAXIMUM_PER_PERSON} saved searches, which is the most: delete one first."


def save(database: Database, live: LiveIndex, actor: Actor, form: SaveForm, now: datetime) -> tuple[SavedSearch, int]:
    """Save a new search, or give one that is there already this question; returns it with how many fit now.

    What fits now is no news. Errors: Invalid when there are too many; NotFound for somebody else's.
    """
    person = _person(actor)
    known = live.site_ids(form.asked.query)
    with database.writing() as session:
        if form.replaces:
            saved = store.get_own(session, person.id, form.replaces, lock=True)
            store.change(session, saved, form.wanted)
            store.ask_anew(session, saved, now)
            store.start(session, saved)
            before = saved.wanted
        else:
            _must_have_room(session, person)
            before = None
            saved = store.add(session, person.id, form.wanted, new_token(), new_token(), now)
        store.add_known(session, saved.id, known)
        _note(session, now, actor, saved, {"wanted": before} if before else {}, {"wanted": form.wanted})
        return saved, len(known)


def change(database: Database, live: LiveIndex, actor: Actor, public_id: str, form: ChangeForm, now: datetime) -> None:
    """Change the name, how often mails come, and the date. Another date is another question: what fits now is no
    news, and a search that had ended goes on.

    Errors: Invalid when the date doesn't go with the rest of the question; NotFound; Conflict.
    """
    person = _person(actor)
    with database.reading() as session:
        before = store.get_own(session, person.id, public_id).wanted
    wanted, known = replace(before, name=form.name, frequency=form.frequency), None
    if form.by:
        asked = read_question(with_date(before.question, form.by), now.date())
        if question_of(asked) != before.question:
            wanted, known = replace(wanted, question=question_of(asked)), live.site_ids(asked.query)
    with database.writing() as session:
        saved = store.get_own(session, person.id, public_id, lock=True)
        if saved.wanted.question != before.question:
            raise Conflict("This search was given another question a moment ago. Nothing was saved; look at it again.")
        store.change(session, saved, wanted)
        if known is not None:
            store.ask_anew(session, saved, now)
            store.add_known(session, saved.id, known)
        was, becomes = changed(before, wanted)
        if becomes or known is not None:
            _note(session, now, actor, saved, was, becomes)


def stop(database: Database, actor: Actor, public_id: str, now: datetime) -> SavedSearch:
    """No more mails and no more runs, until it is started again. Errors: NotFound."""
    with database.writing() as session:
        saved = _own(session, actor, public_id)
        store.stop(session, saved, now)
        _note(session, now, actor, saved, {"state": saved.state}, {"state": State.STOPPED})
        return saved


def start(database: Database, actor: Actor, public_id: str, now: datetime) -> SavedSearch:
    """Go on from where it stopped. Errors: Invalid when the question can't be asked any more; NotFound."""
    with database.writing() as session:
        saved = _own(session, actor, public_id)
        read_question(saved.wanted.question, now.date())
        store.start(session, saved)
        _note(session, now, actor, saved, {"state": saved.state}, {"state": State.ACTIVE})
        return saved


def remove(database: Database, actor: Actor, public_id: str, now: datetime) -> SavedSearch:
    """Take it away; for a day it can be had back. Errors: NotFound."""
    with database.writing() as session:
        saved = _own(session, actor, public_id)
        store.remove(session, saved, now)
        _note(session, now, actor, saved, {"wanted": saved.wanted}, {})
        return saved


def restore(database: Database, actor: Actor, public_id: str, now: datetime) -> SavedSearch:
    """Errors: Invalid when there are too many by now; NotFound, also when the day is over."""
    person = _person(actor)
    with database.writing() as session:
        saved = store.get_own(session, person.id, public_id, lock=True, removed=True)
        if saved.removed_at:
            _must_have_room(session, person)
            store.restore(session, saved)
            _note(session, now, actor, saved, {}, {"wanted": saved.wanted})
        return saved


def stop_by_link(database: Database, token: str, now: datetime) -> SavedSearch:
    """Stop by the secret of a mail, whoever has it. Errors: NotFound."""
    with database.writing() as session:
        saved = store.get_by_stop_token(session, token, lock=True)
        store.stop(session, saved, now)
        _note(session, now, None, saved, {"state": saved.state}, {"state": State.STOPPED})
        return saved


def start_by_link(database: Database, token: str, now: datetime) -> SavedSearch:
    """Undo stop_by_link. Errors: Invalid when the question can't be asked any more; NotFound."""
    with database.writing() as session:
        saved = store.get_by_stop_token(session, token, lock=True)
        read_question(saved.wanted.question, now.date())
        store.start(session, saved)
        _note(session, now, None, saved, {"state": saved.state}, {"state": State.ACTIVE})
        return saved


def _note(
    session: Session,
    now: datetime,
    actor: Actor | None,
    saved: SavedSearch,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """Write the audit event of one change; nobody is known who comes by a link."""
    if before != after:
        action = "alert.own" if actor else "alert.link"
        audit.record(session, now, actor, action, "saved_search", saved.public_id, before=before, after=after)


def _must_have_room(session: Session, person: Person) -> None:
    accounts.lock(session, f"saved-searches:{person.id}")  # of two at once the second counts the first
    if store.count_of(session, person.id) >= MAXIMUM_PER_PERSON:
        raise Invalid({"": _TOO_MANY}, _TOO_MANY)


def _own(session: Session, actor: Actor, public_id: str) -> SavedSearch:
    return store.get_own(session, _person(actor).id, public_id, lock=True)


def _person(actor: Actor) -> Person:
    """Errors: SignInNeeded."""
    authorize(actor, "alert.own")
    assert actor.person is not None
    return actor.person
