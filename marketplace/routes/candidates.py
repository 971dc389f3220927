"""Who could do each step: found through the search index, with weeks as the database has them now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from marketplace.capacity import store as capacity
from marketplace.capacity.model import RATE_ONE, Resource
from marketplace.db import Database
from marketplace.places.model import Circle
from marketplace.places.rules import MAXIMUM_RADIUS_M, distance_m
from marketplace.routes.ask import Ask, AskedStep
from marketplace.routes.model import Offer
from marketplace.routes.plan import Found
from marketplace.search.document import SiteDocument
from marketplace.search.loading import load_documents
from marketplace.search.query import SearchQuery, Sort
from marketplace.search.sync import LiveIndex
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import WORKING_DAYS_DEFAULT, SiteId, Tags
from marketplace.vocabulary import Facet, vocabulary

MOST_INSIDE = 2000  # sites of one step within the radius, nearest first
MOST_OUTSIDE = 60  # beyond it: the nearest are what a wider radius would open
_WIDER = 4
_WIDER_M = 200_000


def gather(live: LiveIndex, database: Database, ask: Ask, today: date) -> Found:
    """Every service of every step that may answer it or narrowly fails to: one query of the index for each step,
    and one look at the calendars of all of them."""
    found = [_sites(live, ask, step, today) for step in ask.steps]
    documents = {document.site_id: document for listed in found for document in listed}
    with database.reading() as session:
        windows = _windows(session, documents.values())
    offers = tuple(
        offer
        for place, listed in enumerate(found)
        for document in listed
        for offer in _offers(place, ask, document, windows)
    )
    return Found(offers, {document.site_public_id: document for document in documents.values()})


def gather_again(database: Database, ask: Ask, found: Found, supplier_ids: Iterable[str]) -> Found:
    """The same offers, those of some suppliers (by public id) as the database has them now."""
    again = frozenset(supplier_ids)
    with database.reading() as session:
        documents = fresh_documents(session, again)
        fresh = _all_offers(session, ask, documents)
    kept = [offer for offer in found.offers if offer.supplier_id not in again]
    offers = sorted((*kept, *fresh), key=lambda offer: (offer.step, offer.key))
    return Found(tuple(offers), {**found.sites, **{document.site_public_id: document for document in documents}})


def offers_of(database: Database, ask: Ask, service_ids: Iterable[str]) -> Found:
    """What the suppliers of some services (public ids) offer for the steps now; nothing of who is gone."""
    with database.reading() as session:
        owners = [suppliers.find_by_service(session, public_id) for public_id in sorted(service_ids)]
        documents = fresh_documents(session, {owner.public_id for owner in owners if owner})
        offers = _all_offers(session, ask, documents)
    return Found(tuple(offers), {document.site_public_id: document for document in documents})


def _all_offers(session: Session, ask: Ask, documents: Sequence[SiteDocument]) -> list[Offer]:
    windows = _windows(session, documents)
    return [
        offer
        for place in range(len(ask.steps))
        for document in documents
        for offer in _offers(place, ask, document, windows)
    ]


def fresh_documents(session: Session, public_ids: Iterable[str]) -> list[SiteDocument]:
    """What some suppliers publish at this moment; nothing of those that are paused or gone."""
    found = (suppliers.find_by_public_id(session, public_id) for public_id in sorted(public_ids))
    ids = [supplier.id for supplier in found if supplier]
    return [document for _, documents in load_documents(session, ids) for document in documents]


def _sites(live: LiveIndex, ask: Ask, step: AskedStep, today: date) -> list[SiteDocument]:
    """The sites of a step, nearest first: all within the radius, and the first beyond it."""
    wide_m = min(max(ask.radius_m * _WIDER, ask.radius_m + _WIDER_M), MAXIMUM_RADIUS_M)
    for radius_m in dict.fromkeys((wide_m, MAXIMUM_RADIUS_M)):
        query = SearchQuery(
            today=today,
            circle=Circle(ask.origin.point, radius_m),
            terms={Facet.PROCESS: frozenset((step.process,))},
            sort=Sort.DISTANCE,
        )
        listed = live.documents(live.site_ids(query)[: MOST_INSIDE + MOST_OUTSIDE])
        if listed:
            break
    inside = sum(
        document.point is not None and distance_m(ask.origin.point, document.point) <= ask.radius_m
        for document in listed
    )
    return listed[: min(inside, MOST_INSIDE) + MOST_OUTSIDE]  # they come in the order of their distance


@dataclass(frozen=True, slots=True)
class _Window:
    """What a service draws on, and at which rate."""

    resource: Resource | None
    rate: int = RATE_ONE


def _windows(session: Session, documents: Iterable[SiteDocument]) -> dict[str, _Window]:
    """The weeks of all services of some sites; a service that is not published any more is left out."""
    working_days = {SiteId(document.site_id): _working_days(document) for document in documents}
    resources, uses = capacity.list_calendars(session, working_days)
    by_id = {resource.id: resource for resource in resources}
    windows: dict[str, _Window] = {}
    for public_id, service_id in suppliers.list_open_services(session, working_days).items():
        use = uses.get(service_id)
        windows[public_id] = _Window(by_id.get(use.resource_id), use.rate) if use else _Window(None)
    return windows


def _working_days(document: SiteDocument) -> frozenset[int]:
    """Those of the site, as its calendars know them."""
    calendars = (service.calendar for service in document.services)
    return next((calendar.working_days for calendar in calendars if calendar), WORKING_DAYS_DEFAULT)


def _offers(place: int, ask: Ask, document: SiteDocument, windows: Mapping[str, _Window]) -> Iterator[Offer]:
    """The services of a site that do a step, unless the site is left out of it."""
    step = ask.steps[place]
    if document.point is None or document.public_id in step.without or step.only not in ("", document.public_id):
        return
    for service in document.services:
        window = windows.get(service.public_id)
        if service.draft is None or service.draft.process != step.process or window is None:
            continue
        yield Offer(
            step=place,
            supplier_id=document.public_id,
            site_id=document.site_public_id,
            service_id=service.public_id,
            name=name_of(document),
            point=document.point,
            draft=service.draft,
            calendar=window.resource.calendar if window.resource else None,
            rate=window.rate,
            resource_id=window.resource.public_id if window.resource else None,
            tags=_comparable(service.tags, ask.cloth.materials),
            certificates=document.certificates,
        )


def name_of(document: SiteDocument) -> str:
    return document.name + (f", {document.site_name}" if document.site_name else "")


def _comparable(tags: Tags, asked: frozenset[str]) -> Tags:
    """Materials of the kinds that are asked about: who lists twill has said nothing about wool."""
    terms = vocabulary().terms[Facet.MATERIAL]
    kinds = {terms[material].group for material in asked}
    return replace(tags, materials=frozenset(m for m in tags.materials if m in terms and terms[m].group in kinds))
