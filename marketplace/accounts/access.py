"""Use cases of getting in and out: sessions, passwords and the links in mails.

Passwords are hashed and compared between transactions, never inside one: it takes 70 ms.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts import limits, mails, password, store
from marketplace.accounts.model import Actor, Device, Person, Purpose
from marketplace.accounts.tokens import hash_token, new_token
from marketplace.audit import store as audit
from marketplace.db import Database
from marketplace.errors import Conflict, Invalid, NotFound, SignInNeeded
from marketplace.mail import store as mail_store

SESSION_LASTS = timedelta(days=30)
RESET_LASTS = timedelta(hours=1)
CONFIRM_LASTS = timedelta(days=3)

_WRONG = "The e-mail address or the password is not right."
_SUSPENDED = "This account is suspended. Write to whoever runs this site."
_WRONG_PASSWORD = "This is not your present password."  # noqa: S105 (a sentence)
_DEAD_LINK = "This link has been used already or is too old. Ask for a new one."


def sign_in(
    database: Database, email: str, typed: str, device: Device, now: datetime, *, replaces: int | None = None
) -> str:
    """Start a session; returns its token. `replaces` is the session the device had before.

    Errors: TooMany, before anything is compared; Invalid, in the same words for an unknown address and a
    wrong password.
    """
    with database.writing() as session:
        network = limits.network_of(device.address)
        tries = limits.take(session, ((limits.SIGN_IN_ACCOUNT, email), (limits.SIGN_IN_ADDRESS, network)), now)
    with database.reading() as session:
        stored_hash = store.find_password_hash(session, email)
    if not password.is_right(stored_hash, typed):
        raise _form_error(_WRONG)
    assert stored_hash is not None
    new_hash = password.hash_password(typed) if password.is_outdated(stored_hash) else stored_hash
    with database.writing() as session:
        found = store.lock_person(session, email=email)
        # A password that was changed a moment ago must not open a session that outlives the change.
        if found is None or found[1] != stored_hash:
            raise _form_error(_WRONG)
        person = found[0]
        if person.is_suspended:
            raise _form_error(_SUSPENDED)
        limits.give_back(session, tries)
        if new_hash != stored_hash:
            store.set_password_hash(session, person.id, new_hash)
        if replaces is not None:
            store.end_session(session, person.id, replaces)
        _note(session, now, Actor(person), person, {}, {}, "signed in")
        return _start_session(session, person, device, now)


def sign_out(database: Database, actor: Actor, now: datetime) -> None:
    """End the session the actor came with."""
    person = _signed_in(actor)
    with database.writing() as session:
        if actor.session_id is not None:
            store.end_session(session, person.id, actor.session_id)
            _note(session, now, actor, person, {"session": actor.session_id}, {}, "signed out")


def sign_out_everywhere(database: Database, actor: Actor, now: datetime) -> None:
    person = _signed_in(actor)
    with database.writing() as session:
        store.end_sessions(session, person.id)
        _note(session, now, actor, person, {}, {}, "signed out everywhere")


def end_device(database: Database, actor: Actor, session_id: int, now: datetime) -> None:
    """Sign one of the actor's own devices out.

    Errors: NotFound, also for somebody else's.
    """
    person = _signed_in(actor)
    with database.writing() as session:
        if not store.end_session(session, person.id, session_id):
            raise NotFound
        _note(session, now, actor, person, {"session": session_id}, {}, "signed a device out")


def change_password(
    database: Database, actor: Actor, present: str, wanted: str, device: Device, site_url: str, now: datetime
) -> str:
    """Set a new password; ends all sessions and returns the token of a new one for this device.

    Errors: TooMany; Invalid when the present password is wrong or the new one not good enough.
    """
    person = _signed_in(actor)
    _must_be_good(wanted, person)
    stored_hash = check_password(database, person, present, now)
    new_hash = password.hash_password(wanted)
    with database.writing() as session:
        found = store.lock_person(session, email=person.email)
        if found is None or found[1] != stored_hash:
            raise Conflict("The password was changed somewhere else a moment ago. Nothing was saved.")
        _set_password(session, person, new_hash, site_url, now)
        _note(session, now, actor, person, {}, {}, "changed the password")
        return _start_session(session, person, device, now)


def check_password(database: Database, person: Person, present: str, now: datetime) -> str:
    """Ask somebody who is signed in for their password again, before what can't be undone; returns its hash.

    Errors: TooMany; Invalid when it is wrong.
    """
    with database.writing() as session:
        tries = limits.take(session, ((limits.PASSWORD_CHECK, person.public_id),), now)
    with database.reading() as session:
        stored_hash = store.find_password_hash(session, person.email)
    if stored_hash is None or not password.is_right(stored_hash, present):
        raise Invalid({"current": _WRONG_PASSWORD})
    with database.writing() as session:
        limits.give_back(session, tries)
    return stored_hash


def ask_for_reset(database: Database, email: str, address: str, site_url: str, now: datetime) -> None:
    """Mail a link for a new password, if there is such an account. The caller cannot tell.

    Errors: TooMany, alike for known and unknown addresses.
    """
    with database.writing() as session:
        network = limits.network_of(address)
        limits.take(session, ((limits.RESET_ACCOUNT, email), (limits.RESET_ADDRESS, network)), now)
        person = store.find_person_by_email(session, email)
        if person is None or person.is_suspended:
            return
        token = new_token()
        store.add_mail_token(session, person.id, Purpose.RESET, hash_token(token), now, RESET_LASTS)
        mail = mails.reset_password(site_url, token)
        mail_store.enqueue(session, recipient=person.email, subject=mail.subject, body=mail.body, now=now)


def find_link_owner(database: Database, purpose: Purpose, token: str, now: datetime) -> Person:
    """Whose link this is. Looking does not use it up.

    Errors: NotFound when it was used or is too old.
    """
    with database.reading() as session:
        return _link_owner(session, purpose, token, now)


def reset_password(database: Database, token: str, wanted: str, site_url: str, now: datetime) -> Person:
    """Set a new password by a link from a mail; ends all sessions of the person.

    Errors: NotFound when the link was used or is too old; Invalid when the password is not good enough.
    """
    _must_be_good(wanted, find_link_owner(database, Purpose.RESET, token, now))
    new_hash = password.hash_password(wanted)
    with database.writing() as session:
        person = _link_owner(session, Purpose.RESET, token, now)
        store.lock_person(session, email=person.email)
        if not store.use_token(session, Purpose.RESET, hash_token(token), now):
            raise NotFound(_DEAD_LINK)
        store.set_confirmed(session, person.id, now)  # the link came by mail
        _set_password(session, person, new_hash, site_url, now)
        _note(session, now, Actor(person), person, {}, {}, "set a new password by a link from a mail")
        return person


def send_confirmation(database: Database, actor: Actor, site_url: str, now: datetime) -> None:
    """Mail a new link that confirms the address.

    Errors: TooMany.
    """
    person = _signed_in(actor)
    with database.writing() as session:
        limits.take(session, ((limits.CONFIRM_ACCOUNT, person.public_id),), now)
        if not person.is_confirmed:
            enqueue_confirmation(session, person, site_url, now)


def enqueue_confirmation(session: Session, person: Person, site_url: str, now: datetime) -> None:
    """Put the mail with the link into the queue, in the caller's transaction."""
    token = new_token()
    store.add_mail_token(session, person.id, Purpose.CONFIRM, hash_token(token), now, CONFIRM_LASTS)
    mail = mails.confirm_address(site_url, token)
    mail_store.enqueue(session, recipient=person.email, subject=mail.subject, body=mail.body, now=now)


def confirm(database: Database, token: str, now: datetime) -> Person:
    """Remember that the person reads mail at their address.

    Errors: NotFound when the link was used or is too old.
    """
    with database.writing() as session:
        person = _link_owner(session, Purpose.CONFIRM, token, now)
        if not store.use_token(session, Purpose.CONFIRM, hash_token(token), now):
            raise NotFound(_DEAD_LINK)
        store.set_confirmed(session, person.id, now)
        _note(session, now, Actor(person), person, {}, {"is_confirmed": True}, "confirmed the address by mail")
        return person


def _note(
    session: Session,
    now: datetime,
    by: Actor,
    person: Person,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    what: str,
) -> None:
    """Write the audit event of one change of a person's account."""
    audit.record(session, now, by, "account.own", "person", person.public_id, before=before, after=after, reason=what)


def _start_session(session: Session, person: Person, device: Device, now: datetime) -> str:
    token = new_token()
    store.add_session(session, person.id, hash_token(token), device, now, SESSION_LASTS)
    return token


def _set_password(session: Session, person: Person, new_hash: str, site_url: str, now: datetime) -> None:
    store.set_password_hash(session, person.id, new_hash)
    store.end_sessions(session, person.id)
    store.remove_tokens(session, person.id, Purpose.RESET)
    mail = mails.password_changed(site_url)
    mail_store.enqueue(session, recipient=person.email, subject=mail.subject, body=mail.body, now=now)


def _link_owner(session: Session, purpose: Purpose, token: str, now: datetime) -> Person:
    person = store.find_person_of_token(session, purpose, hash_token(token), now)
    if person is None:
        raise NotFound(_DEAD_LINK)
    return person


def _must_be_good(wanted: str, person: Person) -> None:
    problem = password.problem_with(wanted, (person.name, person.email))
    if problem:
        raise Invalid({"password": problem})


def _form_error(sentence: str) -> Invalid:
    return Invalid({"": sentence}, sentence)


def _signed_in(actor: Actor) -> Person:
    if actor.person is None:
        raise SignInNeeded
    return actor.person
