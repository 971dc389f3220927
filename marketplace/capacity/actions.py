"""What suppliers do with their weeks. Each is one write transaction and notes the change for the search index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.model import Actor
from marketplace.audit import store as audit
from marketplace.capacity import promises, store
from marketplace.capacity.model import Closure
from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.errors import Invalid
from marketplace.suppliers.actions import own_supplier, service_of, site_of
from marketplace.suppliers.model import SiteId, Supplier
from marketplace.units import Unit, Week

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
        site = next(site for site in supplier.sites if site.id == service.site_id)
        after: dict[str, Any] = {"usual": atoms}
        if closure and _add_closure(session, service.site_id, closure):
            after["closure"] = closure
        resource_id = store.ensure_resource(session, service)
        before = {"usual": store.get_resource(session, site, resource_id).calendar.usual}
        store.set_usual(session, resource_id, atoms, now)
        promises.keep(session, supplier.sites, now.date())
        changes.record(session, supplier.id, weeks_only=True)
        _note(session, now, actor, supplier, "service", service_id, before, after)


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
        promises.keep(session, [site], now.date())
        changes.record(session, supplier.id, weeks_only=True)
        before = {week: stated.get(week) for week in weeks}
        _note(session, now, actor, supplier, "service", service_id, _by_monday(before), _by_monday(weeks))
    return before


def state_weeks(
    database: Database,
    actor: Actor,
    supplier_id: str,
    service_id: str,
    read: Callable[[Unit], Mapping[Week, int | None]],
    now: datetime,
) -> tuple[Unit, Mapping[Week, int | None]]:
    """As publish_weeks, for who doesn't know the unit that the weeks are counted in: `read` is given it.

    Errors: those of publish_weeks, and what `read` raises.
    """
    with database.writing() as session:
        supplier = own_supplier(session, actor, "capacity.publish", supplier_id)
        service = service_of(supplier, service_id)
        site = next(site for site in supplier.sites if site.id == service.site_id)
        unit = store.get_resource(session, site, store.ensure_resource(session, service)).calendar.unit
        weeks = read(unit)
        publish_weeks(database, actor, supplier_id, service_id, weeks, now)
    return unit, weeks


def confirm_weeks(database: Database, actor: Actor, supplier_id: str, service_id: str, now: datetime) -> None:
    """Say that what is published still holds."""
    with database.writing() as session:
        supplier = own_supplier(session, actor, "capacity.publish", supplier_id)
        store.confirm(session, store.ensure_resource(session, service_of(supplier, service_id)), now)
        changes.record(session, supplier.id, weeks_only=True)
        _note(session, now, actor, supplier, "service", service_id, {}, {"confirmed_at": now})


def add_closure(
    database: Database, actor: Actor, supplier_id: str, site_id: str, closure: Closure, now: datetime
) -> None:
    """Shut a site on some days. To say the same again is no error.

    Errors: Invalid when the days overlap others, or there are too many; Conflict when work is booked on them that
    the rest of the week can't take.
    """
    with database.writing() as session:
        supplier = own_supplier(session, actor, "capacity.publish", supplier_id)
        site = site_of(supplier, site_id)
        if not _add_closure(session, site.id, closure):
            return
        promises.keep(session, [site], now.date())
        changes.record(session, supplier.id, weeks_only=True)
        _note(session, now, actor, supplier, "site", site_id, {}, {"closure": closure})


def remove_closure(database: Database, actor: Actor, supplier_id: str, site_id: str, first: str, now: datetime) -> None:
    """Open a site again; `first` is the closure's first day, ISO. A closure that is gone is no error."""
    with database.writing() as session:
        supplier = own_supplier(session, actor, "capacity.publish", supplier_id)
        site = site_of(supplier, site_id)
        closures = store.list_closures(session, [site.id]).get(site.id, [])
        removed = next((closure for closure in closures if closure.first.isoformat() == first), None)
        if removed is None:
            return
        store.set_closures(session, site.id, [closure for closure in closures if closure != removed])
        promises.keep(session, [site], now.date())
        changes.record(session, supplier.id, weeks_only=True)
        _note(session, now, actor, supplier, "site", site_id, {"closure": removed}, {})


def _add_closure(session: Session, site_id: SiteId, closure: Closure) -> bool:
    """Whether it was not there already."""
    closures = store.list_closures(session, [site_id]).get(site_id, [])
    if closure in closures:
        return False
    if len(closures) >= MAXIMUM_CLOSURES:
        raise Invalid({"first": f"At most {MAXIMUM_CLOSURES} closures; remove old ones first."})
    for other in closures:
        if closure.first <= other.last and other.first <= closure.last:
            days = f"{_day(other.first)} to {_day(other.last)}"
            raise Invalid({"first": f"Overlaps the closure {days}. Remove that one first."})
    store.set_closures(session, site_id, [*closures, closure])
    return True


def _by_monday(weeks: Mapping[Week, int | None]) -> dict[str, int | None]:
    return {week.monday.isoformat(): atoms for week, atoms in weeks.items()}


def _note(
    session: Session,
    now: datetime,
    actor: Actor,
    supplier: Supplier,
    object_kind: str,
    public_id: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """Write the audit event of one change of what is open."""
    audit.record(
        session,
        now,
        actor,
        "capacity.publish",
        object_kind,
        public_id,
        organisation_id=supplier.organisation_id,
        before=before,
        after=after,
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
