"""What a supplier publishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from marketplace.places import Point, Precision
from marketplace.units import Quantity, Unit
from marketplace.vocabulary import Facet
from marketplace.vocabulary.model import Basis

SupplierId = NewType("SupplierId", int)
SiteId = NewType("SiteId", int)
ServiceId = NewType("ServiceId", int)

MAXIMUM_LEAD_DAYS = 730


class Status(StrEnum):
    PUBLISHED = "published"
    PAUSED = "paused"  # not shown for now
    CLOSED = "closed"  # the firm takes no more work; can be reopened


class Verification(StrEnum):
    SELF_DECLARED = "self_declared"
    DOCUMENT_SEEN = "document_seen"
    VISITED = "visited"

    @property
    def label(self) -> str:
        return {"self_declared": "self-declared", "document_seen": "documents seen", "visited": "visited"}[self]


@dataclass(frozen=True, slots=True)
class MinimumRule:
    """The smallest run, counted per `basis`. With a surcharge, a smaller run is taken at a higher price."""

    quantity: Quantity
    basis: Basis
    surcharge_percent: int | None = None


@dataclass(frozen=True, slots=True)
class LoadLimits:
    """What one machine load takes, in atoms of the service's unit. There are gaps: 70 kg fits neither one
    load of 50-60 kg nor two."""

    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class LeadDays:
    """Calendar days from the day work starts until goods are ready at the earliest. None: not stated."""

    sample: int | None = None
    first: int | None = None
    repeat: int | None = None


@dataclass(frozen=True, slots=True)
class PriceBreak:
    """From this many whole units, each unit costs this."""

    from_quantity: int
    unit_minor: int


@dataclass(frozen=True, slots=True)
class Price:
    """An indication, not an offer: minor units of the currency."""

    currency: str
    unit_minor: int
    per: Unit
    setup_minor: int = 0
    breaks: tuple[PriceBreak, ...] = ()


@dataclass(frozen=True, slots=True)
class Tags:
    """Term identifiers by facet: skills, materials, products (and languages of a firm)."""

    skills: frozenset[str] = frozenset()
    materials: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()

    def of(self, facet: Facet) -> frozenset[str]:
        match facet:
            case Facet.SKILL:
                return self.skills
            case Facet.MATERIAL:
                return self.materials
            case Facet.PRODUCT:
                return self.products
            case Facet.LANGUAGE:
                return self.languages
            case _:
                return frozenset()


TAGGED = (Facet.SKILL, Facet.MATERIAL, Facet.PRODUCT, Facet.LANGUAGE)


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine and its limits. Loads in whole kilograms, sizes in centimetres."""

    family: str
    name: str
    count: int = 1
    width_cm: int | None = None
    gauge: int | None = None
    load_min_kg: int | None = None
    load_max_kg: int | None = None
    heads: int | None = None
    colours: int | None = None
    field_cm: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as the supplier states it. It counts on a day between its dates, and stops by itself."""

    scheme: str
    number: str = ""
    scope: str = ""
    holder: str = ""
    issuer: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class ServiceTerms:
    """What runs a service takes, how long they last and what they cost: all that a run is judged by."""

    process: str
    unit: Unit
    rules: tuple[MinimumRule, ...] = ()
    maximum: Quantity | None = None
    load: LoadLimits | None = None
    leads: LeadDays = LeadDays()
    price: Price | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ServiceDraft(ServiceTerms):
    """Everything a supplier says about one service: one process at one site."""

    tags: Tags = Tags()

    @property
    def terms(self) -> ServiceTerms:
        """Without the tags."""
        return ServiceTerms(
            self.process, self.unit, self.rules, self.maximum, self.load, self.leads, self.price, self.note
        )


@dataclass(frozen=True, slots=True)
class Service:
    id: ServiceId
    public_id: str
    site_id: SiteId
    status: Status
    draft: ServiceDraft


@dataclass(frozen=True, slots=True)
class Address:
    street: str = ""
    locality: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""  # ISO 3166-1 alpha-2

    @property
    def lines(self) -> tuple[str, ...]:
        town = " ".join(part for part in (self.postal_code, self.locality) if part)
        return tuple(part for part in (self.street, town, self.region) if part)


WORKING_DAYS_DEFAULT = frozenset(range(5))  # Monday to Friday


@dataclass(frozen=True, slots=True)
class SiteDraft:
    """A place where work is done. `working_days`: 0 is Monday."""

    address: Address
    name: str = ""
    point: Point | None = None
    precision: Precision = Precision.NONE
    timezone: str = "UTC"
    working_days: frozenset[int] = WORKING_DAYS_DEFAULT


@dataclass(frozen=True, slots=True)
class Site:
    id: SiteId
    public_id: str
    supplier_id: SupplierId
    draft: SiteDraft
    teaches_until: date | None = None  # the last day of its training placements, free or taken


@dataclass(frozen=True, slots=True)
class Workplace:
    """No more of a site than what its weeks are read with. `services`: public ids."""

    site_id: SiteId
    supplier_id: SupplierId
    working_days: frozenset[int]
    services: Mapping[ServiceId, str]


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """What a firm says of itself as a whole."""

    name: str
    kind: str
    description: str = ""
    website: str = ""
    tags: Tags = Tags()
    machines: tuple[Machine, ...] = ()
    certificates: tuple[Certificate, ...] = ()


@dataclass(frozen=True, slots=True)
class Supplier:
    id: SupplierId
    public_id: str
    organisation_id: int
    external_id: str
    slug: str
    status: Status
    verification: Verification
    verified_at: date | None
    created_at: datetime
    updated_at: datetime
    profile: ProfileDraft
    sites: tuple[Site, ...] = ()
    services: tuple[Service, ...] = field(default=())

    @property
    def is_verified(self) -> bool:
        return self.verification is not Verification.SELF_DECLARED

    def services_at(self, site_id: SiteId) -> tuple[Service, ...]:
        return tuple(service for service in self.services if service.site_id == site_id)
