"""Studios hold weeks by themselves; both sides confirm and end holds. Each is one write transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor, OrganisationKind
from marketplace.accounts.policy import authorize, can
from marketplace.audit import store as audit
from marketplace.booking import holds, store
from marketplace.booking.model import Held, Outcome, Reservation, Side, State
from marketplace.capacity import store as capacity
from marketplace.db import Database
from marketplace.errors import Conflict, NotFound, TooMany
from marketplace.notices import store as notices
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.actions import service_of
from marketplace.suppliers.model import Service, Status, Supplier
from marketplace.suppliers.rules import Run
from marketplace.units import Unit, Week, format_quantity

MOST_OPEN_HOLDS = 5  # of one studio
MOST_FOR_NOTHING = 10  # of one studio for one service, within a week
_REMEMBERED = timedelta(days=7)
LASTS = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a studio wants to hold, by public ids. `only`: in that week and no other."""

    supplier_id: str
    service_id: str
    run: Run
    arrival: date
    by: date | None = None
    only: Week | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A reservation as its parties see it."""

    reservation: Reservation
    supplier: Supplier
    service: Service
    unit: Unit  # of the resource: what weeks are counted in


def hold_weeks(database: Database, actor: Actor, wanted: Wanted, now: datetime) -> tuple[Shown, Held]:
    """Hold weeks for the actor's studio until the supplier agrees, for two days at most.

    Errors: NotFound for a service nobody may book; Conflict when the weeks are not to be had, with what is left;
    Invalid when the service takes no such run; TooMany for a studio that holds enough already.
    """
    with database.writing() as session:
        studio = _studio(actor)
        authorize(actor, "hold.make", studio)
        assert studio is not None
        supplier = suppliers.find_by_public_id(session, wanted.supplier_id)
        if supplier is None or supplier.status is not Status.PUBLISHED:
            raise NotFound
        service = service_of(supplier, wanted.service_id)
        if service.status is not Status.PUBLISHED:
            raise NotFound
        if not accounts.organisation_has_members(session, supplier.organisation_id):
            raise Conflict("Nobody of this firm is here to agree yet: ask them by the address on their page.")
        _check_limits(session, studio, service, now)
        held = holds.hold(
            session,
            supplier=supplier,
            service=service,
            studio_id=studio,
            run=wanted.run,
            arrival=wanted.arrival,
            made_by=Side.STUDIO,
            expires_at=now + LASTS,
            now=now,
            by=wanted.by,
            only=wanted.only,
        )
        shown = Shown(held.reservation, supplier, service, held.unit)
        text = (
            f"A studio holds {format_quantity(wanted.run.quantity)} of your weeks: agree within two days or it lapses."
        )
        _note(session, actor, "hold.make", shown, now, supplier.organisation_id, text)
        return shown, held


def confirm(database: Database, actor: Actor, public_id: str, now: datetime) -> Shown:
    """Agree to what the other side holds: the weeks are booked.

    Errors: NotFound; Conflict when it has lapsed, or is the other side's to agree to.
    """
    with database.writing() as session:
        shown = _of_party(session, actor, "hold.confirm", public_id)
        _own_hold(shown)
        side = _side(actor, "hold.confirm", shown)
        was = shown.reservation.state
        reservation = holds.make_firm(session, shown.reservation.id, side, now)
        shown = replace(shown, reservation=reservation)
        if was is not State.FIRM:
            _note(session, actor, "hold.confirm", shown, now, _other(shown, side), "Weeks you held are booked now.")
        return shown


def end(database: Database, actor: Actor, public_id: str, now: datetime) -> Shown:
    """Give held or booked weeks back. To end what has ended is no error.

    Errors: NotFound; Conflict for weeks of a quote or an order, which end by their own rules.
    """
    with database.writing() as session:
        shown = _of_party(session, actor, "hold.end", public_id)
        _own_hold(shown)
        side = _side(actor, "hold.end", shown)
        outcome = Outcome.WITHDRAWN if shown.reservation.state is State.HELD else Outcome.CANCELLED
        released = holds.release(session, shown.reservation.id, outcome, now)
        shown = replace(shown, reservation=store.get(session, public_id))
        if released:
            _note(session, actor, "hold.end", shown, now, _other(shown, side), "Weeks that were held are open again.")
        return shown


def get(database: Database, actor: Actor, public_id: str) -> Shown:
    """Errors: NotFound for anybody but the parties."""
    with database.reading() as session:
        return _of_party(session, actor, "hold.read", public_id)


def list_own(database: Database, actor: Actor) -> list[Shown]:
    """What is held and booked for the actor's studio, or of the actor's firm."""
    with database.reading() as session:
        authorize(actor, "hold.read", *(m.organisation_id for m in actor.memberships))
        found = [
            r for studio in actor.organisations(OrganisationKind.STUDIO) for r in store.list_of_studio(session, studio)
        ]
        for organisation in actor.organisations(OrganisationKind.SUPPLIER):
            supplier = suppliers.find_by_organisation(session, organisation)
            found += store.list_of_supplier(session, supplier.id) if supplier else []
        return [_shown(session, reservation) for reservation in found]


def _check_limits(session: Session, studio: int, service: Service, now: datetime) -> None:
    """Whoever holds everything, or the same again and again, and lets it lapse keeps others out.

    A share of each week is no measure: fifty pieces take all of a small room's weeks.
    Errors: TooMany.
    """
    opened, came_to_nothing = store.count_holds(session, studio, service.id, now - _REMEMBERED, now)
    if opened >= MOST_OPEN_HOLDS:
        raise TooMany(
            f"Your studio has {MOST_OPEN_HOLDS} open holds. End one, or wait until one is agreed or lapses.", 3600
        )
    if came_to_nothing >= MOST_FOR_NOTHING:
        raise TooMany(
            f"{came_to_nothing} of your holds here came to nothing within a week. Ask for a quote instead, "
            "or hold again in some days.",
            86_400,
        )


def _studio(actor: Actor) -> int | None:
    return next(iter(actor.organisations(OrganisationKind.STUDIO)), None)


def _own_hold(shown: Shown) -> None:
    """What a supplier holds stands behind a quote or an offer of a freed week, which end by their own rules."""
    if shown.reservation.made_by is Side.SUPPLIER:
        raise Conflict("These weeks belong to a quote, an order or a pool: accept, withdraw, cancel or close that.")


def _of_party(session: Session, actor: Actor, action: str, public_id: str) -> Shown:
    reservation = store.find(session, public_id)
    if reservation is None:
        authorize(actor, action)  # says sign in to who is not
        raise NotFound
    shown = _shown(session, reservation)
    authorize(actor, action, reservation.studio_id, shown.supplier.organisation_id)
    return shown


def _shown(session: Session, reservation: Reservation) -> Shown:
    supplier = suppliers.get(session, reservation.supplier_id)
    service = next(service for service in supplier.services if service.id == reservation.service_id)
    return Shown(reservation, supplier, service, capacity.unit_of(session, reservation.resource_id))


def _side(actor: Actor, action: str, shown: Shown) -> Side:
    return Side.STUDIO if can(actor, action, shown.reservation.studio_id) else Side.SUPPLIER


def _other(shown: Shown, side: Side) -> int:
    return shown.supplier.organisation_id if side is Side.STUDIO else shown.reservation.studio_id


def _note(
    session: Session, actor: Actor, action: str, shown: Shown, now: datetime, organisation_id: int, text: str
) -> None:
    """The audit event, and the news for the other side."""
    reservation = shown.reservation
    after = {"state": reservation.state, "weeks": {s.week.monday: s.atoms for s in reservation.weeks}}
    audit.record(
        session,
        now,
        actor,
        action,
        "reservation",
        reservation.public_id,
        organisation_id=shown.supplier.organisation_id,
        after=after,
    )
    notices.tell(session, organisation_id, action, text, "/account/notices", now)
