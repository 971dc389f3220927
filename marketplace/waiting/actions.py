"""Wait in a line, leave it, take what is offered; post short notice. Each is one write transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor, OrganisationKind
from marketplace.accounts.policy import authorize, can
from marketplace.audit import store as audit
from marketplace.booking import holds
from marketplace.booking import store as reservations
from marketplace.booking.model import Outcome, Reservation, ReservationId, Side
from marketplace.capacity import store as capacity
from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.errors import Conflict, Invalid, NotFound, SignInNeeded
from marketplace.notices import store as notices
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.actions import own_supplier, service_of
from marketplace.suppliers.model import Service, Status, Supplier
from marketplace.suppliers.rules import Answer, judge
from marketplace.units import Week
from marketplace.waiting import store
from marketplace.waiting.model import MOST_PER_STUDIO, ShortNotice, State, Waiting
from marketplace.waiting.rules import (
    MOST_POSTED_A_WEEK,
    ends_at,
    plan_for,
    run_of,
    week_before,
    weeks_problem,
)

PATH = "/account/waiting"
LINES_PATH = "/listing/waiting"
_IN_LINE = "You are in the line for these weeks already: for those of {weeks}. Leave it first, to wait for others."
_GONE = "This offer is over. If you still wait, you are asked again when weeks get free."


def studio_of(actor: Actor, action: str = "waiting.join") -> int:
    """The studio for which somebody waits. Errors: SignInNeeded, NotFound; Forbidden without a confirmed address."""
    studios = actor.organisations(OrganisationKind.STUDIO)
    if not studios:
        if not actor.is_signed_in:
            raise SignInNeeded
        raise NotFound("Make a studio on your account's page first: lines are for studios.")
    authorize(actor, action, studios[0])
    return studios[0]


def join(
    database: Database,
    actor: Actor,
    supplier_id: str,
    service_id: str,
    atoms: int,
    first: Week,
    last: Week,
    now: datetime,
) -> Waiting:
    """Wait for room for so much (atoms of the service's unit) in some weeks of a service (public ids).

    Errors: Invalid for weeks that have passed, or a run that the service doesn't take; Conflict when there is room
    already, when the studio waits for these weeks, or waits in too many lines; NotFound.
    """
    studio_id = studio_of(actor)
    problems = weeks_problem(first, last, now.date())
    if problems:
        raise Invalid(problems)
    with database.writing() as session:
        accounts.lock(session, f"waiting:{studio_id}")  # of two at once the second counts the first
        supplier, service = listed(session, supplier_id, service_id)
        for other in store.list_line(session, service.id):
            overlaps = other.first_monday <= last.monday and first.monday <= other.last_monday
            if other.studio_id == studio_id and overlaps:
                first_day, last_day = other.first_monday, other.last_monday
                raise Conflict(
                    _IN_LINE.format(weeks=f"{first_day.day} {first_day:%b} to {last_day.day} {last_day:%b %Y}")
                )
        if store.count_open(session, studio_id) >= MOST_PER_STUDIO:
            raise Conflict(f"You wait in {MOST_PER_STUDIO} lines, which is the most. Leave one first.")
        waiting = store.add(
            session,
            supplier_id=supplier.id,
            service_id=service.id,
            studio_id=studio_id,
            person_id=actor.person_id,
            first_monday=first.monday,
            last_monday=last.monday,
            atoms=atoms,
            now=now,
        )
        verdict = judge(service.draft, run_of(waiting, service))
        if verdict.answer is Answer.NO:
            raise Invalid({"quantity": "; ".join(verdict.reasons)})
        if has_room(session, supplier, service, waiting, now):
            raise Conflict("These weeks have room for that now: ask for a quote, or hold them.")
        # The worker looks at this line once more: weeks freed at this very moment may have been unseen from here.
        changes.record(session, supplier.id, weeks_only=True)
        _note(session, actor, waiting, "join", now, after={"state": State.WAITING.value})
        return waiting


def leave(database: Database, actor: Actor, public_id: str, now: datetime) -> Waiting:
    """Leave the line, or give back weeks that were offered or taken: they go to the next. To leave again is no error.

    Errors: Conflict when the weeks that were taken have begun; NotFound.
    """
    with database.writing() as session:
        waiting = _own(session, actor, public_id)
        if waiting.state in (State.LAPSED, State.LEFT):
            return waiting
        if not store.move(session, waiting, State.LEFT):
            raise Conflict(_GONE)
        if waiting.reservation_id is not None:
            _give_back(session, waiting, now)
        _note(session, actor, waiting, "leave", now, after={"state": State.LEFT.value})
        return store.get(session, public_id)


def take(database: Database, actor: Actor, public_id: str, now: datetime) -> Reservation:
    """Book the weeks that are held in one's name. Errors: Conflict when the offer is over; NotFound."""
    with database.writing() as session:
        waiting = _own(session, actor, public_id)
        if waiting.state is not State.OFFERED or waiting.reservation_id is None:
            raise Conflict(_GONE)
        reservation = holds.make_firm(session, ReservationId(waiting.reservation_id), Side.STUDIO, now)
        if not store.move(session, waiting, State.TAKEN):
            raise Conflict(_GONE)
        supplier = suppliers.get(session, waiting.supplier_id)
        _note(session, actor, waiting, "take", now, after={"state": State.TAKEN.value})
        text = "A studio from your waiting list has taken the weeks you had free."
        notices.tell(session, supplier.organisation_id, "waiting", text, LINES_PATH, now)
        return reservations.get_by_id(session, reservation.id)


def _give_back(session: Session, waiting: Waiting, now: datetime) -> None:
    """Errors: Conflict for weeks that were taken and have begun."""
    reservation = reservations.get_by_id(session, ReservationId(waiting.reservation_id or 0))
    if waiting.state is State.TAKEN and any(share.week.monday <= now.date() for share in reservation.weeks):
        raise Conflict("The weeks you took have begun: settle it with the workshop.")
    outcome = Outcome.CANCELLED if waiting.state is State.TAKEN else Outcome.WITHDRAWN
    if holds.release(session, reservation.id, outcome, now) and waiting.state is State.TAKEN:
        supplier = suppliers.get(session, waiting.supplier_id)
        text = "A studio from your waiting list has given its weeks back."
        notices.tell(session, supplier.organisation_id, "waiting", text, LINES_PATH, now)


def post(
    database: Database, actor: Actor, supplier_id: str, service_id: str, week: Week, words: str, now: datetime
) -> ShortNotice:
    """Say that a week has room. The worker tells those whose saved searches the service fits.

    Errors: Invalid for a week that has passed; Conflict when too many were posted; NotFound.
    """
    with database.writing() as session:
        supplier = own_supplier(session, actor, "waiting.offer", supplier_id)
        service = service_of(supplier, service_id)
        if week.monday < Week.containing(now.date()).monday:
            raise Invalid({"week": "has passed"})
        accounts.lock(session, f"short-notice:{supplier.id}")
        if store.count_posted(session, supplier.id, week_before(now)) >= MOST_POSTED_A_WEEK:
            raise Conflict(f"At most {MOST_POSTED_A_WEEK} short notices in seven days: people stop reading them.")
        notice = store.add_notice(
            session,
            supplier_id=supplier.id,
            service_id=service.id,
            monday=week.monday,
            body=words,
            ends_at=ends_at(week),
            now=now,
        )
        audit.record(
            session,
            now,
            actor,
            "waiting.post",
            "short_notice",
            notice.public_id,
            organisation_id=supplier.organisation_id,
            after={"week": week.monday.isoformat(), "service": service.public_id},
        )
        return notice


def has_room(session: Session, supplier: Supplier, service: Service, waiting: Waiting, now: datetime) -> bool:
    """Whether what is open of the weeks would take the run now."""
    sites = [site for site in supplier.sites if site.id == service.site_id]
    resources = {resource.id: resource for resource in capacity.list_resources(session, sites)}
    use = capacity.list_uses(session, resources).get(service.id)
    if use is None:
        return False
    return plan_for(waiting, service, resources[use.resource_id], use, now.date()) is not None


def may_join(actor: Actor) -> bool:
    """Whether the page offers to wait: signed in, with a studio."""
    return any(can(actor, "waiting.join", studio) for studio in actor.organisations(OrganisationKind.STUDIO))


def listed(session: Session, supplier_id: str, service_id: str) -> tuple[Supplier, Service]:
    """Errors: NotFound for what is not published."""
    supplier = suppliers.find_by_public_id(session, supplier_id)
    if supplier is None or supplier.status is not Status.PUBLISHED:
        raise NotFound
    service = service_of(supplier, service_id)
    if service.status is not Status.PUBLISHED:
        raise NotFound
    return supplier, service


def _own(session: Session, actor: Actor, public_id: str) -> Waiting:
    """Errors: SignInNeeded, NotFound."""
    if not actor.is_signed_in:
        raise SignInNeeded
    waiting = store.get(session, public_id, lock=True)
    authorize(actor, "waiting.join", waiting.studio_id)
    return waiting


def _note(
    session: Session, actor: Actor | None, waiting: Waiting, action: str, now: datetime, *, after: dict[str, str]
) -> None:
    before = {"state": waiting.state.value}
    audit.record(
        session,
        now,
        actor,
        f"waiting.{action}",
        "waiting",
        waiting.public_id,
        organisation_id=waiting.studio_id,
        before=before,
        after=after,
    )
