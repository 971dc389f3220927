"""The worker's part: offer freed weeks to who waits first, end what nobody answered, carry short notices.

An offer is a real hold in the person's name, made in the same transaction that marks them offered. So nobody is
ever offered what another was: the database counts the weeks. A kill at any moment leaves either both or neither, and
the next run goes on from there.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.alerts import store as alerts
from marketplace.alerts.forms import read_question
from marketplace.audit import store as audit
from marketplace.booking import holds
from marketplace.booking import store as reservations
from marketplace.booking.model import Outcome, ReservationId, Side
from marketplace.booking.model import State as ReservationState
from marketplace.capacity import store as capacity
from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.notices import store as notices
from marketplace.search.decide import decide
from marketplace.search.document import SiteDocument, build_documents
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Service, Status, Supplier
from marketplace.units import Quantity, Week, format_quantity
from marketplace.vocabulary import Facet, vocabulary
from marketplace.waiting import store
from marketplace.waiting.actions import PATH, has_room
from marketplace.waiting.model import ShortNotice, State, Waiting
from marketplace.waiting.rules import MOST_NOTICES_A_WEEK, fits, is_over, run_of, week_before

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Follower:
    """What a worker remembers between its rounds: how far it has followed the change log, and on which day. A new
    one looks at every line; later rounds only at the lines of suppliers that have changed since."""

    position: int | None = None
    looked_at: datetime | None = None


def run_lines(database: Database, follower: Follower, now: datetime, offer_for: timedelta) -> int:
    """End offers that are over, then offer what is free; returns how many offers were made. Cheap when nothing
    has changed: two small queries."""
    _end_answered(database, now)
    with database.reading() as session:
        position = changes.current_position(session)
        changed: Collection[int] | None = None
        if follower.position is not None and follower.looked_at and follower.looked_at.date() == now.date():
            page = changes.read_since(session, follower.position)
            if page is not None:  # else the log was cut behind us
                changed = {change.supplier_id for change in page.changes}
        line = store.list_waiting(session, changed) if changed is None or changed else []
    offers = sum(_serve(database, waiting, now, offer_for) for waiting in line)
    follower.position, follower.looked_at = position, now
    return offers


def tell_short_notices(database: Database, now: datetime) -> int:
    """Carry each notice to the people whose saved searches the service fits, once, and to nobody too often; returns
    how many were told. One transaction for each notice, and only the first worker's counts."""
    with database.reading() as session:
        untold = store.list_untold(session, now)
        searches = alerts.list_active(session) if untold else []
    told = 0
    for notice in untold:
        with database.reading() as session:
            document = _document(session, notice)
            week = Week(notice.monday)
        if document is None:
            with database.writing() as session:
                store.finish_notice(session, notice, 0, now)
            continue
        people = sorted({s.person_id for s in searches if _asks_for(document, s.wanted.question, now)})
        told += _tell(database, notice, document, week, people, now)
    return told


def _end_answered(database: Database, now: datetime) -> None:
    """Offers that were taken elsewhere, and offers whose time is over; and waits for weeks that have passed."""
    with database.reading() as session:
        offered = store.list_offered(session)
        over = [waiting for waiting in store.list_waiting(session) if is_over(waiting, now.date())]
    for waiting in offered:
        with database.writing() as session:
            _end_offer(session, waiting.public_id, now)
    for waiting in over:
        with database.writing() as session:
            if store.move(session, waiting, State.LAPSED):
                _note(session, waiting, State.LAPSED, now)
                text = "The weeks you waited for have passed without room for your run."
                notices.tell(session, waiting.studio_id, "waiting", text, PATH, now)


def _end_offer(session: Session, public_id: str, now: datetime) -> None:
    waiting = store.get(session, public_id, lock=True)
    if waiting.state is not State.OFFERED or waiting.reservation_id is None:
        return
    reservation = reservations.get_by_id(session, ReservationId(waiting.reservation_id))
    if reservation.state is ReservationState.FIRM:  # confirmed where holds are confirmed
        if store.move(session, waiting, State.TAKEN):
            _note(session, waiting, State.TAKEN, now)
        return
    if reservation.state is ReservationState.HELD and not holds.release(session, reservation.id, Outcome.EXPIRED, now):
        return
    if store.move(session, waiting, State.LAPSED):
        _note(session, waiting, State.LAPSED, now)
        text = "The weeks that were held for you have gone to the next in the line."
        notices.tell(session, waiting.studio_id, "waiting", text, PATH, now)


def _serve(database: Database, waiting: Waiting, now: datetime, offer_for: timedelta) -> bool:
    """Hold the weeks for one who waits, if they fit. A look without a lock comes first: most lines just wait."""
    with database.reading() as session:
        found = _find(session, waiting)
        if found is None or not has_room(session, *found, waiting, now):
            return False
    try:
        with database.writing() as session:
            return _offer(session, waiting.public_id, now, offer_for)
    except (Conflict, Invalid, NotFound):
        return False  # somebody was quicker, or the service has changed; they keep their place


def _offer(session: Session, public_id: str, now: datetime, offer_for: timedelta) -> bool:
    """Errors: Conflict when there is no room after all; what was held is undone with the transaction."""
    waiting = store.get(session, public_id, lock=True)
    found = _find(session, waiting)
    if waiting.state is not State.WAITING or found is None:
        return False
    supplier, service = found
    until = now + offer_for
    held = holds.hold(
        session,
        supplier=supplier,
        service=service,
        studio_id=waiting.studio_id,
        run=run_of(waiting, service),
        arrival=waiting.first_monday,
        made_by=Side.SUPPLIER,
        expires_at=until,
        now=now,
    )
    if not fits(waiting, held.plan):
        raise Conflict("The weeks have no room for this run.")
    if not store.move(
        session, waiting, State.OFFERED, offered_at=now, offer_until=until, reservation_id=held.reservation.id
    ):
        raise Conflict("Somebody was quicker.")
    _note(session, waiting, State.OFFERED, now)
    amount = format_quantity(Quantity(waiting.atoms, service.draft.unit))
    text = (
        f"{supplier.profile.name} has room: {amount} are held for you until "
        f"{until:%d %B %Y, %H:%M} UTC. Take the weeks or leave them to the next."
    )
    notices.tell(session, waiting.studio_id, "waiting_offer", text, PATH, now)
    return True


def _find(session: Session, waiting: Waiting) -> tuple[Supplier, Service] | None:
    """What is waited for, while it is listed."""
    try:
        supplier = suppliers.get(session, waiting.supplier_id)
    except NotFound:
        return None
    service = next((s for s in supplier.services if s.id == waiting.service_id), None)
    if supplier.status is not Status.PUBLISHED or service is None or service.status is not Status.PUBLISHED:
        return None
    return supplier, service


def _document(session: Session, notice: ShortNotice) -> SiteDocument | None:
    """The supplier as searches see it, with the one service that has room."""
    try:
        supplier = suppliers.get(session, notice.supplier_id)
    except NotFound:
        return None
    service = next((s for s in supplier.services if s.id == notice.service_id), None)
    if supplier.status is not Status.PUBLISHED or service is None or service.status is not Status.PUBLISHED:
        return None
    resources = capacity.list_resources(session, supplier.sites)
    uses = capacity.list_uses(session, [resource.id for resource in resources])
    documents = build_documents(supplier, {resource.id: resource for resource in resources}, uses)
    for document in documents:
        if document.site_id == service.site_id:
            return document
    return None


def _asks_for(document: SiteDocument, question: str, now: datetime) -> bool:
    """Whether a saved search would find the supplier now: the search's own decision."""
    try:
        asked = read_question(question, now.date())
    except Invalid:
        return False  # its date has passed
    return decide(document, asked.query).fits


def _tell(
    database: Database, notice: ShortNotice, document: SiteDocument, week: Week, people: list[int], now: datetime
) -> int:
    with database.writing() as session:
        supplier = suppliers.get(session, notice.supplier_id)
        service = next(s for s in supplier.services if s.id == notice.service_id)
        often = store.count_told_each(session, week_before(now))
        chosen = [person for person in people if often.get(person, 0) < MOST_NOTICES_A_WEEK]
        if not store.finish_notice(session, notice, len(chosen), now):
            return 0
        trade = vocabulary().label(Facet.PROCESS, service.draft.process)
        text = f"{document.name} has room in the week of {week.monday:%d %B %Y}: {trade}. {notice.body}".strip()
        for person in chosen:
            store.add_told(session, notice, person, now)
            notices.tell_person(session, person, "short_notice", text, f"/suppliers/{document.slug}", now)
        audit.record(
            session,
            now,
            None,
            "waiting.tell",
            "short_notice",
            notice.public_id,
            organisation_id=supplier.organisation_id,
            after={"told": len(chosen)},
        )
        return len(chosen)


def _note(session: Session, waiting: Waiting, to: State, now: datetime) -> None:
    audit.record(
        session,
        now,
        None,
        f"waiting.{to.value}",
        "waiting",
        waiting.public_id,
        organisation_id=waiting.studio_id,
        before={"state": waiting.state.value},
        after={"state": to.value},
    )
