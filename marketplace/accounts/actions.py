"""Use cases of people and what they belong to. Getting in and out stands in access.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts import limits, mails, password, store
from marketplace.accounts.access import enqueue_confirmation
from marketplace.accounts.forms import ComesAs, Profile, SignUp
from marketplace.accounts.model import Actor, Device, OrganisationKind, Person, Role, Studio
from marketplace.accounts.policy import authorize
from marketplace.audit import store as audit
from marketplace.audit.rules import changed
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.mail import store as mail_store
from marketplace.places.model import Place, Point


def sign_up(
    database: Database, form: SignUp, place: Place | None, device: Device, site_url: str, now: datetime
) -> None:
    """Make an account, or tell the owner of an existing one by mail. The caller cannot tell which.

    `place` is where the town is, when that is clear. Errors: TooMany.
    """
    with database.writing() as session:
        network = limits.network_of(device.address)
        limits.take(session, ((limits.SIGN_UP_ACCOUNT, form.email), (limits.SIGN_UP_ADDRESS, network)), now)
    password_hash = password.hash_password(form.password)  # for a known address too: it takes the time
    with database.writing() as session:
        store.lock(session, f"person:{form.email}")  # of two at once the second finds the first
        known = store.find_person_by_email(session, form.email)
        if known:
            mail = mails.already_known(site_url)
            mail_store.enqueue(session, recipient=known.email, subject=mail.subject, body=mail.body, now=now)
            return
        person = create_person(
            session,
            email=form.email,
            name=form.name,
            password_hash=password_hash,
            now=now,
            is_apprentice=form.comes_as is ComesAs.APPRENTICE,
        )
        if form.comes_as is ComesAs.DESIGNER:
            town, point = (place.label, place.point) if place else (form.town, None)
            add_studio(session, person.id, form.studio or form.name, town, point, now)
        enqueue_confirmation(session, person, site_url, now)
        after = {"comes_as": form.comes_as, "studio": form.studio, "town": form.town}
        audit.record(session, now, Actor(person), "account.enter", "person", person.public_id, after=after)


def create_person(
    session: Session,
    *,
    email: str,
    name: str,
    password_hash: str,
    now: datetime,
    is_apprentice: bool = False,
    is_moderator: bool = False,
    is_confirmed: bool = False,
) -> Person:
    """Add a person in the caller's transaction; the demonstration data uses it too.

    `email` as text.clean_email returns it; `password_hash` from password.hash_password, made beforehand.
    Errors: IntegrityError when the address is taken.
    """
    return store.add_person(
        session,
        public_id=new_public_id(),
        email=email,
        name=name,
        password_hash=password_hash,
        now=now,
        is_apprentice=is_apprentice,
        is_moderator=is_moderator,
        confirmed_at=now if is_confirmed else None,
    )


def add_organisation(session: Session, kind: OrganisationKind, owner_person_id: int, now: datetime) -> int:
    """Add an organisation with its owner in the caller's transaction; returns its id."""
    organisation_id = store.add_organisation(session, kind, new_public_id(), now)
    store.add_membership(session, owner_person_id, organisation_id, Role.OWNER, now)
    return organisation_id


def add_studio(
    session: Session, owner_person_id: int, name: str, place: str, point: Point | None, now: datetime
) -> int:
    """Add a designer's studio with its owner in the caller's transaction; returns the organisation's id."""
    organisation_id = add_organisation(session, OrganisationKind.STUDIO, owner_person_id, now)
    store.put_studio(session, Studio(organisation_id, name, place, point))
    return organisation_id


def update_profile(database: Database, actor: Actor, profile: Profile, now: datetime) -> None:
    authorize(actor, "account.own")
    person = actor.person
    assert person is not None
    with database.writing() as session:
        store.update_person(session, person.id, name=profile.name, is_apprentice=profile.is_apprentice)
        changed_to = replace(person, name=profile.name, is_apprentice=profile.is_apprentice)
        before, after = changed(person, changed_to)
        if after:
            audit.record(session, now, actor, "account.own", "person", person.public_id, before=before, after=after)


def find_studio(database: Database, actor: Actor) -> Studio | None:
    """The studio the actor belongs to: where distances are measured from by default."""
    with database.reading() as session:
        for organisation_id in actor.organisations(OrganisationKind.STUDIO):
            studio = store.find_studio(session, organisation_id)
            if studio:
                return studio
    return None


def put_studio(database: Database, actor: Actor, name: str, place: str, point: Point | None, now: datetime) -> None:
    """Change the actor's studio, or make it when there is none yet.

    Errors: NotFound when the actor may not change it.
    """
    authorize(actor, "account.own")
    person = actor.person
    assert person is not None
    with database.writing() as session:
        store.lock_person(session, email=person.email)  # a second click must not make a second studio
        # Read again: a membership may have come or gone since the request began.
        live = Actor(person, store.list_memberships(session, person.id), actor.session_id)
        studios = live.organisations(OrganisationKind.STUDIO)
        if not studios:
            organisation_id = add_studio(session, person.id, name, place, point, now)
            after: dict[str, Any] = {"name": name, "place": place, "point": point}
            _note_studio(session, now, actor, organisation_id, {}, after)
            return
        authorize(live, "studio.edit", studios[0])
        studio = Studio(studios[0], name, place, point)
        known = store.find_studio(session, studios[0])
        store.put_studio(session, studio)
        before, after = changed(known, studio) if known else ({}, {"name": name, "place": place, "point": point})
        if after:
            _note_studio(session, now, actor, studios[0], before, after)


def _note_studio(
    session: Session,
    now: datetime,
    actor: Actor,
    organisation_id: int,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    audit.record(
        session,
        now,
        actor,
        "studio.edit",
        "studio",
        store.organisation_public_id(session, organisation_id),
        organisation_id=organisation_id,
        before=before,
        after=after,
    )
