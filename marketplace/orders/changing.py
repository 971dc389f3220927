"""Other dates or another quantity: the workshop proposes, the designer decides. Each is one write transaction."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts.model import Actor
from marketplace.booking import holds
from marketplace.booking.model import Outcome, ReservationId, Side
from marketplace.capacity.model import Plan
from marketplace.db import Database
from marketplace.enquiries.words import run_dates
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.orders import store
from marketplace.orders.events import note, tell
from marketplace.orders.foreseen import moved_ready, run_of_change
from marketplace.orders.forms import ChangeForm
from marketplace.orders.model import Change, ChangeState, MilestoneKind, Order, State
from marketplace.orders.parties import take

_FOR_A_MOMENT = timedelta(minutes=5)  # the new weeks are booked in the same transaction that holds them


def propose(database: Database, actor: Actor, public_id: str, form: ChangeForm, now: datetime) -> Change:
    """The workshop proposes; an older proposal that nobody answered gives way.

    Errors: Invalid for a day that has passed; Conflict when the order does not run; NotFound.
    """
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        if Side.SUPPLIER not in sides:
            raise Conflict("The workshop proposes changes. Ask for one in a message.")
        _must_run(order)
        if form.arrival < now.date():
            raise Invalid({"arrival": "has passed"})
        if older := store.find_open_change(session, order.id):
            store.decide_change(session, older.id, ChangeState.WITHDRAWN, now)
        change = store.add_change(
            session,
            order.id,
            actor.person.id if actor.person else None,
            arrival=form.arrival,
            quantity=form.quantity,
            total_minor=form.total_minor,
            note=form.note,
            now=now,
        )
        note(session, actor, order, "propose_change", now, after=_said(change))
        tell(session, order, Side.STUDIO, "the workshop proposes other dates or another quantity.", now)
        return change


def withdraw(database: Database, actor: Actor, public_id: str, change_id: str, now: datetime) -> None:
    """The workshop takes its proposal back. Errors: Conflict when it was decided; NotFound."""
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        change = _change(session, order, change_id)
        if Side.SUPPLIER not in sides:
            raise Conflict("Only the workshop takes its proposal back.")
        _decide(session, change, ChangeState.WITHDRAWN, now)
        note(session, actor, order, "withdraw_change", now, before=_said(change))
        tell(session, order, Side.STUDIO, "the workshop took its proposal back.", now)


def decline(database: Database, actor: Actor, public_id: str, change_id: str, now: datetime) -> None:
    """The designer stays with what was agreed. Errors: Conflict when it was decided; NotFound."""
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        change = _change(session, order, change_id)
        if Side.STUDIO not in sides:
            raise Conflict("Only the designer decides about a proposal.")
        _decide(session, change, ChangeState.DECLINED, now)
        note(session, actor, order, "decline_change", now, before=_said(change))
        tell(session, order, Side.SUPPLIER, "the proposed change was declined; all stays as agreed.", now)


def accept(
    database: Database,
    actor: Actor,
    public_id: str,
    change_id: str,
    now: datetime,
    starts: date | None = None,
    ready: date | None = None,
) -> Order:
    """The new weeks replace the old ones, together or not at all. `starts` and `ready` are the days the designer was
    shown, if any: no other ones are booked unseen.

    Errors: Conflict when the run does not fit, or would run on other days (nothing changes then), or the proposal was
    decided; NotFound.
    """
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        change = _change(session, order, change_id)
        if Side.STUDIO not in sides:
            raise Conflict("Only the designer decides about a proposal.")
        _must_run(order)
        _decide(session, change, ChangeState.ACCEPTED, now)
        reservation_id, plan = _rebook(session, order, change, now)
        shown = (starts, ready)
        starts, ready = (plan.starts, plan.ready) if plan else (change.arrival, moved_ready(order, change))
        if any(day and day != found for day, found in zip(shown, (starts, ready), strict=True)):
            days = run_dates(plan.starts, plan.last_worked, plan.ready) if plan else "has other days"
            raise Conflict(
                f"The weeks you were shown have changed meanwhile: the run now {days}. "
                "Nothing is booked yet: look at the new days, then accept again."
            )
        store.change(
            session,
            order,
            quantity=change.quantity,
            total_minor=change.total_minor,
            reservation_id=reservation_id,
            starts=starts,
            ready=ready,
        )
        _move_steps(session, order, plan.last_worked if plan else None, ready)
        before = {"quantity": order.quantity.atoms, "total_minor": order.total_minor, "starts": _iso(order.starts)}
        note(session, actor, order, "accept_change", now, before=before, after=_said(change))
        tell(session, order, Side.SUPPLIER, "the change was accepted, the new weeks are booked.", now)
        return store.get(session, public_id)


def _rebook(session: Session, order: Order, change: Change, now: datetime) -> tuple[int | None, Plan | None]:
    """Give the old weeks back, then take the new ones. An error undoes both."""
    if order.reservation_id is None:
        return None, None
    supplier, service, run = run_of_change(session, order, change)
    holds.release(session, ReservationId(order.reservation_id), Outcome.CHANGED, now)
    held = holds.hold(
        session,
        supplier=supplier,
        service=service,
        studio_id=order.studio_id,
        run=run,
        arrival=change.arrival,
        made_by=Side.SUPPLIER,
        expires_at=now + _FOR_A_MOMENT,
        now=now,
    )
    holds.make_firm(session, held.reservation.id, Side.STUDIO, now)
    return held.reservation.id, held.plan


def _move_steps(session: Session, order: Order, last_worked: date | None, ready: date | None) -> None:
    for step in store.list_milestones(session, order.id):
        if step.done_at is None and step.kind is MilestoneKind.BULK:
            store.set_due(session, step.id, last_worked)
        if step.done_at is None and step.kind is MilestoneKind.DELIVERY:
            store.set_due(session, step.id, ready)


def _must_run(order: Order) -> None:
    if order.state is not State.BOOKED:
        raise Conflict("The order can be changed until it is delivered, and not while it is disputed.")


def _decide(session: Session, change: Change, state: ChangeState, now: datetime) -> None:
    if not store.decide_change(session, change.id, state, now):
        raise Conflict("This proposal was decided or taken back already.")


def _change(session: Session, order: Order, change_id: str) -> Change:
    """Errors: NotFound."""
    for change in store.list_changes(session, order.id):
        if change.public_id == change_id:
            return change
    raise NotFound


def _said(change: Change) -> dict[str, object]:
    return {"quantity": change.quantity, "total_minor": change.total_minor, "starts": change.arrival.isoformat()}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
