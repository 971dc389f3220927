"""Suppliers and their weeks read the plain way: row by row, through the relationships of the tables.

What the stores read in one statement has to be the same. Nothing here is fast.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.capacity.model import Calendar, Closure, Resource, ResourceId, Use
from marketplace.capacity.tables import ClosureRow, ResourceRow, UseRow
from marketplace.places import Point
from marketplace.search.document import SiteDocument, build_documents
from marketplace.suppliers.model import (
    TAGGED,
    Address,
    Certificate,
    LeadDays,
    LoadLimits,
    Machine,
    MinimumRule,
    Price,
    PriceBreak,
    ProfileDraft,
    Service,
    ServiceDraft,
    ServiceId,
    Site,
    SiteDraft,
    SiteId,
    Supplier,
    SupplierId,
    Tags,
)
from marketplace.suppliers.tables import ServiceRow, ServiceTagRow, SiteRow, SupplierRow, SupplierTagRow
from marketplace.units import Quantity, Week
from marketplace.vocabulary import Facet


def plain_documents(session: Session, supplier_id: int) -> tuple[SiteDocument, ...]:
    supplier = plain_supplier(session, supplier_id)
    if supplier is None:
        return ()
    resources, uses = plain_resources(session, supplier.sites)
    return build_documents(supplier, {resource.id: resource for resource in resources}, uses)


def plain_supplier(session: Session, supplier_id: int) -> Supplier | None:
    session.expunge_all()
    row = session.get(SupplierRow, supplier_id)
    if row is None:
        return None
    profile = ProfileDraft(
        name=row.name,
        kind=row.kind,
        description=row.description,
        website=row.website,
        tags=_tags(row.tags),
        machines=tuple(_copied(Machine, machine) for machine in row.machines),
        certificates=tuple(_copied(Certificate, certificate) for certificate in row.certificates),
    )
    return Supplier(
        id=SupplierId(row.id),
        public_id=row.public_id,
        organisation_id=row.organisation_id,
        external_id=row.external_id,
        slug=row.slug,
        status=row.status,
        verification=row.verification,
        verified_at=row.verified_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        profile=profile,
        sites=tuple(_site(site) for site in row.sites),
        services=tuple(_service(service) for site in row.sites for service in site.services),
    )


def plain_resources(session: Session, sites: Iterable[Site]) -> tuple[list[Resource], dict[ServiceId, Use]]:
    session.expunge_all()
    by_id = {site.id: site for site in sites}
    resources, uses = [], {}
    for row in session.scalars(select(ResourceRow).where(ResourceRow.site_id.in_(by_id)).order_by(ResourceRow.id)):
        closed = select(ClosureRow).where(ClosureRow.site_id == row.site_id).order_by(ClosureRow.first_day)
        calendar = Calendar(
            unit=row.unit,
            usual=row.usual,
            stated={Week(week.monday): week.offered for week in row.weeks},
            closures=tuple(Closure(day.first_day, day.last_day, day.reason) for day in session.scalars(closed)),
            working_days=by_id[SiteId(row.site_id)].draft.working_days,
            confirmed_at=row.confirmed_at,
        )
        resources.append(Resource(ResourceId(row.id), row.public_id, SiteId(row.site_id), row.name, calendar))
        for use in session.scalars(select(UseRow).where(UseRow.resource_id == row.id)):
            uses[ServiceId(use.service_id)] = Use(ServiceId(use.service_id), ResourceId(row.id), use.rate)
    return resources, uses


def _copied(kind: type[Any], row: object) -> Any:
    return kind(**{field.name: getattr(row, field.name) for field in dataclasses.fields(kind)})


def _tags(rows: Iterable[SupplierTagRow | ServiceTagRow]) -> Tags:
    values = {facet: frozenset(row.value for row in rows if row.facet is facet) for facet in TAGGED}
    return Tags(values[Facet.SKILL], values[Facet.MATERIAL], values[Facet.PRODUCT], values[Facet.LANGUAGE])


def _site(row: SiteRow) -> Site:
    draft = SiteDraft(
        address=_copied(Address, row),
        name=row.name,
        point=Point(row.lat_e7, row.lon_e7) if row.lat_e7 is not None and row.lon_e7 is not None else None,
        precision=row.precision,
        timezone=row.timezone,
        working_days=frozenset(day for day in range(7) if row.working_days >> day & 1),
    )
    return Site(SiteId(row.id), row.public_id, SupplierId(row.supplier_id), draft, row.teaches_until)


def _service(row: ServiceRow) -> Service:
    price = load = None
    if row.currency is not None and row.unit_minor is not None:
        breaks = tuple(_copied(PriceBreak, step) for step in row.breaks)
        price = Price(row.currency, row.unit_minor, row.price_per or row.unit, row.setup_minor, breaks)
    if row.load_minimum is not None and row.load_maximum is not None:
        load = LoadLimits(row.load_minimum, row.load_maximum)
    rules = (MinimumRule(Quantity(rule.atoms, rule.unit), rule.basis, rule.surcharge_percent) for rule in row.rules)
    draft = ServiceDraft(
        process=row.process,
        unit=row.unit,
        rules=tuple(rules),
        maximum=Quantity(row.maximum, row.unit) if row.maximum is not None else None,
        load=load,
        leads=LeadDays(row.sample_lead_days, row.first_lead_days, row.repeat_lead_days),
        price=price,
        tags=_tags(row.tags),
        note=row.note,
    )
    return Service(ServiceId(row.id), row.public_id, SiteId(row.site_id), row.status, draft)


def exactly(value: object) -> object:
    """A value with the types of all its parts: to Python a member of a StrEnum equals its text, and 1 equals True."""
    kind = type(value).__name__
    if dataclasses.is_dataclass(value):
        return kind, [exactly(getattr(value, field.name)) for field in dataclasses.fields(value)]
    if isinstance(value, Mapping):
        return kind, sorted((exactly(key), exactly(part)) for key, part in value.items())
    if isinstance(value, frozenset):
        return kind, sorted(exactly(part) for part in value)
    if isinstance(value, list | tuple):
        return kind, [exactly(part) for part in value]
    return kind, value.value if isinstance(value, Enum) else repr(value)
