"""What reporters and moderators do. Each is one write transaction with one audit event for each thing it changes.

A moderator never decides about a firm or studio they belong to, and never about another moderator.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor, Person
from marketplace.accounts.policy import authorize
from marketplace.audit import store as audit
from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from marketplace.moderation import store
from marketplace.moderation.forms import ReportForm, VerifyForm
from marketplace.moderation.model import MAXIMUM_REPORTS, MAXIMUM_UNNAMED, Kind, Report, State, Subject
from marketplace.moderation.rules import standing, verified_words
from marketplace.moderation.subjects import get_reportable, get_subject, must_be_public
from marketplace.notices import store as notices
from marketplace.orders.reviews import store as reviews
from marketplace.placements import store as placements
from marketplace.placements.model import PlacementStatus
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Status, Supplier, Verification

_DAY = timedelta(days=1)
_OWN = "You belong to it yourself: another moderator has to decide."


def send_report(database: Database, actor: Actor, kind: str, object_id: str, form: ReportForm, now: datetime) -> Report:
    """Tell the moderators that something is wrong. A second report of the same thing by the same person is the first.

    Errors: NotFound for what the person can't read, or owns; TooMany.
    """
    authorize(actor, "report.send")
    assert actor.person is not None
    with database.writing() as session:
        subject = get_reportable(session, actor, kind, object_id)
        accounts.lock(session, f"report:{actor.person.id}")
        before = store.find_open_of(session, actor.person.id, subject.kind, object_id)
        if before:
            return before
        if store.count_reports_of(session, actor.person.id, now - _DAY) >= MAXIMUM_REPORTS:
            raise TooMany(f"You have sent {MAXIMUM_REPORTS} reports today. Go on tomorrow.", 3600)
        report = store.add_report(session, subject.kind, object_id, actor.person.id, form.reason, form.body, now)
        after = {"about": f"{subject.kind} {object_id}", "reason": form.reason}
        audit.record(session, now, actor, "report.send", "report", report.public_id, after=after)
        _tell_moderators(session, report, subject, now)
        return report


def send_unnamed(database: Database, placement_id: str, form: ReportForm, now: datetime) -> None:
    """Tell the moderators what is wrong at a placement, from somebody who stays unknown.

    Guarantee: the row, the trail and the notices hold nothing of who sent it, nor from where; so it is counted by
    placement and not by sender.
    Errors: NotFound; TooMany.
    """
    with database.writing() as session:
        subject = get_subject(session, Kind.PLACEMENT, placement_id)
        must_be_public(session, subject)
        accounts.lock(session, f"unnamed-report:{placement_id}")
        if store.count_unnamed(session, subject.kind, placement_id, now - _DAY) >= MAXIMUM_UNNAMED:
            raise TooMany("The moderators have had several reports about this today, and look at it.", 3600)
        report = store.add_report(session, subject.kind, placement_id, None, form.reason, form.body, now)
        after = {"about": f"{subject.kind} {placement_id}", "reason": form.reason}
        audit.record(session, now, None, "report.send", "report", report.public_id, after=after)
        _tell_moderators(session, report, subject, now)


def _tell_moderators(session: Session, report: Report, subject: Subject, now: datetime) -> None:
    for person_id in accounts.list_moderator_ids(session):
        text = f"A report about {subject.title}: {report.reason.label.lower()}."
        notices.tell_person(session, person_id, "report", text, f"/moderation/reports/{report.public_id}", now)


def handle_report(
    database: Database, actor: Actor, public_id: str, *, is_upheld: bool, acts: bool, outcome: str, now: datetime
) -> None:
    """Decide about a report. With `acts` the listing is paused, or the placement closed; everybody concerned is told.

    Errors: Conflict when somebody was quicker; Forbidden about one's own; NotFound.
    """
    authorize(actor, "moderation.report")
    assert actor.person is not None
    with database.writing() as session:
        report = store.get_report(session, public_id, lock=True)
        if report.state is not State.OPEN:
            raise Conflict("Another moderator has decided about this report already.")
        subject = get_subject(session, report.kind, report.object_id)
        must_be_outside(actor, subject.organisation_id)
        state = State.UPHELD if is_upheld else State.DISMISSED
        store.handle(session, report, state, outcome, actor.person.id, now)
        audit.record(
            session,
            now,
            actor,
            "moderation.report",
            "report",
            public_id,
            before={"state": State.OPEN},
            after={"state": state, "about": f"{report.kind} {report.object_id}"},
            reason=outcome,
        )
        if is_upheld and acts:
            _act(session, actor, subject, outcome, now)
        elif is_upheld:
            _ask_to_change(session, subject, outcome, now)
        if report.reporter_id is not None:
            words = "was right" if is_upheld else "was looked into; nothing is changed"
            text = f"Your report about {subject.title} {words}: {outcome}"
            notices.tell_person(session, report.reporter_id, "report", text, subject.path, now)


def pause_listing(database: Database, actor: Actor, public_id: str, reason: str, now: datetime) -> None:
    """Take a listing out of every search; only a moderator publishes it again. Its owner is told why."""
    authorize(actor, "moderation.listing")
    with database.writing() as session:
        _pause(session, actor, _supplier(session, actor, public_id), reason, now)


def republish_listing(database: Database, actor: Actor, public_id: str, reason: str, now: datetime) -> None:
    """Errors: Conflict when it is not a moderator who paused it."""
    authorize(actor, "moderation.listing")
    with database.writing() as session:
        supplier = _supplier(session, actor, public_id)
        if not suppliers.is_held(session, supplier.id):
            raise Conflict("No moderator has paused this listing: its owner publishes it.")
        suppliers.set_held(session, supplier.id, None)
        suppliers.set_status(session, supplier.id, Status.PUBLISHED, now)
        _note_status(session, actor, supplier, Status.PUBLISHED, reason, now)
        text = f"Your listing is published again: {reason}"
        notices.tell(session, supplier.organisation_id, "moderation", text, "/listing", now)


def verify(database: Database, actor: Actor, public_id: str, form: VerifyForm, now: datetime) -> None:
    """Put down that documents were seen, or the place visited. Errors: Forbidden for one's own; NotFound."""
    authorize(actor, "moderation.verify")
    assert actor.person is not None
    with database.writing() as session:
        supplier = _supplier(session, actor, public_id)
        store.add_verification(session, supplier.id, form.level, form.seen_on, actor.person.id, form.note, now)
        _show_verification(session, actor, supplier, form.note, now)
        words = verified_words(form.level, form.seen_on)
        text = f"Your listing is verified: {words}."
        notices.tell(session, supplier.organisation_id, "moderation", text, f"/suppliers/{supplier.slug}", now)


def withdraw_verification(database: Database, actor: Actor, public_id: str, reason: str, now: datetime) -> None:
    """The listing is the supplier's own word again. Errors: Conflict when it is; Forbidden for one's own; NotFound."""
    authorize(actor, "moderation.verify")
    with database.writing() as session:
        supplier = _supplier(session, actor, public_id)
        if supplier.verification is Verification.SELF_DECLARED:
            raise Conflict("Nothing is verified here.")
        store.withdraw(session, supplier.id, now)
        _show_verification(session, actor, supplier, reason, now)
        text = f"The verification of your listing was withdrawn: {reason}"
        notices.tell(session, supplier.organisation_id, "moderation", text, f"/suppliers/{supplier.slug}", now)


def suspend(database: Database, actor: Actor, public_id: str, reason: str, now: datetime) -> None:
    """Shut a person out at once, their tokens too. Errors: Forbidden for a moderator; Conflict; NotFound."""
    with database.writing() as session:
        person = _person(session, actor, public_id)
        if person.is_suspended:
            raise Conflict("This account is suspended already.")
        accounts.set_suspended(session, person.id, now)
        accounts.end_sessions(session, person.id)
        _note_person(session, actor, person, {"suspended": False}, {"suspended": True}, reason, now)


def unsuspend(database: Database, actor: Actor, public_id: str, reason: str, now: datetime) -> None:
    """Errors: Conflict; NotFound."""
    with database.writing() as session:
        person = _person(session, actor, public_id)
        if not person.is_suspended:
            raise Conflict("This account is not suspended.")
        accounts.set_suspended(session, person.id, None)
        _note_person(session, actor, person, {"suspended": True}, {"suspended": False}, reason, now)
        text = f"Your account is open again: {reason}"
        notices.tell_person(session, person.id, "moderation", text, "/account", now)


def set_moderator(database: Database, email: str, is_moderator: bool, now: datetime) -> Person:
    """For whoever runs the site, at the command line; in the trail it is the site's own doing.

    Errors: Invalid when nobody has this address.
    """
    with database.writing() as session:
        person = accounts.find_person_by_email(session, email.strip().lower())
        if person is None:
            raise Invalid({"email": "nobody has this address: they sign up first"})
        accounts.set_moderator(session, person.id, is_moderator)
        before, after = {"moderator": person.is_moderator}, {"moderator": is_moderator}
        audit.record(session, now, None, "moderation.role", "person", person.public_id, before=before, after=after)
        return person


def note_reading(database: Database, actor: Actor, kind: str, public_id: str, reason: str, now: datetime) -> None:
    """That a moderator looked at something private."""
    with database.writing() as session:
        audit.record(session, now, actor, "moderation.read", kind, public_id, reason=reason)


def must_be_outside(actor: Actor, organisation_id: int) -> None:
    """Errors: Forbidden."""
    if actor.membership_in(organisation_id):
        raise Forbidden(_OWN)


def _act(session: Session, actor: Actor, subject: Subject, outcome: str, now: datetime) -> None:
    supplier = suppliers.find_by_organisation(session, subject.organisation_id)
    if subject.kind is Kind.SUPPLIER and supplier:
        _pause(session, actor, supplier, outcome, now)
    elif subject.kind is Kind.PLACEMENT and supplier:
        placement = placements.find(session, subject.public_id)
        assert placement is not None
        placements.close(session, subject.public_id)
        before, after = {"status": placement.status}, {"status": PlacementStatus.CLOSED}
        audit.record(
            session,
            now,
            actor,
            "moderation.placement",
            "placement",
            subject.public_id,
            organisation_id=subject.organisation_id,
            before=before,
            after=after,
            reason=outcome,
        )
        text = f"A moderator has closed {subject.title}: {outcome}"
        notices.tell(session, subject.organisation_id, "moderation", text, "/listing/placements", now)
    elif subject.kind is Kind.REVIEW:
        reviews.set_hidden(session, subject.public_id, now)
        audit.record(
            session,
            now,
            actor,
            "moderation.review",
            "review",
            subject.public_id,
            organisation_id=subject.organisation_id,
            before={"hidden": False},
            after={"hidden": True},
            reason=outcome,
        )
        text = f"A moderator has hidden {subject.title}: {outcome}"
        notices.tell(session, subject.organisation_id, "moderation", text, subject.path, now)
    else:
        _ask_to_change(session, subject, outcome, now)


def _ask_to_change(session: Session, subject: Subject, outcome: str, now: datetime) -> None:
    text = f"A moderator has looked at {subject.title} and asks you to change it, or to stop: {outcome}"
    notices.tell(session, subject.organisation_id, "moderation", text, subject.path, now)


def _pause(session: Session, actor: Actor, supplier: Supplier, reason: str, now: datetime) -> None:
    """Errors: Conflict when a moderator has paused it already."""
    if suppliers.is_held(session, supplier.id):
        raise Conflict("A moderator has paused this listing already.")
    suppliers.set_held(session, supplier.id, now)
    suppliers.set_status(session, supplier.id, Status.PAUSED, now)
    _note_status(session, actor, supplier, Status.PAUSED, reason, now)
    text = f"A moderator has paused your listing: {reason}"
    notices.tell(session, supplier.organisation_id, "moderation", text, "/listing", now)


def _note_status(
    session: Session, actor: Actor, supplier: Supplier, status: Status, reason: str, now: datetime
) -> None:
    changes.record(session, supplier.id)
    audit.record(
        session,
        now,
        actor,
        "moderation.listing",
        "supplier",
        supplier.public_id,
        organisation_id=supplier.organisation_id,
        before={"status": supplier.status},
        after={"status": status},
        reason=reason,
    )


def _show_verification(session: Session, actor: Actor, supplier: Supplier, reason: str, now: datetime) -> None:
    level, day = standing(store.list_verifications(session, supplier.id))
    suppliers.set_verification(session, supplier.id, level, day)
    changes.record(session, supplier.id)
    audit.record(
        session,
        now,
        actor,
        "moderation.verify",
        "supplier",
        supplier.public_id,
        organisation_id=supplier.organisation_id,
        before={"verification": supplier.verification, "on": supplier.verified_at},
        after={"verification": level, "on": day},
        reason=reason,
    )


def _supplier(session: Session, actor: Actor, public_id: str) -> Supplier:
    """Errors: NotFound; Forbidden for one's own."""
    supplier = suppliers.find_by_public_id(session, public_id)
    if supplier is None:
        raise NotFound
    must_be_outside(actor, supplier.organisation_id)
    return supplier


def _person(session: Session, actor: Actor, public_id: str) -> Person:
    """Errors: NotFound; Forbidden for a moderator."""
    authorize(actor, "moderation.person")
    person = accounts.find_person_by_public_id(session, public_id)
    if person is None:
        raise NotFound
    if person.is_moderator:
        raise Forbidden("Moderators do not decide about moderators: ask whoever runs this site.")
    return person


def _note_person(
    session: Session,
    actor: Actor,
    person: Person,
    before: dict[str, bool],
    after: dict[str, bool],
    reason: str,
    now: datetime,
) -> None:
    audit.record(
        session,
        now,
        actor,
        "moderation.person",
        "person",
        person.public_id,
        before=before,
        after=after,
        reason=reason,
    )
