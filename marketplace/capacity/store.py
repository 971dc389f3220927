"""All SQL of resources, weeks and closures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.capacity.model import Calendar, Closure, Resource, ResourceId, Use
from marketplace.capacity.tables import ClosureRow, ResourceRow, UseRow, WeekRow
from marketplace.db.ids import new_public_id
from marketplace.errors import NotFound
from marketplace.suppliers.model import Service, ServiceId, Site, SiteId
from marketplace.units import Unit, Week

_BATCH = 500


def list_resources(session: Session, sites: Iterable[Site]) -> list[Resource]:
    """The resources of the sites with their whole calendars, in order of id."""
    by_id = {site.id: site for site in sites}
    closures = list_closures(session, by_id)
    resources: list[Resource] = []
    ids = sorted(by_id)
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        query = select(ResourceRow).where(ResourceRow.site_id.in_(batch)).order_by(ResourceRow.id)
        for row in session.scalars(query.execution_options(populate_existing=True)):
            site = by_id[SiteId(row.site_id)]
            calendar = Calendar(
                unit=row.unit,
                usual=row.usual,
                stated={Week(week.monday): week.offered for week in row.weeks},
                closures=tuple(closures.get(site.id, ())),
                working_days=site.draft.working_days,
                confirmed_at=row.confirmed_at,
            )
            resources.append(Resource(ResourceId(row.id), row.public_id, site.id, row.name, calendar))
    return resources


def list_uses(session: Session, resource_ids: Iterable[int]) -> dict[ServiceId, Use]:
    uses: dict[ServiceId, Use] = {}
    ids = sorted(set(resource_ids))
    for start in range(0, len(ids), _BATCH):
        for row in session.scalars(select(UseRow).where(UseRow.resource_id.in_(ids[start : start + _BATCH]))):
            service_id = ServiceId(row.service_id)
            uses[service_id] = Use(service_id, ResourceId(row.resource_id), row.rate)
    return uses


def list_closures(session: Session, site_ids: Iterable[int]) -> dict[SiteId, list[Closure]]:
    found: dict[SiteId, list[Closure]] = {}
    ids = sorted(set(site_ids))
    for start in range(0, len(ids), _BATCH):
        query = select(ClosureRow).where(ClosureRow.site_id.in_(ids[start : start + _BATCH]))
        for row in session.scalars(query.order_by(ClosureRow.site_id, ClosureRow.first_day)):
            found.setdefault(SiteId(row.site_id), []).append(Closure(row.first_day, row.last_day, row.reason))
    return found


def list_mondays(session: Session) -> list[tuple[int, date]]:
    """(resource id, stated day) of every stated week, as stored."""
    query = select(WeekRow.resource_id, WeekRow.monday).order_by(WeekRow.resource_id, WeekRow.monday)
    return [(row.resource_id, row.monday) for row in session.execute(query)]


def add_resource(session: Session, site_id: SiteId, public_id: str, name: str, unit: Unit) -> ResourceId:
    row = ResourceRow(public_id=public_id, site_id=site_id, name=name, unit=unit)
    session.add(row)
    session.flush()
    return ResourceId(row.id)


def set_usual(session: Session, resource_id: ResourceId, atoms: int | None, now: datetime) -> None:
    row = session.get_one(ResourceRow, resource_id)
    row.usual = atoms
    row.confirmed_at = now


def set_weeks(session: Session, resource_id: ResourceId, weeks: Mapping[Week, int | None], now: datetime) -> None:
    """State weeks; None returns a week to the usual amount."""
    resource = session.get_one(ResourceRow, resource_id)
    rows = {row.monday: row for row in resource.weeks}
    for week, atoms in sorted(weeks.items()):
        row = rows.get(week.monday)
        if atoms is None:
            if row is not None:
                resource.weeks.remove(row)
        elif row is None:
            resource.weeks.append(WeekRow(monday=week.monday, offered=atoms))
        else:
            row.offered = atoms
    resource.confirmed_at = now
    session.flush()


def confirm(session: Session, resource_id: ResourceId, now: datetime) -> None:
    """The supplier says that what is published still holds."""
    session.get_one(ResourceRow, resource_id).confirmed_at = now


def put_use(session: Session, use: Use) -> None:
    session.merge(UseRow(service_id=use.service_id, resource_id=use.resource_id, rate=use.rate))
    session.flush()


def set_closures(session: Session, site_id: SiteId, closures: Iterable[Closure]) -> None:
    """Replace the closures of a site."""
    session.execute(delete(ClosureRow).where(ClosureRow.site_id == site_id))
    for closure in closures:
        session.add(ClosureRow(site_id=site_id, first_day=closure.first, last_day=closure.last, reason=closure.reason))
    session.flush()


def ensure_resource(session: Session, service: Service) -> ResourceId:
    """The resource a service draws on; one of its own, in its own unit, when it has none yet."""
    use = session.get(UseRow, service.id)
    if use is not None:
        return ResourceId(use.resource_id)
    resource_id = add_resource(session, service.site_id, new_public_id(), service.draft.process, service.draft.unit)
    put_use(session, Use(service.id, resource_id))
    return resource_id


def get_resource(session: Session, site: Site, resource_id: ResourceId) -> Resource:
    """Errors: NotFound."""
    for resource in list_resources(session, [site]):
        if resource.id == resource_id:
            return resource
    raise NotFound
