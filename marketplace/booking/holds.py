"""Take weeks for one studio and give them back. Each function works inside the caller's transaction.

The database is the judge: a week is counted by one guarded UPDATE, and who ends or confirms a hold is settled by
one compare-and-swap of its row. Nothing here decides by what was read before. (Reading first and writing then let
two people book the same week in every run of the race; see tests/booking.)
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.booking import store
from marketplace.booking.model import Held, Outcome, Reservation, ReservationId, Side, State
from marketplace.booking.rules import expired_text, refusal_text
from marketplace.capacity import store as capacity
from marketplace.capacity.model import Plan, Resource, Use
from marketplace.capacity.rules import offered, plan, plan_within, resource_need
from marketplace.changes import store as changes
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.suppliers.model import Service, Supplier
from marketplace.suppliers.rules import Answer, Run, judge
from marketplace.units import Week

_NO_WEEKS = "This service publishes no open weeks: ask the supplier for dates."
_NOT_COUNTED = "What this run takes of the weeks can't be counted: {reason}."


def hold(
    session: Session,
    *,
    supplier: Supplier,
    service: Service,
    studio_id: int,
    run: Run,
    arrival: date,
    made_by: Side,
    expires_at: datetime,
    now: datetime,
    by: date | None = None,
    only: Week | None = None,
) -> Held:
    """Hold the weeks in which a service would make a run, from its arrival on (or in one week `only`).

    Errors: Conflict when the run doesn't fit, or would be ready after `by`; the sentence says what is left and which
    hold lapses when. Invalid when the service doesn't take such a run at all.
    """
    use = capacity.lock_use(session, service.id)
    if use is None:
        raise Conflict(_NO_WEEKS)
    # An expired hold keeps nobody out, whether or not the worker has seen it.
    for expired in store.list_expired(session, now, use.resource_id):
        release(session, expired.id, Outcome.EXPIRED, now)
    resource = _resource(session, supplier, service, use)
    need = _need(service, resource, use, run)
    start = max(arrival, now.date())
    lead = service.draft.leads.first
    found = (
        plan_within(resource.calendar, need, only, start, lead) if only else plan(resource.calendar, need, start, lead)
    )
    if found is None or (by and found.ready > by):
        raise Conflict(_refusal(session, resource, need, start, found.ready if found else None, by, only, now))
    for share in found.weeks:
        whole = offered(resource.calendar, share.week) or 0
        if share.atoms and not capacity.take(session, resource.id, share.week.monday, share.atoms, whole):
            raise Conflict(_refusal(session, resource, need, start, None, by, share.week, now))
    reservation = store.add(
        session,
        resource_id=resource.id,
        service_id=service.id,
        supplier_id=supplier.id,
        studio_id=studio_id,
        made_by=made_by,
        weeks=[share for share in found.weeks if share.atoms],
        expires_at=expires_at,
        now=now,
    )
    changes.record(session, supplier.id, weeks_only=True)
    return Held(reservation, found, resource.calendar.unit)


def foresee(
    session: Session,
    *,
    supplier: Supplier,
    service: Service,
    run: Run,
    arrival: date,
    instead_of: ReservationId,
    now: datetime,
) -> Plan | None:
    """When a run would be made if it took the place of one that is booked; nothing is held, None where it has no room.

    Errors: Conflict where the service publishes no weeks; Invalid where it doesn't take such a run at all.
    """
    site = next((site for site in supplier.sites if site.id == service.site_id), None)
    resources, uses = capacity.list_with_uses(session, [site] if site else [])
    use = uses.get(service.id)
    resource = next((each for each in resources if use and each.id == use.resource_id), None)
    if use is None or resource is None:
        raise Conflict(_NO_WEEKS)
    calendar, taken = resource.calendar, Counter(resource.calendar.taken)
    # As `hold` would find it: what the run has now is given back first, and an expired hold keeps nobody out.
    for gone in [store.get_by_id(session, instead_of), *store.list_expired(session, now, resource.id)]:
        if gone.is_active and gone.resource_id == resource.id:
            taken.subtract({share.week: share.atoms for share in gone.weeks})
    need = _need(service, resource, use, run)
    return plan(replace(calendar, taken=taken), need, max(arrival, now.date()), service.draft.leads.first)


def make_firm(session: Session, reservation_id: ReservationId, by: Side, now: datetime) -> Reservation:
    """Book what is held: the side that did not make the hold agrees to it.

    Errors: Conflict when it has expired or ended, or it is the other side's to agree.
    """
    reservation = store.get_by_id(session, reservation_id)
    if reservation.state is State.FIRM:
        return reservation
    if reservation.made_by is by:
        raise Conflict("You made this hold: the other side has to agree to it.")
    if not store.make_firm(session, reservation_id, now):
        raise Conflict(expired_text(store.get_by_id(session, reservation_id)))
    store.add_events(session, reservation, 0, "confirmed", now)
    return replace(reservation, state=State.FIRM, expires_at=None)


def release(session: Session, reservation_id: ReservationId, outcome: Outcome, now: datetime) -> bool:
    """Give the weeks back, exactly once: False when it has ended already, or is not over for an expiry."""
    reservation = store.get_by_id(session, reservation_id)
    capacity.lock(session, reservation.resource_id)
    if not store.end(session, reservation_id, outcome, now):
        return False
    for share in reservation.weeks:
        capacity.give_back(session, reservation.resource_id, share.week.monday, share.atoms)
    store.add_events(session, reservation, -1, outcome.value, now)
    changes.record(session, reservation.supplier_id, weeks_only=True)
    return True


def release_from(session: Session, reservation_id: ReservationId, week: Week, now: datetime) -> bool:
    """Give back the weeks from one on, of work that was done sooner; the earlier ones stay as they were worked.
    False when there are none, or the reservation has ended."""
    capacity.lock(session, store.get_by_id(session, reservation_id).resource_id)
    reservation = store.get_by_id(session, reservation_id)
    later = tuple(share for share in reservation.weeks if share.week >= week)
    if not later or not reservation.is_active:
        return False
    store.drop_weeks(session, reservation_id, week)
    for share in later:
        capacity.give_back(session, reservation.resource_id, share.week.monday, share.atoms)
    store.add_events(session, replace(reservation, weeks=later), -1, "done_sooner", now)
    changes.record(session, reservation.supplier_id, weeks_only=True)
    return True


def expire_due(session: Session, now: datetime) -> int:
    """Give back what expired holds keep; returns how many ended."""
    return sum(release(session, expired.id, Outcome.EXPIRED, now) for expired in store.list_expired(session, now))


def _resource(session: Session, supplier: Supplier, service: Service, use: Use) -> Resource:
    site = next((site for site in supplier.sites if site.id == service.site_id), None)
    if site is None:
        raise NotFound
    return capacity.get_resource(session, site, use.resource_id)


def _need(service: Service, resource: Resource, use: Use, run: Run) -> int:
    verdict = judge(service.draft, run)
    if verdict.answer is Answer.NO:
        raise Invalid({"quantity": "; ".join(verdict.reasons)})
    need = resource_need(service.draft, run, verdict, use.rate, resource.calendar.unit)
    if not need:
        reason = f"it is counted in {resource.calendar.unit.label}"
        raise Invalid({"quantity": _NOT_COUNTED.format(reason=reason)})
    return need


def _refusal(
    session: Session,
    resource: Resource,
    need: int,
    start: date,
    ready: date | None,
    by: date | None,
    only: Week | None,
    now: datetime,
) -> str:
    first = only or Week.containing(start)
    last = only or (Week.containing(by) if by else first.plus(12))
    weeks = [first.plus(n) for n in range((last.monday - first.monday).days // 7 + 1)]
    lapses = store.list_lapses(session, resource.id, [week.monday for week in weeks], now)
    return refusal_text(resource.calendar, need, start, weeks, ready, by, lapses)
