"""All SQL of resources, weeks and closures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import FromClause, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.capacity.model import Closure, Resource, ResourceId, Use
from marketplace.capacity.reading import to_resource
from marketplace.capacity.tables import ClosureRow, ResourceRow, UseRow, WeekLoadRow, WeekRow
from marketplace.db import Base
from marketplace.db.ids import new_public_id
from marketplace.db.nested import is_any_of, row_of, rows_of
from marketplace.db.prepared import Prepared
from marketplace.db.rows import changed
from marketplace.errors import NotFound
from marketplace.suppliers.model import Service, ServiceId, Site, SiteId
from marketplace.units import Unit, Week

_BATCH = 500


_resource, _week, _closure, _use, _load = (
    Base.metadata.tables[row.__tablename__] for row in (ResourceRow, WeekRow, ClosureRow, UseRow, WeekLoadRow)
)
# Everything of a resource, in the order in which reading.py takes it.
_WHOLE = select(
    row_of(
        *(_resource.c[name] for name in "id public_id site_id name unit usual confirmed_at".split()),
        rows_of(_week, _week.c.monday, _week.c.offered, where=_week.c.resource_id == _resource.c.id),
        rows_of(
            *(_closure, _closure.c.first_day, _closure.c.last_day, _closure.c.reason),
            where=_closure.c.site_id == _resource.c.site_id,
        ),
        rows_of(_use, _use.c.service_id, _use.c.rate, where=_use.c.resource_id == _resource.c.id),
        rows_of(_load, _load.c.monday, _load.c.reserved, where=_load.c.resource_id == _resource.c.id),
    )
)
_RESOURCES = Prepared(_WHOLE.where(is_any_of(_resource.c.site_id, "sites")).order_by(_resource.c.id))
_RESOURCE = Prepared(_WHOLE.where(_resource.c.id == bindparam("resource"), _resource.c.site_id == bindparam("site")))
_UNIT = Prepared(select(_resource.c.unit).where(_resource.c.id == bindparam("resource_id")))
_USES = Prepared(
    select(_use.c.service_id, _use.c.resource_id, _use.c.rate).where(is_any_of(_use.c.resource_id, "resources"))
)


def list_with_uses(session: Session, sites: Iterable[Site]) -> tuple[list[Resource], dict[ServiceId, Use]]:
    """The resources of the sites with their whole calendars, in order of id, and what draws on them."""
    return list_calendars(session, {site.id: site.draft.working_days for site in sites})


def list_calendars(
    session: Session, working_days: Mapping[SiteId, frozenset[int]]
) -> tuple[list[Resource], dict[ServiceId, Use]]:
    """As list_with_uses, for sites of which no more is known than the days on which they work."""
    ids = sorted(working_days)
    resources: list[Resource] = []
    uses: dict[ServiceId, Use] = {}
    for start in range(0, len(ids), _BATCH):
        for (row,) in _RESOURCES.rows(session, sites=ids[start : start + _BATCH]):
            resource, drawn = to_resource(row, working_days)
            resources.append(resource)
            uses.update(drawn)
    return resources, uses


def list_resources(session: Session, sites: Iterable[Site]) -> list[Resource]:
    """The resources of the sites with their whole calendars, in order of id."""
    return list_with_uses(session, sites)[0]


def list_uses(session: Session, resource_ids: Iterable[int]) -> dict[ServiceId, Use]:
    uses: dict[ServiceId, Use] = {}
    ids = sorted(set(resource_ids))
    for start in range(0, len(ids), _BATCH):
        for service_id, resource_id, rate in _USES.rows(session, resources=ids[start : start + _BATCH]):
            uses[service_id] = Use(service_id, resource_id, rate)
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


def empty(session: Session, site_ids: Collection[int]) -> None:
    """Take away the words of a firm that is no more; what was promised stays."""
    session.execute(update(ClosureRow).where(ClosureRow.site_id.in_(site_ids)).values(reason=""))
    rows = update(ResourceRow).where(ResourceRow.site_id.in_(site_ids))
    session.execute(rows.values(name=ResourceRow.public_id))  # the names of one site differ


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
    rows = _RESOURCE.rows(session, resource=resource_id, site=site.id)
    if not rows:
        raise NotFound
    return to_resource(rows[0][0], {site.id: site.draft.working_days})[0]


def lock(session: Session, resource_id: ResourceId) -> None:
    """Whoever reserves weeks of a resource, gives them back or changes them takes this first, so that all wait in one
    order. Rows that only name the resource need not wait (FOR NO KEY UPDATE). SQLite has one writer anyway."""
    session.execute(select(_resource.c.id).where(_resource.c.id == resource_id).with_for_update(key_share=True))


def lock_use(session: Session, service_id: ServiceId) -> Use | None:
    """What a service draws on, locked as by `lock`."""
    found = session.execute(
        select(_use.c.resource_id, _use.c.rate)
        .join(_resource, _resource.c.id == _use.c.resource_id)
        .where(_use.c.service_id == service_id)
        .with_for_update(key_share=True, of=_resource)
    ).one_or_none()
    return Use(service_id, ResourceId(found[0]), found[1]) if found else None


def unit_of(session: Session, resource_id: ResourceId) -> Unit:
    ((unit,),) = _UNIT.rows(session, resource_id=resource_id)
    return Unit(unit)


def take(session: Session, resource_id: ResourceId, monday: date, atoms: int, capacity: int) -> bool:
    """Count atoms of a week as reserved, unless it would be more than the week offers: the database decides.

    `capacity`: what the calendar offers in that week, for a week that nobody reserved before.
    """
    wanted = (
        update(_load)
        .where(_load.c.resource_id == resource_id, _load.c.monday == monday)
        .where(_load.c.reserved + atoms <= _load.c.capacity)
        .values(reserved=_load.c.reserved + atoms)
    )
    if changed(session, wanted):
        return True
    new = _insert(session, _load).values(resource_id=resource_id, monday=monday, reserved=0, capacity=capacity)
    session.execute(new.on_conflict_do_nothing())
    return changed(session, wanted)


def give_back(session: Session, resource_id: ResourceId, monday: date, atoms: int) -> None:
    session.execute(
        update(_load)
        .where(_load.c.resource_id == resource_id, _load.c.monday == monday)
        .values(reserved=_load.c.reserved - atoms)
    )


def list_taken(session: Session, resource_ids: Iterable[int]) -> dict[ResourceId, dict[Week, int]]:
    """What is reserved of each week of some resources; weeks of which nothing is are left out."""
    taken: dict[ResourceId, dict[Week, int]] = {}
    ids = sorted(set(resource_ids))
    for start in range(0, len(ids), _BATCH):
        query = select(WeekLoadRow.resource_id, WeekLoadRow.monday, WeekLoadRow.reserved).where(
            WeekLoadRow.resource_id.in_(ids[start : start + _BATCH]), WeekLoadRow.reserved > 0
        )
        for resource_id, monday, reserved in session.execute(query):
            taken.setdefault(ResourceId(resource_id), {})[Week(monday)] = reserved
    return taken


def set_load_capacity(session: Session, resource_id: ResourceId, monday: date, capacity: int) -> None:
    session.execute(
        update(WeekLoadRow)
        .where(WeekLoadRow.resource_id == resource_id, WeekLoadRow.monday == monday)
        .values(capacity=capacity)
    )


def list_loads(session: Session, resource_id: ResourceId, first: Week) -> list[tuple[date, int, int]]:
    """(Monday, reserved, capacity) of the weeks from a first one on that were ever reserved, in order."""
    query = select(WeekLoadRow.monday, WeekLoadRow.reserved, WeekLoadRow.capacity)
    own = (WeekLoadRow.resource_id == resource_id, WeekLoadRow.monday >= first.monday)
    rows = session.execute(query.where(*own).order_by(WeekLoadRow.monday))
    return [(monday, reserved, capacity) for monday, reserved, capacity in rows]


def all_loads(session: Session) -> dict[tuple[int, date], tuple[int, int]]:
    """(resource, Monday) -> (reserved, capacity), of everything; for `selvedge verify`."""
    rows = session.execute(
        select(WeekLoadRow.resource_id, WeekLoadRow.monday, WeekLoadRow.reserved, WeekLoadRow.capacity)
    )
    return {(resource_id, monday): (reserved, capacity) for resource_id, monday, reserved, capacity in rows}


def _insert(session: Session, table: FromClause) -> Any:
    """INSERT with ON CONFLICT, which each engine has in its own dialect."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def move_service(session: Session, service_id: ServiceId, to: SiteId) -> bool:
    """Take the weeks of a service along to another site. False, and nothing moved, when another service draws on them
    too or that site has weeks of this name."""
    use = session.get(UseRow, service_id)
    if use is None:
        return True
    resource = session.get_one(ResourceRow, use.resource_id)
    shared = session.scalar(
        select(UseRow.service_id).where(UseRow.resource_id == resource.id, UseRow.service_id != service_id).limit(1)
    )
    taken = session.scalar(
        select(ResourceRow.id).where(ResourceRow.site_id == to, ResourceRow.name == resource.name).limit(1)
    )
    if shared is not None or taken is not None:
        return False
    resource.site_id = to
    session.flush()
    return True
