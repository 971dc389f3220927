"""What suppliers do with their weeks. Each is one write transaction and notes the change for the search index."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.model import Actor
from marketplace.capacity import promises, store
from marketplace.capacity.model import Closure
from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.errors import Invalid
from marketplace.suppliers.actions import own_supplier, service_of, site_of
from marketplace.suppliers.model import SiteId
from marketplace.units import Week

MAXIMUM_CLOSURES = 100


def publish_usual(
    database: Database,
    actor: Actor,
    supplier_id: str,
    service_id: str,
    atoms: int | None,
    now: datetime,
    closure: Closure | None = None,
) -> None:
    """Say what a usual week offers for a service (public ids; atoms of the service's unit).

    Errors: Invalid when the days of the closure of its site, if one is given, overlap others; Conflict when it
    is less than what is reserved of a week.
    """
    with database.writing() as session:
        supplier = own_supplier(session, actor, "capacity.publish", supplier_id)
        service = service_of(supplier, service_id)
        if closure:
            _add_closure(session, service.site_id, closure)
        resource_id = store.ensure_resource(session, service)
        store.set_usual(session, resource_id, atoms, now)
        promises.keep(session, supplier.sites)
        changes.record(session, supplier.id)


def publish_weeks(
    database: Database,
    actor: Actor,
    supplier_id: str,
    service_id: str,
    weeks: Mapping[Week, int | None],
    now: datetime,
) -> dict[Week, int | None]:
    """State weeks of a service; None makes a week usual again.

    Returns what was stated before, so that it can be undone.

    Errors: Conflict when it is less than what is reserved of a week.
    """
    with database.writing() as session:
        supplier = own_supplier(session, actor, "capacity.publish", supplier_id)
        service = service_of(supplier, service_id)
        site = next(site for site in supplier.sites if site.id == service.site_id)
        resource_id = store.ensure_resource(session, service)
        stated = store.get_resource(session, site, resource_id).calendar.stated
        store.lock(session, resource_id)
        store.set_weeks(session, resource_id, weeks, now)
        promises.keep(session, [site])
        changes.record(session, supplier.id)
    return {week: stated.get(week) for week in weeks}


def confirm_weeks(database: Database, actor: Actor, supplier_id: str, service_id: str, now: datetime) -> None:
    """Say that what is published still holds."""
    with database.writing() as session:
        supplier = own_supplier(session, actor, "capacity.publish", supplier_id)
        store.confirm(session, store.ensure_resource(session, service_of(supplier, service_id)), now)
        changes.record(session, supplier.id)


def add_closure(database: Database, actor: Actor, supplier_id: str, site_id: str, closure: Closure) -> None:
    """Shut a site on some days. To say the same again is no error.

    Errors: Invalid when the days overlap others, or there are too many; Conflict when work is booked on them that
    the rest of the week can't take.
    """
    with database.writing() as session:
        supplier = own_supplier(session, actor, "capacity.publish", supplier_id)
        site = site_of(supplier, site_id)
        _add_closure(session, site.id, closure)
        promises.keep(session, [site])
        changes.record(session, supplier.id)


def remove_closure(database: Database, actor: Actor, supplier_id: str, site_id: str, first: str) -> None:
    """Open a site again; `first` is the closure's first day, ISO. A closure that is gone is no error."""
    with database.writing() as session:
        supplier = own_supplier(session, actor, "capacity.publish", supplier_id)
        site = site_of(supplier, site_id)
        closures = store.list_closures(session, [site.id]).get(site.id, [])
        store.set_closures(session, site.id, [c for c in closures if c.first.isoformat() != first])
        promises.keep(session, [site])
        changes.record(session, supplier.id)


def _add_closure(session: Session, site_id: SiteId, closure: Closure) -> None:
    closures = store.list_closures(session, [site_id]).get(site_id, [])
    if closure in closures:
        return
    if len(closures) >= MAXIMUM_CLOSURES:
        raise Invalid({"first": f"At most {MAXIMUM_CLOSURES} closures; remove old ones first."})
    for other in closures:
        if closure.first <= other.last and other.first <= closure.last:
            days = f"{other.first.isoformat()} to {other.last.isoformat()}"
            raise Invalid({"first": f"Overlaps the closure {days}. Remove that one first."})
    store.set_closures(session, site_id, [*closures, closure])
