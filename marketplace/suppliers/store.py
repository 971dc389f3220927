"""All SQL of suppliers, sites and services."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Text, bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.db import Base
from marketplace.db.nested import is_any_of, row_of, rows_of
from marketplace.db.prepared import Prepared
from marketplace.errors import Conflict, NotFound
from marketplace.places import Precision
from marketplace.suppliers.model import (
    TAGGED,
    ProfileDraft,
    ServiceDraft,
    ServiceId,
    SiteDraft,
    SiteId,
    Status,
    Supplier,
    SupplierId,
    Tags,
    Verification,
)
from marketplace.suppliers.reading import to_supplier
from marketplace.suppliers.tables import (
    CertificateRow,
    MachineRow,
    MinimumRuleRow,
    PriceBreakRow,
    ServiceRow,
    ServiceTagRow,
    SiteRow,
    SupplierRow,
    SupplierTagRow,
)
from marketplace.vocabulary import Facet

_BATCH = 500  # rows in memory at once

_supplier, _site, _service = SupplierRow.__table__, SiteRow.__table__, ServiceRow.__table__


def _columns(table: FromClause, names: str) -> list[ColumnElement[Any]]:
    return [table.c[name] for name in names.split()]


def _belonging(row: type[Base], names: str, owner: ColumnElement[int]) -> ColumnElement[str]:
    """Columns of the rows that name their owner."""
    table = row.__table__
    (key,) = (column for column in table.c if column.references(owner))
    return rows_of(table, *_columns(table, names), where=key == owner)


# Everything of a supplier, in the order in which reading.py takes it.
_MACHINE = "id family name count width_cm gauge load_min_kg load_max_kg heads colours field_cm note"
_SITE = "id public_id street locality region postal_code country name lat_e7 lon_e7 precision timezone working_days "
_SITE += "teaches_until"
_SERVICES = rows_of(
    _service.join(_site, _service.c.site_id == _site.c.id),
    *_columns(_service, "site_id id public_id status process unit maximum note load_minimum load_maximum"),
    *_columns(_service, "sample_lead_days first_lead_days repeat_lead_days"),
    *_columns(_service, "currency unit_minor setup_minor price_per"),
    _belonging(MinimumRuleRow, "id atoms unit basis surcharge_percent", _service.c.id),
    _belonging(PriceBreakRow, "from_quantity unit_minor", _service.c.id),
    _belonging(ServiceTagRow, "facet value", _service.c.id),
    where=_site.c.supplier_id == _supplier.c.id,
)
_SUPPLIERS = select(
    row_of(
        *_columns(_supplier, "id public_id organisation_id external_id slug status verification"),
        *_columns(_supplier, "verified_at created_at updated_at name kind description website"),
        _belonging(SupplierTagRow, "facet value", _supplier.c.id),
        _belonging(MachineRow, _MACHINE, _supplier.c.id),
        _belonging(CertificateRow, "id scheme number scope holder issuer valid_from valid_to", _supplier.c.id),
        _belonging(SiteRow, _SITE, _supplier.c.id),
        _SERVICES,
    )
)
_BY_IDS = Prepared(_SUPPLIERS.where(is_any_of(_supplier.c.id, "ids")).order_by(_supplier.c.id))
_BY_ID, _BY_ORGANISATION, _BY_PUBLIC_ID, _BY_EXTERNAL_ID, _BY_SLUG = (
    Prepared(_SUPPLIERS.where(column == bindparam("value")))
    for column in _columns(_supplier, "id organisation_id public_id external_id slug")
)

_TAKEN = Prepared(select(_supplier.c.id).where(_supplier.c.slug == bindparam("slug")))  # for each row of an import
_OPEN_SERVICES = Prepared(
    select(_service.c.public_id, _service.c.id)
    .join(_site, _service.c.site_id == _site.c.id)
    .join(_supplier, _site.c.supplier_id == _supplier.c.id)
    .where(
        is_any_of(_service.c.site_id, "sites"),
        _service.c.status == bindparam("status", type_=Text()),
        _supplier.c.status == bindparam("status", type_=Text()),
    )
)


def find_by_slug(session: Session, slug: str) -> Supplier | None:
    return _find(session, _BY_SLUG, slug)


def find_by_public_id(session: Session, public_id: str) -> Supplier | None:
    return _find(session, _BY_PUBLIC_ID, public_id)


def find_by_external_id(session: Session, external_id: str) -> Supplier | None:
    return _find(session, _BY_EXTERNAL_ID, external_id)


def find_by_organisation(session: Session, organisation_id: int) -> Supplier | None:
    return _find(session, _BY_ORGANISATION, organisation_id)


def get(session: Session, supplier_id: SupplierId) -> Supplier:
    """Errors: NotFound."""
    supplier = _find(session, _BY_ID, supplier_id)
    if supplier is None:
        raise NotFound
    return supplier


def find_by_service(session: Session, public_id: str) -> Supplier | None:
    """The supplier that has a service with this public id."""
    owner = select(SiteRow.supplier_id).join(ServiceRow, ServiceRow.site_id == SiteRow.id)
    supplier_id = session.scalar(owner.where(ServiceRow.public_id == public_id))
    return _find(session, _BY_ID, supplier_id) if supplier_id is not None else None


def list_by_ids(session: Session, ids: Iterable[int]) -> list[Supplier]:
    """The suppliers that exist among the ids, in order of id."""
    wanted = sorted(set(ids))
    found: list[Supplier] = []
    for start in range(0, len(wanted), _BATCH):
        found += [to_supplier(row) for (row,) in _BY_IDS.rows(session, ids=wanted[start : start + _BATCH])]
    return found


def list_by_sites(session: Session, site_ids: Iterable[int]) -> list[Supplier]:
    """The suppliers that have any of the sites, in order of id."""
    wanted = sorted(set(site_ids))
    ids: set[int] = set()
    for start in range(0, len(wanted), _BATCH):
        query = select(SiteRow.supplier_id).where(SiteRow.id.in_(wanted[start : start + _BATCH]))
        ids.update(session.scalars(query))
    return list_by_ids(session, ids)


def list_open_services(session: Session, site_ids: Iterable[int]) -> dict[str, ServiceId]:
    """Public id -> id of every service that can be asked for at some sites."""
    found: dict[str, ServiceId] = {}
    wanted = sorted(set(site_ids))
    for start in range(0, len(wanted), _BATCH):
        rows = _OPEN_SERVICES.rows(session, sites=wanted[start : start + _BATCH], status=Status.PUBLISHED.value)
        found.update((public_id, ServiceId(service_id)) for public_id, service_id in rows)
    return found


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(SupplierRow)) or 0


def list_ids(session: Session) -> list[int]:
    return list(session.scalars(select(SupplierRow.id).order_by(SupplierRow.id)))


def list_published_slugs(session: Session) -> list[str]:
    """The addresses of everybody who can be found."""
    published = SupplierRow.status == Status.PUBLISHED.value
    return list(session.scalars(select(SupplierRow.slug).where(published).order_by(SupplierRow.slug)))


def list_ids_by_external_id(session: Session) -> dict[str, int]:
    return {row.external_id: row.id for row in session.execute(select(SupplierRow.external_id, SupplierRow.id))}


def list_names(session: Session) -> list[tuple[int, str, str, int | None, int | None]]:
    """(supplier id, name, country, lat_e7, lon_e7) of every site: for finding possible duplicates."""
    query = select(SupplierRow.id, SupplierRow.name, SiteRow.country, SiteRow.lat_e7, SiteRow.lon_e7).join(
        SiteRow, SiteRow.supplier_id == SupplierRow.id
    )
    return [tuple(row) for row in session.execute(query.order_by(SupplierRow.id, SiteRow.id))]  # type: ignore[misc]


def is_slug_taken(session: Session, slug: str) -> bool:
    return bool(_TAKEN.rows(session, slug=slug))


def add(
    session: Session,
    *,
    public_id: str,
    organisation_id: int,
    external_id: str,
    slug: str,
    profile: ProfileDraft,
    now: datetime,
    status: Status = Status.PUBLISHED,
) -> SupplierId:
    row = SupplierRow(
        public_id=public_id,
        organisation_id=organisation_id,
        external_id=external_id,
        slug=slug,
        status=status,
        verification=Verification.SELF_DECLARED,
        created_at=now,
        updated_at=now,
    )
    _write_profile(row, profile)
    session.add(row)
    session.flush()
    return SupplierId(row.id)


def update_profile(session: Session, supplier_id: SupplierId, profile: ProfileDraft, now: datetime) -> None:
    row = session.get_one(SupplierRow, supplier_id)
    row.updated_at = now
    _clear(session, row.tags, row.machines, row.certificates)
    _write_profile(row, profile)
    session.flush()


def set_status(session: Session, supplier_id: SupplierId, status: Status, now: datetime) -> None:
    row = session.get_one(SupplierRow, supplier_id)
    row.status = status
    row.updated_at = now


def is_held(session: Session, supplier_id: SupplierId) -> bool:
    """Whether a moderator has paused the listing: then its owner can't publish it."""
    return session.scalar(select(SupplierRow.held_at).where(SupplierRow.id == supplier_id)) is not None


def set_held(session: Session, supplier_id: SupplierId, at: datetime | None) -> None:
    session.get_one(SupplierRow, supplier_id).held_at = at
    session.flush()


def empty(session: Session, supplier_id: SupplierId) -> None:
    """Take away what tells whose firm it was; what orders count on (sites, services) stays, without an address."""
    row = session.get_one(SupplierRow, supplier_id)
    row.name, row.slug = f"Closed listing {supplier_id}", f"closed-{row.public_id}"
    row.description = row.website = ""
    _clear(session, row.tags, row.machines, row.certificates)
    for site in row.sites:
        site.name = site.street = site.postal_code = ""
        site.lat_e7 = site.lon_e7 = None
        site.precision = Precision.NONE
        for service in site.services:
            service.note = ""
    session.flush()


def set_verification(session: Session, supplier_id: SupplierId, verification: Verification, day: date | None) -> None:
    row = session.get_one(SupplierRow, supplier_id)
    row.verification = verification
    row.verified_at = day


def add_site(session: Session, supplier_id: SupplierId, public_id: str, draft: SiteDraft) -> SiteId:
    row = SiteRow(public_id=public_id, supplier_id=supplier_id)
    _write_site(row, draft)
    session.add(row)
    session.flush()
    return SiteId(row.id)


def update_site(session: Session, site_id: SiteId, draft: SiteDraft) -> None:
    _write_site(session.get_one(SiteRow, site_id), draft)


def add_service(session: Session, site_id: SiteId, public_id: str, draft: ServiceDraft) -> ServiceId:
    row = ServiceRow(public_id=public_id, site_id=site_id, status=Status.PUBLISHED)
    _write_service(row, draft)
    session.add(row)
    session.flush()
    return ServiceId(row.id)


def update_service(session: Session, service_id: ServiceId, draft: ServiceDraft) -> None:
    row = session.get_one(ServiceRow, service_id)
    _clear(session, row.rules, row.breaks, row.tags)
    _write_service(row, draft)
    session.flush()


def set_service_status(session: Session, service_id: ServiceId, status: Status) -> None:
    session.get_one(ServiceRow, service_id).status = status


def remove_service(session: Session, service_id: ServiceId) -> None:
    """Errors: Conflict for a service that somebody asked for or booked: what was agreed names it."""
    try:
        with session.begin_nested():
            session.delete(session.get_one(ServiceRow, service_id))
    except IntegrityError as error:
        raise Conflict(
            "Designers have asked for this service or booked it. Pause it instead of removing it."
        ) from error


def _find(session: Session, statement: Prepared, value: int | str) -> Supplier | None:
    rows = statement.rows(session, value=value)
    return to_supplier(rows[0][0]) if rows else None


def _clear(session: Session, *children: list[Any]) -> None:
    """Delete what a row owned, before new rows come that may have the same keys."""
    for rows in children:
        rows.clear()
    session.flush()


def _write_profile(row: SupplierRow, profile: ProfileDraft) -> None:
    row.name, row.kind = profile.name, profile.kind
    row.description, row.website = profile.description, profile.website
    row.tags.extend(SupplierTagRow(facet=facet, value=value) for facet, value in _tag_pairs(profile.tags))
    row.machines.extend(
        MachineRow(
            family=m.family,
            name=m.name,
            count=m.count,
            width_cm=m.width_cm,
            gauge=m.gauge,
            load_min_kg=m.load_min_kg,
            load_max_kg=m.load_max_kg,
            heads=m.heads,
            colours=m.colours,
            field_cm=m.field_cm,
            note=m.note,
        )
        for m in profile.machines
    )
    row.certificates.extend(
        CertificateRow(
            scheme=c.scheme,
            number=c.number,
            scope=c.scope,
            holder=c.holder,
            issuer=c.issuer,
            valid_from=c.valid_from,
            valid_to=c.valid_to,
        )
        for c in profile.certificates
    )


def _write_site(row: SiteRow, draft: SiteDraft) -> None:
    address = draft.address
    row.name = draft.name
    row.street, row.locality, row.region = address.street, address.locality, address.region
    row.postal_code, row.country = address.postal_code, address.country
    row.lat_e7 = draft.point.lat_e7 if draft.point else None
    row.lon_e7 = draft.point.lon_e7 if draft.point else None
    row.precision = draft.precision
    row.timezone = draft.timezone
    row.working_days = sum(1 << day for day in draft.working_days)


def _write_service(row: ServiceRow, draft: ServiceDraft) -> None:
    row.process, row.unit, row.note = draft.process, draft.unit, draft.note
    row.maximum = draft.maximum.atoms if draft.maximum else None
    row.load_minimum = draft.load.minimum if draft.load else None
    row.load_maximum = draft.load.maximum if draft.load else None
    row.sample_lead_days, row.first_lead_days = draft.leads.sample, draft.leads.first
    row.repeat_lead_days = draft.leads.repeat
    price = draft.price
    row.currency = price.currency if price else None
    row.unit_minor = price.unit_minor if price else None
    row.setup_minor = price.setup_minor if price else 0
    row.price_per = price.per if price else None
    row.rules.extend(
        MinimumRuleRow(
            atoms=rule.quantity.atoms,
            unit=rule.quantity.unit,
            basis=rule.basis,
            surcharge_percent=rule.surcharge_percent,
        )
        for rule in draft.rules
    )
    row.breaks.extend(
        PriceBreakRow(from_quantity=b.from_quantity, unit_minor=b.unit_minor) for b in (price.breaks if price else ())
    )
    row.tags.extend(ServiceTagRow(facet=facet, value=value) for facet, value in _tag_pairs(draft.tags))


def _tag_pairs(tags: Tags) -> list[tuple[Facet, str]]:
    return [(facet, value) for facet in TAGGED for value in sorted(tags.of(facet))]
