"""What is indexed: one document per site, built from the database's current rows. Pure.

Nothing private is ever part of a document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from marketplace.capacity.model import RATE_ONE, Calendar, Resource, ResourceId, Use
from marketplace.places import Point, Precision
from marketplace.suppliers.model import Certificate, Service, ServiceDraft, ServiceId, Status, Supplier, Tags
from marketplace.vocabulary import Facet, vocabulary


@dataclass(frozen=True, slots=True)
class ServiceDocument:
    """`draft` is None for a site that lists no service yet: it can be found by its words, place and skills."""

    public_id: str
    draft: ServiceDraft | None
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
        draft=service.draft,
        tags=tags,
        calendar=resource.calendar if resource else None,
        rate=use.rate if use else RATE_ONE,
    )


# How much a word counts by where it stands.
_NAME, _TRADE, _SKILL, _PLACE, _MACHINE, _PROSE = 8.0, 5.0, 4.0, 3.0, 2.0, 1.0


def weighted_texts(document: SiteDocument) -> Iterable[tuple[float, str]]:
    """The texts a document is found by, each with its weight; terms with their aliases in six languages."""
    yield _NAME, document.name
    yield _NAME, document.site_name
    yield _TRADE, _names(Facet.KIND, document.kind)
    for service in document.services:
        if service.draft:
            yield _TRADE, _names(Facet.PROCESS, service.draft.process)
            yield _PROSE, service.draft.note
    for facet in (Facet.SKILL, Facet.PRODUCT, Facet.MATERIAL):
        for value in frozenset().union(*(service.tags.of(facet) for service in document.services)):
            yield _SKILL, _names(facet, value)
    for certificate in document.certificates:
        yield _PLACE, f"{certificate.scheme} {_names(Facet.CERTIFICATION, certificate.scheme)}"
    yield _PLACE, document.locality
    yield _PLACE, document.region
    yield _PLACE, document.street
    for machine in document.machines:
        yield _MACHINE, machine
    yield _PROSE, document.description


@lru_cache(maxsize=10_000)
def _names(facet: Facet, term_id: str) -> str:
    found = vocabulary().terms[facet].get(term_id)
    return " ".join((found.label, *found.aliases)) if found else term_id
