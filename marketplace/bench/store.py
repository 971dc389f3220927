"""Write generated suppliers into an empty database, in bulk.

The one file beside the features' own stores that writes their tables: a hundred thousand suppliers through
`suppliers.store` would take most of an hour. tests/bench/ compares what is read back with what was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from marketplace.accounts.model import OrganisationKind
from marketplace.accounts.tables import OrganisationRow
from marketplace.bench.generate import SERVICE_IDS
from marketplace.capacity.model import ResourceId
from marketplace.capacity.tables import ClosureRow, ResourceRow, UseRow, WeekRow
from marketplace.db import Base, Database
from marketplace.search.document import ServiceDocument, SiteDocument
from marketplace.suppliers.model import TAGGED, ServiceTerms, Status, Tags, Verification
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
from marketplace.vocabulary import Facet, vocabulary

_BATCH = 2_000
# In an order in which every row finds what it refers to.
_TABLES: tuple[type[Base], ...] = (
    *(OrganisationRow, SupplierRow, SupplierTagRow, MachineRow, CertificateRow, SiteRow, ClosureRow),
    *(ServiceRow, ServiceTagRow, MinimumRuleRow, PriceBreakRow, ResourceRow, UseRow, WeekRow),
)
_Rows = dict[type[Base], list[dict[str, Any]]]


def write_suppliers(
    database: Database, documents: Iterable[SiteDocument], on_progress: Callable[[int], None] | None = None
) -> int:
    """Write the suppliers of documents with the identifiers that the documents have; returns how many.

    One transaction for each 2,000. No change is noted: whoever reads the whole database first needs none.
    """
    families = {name: family for family, names in vocabulary().machines.items() for name in names}
    count = 0
    for batch in _batches(documents):
        rows: _Rows = {table: [] for table in _TABLES}
        for document in batch:
            _supplier(rows, document, families)
        with database.writing() as session:
            _insert(session, rows)
        count += len(batch)
        if on_progress:
            on_progress(count)
    return count


def resource_id_of(supplier_id: int) -> ResourceId:
    """The resource of the supplier's first service, where it publishes weeks for it."""
    return ResourceId(supplier_id * SERVICE_IDS)


def _batches(documents: Iterable[SiteDocument]) -> Iterator[list[SiteDocument]]:
    rest = iter(documents)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _insert(session: Session, rows: _Rows) -> None:
    for table in _TABLES:
        if rows[table]:
            made = table.__table__
            assert isinstance(made, Table)
            session.execute(insert(made), rows[table])


def _supplier(rows: _Rows, document: SiteDocument, families: Mapping[str, str]) -> None:
    number, site_id = document.supplier_id, document.site_id
    made = _MADE
    rows[OrganisationRow].append(
        {"id": number, "public_id": f"o{number:031x}", "kind": OrganisationKind.SUPPLIER, "created_at": made}
    )
    rows[SupplierRow].append(
        {
            "id": number,
            "public_id": document.public_id,
            "organisation_id": number,
            "external_id": document.external_id,
            "slug": document.slug,
            "status": Status.PUBLISHED,
            "verification": Verification(document.verification),
            "verified_at": made.date() if document.is_verified else None,
            "created_at": made,
            "updated_at": made,
            "name": document.name,
            "kind": document.kind,
            "description": document.description,
            "website": "",
        }
    )
    listed = [service for service in document.services if service.draft]
    # A firm that lists no service has its terms as a firm.
    firm = Tags(languages=document.languages) if listed else document.services[0].tags
    rows[SupplierTagRow] += [{"supplier_id": number, "facet": facet, "value": value} for facet, value in _values(firm)]
    rows[MachineRow] += [
        {"supplier_id": number, "family": families[name], "name": name, "count": 1, "note": "", **_NO_SIZES}
        for name in document.machines
    ]
    rows[CertificateRow] += [
        {
            "supplier_id": number,
            "scheme": certificate.scheme,
            "number": certificate.number,
            "scope": certificate.scope,
            "holder": certificate.holder,
            "issuer": certificate.issuer,
            "valid_from": certificate.valid_from,
            "valid_to": certificate.valid_to,
        }
        for certificate in document.certificates
    ]
    calendars = [service.calendar for service in document.services if service.calendar]
    days = calendars[0].working_days if calendars else frozenset(range(5))
    point = document.point
    rows[SiteRow].append(
        {
            "id": site_id,
            "public_id": document.site_public_id,
            "supplier_id": number,
            "name": document.site_name,
            "street": document.street,
            "locality": document.locality,
            "region": document.region,
            "postal_code": "",
            "country": document.country,
            "lat_e7": point.lat_e7 if point else None,
            "lon_e7": point.lon_e7 if point else None,
            "precision": document.precision,
            "timezone": "UTC",
            "working_days": sum(1 << day for day in days),
        }
    )
    rows[ClosureRow] += [
        {"site_id": site_id, "first_day": closure.first, "last_day": closure.last, "reason": closure.reason}
        for closure in (calendars[0].closures if calendars else ())
    ]
    for place, service in enumerate(listed):
        _service(rows, number * SERVICE_IDS + place, site_id, service)


def _service(rows: _Rows, service_id: int, site_id: int, service: ServiceDocument) -> None:
    draft = service.draft
    assert draft is not None
    rows[ServiceRow].append(_service_row(draft, service_id, site_id, service.public_id))
    own = replace(service.tags, languages=frozenset())  # the firm has the languages, and no other tags
    rows[ServiceTagRow] += [{"service_id": service_id, "facet": facet, "value": value} for facet, value in _values(own)]
    rows[MinimumRuleRow] += [
        {
            "service_id": service_id,
            "atoms": rule.quantity.atoms,
            "unit": rule.quantity.unit,
            "basis": rule.basis,
            "surcharge_percent": rule.surcharge_percent,
        }
        for rule in draft.rules
    ]
    rows[PriceBreakRow] += [
        {"service_id": service_id, "from_quantity": step.from_quantity, "unit_minor": step.unit_minor}
        for step in (draft.price.breaks if draft.price else ())
    ]
    calendar = service.calendar
    if calendar is None:
        return
    rows[ResourceRow].append(
        {
            "id": service_id,
            "public_id": f"r{service_id:031x}",
            "site_id": site_id,
            "name": draft.process,
            "unit": calendar.unit,
            "usual": calendar.usual,
            "confirmed_at": calendar.confirmed_at,
        }
    )
    rows[UseRow].append({"service_id": service_id, "resource_id": service_id, "rate": service.rate})
    rows[WeekRow] += [
        {"resource_id": service_id, "monday": week.monday, "offered": atoms} for week, atoms in calendar.stated.items()
    ]


def _service_row(draft: ServiceTerms, service_id: int, site_id: int, public_id: str) -> dict[str, Any]:
    price, load = draft.price, draft.load
    return {
        "id": service_id,
        "public_id": public_id,
        "site_id": site_id,
        "process": draft.process,
        "unit": draft.unit,
        "status": Status.PUBLISHED,
        "maximum": draft.maximum.atoms if draft.maximum else None,
        "load_minimum": load.minimum if load else None,
        "load_maximum": load.maximum if load else None,
        "sample_lead_days": draft.leads.sample,
        "first_lead_days": draft.leads.first,
        "repeat_lead_days": draft.leads.repeat,
        "currency": price.currency if price else None,
        "unit_minor": price.unit_minor if price else None,
        "setup_minor": price.setup_minor if price else 0,
        "price_per": price.per if price else None,
        "note": draft.note,
    }


def _values(tags: Tags) -> Iterator[tuple[Facet, str]]:
    for facet in TAGGED:
        for value in sorted(tags.of(facet)):
            yield facet, value


_MADE = datetime(2026, 1, 5, 9, tzinfo=UTC)
_NO_SIZES = dict.fromkeys(("width_cm", "gauge", "load_min_kg", "load_max_kg", "heads", "colours", "field_cm"))
