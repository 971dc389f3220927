"""How a pool moves: reached and reopened, extended, confirmed, called off.

Each function works inside the caller's transaction, which has locked the pool's row. The state changes by
compare-and-swap all the same, and the database refuses a second event of one kind and number: what happened once
can't happen twice, whoever forgets the lock. What is told stands in the same transaction as what happened.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts.model import Actor
from marketplace.audit import store as audit
from marketplace.booking import holds
from marketplace.booking import store as reservations
from marketplace.booking.model import Held, Outcome, ReservationId, Side
from marketplace.errors import Conflict, Invalid
from marketplace.notices import store as notices
from marketplace.pools import store
from marketplace.pools.model import (
    ClosingAction,
    ConfirmsAt,
    Event,
    EventKind,
    Fate,
    Group,
    Pledge,
    PledgeState,
    Pool,
    State,
    Terms,
)
from marketplace.pools.rules import (
    GRACE,
    Ending,
    Standing,
    at_closing,
    bills,
    not_filled,
    smaller_group,
    stand,
    why_not_served,
    why_outside,
)
from marketplace.pools.words import amount, at_text, closes_text, day_text, designers_text, title_text
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Service, Supplier
from marketplace.units import Money
from marketplace.units.model import format_money

_DAY = timedelta(days=1)
_QUICKER = "Somebody was quicker: look at the pool again."


def path_of(pool: Pool) -> str:
    return f"/pools/{pool.public_id}"


def settle(session: Session, pool: Pool, now: datetime) -> Pool:
    """After a pledge came, changed or went: the minimum is reached, or isn't any more. Told once for each crossing.

    A pool that confirms at once is confirmed here, in the transaction of the pledge that fills it.
    """
    pledges = store.list_live_pledges(session, pool)
    standing = stand(pool, pledges)
    if standing.group and pool.state is State.OPEN:
        pool = _reach(session, pool, pledges, standing, now)
    elif not standing.group and pool.state is State.REACHED:
        pool = _reopen(session, pool, pledges, standing, now)
    if standing.group and pool.terms.confirms is ConfirmsAt.REACHED:
        pool = confirm(session, pool, pledges, standing, standing.group, now)
    return pool


def close(
    session: Session,
    pool: Pool,
    now: datetime,
    actor: Actor | None = None,
    *,
    by_hand: bool = False,
    anyway: bool = False,
) -> Pool:
    """What the terms say for the closing; of a pool that has ended, nothing. All or nothing.

    `by_hand`: its supplier closes early, so nothing is extended. `anyway`: it confirms a smaller lot.
    Errors: Conflict when `anyway` finds nobody, or the terms don't allow it.
    """
    if not pool.state.is_live:
        return pool
    pledges = store.list_live_pledges(session, pool)
    standing = stand(pool, pledges)
    if standing.group and pool.state is State.OPEN:  # else nobody was told that it is reached
        pool = _reach(session, pool, pledges, standing, now)
    ending, group = at_closing(pool, pledges, standing)
    if anyway and ending is not Ending.CONFIRM:
        group = _anyway(pool, pledges, standing)
        ending = Ending.CONFIRM
    if ending is Ending.EXTEND and not by_hand:
        return extend(session, pool, pledges, standing, now)
    if ending is Ending.CONFIRM and group:
        try:
            with session.begin_nested():
                return confirm(session, pool, pledges, standing, group, now, actor)
        except Conflict as error:
            if anyway:
                raise
            return cancel(session, pool, f"The weeks of the lot are gone. {error.detail}", now, actor)
    return cancel(session, pool, "", now, actor)


def confirm(
    session: Session,
    pool: Pool,
    pledges: list[Pledge],
    standing: Standing,
    group: Group,
    now: datetime,
    actor: Actor | None = None,
) -> Pool:
    """The lot runs: its weeks are booked, everybody is in it or isn't, the set-up is shared.

    Errors: Conflict when the weeks can't be had any more; the caller undoes the rest.
    """
    terms = pool.terms
    supplier, service = _of(session, pool)
    missing = max(terms.minimum - group.atoms, 0) if terms.closing is ClosingAction.CONFIRM else 0
    shares, carried = bills(terms, group, missing)
    reservation_id, ready = _book(session, pool, supplier, service, group.atoms, now)
    moved = store.move(
        session,
        pool,
        State.CONFIRMED,
        decided_at=now,
        workshop_minor=carried,
        reservation_id=reservation_id,
        ready=ready,
    )
    if not moved:
        raise Conflict(_QUICKER)
    _event(session, pool, EventKind.CONFIRMED, 1, standing, now, group)
    name = f"{title_text(terms.key)} at {supplier.profile.name}"
    texts: dict[int, str] = {}
    fates: list[Fate] = []
    for pledge in pledges:
        bill = shares.get(pledge.public_id)
        if bill is None:
            why = why_not_served(terms, standing, pledge, group)
            fates.append(Fate(pledge, PledgeState.UNSERVED, why))
            texts[pledge.studio_id] = f"{name} runs without you: {why}. You owe nothing."
        else:
            served = group.amounts[pledge.public_id]
            fates.append(Fate(pledge, PledgeState.SERVED, "", served, bill.setup, bill.whole))
            money = format_money(Money(bill.whole, terms.currency))
            texts[pledge.studio_id] = (
                f"{name} runs with you: {amount(served, terms.unit)}, {money}, ready {day_text(ready)}."
            )
    store.decide_pledges(session, fates, now)
    designers = designers_text(len(group.amounts))
    texts[supplier.organisation_id] = f"{name} is confirmed: {amount(group.atoms, terms.unit)} for {designers}."
    notices.tell_each(session, texts, "pool_confirmed", path_of(pool), now)
    _audit(session, pool, supplier, "pool.confirm", State.CONFIRMED, now, actor)
    return store.get(session, pool.public_id)


def cancel(session: Session, pool: Pool, reason: str, now: datetime, actor: Actor | None = None) -> Pool:
    """Call a pool off: nobody owes anything, the weeks are free again, everybody hears why."""
    pledges = store.list_live_pledges(session, pool)
    standing = stand(pool, pledges)
    terms = pool.terms
    why = reason or ("Nobody is in." if not pledges else f"{not_filled(terms, standing)}.")
    if not store.move(session, pool, State.CANCELLED, decided_at=now, reason=why):
        raise Conflict(_QUICKER)
    supplier, _ = _of(session, pool)
    holds.release(session, ReservationId(pool.reservation_id), Outcome.WITHDRAWN, now)
    _event(session, pool, EventKind.CANCELLED, 1, standing, now)
    name = f"{title_text(terms.key)} at {supplier.profile.name}"
    texts = {supplier.organisation_id: f"{name} was called off and its weeks are free again: {why}"}
    fates = []
    for pledge in pledges:
        told = reason or why_not_served(terms, standing, pledge, None)
        fates.append(Fate(pledge, PledgeState.RELEASED, told))
        texts[pledge.studio_id] = f"{name} was called off: {told.rstrip('.')}. You owe nothing."
    store.decide_pledges(session, fates, now)
    notices.tell_each(session, texts, "pool_cancelled", path_of(pool), now)
    _audit(session, pool, supplier, "pool.cancel", State.CANCELLED, now, actor, why)
    return store.get(session, pool.public_id)


def extend(session: Session, pool: Pool, pledges: list[Pledge], standing: Standing, now: datetime) -> Pool:
    """Keep a pool open longer; its weeks move behind the new closing. Called off where there are none."""
    terms = pool.terms
    closes_at = (
        terms.closes_at if terms.closes_at + terms.extend_days * _DAY > now else now
    ) + terms.extend_days * _DAY
    later = replace(terms, closes_at=closes_at, starts=max(terms.starts, closes_at.date() + _DAY))
    supplier, service = _of(session, pool)
    try:
        with session.begin_nested():
            holds.release(session, ReservationId(pool.reservation_id), Outcome.CHANGED, now)
            held = hold_weeks(session, supplier, service, later, terms.maximum, now)
    except (Conflict, Invalid) as error:
        return cancel(session, pool, f"No weeks are left for a later lot. {error.detail}", now)
    moved = store.move(
        session,
        pool,
        State.OPEN,
        extended=pool.extended + 1,
        closes_at=closes_at,
        starts=later.starts,
        reservation_id=held.reservation.id,
        ready=held.plan.ready,
    )
    if not moved:
        raise Conflict(_QUICKER)
    _event(session, pool, EventKind.EXTENDED, pool.extended + 1, standing, now)
    name = f"{title_text(terms.key)} at {supplier.profile.name}"
    text = f"{name} stays open until {at_text(closes_at)}: {not_filled(terms, standing)}."
    texts = {supplier.organisation_id: text}
    for pledge in pledges:
        why = why_outside(terms.reach_m, held.plan.ready, pledge.metres, pledge.radius_m, pledge.needed_by)
        texts[pledge.studio_id] = f"{text} But {why}: change your pledge or withdraw it." if why else text
    notices.tell_each(session, texts, "pool_extended", path_of(pool), now)
    _audit(session, pool, supplier, "pool.extend", State.OPEN, now, None)
    return store.get(session, pool.public_id)


def hold_weeks(session: Session, supplier: Supplier, service: Service, terms: Terms, atoms: int, now: datetime) -> Held:
    """The weeks of a lot, held for the supplier itself until closing, and a while longer for a worker that is late.

    Errors: Conflict when they are not to be had; Invalid when the service doesn't take such a run.
    """
    return holds.hold(
        session,
        supplier=supplier,
        service=service,
        studio_id=supplier.organisation_id,
        run=terms.run(atoms),
        arrival=terms.starts,
        made_by=Side.SUPPLIER,
        expires_at=max(terms.closes_at, now) + GRACE,
        now=now,
    )


def _anyway(pool: Pool, pledges: list[Pledge], standing: Standing) -> Group:
    if pool.terms.closing is not ClosingAction.CONFIRM:
        raise Conflict(f"This pool runs from its minimum on: {not_filled(pool.terms, standing)}.")
    group = smaller_group(pool, pledges, standing, pool.terms.unit.step)
    if group is None:
        raise Conflict("Nobody is in this pool who could be in the lot.")
    return group


def _book(
    session: Session, pool: Pool, supplier: Supplier, service: Service, atoms: int, now: datetime
) -> tuple[ReservationId, date]:
    """Book what the lot needs of the weeks that were held for the largest one; the rest is free again.

    Where the service doesn't take exactly that amount (a gap between two machine loads), all of them are booked.
    """
    held_id = ReservationId(pool.reservation_id)
    if atoms != pool.terms.maximum or not reservations.get_by_id(session, held_id).is_active:
        try:
            with session.begin_nested():
                holds.release(session, held_id, Outcome.CHANGED, now)
                smaller = hold_weeks(session, supplier, service, pool.terms, atoms, now)
                if smaller.plan.ready > pool.ready:
                    raise Conflict("It would be ready later than what everybody was told.")
                holds.make_firm(session, smaller.reservation.id, Side.STUDIO, now)
                return smaller.reservation.id, smaller.plan.ready
        except (Conflict, Invalid):
            pass
    return holds.make_firm(session, held_id, Side.STUDIO, now).id, pool.ready


def _reach(session: Session, pool: Pool, pledges: list[Pledge], standing: Standing, now: datetime) -> Pool:
    number = pool.crossings + 1
    if not store.move(session, pool, State.REACHED, crossings=number):
        raise Conflict(_QUICKER)
    _event(session, pool, EventKind.REACHED, number, standing, now, standing.group)
    closes = closes_text(pool.terms.closes_at, now)
    text = f"{title_text(pool.terms.key)}: the minimum is reached. It {closes}; until then anybody may withdraw."
    _tell_all(session, pool, pledges, "pool_reached", text, now)
    return store.get(session, pool.public_id)


def _reopen(session: Session, pool: Pool, pledges: list[Pledge], standing: Standing, now: datetime) -> Pool:
    if not store.move(session, pool, State.OPEN):
        raise Conflict(_QUICKER)
    _event(session, pool, EventKind.REOPENED, pool.crossings, standing, now)
    text = f"{title_text(pool.terms.key)}: the minimum is missed again, {not_filled(pool.terms, standing)}."
    _tell_all(session, pool, pledges, "pool_reopened", text, now)
    return store.get(session, pool.public_id)


def _tell_all(session: Session, pool: Pool, pledges: list[Pledge], kind: str, text: str, now: datetime) -> None:
    supplier, _ = _of(session, pool)
    told = (supplier.organisation_id, *(pledge.studio_id for pledge in pledges))
    notices.tell_each(session, dict.fromkeys(told, text), kind, path_of(pool), now)


def _event(
    session: Session,
    pool: Pool,
    kind: EventKind,
    number: int,
    standing: Standing,
    now: datetime,
    group: Group | None = None,
) -> None:
    atoms, designers = standing.totals.atoms, standing.totals.designers
    store.add_event(session, pool, Event(kind, number, now, atoms, designers, group.atoms if group else 0))


def _of(session: Session, pool: Pool) -> tuple[Supplier, Service]:
    supplier = suppliers.get(session, pool.supplier_id)
    return supplier, next(service for service in supplier.services if service.id == pool.service_id)


def _audit(
    session: Session,
    pool: Pool,
    supplier: Supplier,
    action: str,
    to: State,
    now: datetime,
    actor: Actor | None,
    reason: str = "",
) -> None:
    audit.record(
        session,
        now,
        actor,
        action,
        "pool",
        pool.public_id,
        organisation_id=supplier.organisation_id,
        before={"state": pool.state.value},
        after={"state": to.value},
        reason=reason,
    )
