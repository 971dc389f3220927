"""What an apprentice does with an application. Each is one write transaction, with what the firm is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor, OrganisationKind, Person
from marketplace.accounts.policy import authorize
from marketplace.applications import store, words
from marketplace.applications.model import (
    DRAWER_BYTES,
    FILE_BYTES,
    MOST_FILES,
    MOST_OPEN,
    Application,
    Draft,
    State,
)
from marketplace.applications.rules import may_follow
from marketplace.audit import store as audit
from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.files import store as files
from marketplace.files.actions import FIELD, Cabinet, Received, keep
from marketplace.files.model import FileId, StoredFile
from marketplace.notices import store as notices
from marketplace.placements import store as placements
from marketplace.placements.model import Placement, PlacementStatus
from marketplace.placements.views import title
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Status, Supplier

_QUICKER = "This application has changed meanwhile: look at it again."
_GONE = "This place is no longer open. Others are: search again."
_FULL = "All places are taken by now. The workshop offered more than it has, and others were quicker."


def begin(database: Database, actor: Actor, placement_id: str, draft: Draft, now: datetime) -> Application:
    """Start an application to an open placement; an unfinished or sent one to it goes on instead.

    Errors: NotFound; Conflict for a place that is not open, one's own firm, or too many applications.
    """
    person = person_of(actor)
    with database.writing() as session:
        accounts.lock(session, f"applications:{person.id}")
        number = placements.id_of(session, placement_id)
        supplier, placement = open_place(session, number, now)
        if supplier.organisation_id in actor.organisations(OrganisationKind.SUPPLIER):
            raise Conflict("This is a place of your own workshop.")
        if store.find_open_of(session, person.id, number):
            raise Conflict("You have an application for this place already: go on with that one.")
        if store.count_live_of(session, person.id) >= MOST_OPEN:
            raise Conflict(f"You have {MOST_OPEN} open applications, which is the most. Withdraw one first.")
        made = store.add(session, number, person.id, draft, now)
        note(session, now, actor, made, State.DRAFT, placement)
        return made


def rewrite(database: Database, actor: Actor, public_id: str, draft: Draft, now: datetime) -> Application:
    """Change a draft. Errors: Conflict once it is sent; NotFound."""
    with database.writing() as session:
        application = own(session, actor, public_id)
        if not store.rewrite(session, application, draft):
            raise Conflict("It is sent: what the workshop reads can't be changed. Withdraw it and apply again.")
        note(session, now, actor, application, State.DRAFT)
        return store.get(session, public_id)


def send(database: Database, actor: Actor, public_id: str, now: datetime, days: int) -> Application:
    """Put it before the firm. To send again is no error.

    Errors: Invalid for an empty statement, or a day that has passed; Conflict when the place is no longer open;
    Forbidden without a confirmed address; NotFound.
    """
    authorize(actor, "application.send")
    with database.writing() as session:
        application = own(session, actor, public_id)
        if application.state.is_live:
            return application
        supplier, placement = open_place(session, application.placement_id, now)
        if not application.draft.statement:
            raise Invalid({"statement": "say in a few words why you want to learn this, and there"})
        if application.draft.available_from and application.draft.available_from < now.date():
            raise Invalid({"available_from": "has passed: say from when on you can come"})
        step(session, application, State.SENT, now, by_firm=False, days=days)
        note(session, now, actor, application, State.SENT, placement)
        sent = store.get(session, public_id)
        person = person_of(actor)
        text = words.to_firm(State.SENT, title(placement), person.name, sent.answer_by)
        notices.tell(session, supplier.organisation_id, "application", text, firm_path(sent), now)
        return sent


def withdraw(database: Database, actor: Actor, public_id: str, now: datetime) -> Application:
    """Take it back, at any time before a place is accepted. To withdraw again is no error."""
    with database.writing() as session:
        application = own(session, actor, public_id)
        if application.state is State.WITHDRAWN:
            return application
        step(session, application, State.WITHDRAWN, now, by_firm=False)
        note(session, now, actor, application, State.WITHDRAWN)
        if application.state is not State.DRAFT:
            _tell_firm(session, application, State.WITHDRAWN, person_of(actor).name, now)
        return store.get(session, public_id)


def accept(database: Database, actor: Actor, public_id: str, now: datetime) -> Application:
    """Take the place that is offered. To accept again is no error.

    Guarantee: of any number of people at once no more get a place than there are: placements.take_seat.
    Errors: Conflict when the offer is over, or all places are taken; NotFound.
    """
    with database.writing() as session:
        application = own(session, actor, public_id)
        if application.state is State.ACCEPTED:
            return application
        if application.answer_by is not None and application.answer_by <= now:
            raise Conflict("The time for this offer is over.")
        # Rows in one order for all: the placement, then the application, so that nobody waits for each other.
        if may_follow(application.state, State.ACCEPTED, by_firm=False) and not placements.take_seat(
            session, application.placement_id
        ):
            raise Conflict(_FULL)
        step(session, application, State.ACCEPTED, now, by_firm=False)
        supplier, placement = place_of(session, application)
        note(session, now, actor, application, State.ACCEPTED, placement)
        changes.record(session, supplier.id)
        _tell_firm(session, application, State.ACCEPTED, person_of(actor).name, now)
        hint = words.accepted_hint(title(placement))
        path = f"/listing/placements/{placement.public_id}/weeks"
        notices.tell(session, supplier.organisation_id, "placement-weeks", hint, path, now)
        if placement.status is PlacementStatus.FILLED:
            end_others(session, application.placement_id, words.FILLED, now)
        return store.get(session, public_id)


def add_file(
    database: Database, cabinet: Cabinet, actor: Actor, public_id: str, received: Received, now: datetime
) -> StoredFile:
    """Keep a file with a draft. Errors: Invalid when there are too many; Conflict once it is sent; NotFound."""
    with database.writing() as session:
        application = _own_draft(session, actor, public_id)
        if len(store.list_file_ids(session, application.id)) >= MOST_FILES:
            raise Invalid({FIELD: f"at most {MOST_FILES} files in an application: remove one first"})
        drawer = _drawer(session, application.person_id, now)
        person_id = application.person_id
        file = keep(session, cabinet, received, organisation_id=drawer, person_id=person_id, now=now)
        store.add_file(session, application.id, file.id)
        note(session, now, actor, application, State.DRAFT)
        return file


def remove_file(database: Database, actor: Actor, public_id: str, file_id: str, now: datetime) -> None:
    """Errors: Conflict once it is sent; NotFound."""
    with database.writing() as session:
        application = _own_draft(session, actor, public_id)
        file = file_of(session, application, file_id)
        store.remove_files(session, application.id, [file.id])
        files.remove(session, [file.id])
        note(session, now, actor, application, State.DRAFT)


def file_of(session: Session, application: Application, file_id: str) -> StoredFile:
    """Errors: NotFound."""
    for file in files_of(session, application):
        if file.public_id == file_id:
            return file
    raise NotFound


def files_of(session: Session, application: Application) -> list[StoredFile]:
    return files.list_by_ids(session, store.list_file_ids(session, application.id))


def drawer_cabinet(cabinet: Cabinet) -> Cabinet:
    """How much one apprentice may keep, within what the operator allows."""
    return replace(
        cabinet,
        most_bytes=min(cabinet.most_bytes, FILE_BYTES),
        quota_bytes=min(cabinet.quota_bytes, DRAWER_BYTES),
    )


def forget(session: Session, person_id: int, name: str, now: datetime) -> None:
    """Before an account is erased: firms that wait for this person hear that nobody will come; files go."""
    for application in store.list_of_person(session, person_id):
        if application.state.is_live and store.move(session, application, State.WITHDRAWN, now, by_firm=False):
            _tell_firm(session, application, State.WITHDRAWN, name, now)
        file_ids = store.list_file_ids(session, application.id)
        store.remove_files(session, application.id, file_ids)
        files.remove(session, [FileId(each) for each in file_ids])
    drawer = store.find_drawer(session, person_id)
    if drawer is not None:
        accounts.remove_empty_organisation(session, drawer)


# --- used by the firm's side and by the worker too


def step(
    session: Session,
    application: Application,
    to: State,
    now: datetime,
    *,
    by_firm: bool,
    days: int = 0,
    words: str | None = None,
) -> None:
    """Errors: Conflict when the step can't follow, or somebody was quicker."""
    if not may_follow(application.state, to, by_firm=by_firm):
        raise Conflict(refusal(application.state))
    answer_by = application.answer_by if to is State.SEEN else now + timedelta(days=days) if to.is_live else None
    if not store.move(session, application, to, now, by_firm=by_firm, answer_by=answer_by, words=words):
        raise Conflict(_QUICKER)


def refusal(state: State) -> str:
    """Why an application takes no further step."""
    return _REFUSED.get(state, _QUICKER)


def end_others(session: Session, placement_id: int, why: str, now: datetime) -> int:
    """Decline, by the site itself, whoever still waits for a placement that is over; drafts just end."""
    ended = 0
    for application in store.list_live_of(session, placement_id):
        to = State.EXPIRED if application.state is State.DRAFT else State.DECLINED
        if store.move(session, application, to, now, by_firm=None, words=why):
            ended += 1
            audit.record(
                session,
                now,
                None,
                f"application.{to.value}",
                "application",
                application.public_id,
                before={"state": application.state},
                after={"state": to},
                reason=why,
            )
            if to is State.DECLINED:
                tell_apprentice(session, application, to, why, now)
    return ended


def tell_apprentice(session: Session, application: Application, to: State, said: str, now: datetime) -> None:
    supplier, placement = place_of(session, application)
    answer_by = store.get(session, application.public_id).answer_by if to is State.OFFERED else None
    text = words.to_apprentice(to, title(placement), supplier.profile.name, said, answer_by)
    notices.tell_person(session, application.person_id, "application", text, own_path(application), now)


def _tell_firm(session: Session, application: Application, to: State, name: str, now: datetime) -> None:
    supplier, placement = place_of(session, application)
    text = words.to_firm(to, title(placement), name, None)
    notices.tell(session, supplier.organisation_id, "application", text, firm_path(application), now)


def open_place(session: Session, placement_id: int, now: datetime) -> tuple[Supplier, Placement]:
    """Errors: Conflict when nobody can apply for it now; NotFound."""
    placement = placements.by_ids(session, [placement_id]).get(placement_id)
    if placement is None:
        raise NotFound
    supplier = suppliers.list_by_sites(session, [placement.site_id])[0]
    if not placement.is_shown(now.date()) or supplier.status is not Status.PUBLISHED:
        raise Conflict(_GONE)
    return supplier, placement


def place_of(session: Session, application: Application) -> tuple[Supplier, Placement]:
    """The firm applied to, and the place."""
    placement = placements.by_ids(session, [application.placement_id])[application.placement_id]
    return suppliers.list_by_sites(session, [placement.site_id])[0], placement


def own(session: Session, actor: Actor, public_id: str) -> Application:
    """Errors: SignInNeeded; NotFound, also for somebody else's."""
    person = person_of(actor)
    application = store.get(session, public_id)
    if application.person_id != person.id:
        raise NotFound
    return application


def person_of(actor: Actor) -> Person:
    """Errors: SignInNeeded."""
    authorize(actor, "application.own")
    assert actor.person is not None
    return actor.person


def own_path(application: Application) -> str:
    return f"/account/applications/{application.public_id}"


def firm_path(application: Application) -> str:
    return f"/listing/applications/{application.public_id}"


def note(
    session: Session,
    now: datetime,
    actor: Actor | None,
    application: Application,
    to: State,
    placement: Placement | None = None,
) -> None:
    """The trail says what was done, and nothing of what was written: it outlives the account."""
    after = {"state": to.value, **({"placement": placement.public_id} if placement else {})}
    audit.record(
        session,
        now,
        actor,
        f"application.{to.value}",
        "application",
        application.public_id,
        before={"state": application.state},
        after=after,
    )


_REFUSED = {
    State.ACCEPTED: "The place is accepted already.",
    State.DECLINED: "This application was declined.",
    State.WITHDRAWN: "This application was withdrawn.",
    State.EXPIRED: "This application is closed.",
}


def _own_draft(session: Session, actor: Actor, public_id: str) -> Application:
    application = own(session, actor, public_id)
    if application.state is not State.DRAFT:
        raise Conflict("It is sent: its files can't be changed.")
    return application


def _drawer(session: Session, person_id: int, now: datetime) -> int:
    accounts.lock(session, f"drawer:{person_id}")
    found = store.find_drawer(session, person_id)
    if found is None:
        found = accounts.add_organisation(session, OrganisationKind.STUDIO, new_public_id(), now)
        store.add_drawer(session, person_id, found)
    return found
