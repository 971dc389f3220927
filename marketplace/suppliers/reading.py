"""From a row of the store, a supplier with all that belongs to it, to a Supplier. Pure.

What belongs to it comes as JSON arrays, in no order, each in the order in which the model takes it: first what it
is sorted by, last what belongs to it in turn.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import orjson

from marketplace.places import Point, Precision
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
    Status,
    Supplier,
    SupplierId,
    Tags,
    Verification,
    Workplace,
)
from marketplace.units import Quantity, Unit
from marketplace.vocabulary.model import Basis

# A dictionary finds a member by its value in a fifth of the time that its enum takes.
_UNITS, _BASES = {unit.value: unit for unit in Unit}, {basis.value: basis for basis in Basis}
_STATUSES, _PRECISIONS = {status.value: status for status in Status}, {one.value: one for one in Precision}
_VERIFICATIONS = {verification.value: verification for verification in Verification}
_WORKING_DAYS = tuple(frozenset(day for day in range(7) if bits >> day & 1) for bits in range(128))
_NO_TAGS = Tags()


def to_supplier(row: str) -> Supplier:
    number, public_id, organisation_id, external_id, slug, *rest = orjson.loads(row)
    status, verification, verified_at, created_at, updated_at, name, kind, description, website, *rest = rest
    tags, machines, certificates, sites, services = rest
    profile = ProfileDraft(
        name,
        kind,
        description,
        website,
        _tags(tags),
        tuple([Machine(*machine) for _, *machine in sorted(machines)]),
        tuple([_certificate(*certificate) for _, *certificate in sorted(certificates)]),
    )
    supplier_id = SupplierId(number)
    return Supplier(
        supplier_id,
        public_id,
        organisation_id,
        external_id,
        slug,
        _STATUSES[status],
        _VERIFICATIONS[verification],
        _day(verified_at),
        datetime.fromisoformat(created_at).astimezone(UTC),
        datetime.fromisoformat(updated_at).astimezone(UTC),
        profile,
        tuple([_site(supplier_id, *site) for site in sorted(sites)]),
        tuple([_service(*service) for service in sorted(services)]),
    )


def to_workplace(row: str) -> Workplace:
    number, supplier_id, working_days, services = orjson.loads(row)
    return Workplace(SiteId(number), SupplierId(supplier_id), _WORKING_DAYS[working_days], dict(services))


def _tags(pairs: Iterable[tuple[str, str]]) -> Tags:
    if not pairs:
        return _NO_TAGS
    values: dict[str, list[str]] = {}
    for facet, value in pairs:
        values.setdefault(facet, []).append(value)
    return Tags(*[frozenset(values.get(facet, ())) for facet in TAGGED])


def _certificate(
    scheme: str, number: str, scope: str, holder: str, issuer: str, first: str | None, last: str | None
) -> Certificate:
    return Certificate(scheme, number, scope, holder, issuer, _day(first), _day(last))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _site(
    supplier_id: SupplierId,
    site_id: int,
    public_id: str,
    street: str,
    locality: str,
    region: str,
    postal_code: str,
    country: str,
    name: str,
    lat_e7: int | None,
    lon_e7: int | None,
    precision: str,
    timezone: str,
    working_days: int,
    teaches_until: str | None,
) -> Site:
    address = Address(street, locality, region, postal_code, country)
    point = Point(lat_e7, lon_e7) if lat_e7 is not None and lon_e7 is not None else None
    draft = SiteDraft(address, name, point, _PRECISIONS[precision], timezone, _WORKING_DAYS[working_days])
    return Site(SiteId(site_id), public_id, supplier_id, draft, _day(teaches_until))


def _service(
    site_id: int,
    service_id: int,
    public_id: str,
    status: str,
    process: str,
    unit_name: str,
    maximum: int | None,
    note: str,
    load_minimum: int | None,
    load_maximum: int | None,
    sample_days: int | None,
    first_days: int | None,
    repeat_days: int | None,
    currency: str | None,
    unit_minor: int | None,
    setup_minor: int,
    per: str | None,
    rules: list[tuple[int, int, str, str, int | None]],
    breaks: list[tuple[int, int]],
    tags: list[tuple[str, str]],
) -> Service:
    unit = _UNITS[unit_name]
    load = price = None
    if load_minimum is not None and load_maximum is not None:
        load = LoadLimits(load_minimum, load_maximum)
    if currency is not None and unit_minor is not None:
        steps = tuple([PriceBreak(*values) for values in sorted(breaks)])
        price = Price(currency, unit_minor, _UNITS[per] if per else unit, setup_minor, steps)
    draft = ServiceDraft(
        process,
        unit,
        tuple(
            [
                MinimumRule(Quantity(atoms, _UNITS[counted_in]), _BASES[basis], surcharge)
                for _, atoms, counted_in, basis, surcharge in sorted(rules)
            ]
        ),
        None if maximum is None else Quantity(maximum, unit),
        load,
        LeadDays(sample_days, first_days, repeat_days),
        price,
        note,
        _tags(tags),
    )
    return Service(ServiceId(service_id), public_id, SiteId(site_id), _STATUSES[status], draft)
