"""What every search engine has to do, case by case: the words that the cases are written in.

A case is a function that gets an empty engine, tells it of firms and asks it. What it expects is written out by
hand. The cases stand in contract_terms.py (filters and their counts), contract_runs.py (runs, loads, conversions),
contract_weeks.py (dates), contract_text.py, contract_places.py (circles), contract_lists.py (order and pages) and
contract_changes.py (what happens while people search); contract_engines.py holds the engines.

Every engine passes every case as it stands. Meilisearch alone would differ in many (docs/meilisearch.md lists
where: its own typing rules, circles, estimated totals); ours over it does not, because it only narrows there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from marketplace.capacity.model import RATE_ONE, Calendar, Closure, Resource, ResourceId, Use
from marketplace.places import Point, Precision
from marketplace.places.model import Circle
from marketplace.search.document import SiteDocument, build_documents
from marketplace.search.index import Answer
from marketplace.search.query import SearchQuery, Sort
from marketplace.suppliers.model import (
    Address,
    Certificate,
    LeadDays,
    LoadLimits,
    Machine,
    MinimumRule,
    Price,
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
from marketplace.suppliers.model import Service as ListedService
from marketplace.suppliers.model import Site as ListedSite
from marketplace.suppliers.rules import Cloth, Run
from marketplace.units import Quantity, Unit, Week
from marketplace.vocabulary import Facet
from marketplace.vocabulary.model import Basis

TODAY = date(2027, 2, 24)  # a Wednesday
MONDAY = date(2027, 2, 22)
NOW = datetime(2027, 2, 24, 9, tzinfo=UTC)
PRATO = (43.88, 11.10)


def monday(weeks: int) -> date:
    """The Monday so many weeks after the running week's."""
    return MONDAY + timedelta(weeks=weeks)


# -- firms ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Room:
    """What a service draws on: atoms a week, and the weeks that are stated otherwise."""

    usual: int | None
    unit: Unit = Unit.PIECE
    stated: Mapping[date, int] | None = None
    rate: int = RATE_ONE
    confirmed_at: datetime | None = NOW


@dataclass(frozen=True, slots=True)
class Service:
    draft: ServiceDraft
    room: Room | None


_ADDRESS = Address(country="IT")


@dataclass(frozen=True, slots=True)
class Place:
    services: tuple[Service, ...] = ()
    at: tuple[float, float] | None = None
    name: str = ""
    address: Address = _ADDRESS
    closures: tuple[Closure, ...] = ()
    working_days: frozenset[int] = frozenset(range(5))
    teaches_until: date | None = None


@dataclass(frozen=True, slots=True)
class Firm:
    profile: ProfileDraft
    sites: tuple[Place, ...]
    verified: bool = False
    status: Status = Status.PUBLISHED

    @property
    def name(self) -> str:
        return self.profile.name


def service(
    process: str = "sew",
    *rules: MinimumRule,
    unit: Unit = Unit.PIECE,
    room: Room | None = None,
    most: int | None = None,
    load: tuple[int, int] | None = None,
    lead: int | None = None,
    price: Price | None = None,
    skills: str = "",
    materials: str = "",
    products: str = "",
    note: str = "",
) -> Service:
    """`most` and `load` in whole units."""
    draft = ServiceDraft(
        process,
        unit,
        rules,
        maximum=Quantity.of(most, unit) if most else None,
        load=LoadLimits(load[0] * unit.atoms, load[1] * unit.atoms) if load else None,
        leads=LeadDays(first=lead),
        price=price,
        tags=Tags(
            skills=frozenset(skills.split()),
            materials=frozenset(materials.split()),
            products=frozenset(products.split()),
        ),
        note=note,
    )
    return Service(draft, room)


def least(amount: int, unit: Unit = Unit.PIECE, basis: Basis = Basis.ORDER, extra: int | None = None) -> MinimumRule:
    """A minimum in atoms; with `extra` per cent, less is taken."""
    return MinimumRule(Quantity(amount, unit), basis, extra)


def certificate(scheme: str, first: date | None = None, last: date | None = None) -> Certificate:
    return Certificate(scheme, valid_from=first, valid_to=last)


def place(
    *services: Service,
    at: tuple[float, float] | None = None,
    name: str = "",
    street: str = "",
    town: str = "",
    region: str = "",
    closed: Iterable[tuple[date, date]] = (),
    days: Iterable[int] = range(5),
    teaches: date | None = None,
) -> Place:
    address = Address(street=street, locality=town, region=region, country="IT")
    return Place(services, at, name, address, tuple(Closure(*days) for days in closed), frozenset(days), teaches)


def firm(
    name: str,
    *services: Service,
    at: tuple[float, float] | None = None,
    sites: tuple[Place, ...] = (),
    kind: str = "",
    skills: str = "",
    materials: str = "",
    products: str = "",
    languages: str = "",
    certificates: Iterable[Certificate] = (),
    machines: Iterable[str] = (),
    description: str = "",
    verified: bool = False,
    status: Status = Status.PUBLISHED,
) -> Firm:
    tags = Tags(*(frozenset(some.split()) for some in (skills, materials, products, languages)))
    profile = ProfileDraft(
        name,
        kind,
        description=description,
        tags=tags,
        machines=tuple(Machine("", machine) for machine in machines),
        certificates=tuple(certificates),
    )
    return Firm(profile, sites or (place(*services, at=at),), verified, status)


def documents_of(firm: Firm, number: int) -> tuple[SiteDocument, ...]:
    """A firm's documents as they are made of the database's rows."""
    sites, services, resources, uses = [], [], {}, {}
    for site_number, site in enumerate(firm.sites, number * 100):
        site_id = SiteId(site_number)
        precision = Precision.CONFIRMED if site.at else Precision.NONE
        point = Point.of(*site.at) if site.at else None
        draft = SiteDraft(site.address, site.name, point, precision, working_days=site.working_days)
        sites.append(ListedSite(site_id, public_id(site_number), SupplierId(number), draft, site.teaches_until))
        for service_number, one in enumerate(site.services, site_number * 100):
            service_id = ServiceId(service_number)
            services.append(ListedService(service_id, public_id(service_number), site_id, Status.PUBLISHED, one.draft))
            if one.room:
                resource_id = ResourceId(service_number)
                calendar = Calendar(
                    one.room.unit,
                    one.room.usual,
                    {Week(day): amount for day, amount in (one.room.stated or {}).items()},
                    site.closures,
                    site.working_days,
                    one.room.confirmed_at,
                )
                resources[resource_id] = Resource(resource_id, public_id(service_number), site_id, "", calendar)
                uses[service_id] = Use(service_id, resource_id, one.room.rate)
    supplier = Supplier(
        id=SupplierId(number),
        public_id=public_id(number),
        organisation_id=number,
        external_id=firm.name,
        slug=f"firm-{number}",
        status=firm.status,
        verification=Verification.VISITED if firm.verified else Verification.SELF_DECLARED,
        verified_at=None,
        created_at=NOW,
        updated_at=NOW,
        profile=firm.profile,
        sites=tuple(sites),
        services=tuple(services),
    )
    return build_documents(supplier, resources, uses)


def public_id(number: int) -> str:
    return f"{number:032x}"


# -- questions ------------------------------------------------------------------------------------------------------


def ask(
    text: str = "",
    *,
    near: tuple[float, float] | None = None,
    metres: int = 0,
    run: Run | None = None,
    start: date | None = None,
    by: date | None = None,
    verified: bool = False,
    teaching: bool = False,
    sort: Sort | None = None,
    page: int = 1,
    per_page: int = 20,
    **terms: str,
) -> SearchQuery:
    """A query; the terms of a facet are written in one text, with spaces."""
    return SearchQuery(
        today=TODAY,
        text=text,
        circle=Circle(Point.of(*near), metres) if near else None,
        terms={Facet(facet): frozenset(values.split()) for facet, values in terms.items()},
        run=run,
        start=start,
        by=by,
        verified=verified,
        teaching=teaching,
        sort=sort,
        page=page,
        per_page=per_page,
    )


def run(
    amount: int,
    unit: Unit = Unit.PIECE,
    *,
    styles: int = 1,
    colours: int = 1,
    sizes: int = 1,
    cloth: tuple[int, int] | None = None,
    piece_g: int | None = None,
) -> Run:
    """`amount` in atoms: pieces, metres, grams. `cloth`: width in cm, g/m²."""
    return Run(Quantity(amount, unit), styles, colours, sizes, Cloth(*cloth) if cloth else None, piece_g)


def label(document: SiteDocument) -> str:
    """'Rosa', or 'Rosa/Annex' where the site has a name."""
    return f"{document.name}/{document.site_name}" if document.site_name else document.name


class Engine(Protocol):
    """An engine under test; it is told of firms and answers with labels."""

    def fill(self, *firms: Firm) -> None:
        """Make the index anew of these firms."""

    def put(self, firm: Firm) -> None:
        """Add or change a firm; it is known by its name. One that is not published leaves the index."""

    def rename(self, name: str, firm: Firm) -> None:
        """Put a firm in the place of the one of that name."""

    def remove(self, name: str) -> None:
        """The firm is gone."""

    def rebuild(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Make the index anew of what is in it, while something else goes on."""

    def search(self, query: SearchQuery) -> Answer: ...

    def everything(self, query: SearchQuery) -> list[str]:
        """The labels of `site_ids`, through `documents`."""

    def count(self) -> int: ...


def found(engine: Engine, query: SearchQuery) -> list[str]:
    """Every site that fits, in order. The list of everything, the pages and the total are one thing."""
    listed = engine.everything(query)
    pages: list[str] = []
    for number in range(1, len(listed) // query.per_page + 3):
        answer = engine.search(replace(query, page=number))
        assert answer.total == len(listed)
        assert not answer.total_is_estimate
        pages += [label(hit.document) for hit in answer.hits]
    assert pages == listed
    return listed


def counts(engine: Engine, query: SearchQuery, facet: Facet) -> list[tuple[str, int]]:
    """The counts of a facet in the order in which they are offered."""
    return list(engine.search(query).facets[facet])


# -- the list of cases ----------------------------------------------------------------------------------------------

Case = Callable[[Engine], None]
CASES: list[Case] = []


def case(function: Case) -> Case:
    CASES.append(function)
    return function
