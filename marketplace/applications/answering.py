"""What a firm does with an application it was sent. Each is one write transaction, with what the apprentice is told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.model import Actor, OrganisationKind
from marketplace.accounts.policy import authorize, can
from marketplace.applications import store
from marketplace.applications.actions import note, place_of, step, tell_apprentice
from marketplace.applications.model import Application, State
from marketplace.db import Database
from marketplace.errors import NotFound
from marketplace.placements import store as placements
from marketplace.suppliers import store as suppliers


def look(database: Database, actor: Actor, public_id: str, now: datetime) -> None:
    """Open its page: that is to see it, for whoever may answer. Errors: NotFound, also for another firm's."""
    with database.reading() as session:
        application = received(session, actor, public_id)
        supplier, _ = place_of(session, application)
    if application.state is State.SENT and can(actor, "application.answer", supplier.organisation_id):
        see(database, actor, public_id, now)


def see(database: Database, actor: Actor, public_id: str, now: datetime) -> Application:
    """Say that it is opened: the apprentice is told so, once. Errors: NotFound, also for another firm's."""
    with database.writing() as session:
        application = received(session, actor, public_id, "application.answer")
        if application.state is State.SENT:
            step(session, application, State.SEEN, now, by_firm=True)
            note(session, now, actor, application, State.SEEN)
            tell_apprentice(session, application, State.SEEN, "", now)
        return store.get(session, public_id)


def answer(
    database: Database, actor: Actor, public_id: str, to: State, words: str, now: datetime, days: int
) -> Application:
    """Invite (words: when and where), offer, or decline (words: the reason). The same answer again is no error.

    Errors: Conflict when it can't follow what stands; NotFound, also for another firm's.
    """
    with database.writing() as session:
        application = received(session, actor, public_id, "application.answer")
        if application.state is to:
            return application
        step(session, application, to, now, by_firm=True, days=days, words=words)
        note(session, now, actor, application, to)
        tell_apprentice(session, application, to, words, now)
        return store.get(session, public_id)


def received(session: Session, actor: Actor, public_id: str, action: str = "application.read") -> Application:
    """An application that the actor's firm was sent. Errors: SignInNeeded; NotFound, also for drafts."""
    application = store.get(session, public_id)
    supplier, _ = place_of(session, application)
    authorize(actor, action, supplier.organisation_id)
    if application.sent_at is None:
        raise NotFound
    return application


def list_received(session: Session, actor: Actor) -> list[Application]:
    """What the actor's firms were sent, newest first. Errors: SignInNeeded; NotFound without a firm."""
    authorize(actor, "application.read", *_organisations(actor))
    sites = []
    for organisation_id in _organisations(actor):
        supplier = suppliers.find_by_organisation(session, organisation_id)
        if supplier and can(actor, "application.read", organisation_id):
            sites += [site.id for site in supplier.sites]
    ids = [placements.id_of(session, each.public_id) for each in placements.list_for_sites(session, sites)]
    return store.list_received(session, ids)


def _organisations(actor: Actor) -> tuple[int, ...]:
    return actor.organisations(OrganisationKind.SUPPLIER)
