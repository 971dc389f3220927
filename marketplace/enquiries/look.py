"""Load what both sides see of an enquiry: the brief as it was sent, the service, the fit on the real calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor, OrganisationKind
from marketplace.briefs import store as briefs
from marketplace.briefs.model import Brief, Content
from marketplace.capacity import store as capacity
from marketplace.enquiries import store
from marketplace.enquiries.compare import Row, compare
from marketplace.enquiries.fit import choice_of
from marketplace.enquiries.model import AnswerRecord, Enquiry, Quote
from marketplace.enquiries.rules import Party
from marketplace.enquiries.seen import Look
from marketplace.places import Point
from marketplace.places.rules import distance_m
from marketplace.search.document import SiteDocument, build_documents
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Status, Supplier, SupplierId


def documents_of(session: Session, found: Iterable[Supplier]) -> dict[SupplierId, tuple[SiteDocument, ...]]:
    """The suppliers' services with their calendars as they are now, less what is taken. Who has paused may still
    answer what was asked before: whether a service may be asked is not decided here."""
    listed = [
        replace(s, status=Status.PUBLISHED, services=tuple(replace(o, status=Status.PUBLISHED) for o in s.services))
        for s in found
    ]
    return open_documents(session, listed)


def open_documents(session: Session, listed: Sequence[Supplier]) -> dict[SupplierId, tuple[SiteDocument, ...]]:
    """The services that are published now, with their calendars."""
    resources = {r.id: r for r in capacity.list_resources(session, [site for s in listed for site in s.sites])}
    uses = capacity.list_uses(session, resources)
    return {supplier.id: build_documents(supplier, resources, uses) for supplier in listed}


def look_at(session: Session, enquiries: Iterable[Enquiry], today: date) -> list[Look]:
    """All that is to be seen of some enquiries, in their order."""
    wanted = list(enquiries)
    found = {s.id: s for s in suppliers.list_by_ids(session, {enquiry.supplier_id for enquiry in wanted})}
    documents = documents_of(session, found.values())
    quotes: dict[int, list[Quote]] = {}
    for quote in store.list_quotes(session, [enquiry.id for enquiry in wanted]):
        quotes.setdefault(quote.enquiry_id, []).append(quote)
    known = {brief_id: briefs.get_by_id(session, brief_id) for brief_id in {e.brief_id for e in wanted}}
    names = {studio_id: _studio(session, studio_id) for studio_id in {e.studio_id for e in wanted}}
    return [
        _look(session, e, known[e.brief_id], found[e.supplier_id], names[e.studio_id], documents, quotes, today)
        for e in wanted
    ]


def look_at_one(session: Session, enquiry: Enquiry, today: date) -> Look:
    return look_at(session, [enquiry], today)[0]


def content_for(look: Look, party: Party) -> Content:
    """What a side reads of the brief: who made the run before, and at which price, is not for other suppliers."""
    earlier = look.content.earlier
    if party is Party.STUDIO or earlier is None or earlier.supplier_id == look.supplier.public_id:
        return look.content
    return replace(look.content, earlier=None)


def compared_rows(session: Session, brief: Brief, now: datetime) -> list[Row]:
    """The quotes about a brief side by side."""
    looks = look_at(session, store.list_of_brief(session, brief.id), now.date())
    return compare(looks, records(session, [look.supplier.id for look in looks], now))


def supplier_ids(session: Session, actor: Actor) -> list[SupplierId]:
    """The suppliers whose inbox the actor reads."""
    found = (suppliers.find_by_organisation(session, o) for o in actor.organisations(OrganisationKind.SUPPLIER))
    return [supplier.id for supplier in found if supplier]


def records(session: Session, supplier_ids: Iterable[SupplierId], now: datetime) -> dict[SupplierId, AnswerRecord]:
    """How fast suppliers answer."""
    return {supplier_id: store.record_of_supplier(session, supplier_id, now) for supplier_id in set(supplier_ids)}


def _look(
    session: Session,
    enquiry: Enquiry,
    brief: Brief,
    supplier: Supplier,
    studio: tuple[str, Point | None],
    documents: Mapping[SupplierId, tuple[SiteDocument, ...]],
    quotes: Mapping[int, list[Quote]],
    today: date,
) -> Look:
    content = brief.content
    if enquiry.brief_version != brief.version:
        content = briefs.get_version(session, brief.id, enquiry.brief_version)
    service = next(service for service in supplier.services if service.id == enquiry.service_id)
    choice = choice_of(documents[supplier.id], service.public_id, content, today)
    assert choice is not None  # paused or not, it is among the documents
    site = next(site for site in supplier.sites if site.id == service.site_id)
    start = content.point or studio[1]
    metres = distance_m(start, site.draft.point) if start and site.draft.point else None
    return Look(
        enquiry=enquiry,
        brief=brief,
        content=content,
        supplier=supplier,
        service=service,
        studio=studio[0],
        choice=choice,
        metres=metres,
        quotes=tuple(quotes.get(enquiry.id, ())),
    )


def _studio(session: Session, studio_id: int) -> tuple[str, Point | None]:
    studio = accounts.find_studio(session, studio_id)
    return (studio.name, studio.point) if studio else ("A studio", None)
