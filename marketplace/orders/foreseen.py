"""When a proposed change would run, on the weeks as they are now. Nothing is held."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.booking import holds
from marketplace.booking.model import ReservationId
from marketplace.briefs import store as briefs
from marketplace.briefs.rules import run_of
from marketplace.enquiries import store as enquiries
from marketplace.errors import Conflict, Invalid
from marketplace.orders.model import Change, Order
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Service, Supplier
from marketplace.suppliers.rules import Run
from marketplace.units import Quantity


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The days an accepted change would book; no start where the run has no room. `by`: the day the brief needs it."""

    starts: date | None
    ready: date | None
    by: date | None

    @property
    def is_late(self) -> bool:
        return self.ready is not None and self.by is not None and self.ready > self.by


def foresee(session: Session, order: Order, change: Change, now: datetime) -> Foreseen:
    enquiry = enquiries.get_enquiry_by_id(session, order.enquiry_id)
    by = briefs.get_version(session, enquiry.brief_id, enquiry.brief_version).by
    if order.reservation_id is None:
        return Foreseen(change.arrival, moved_ready(order, change), by)
    try:
        supplier, service, run = run_of_change(session, order, change)
        plan = holds.foresee(
            session,
            supplier=supplier,
            service=service,
            run=run,
            arrival=change.arrival,
            instead_of=ReservationId(order.reservation_id),
            now=now,
        )
    except (Conflict, Invalid):
        plan = None
    return Foreseen(plan.starts, plan.ready, by) if plan else Foreseen(None, None, by)


def moved_ready(order: Order, change: Change) -> date | None:
    """Where no weeks are booked, the ready day moves as far as the start does."""
    moved = change.arrival - order.starts if order.starts else timedelta()
    return order.ready + moved if order.ready else None


def run_of_change(session: Session, order: Order, change: Change) -> tuple[Supplier, Service, Run]:
    """What would be booked, and of whom. Errors: Conflict when the service is listed no more."""
    enquiry = enquiries.get_enquiry_by_id(session, order.enquiry_id)
    supplier = suppliers.get(session, enquiry.supplier_id)
    service = next((s for s in supplier.services if s.id == enquiry.service_id), None)
    if service is None:
        raise Conflict("The workshop does not list this service any more, so no weeks can be booked for it.")
    quantity = Quantity(change.quantity, order.unit)
    known = run_of(briefs.get_version(session, enquiry.brief_id, enquiry.brief_version), order.unit)
    return supplier, service, replace(known, quantity=quantity, split=None) if known else Run(quantity)
