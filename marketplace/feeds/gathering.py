"""A calendar as it stands now, read from the database."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.audit import store as audit
from marketplace.booking import store as booking
from marketplace.booking.model import Reservation, Side, State
from marketplace.capacity import store as capacity
from marketplace.feeds import ical
from marketplace.feeds.model import KEPT_DAYS, Event
from marketplace.feeds.views import Changes, open_week_events, order_events, reservation_events
from marketplace.orders import store as orders
from marketplace.orders.model import Order
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Supplier, SupplierId
from marketplace.vocabulary import Facet, vocabulary


def read_calendar(session: Session, organisation_id: int, site_url: str, today: date) -> bytes:
    """What an organisation's calendar says today: the same bytes until something changes, or the day does."""
    supplier = suppliers.find_by_organisation(session, organisation_id)
    if supplier is not None:
        return ical.calendar(supplier.profile.name, _of_supplier(session, supplier, today), site_url)
    name = _studio_name(session, organisation_id)
    return ical.calendar(name, _of_studio(session, organisation_id, today), site_url)


def _of_supplier(session: Session, supplier: Supplier, today: date) -> list[Event]:
    reserved = _live(booking.list_of_supplier(session, supplier.id), today)
    trail = audit.count_by_object(session, "reservation", [r.public_id for r in reserved])
    resources = {r.id: r for r in capacity.list_resources(session, supplier.sites)}
    works = {s.id: vocabulary().label(Facet.PROCESS, s.draft.process) for s in supplier.services}
    events: list[Event] = []
    for item in reserved:
        unit = resources[item.resource_id].calendar.unit
        work = works.get(item.service_id, resources[item.resource_id].name)
        is_pool = item.studio_id == supplier.organisation_id  # held in its own name, for several studios
        other = "a pool" if is_pool else _studio_name(session, item.studio_id)
        events += reservation_events(item, unit, work, other, _changes(trail, item.public_id, item.created_at))
    # A week is less open since its last reservation, and maybe more open since one ended: the listing knows neither.
    newest = max(
        (change.last for change in (_changes(trail, r.public_id, r.created_at) for r in reserved)), default=None
    )
    for resource in resources.values():
        confirmed = resource.calendar.confirmed_at or supplier.updated_at
        label = vocabulary().label(Facet.PROCESS, resource.name)
        events += open_week_events(resource, label, today, max(confirmed, newest or confirmed))
    return events + _of_orders(session, orders.list_of_supplier(session, supplier.id), Side.SUPPLIER, today)


def _of_studio(session: Session, studio_id: int, today: date) -> list[Event]:
    held = [r for r in _live(booking.list_of_studio(session, studio_id), today) if r.state is State.HELD]
    trail = audit.count_by_object(session, "reservation", [r.public_id for r in held])
    events: list[Event] = []
    for item in held:
        supplier = suppliers.get(session, item.supplier_id)
        resource = next(r for r in capacity.list_resources(session, supplier.sites) if r.id == item.resource_id)
        process = next((s.draft.process for s in supplier.services if s.id == item.service_id), resource.name)
        work = vocabulary().label(Facet.PROCESS, process)
        changes = _changes(trail, item.public_id, item.created_at)
        events += reservation_events(item, resource.calendar.unit, work, supplier.profile.name, changes)
    return events + _of_orders(session, orders.list_of_studio(session, studio_id), Side.STUDIO, today)


def _of_orders(session: Session, found: list[Order], side: Side, today: date) -> list[Event]:
    oldest = today - timedelta(days=KEPT_DAYS)
    listed = [order for order in found if order.ended_at is None or order.ended_at.date() >= oldest]
    trail = audit.count_by_object(session, "order", [order.public_id for order in listed])
    events: list[Event] = []
    for order in listed:
        if side is Side.SUPPLIER:
            other = _studio_name(session, order.studio_id)
        else:
            other = suppliers.get(session, SupplierId(order.supplier_id)).profile.name
        changes = _changes(trail, order.public_id, order.created_at)
        events += order_events(order, orders.list_milestones(session, order.id), side, other, changes)
    return events


def _live(reservations: list[Reservation], today: date) -> list[Reservation]:
    """Without weeks that are long over, and holds that have lapsed but nobody has cleared away yet."""
    oldest = today - timedelta(days=KEPT_DAYS)
    return [
        item
        for item in reservations
        if item.weeks
        and item.weeks[-1].week.sunday >= oldest
        and (item.expires_at is None or item.expires_at.date() >= today)
    ]


def _changes(trail: dict[str, tuple[int, datetime]], public_id: str, created_at: datetime) -> Changes:
    count, last = trail.get(public_id, (0, created_at))
    return Changes(count, last)


def _studio_name(session: Session, organisation_id: int) -> str:
    studio = accounts.find_studio(session, organisation_id)
    return studio.name if studio else "A studio"
