"""What is indexed: one document per site, built from the database's current rows. Pure.

Nothing private is ever part of a document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from marketplace.capacity.model import RATE_ONE, Calendar, Resource, ResourceId, Use
from marketplace.places import Point, Precision
from marketplace.suppliers.model import Certificate, Service, ServiceId, ServiceTerms, Status, Supplier, Tags
from marketplace.vocabulary import Facet, vocabulary


@dataclass(frozen=True, slots=True)
class ServiceDocument:
    """`draft` is None for a site that lists no service yet: it can be found by its words, place and skills."""

    public_id: str
    draft: ServiceTerms | None
    tags: Tags  # the firm's and the service's own
    calendar: Calendar | None = None
    rate: int = RATE_ONE

    def values(self, facet: Facet) -> frozenset[str]:
        if facet is Facet.PROCESS:
            return frozenset((self.draft.process,)) if self.draft else frozenset()
        return self.tags.of(facet)


@dataclass(frozen=True, slots=True)
class SiteDocument:
    site_id: int
    supplier_id: int
    public_id: str
    site_public_id: str
    external_id: str
    slug: str
    name: str
    site_name: str
    kind: str
    verification: str
    is_verified: bool
    description: str
    street: str
    locality: str
    region: str
    country: str
    point: Point | None
    precision: Precision
    languages: frozenset[str]
    certificates: tuple[Certificate, ...]
    machines: tuple[str, ...]
    services: tuple[ServiceDocument, ...]
    teaches_until: date | None = None

    def is_teaching(self, day: date) -> bool:
        """Whether a place to learn is free or taken there on the day."""
        return self.teaches_until is not None and day <= self.teaches_until


def build_documents(
    supplier: Supplier, resources: Mapping[ResourceId, Resource], uses: Mapping[ServiceId, Use]
) -> tuple[SiteDocument, ...]:
    """The documents of a supplier, one per site; none while it is paused or closed."""
    if supplier.status is not Status.PUBLISHED:
        return ()
    profile = supplier.profile
    documents = []
    for site in supplier.sites:
        listed = [
            _service(service, profile.tags, resources, uses)
            for service in supplier.services_at(site.id)
            if service.status is Status.PUBLISHED
        ]
        address = site.draft.address
        documents.append(
            SiteDocument(
                site_id=site.id,
                supplier_id=supplier.id,
                public_id=supplier.public_id,
                site_public_id=site.public_id,
                external_id=supplier.external_id,
                slug=supplier.slug,
                name=profile.name,
                site_name=site.draft.name,
                kind=profile.kind,
                verification=supplier.verification.value,
                is_verified=supplier.is_verified,
                description=profile.description,
                street=address.street,
                locality=address.locality,
                region=address.region,
                country=address.country,
                point=site.draft.point,
                precision=site.draft.precision,
                languages=profile.tags.languages,
                certificates=profile.certificates,
                machines=tuple(dict.fromkeys(machine.name for machine in profile.machines)),
                services=tuple(listed) or (ServiceDocument("", None, profile.tags),),
                teaches_until=site.teaches_until,
            )
        )
    return tuple(documents)


def _service(
    service: Service,
    firm: Tags,
    resources: Mapping[ResourceId, Resource],
    uses: Mapping[ServiceId, Use],
) -> ServiceDocument:
    own = service.draft.tags
    tags = Tags(
        skills=firm.skills | own.skills,
        materials=firm.materials | own.materials,
        products=firm.products | own.products,
        languages=firm.languages,
    )
    use = uses.get(service.id)
    resource = resources.get(use.resource_id) if use else None
    return ServiceDocument(
        public_id=service.public_id,
        draft=service.draft.terms,
        tags=tags,
        calendar=resource.calendar if resource else None,
        rate=use.rate if use else RATE_ONE,
    )


# Where the words of a document stand, with how much one counts there; terms of a list stand for all their names.
SOURCES: tuple[tuple[float, Facet | None], ...] = (
    (8.0, None),  # names
    (5.0, Facet.KIND),
    (5.0, Facet.PROCESS),
    (4.0, Facet.SKILL),
    (4.0, Facet.PRODUCT),
    (4.0, Facet.MATERIAL),
    (3.0, Facet.CERTIFICATION),
    (3.0, None),  # where it is
    (2.0, None),  # machines
    (1.0, None),  # prose
)


def texts_by_source(document: SiteDocument) -> tuple[Iterable[str], ...]:
    """What a document is found by: texts or terms, for each of SOURCES."""
    processes: list[str] = []
    prose: list[str] = []
    skills: set[str] = set()
    products: set[str] = set()
    materials: set[str] = set()
    for service in document.services:
        if service.draft:
            processes.append(service.draft.process)
            prose.append(service.draft.note)
        skills |= service.tags.skills
        products |= service.tags.products
        materials |= service.tags.materials
    prose.append(document.description)
    return (
        (document.name, document.site_name),
        (document.kind,),
        processes,
        skills,
        products,
        materials,
        [certificate.scheme for certificate in document.certificates],
        (document.locality, document.region, document.street),
        document.machines,
        prose,
    )


def weighted_texts(document: SiteDocument) -> Iterable[tuple[float, str]]:
    """The texts a document is found by, each with its weight."""
    for (weight, facet), texts in zip(SOURCES, texts_by_source(document), strict=True):
        for text in texts:
            yield weight, names_of(facet, text) if facet else text


@lru_cache(maxsize=10_000)
def names_of(facet: Facet, term_id: str) -> str:
    """A term's label and aliases in six languages; certificates are found by their identifiers too."""
    found = vocabulary().terms[facet].get(term_id)
    names = " ".join((found.label, *found.aliases)) if found else term_id
    return f"{term_id} {names}" if facet is Facet.CERTIFICATION else names
