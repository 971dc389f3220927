"""Whom to ask: the supplier whose page one comes from, the shortlist, and what a search for the brief finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from marketplace.briefs import store as briefs
from marketplace.briefs.model import Brief, Content
from marketplace.enquiries.fit import Choice, choices, query_of
from marketplace.enquiries.look import open_documents
from marketplace.places.model import Circle
from marketplace.places.rules import distance_m
from marketplace.search.document import SiteDocument
from marketplace.search.sync import LiveIndex
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import SiteId, Supplier

RADIUS_M = 40_000
MOST_FOUND = 12


@dataclass(frozen=True, slots=True)
class Candidate:
    """A supplier that may be asked; its services best first. `why`: 'page', 'shortlist' or 'search'."""

    supplier: Supplier
    choices: tuple[Choice, ...]
    metres: int | None
    why: str


def found_ids(live: LiveIndex, content: Content, today: date) -> list[int]:
    """The sites that a search for the brief's run finds, around its place where it has one; best first."""
    circle = Circle(content.point, RADIUS_M) if content.point else None
    return list(live.site_ids(replace(query_of(content, today), circle=circle)))[:MOST_FOUND]


def candidates(session: Session, brief: Brief, slug: str, site_ids: Iterable[int], today: date) -> list[Candidate]:
    """Each supplier once, where it stands first."""
    named = suppliers.find_by_slug(session, slug) if slug else None
    shortlist = [kept.supplier_id for kept in briefs.list_shortlist(session, brief.studio_id)]
    listed = {supplier.id: supplier for supplier in suppliers.list_by_ids(session, shortlist)}
    order: list[tuple[Supplier, str]] = [(named, "page")] if named else []
    order += [(listed[supplier_id], "shortlist") for supplier_id in shortlist if supplier_id in listed]
    wanted = [SiteId(site_id) for site_id in site_ids]
    by_site = {site.id: s for s in suppliers.list_by_sites(session, wanted) for site in s.sites}
    order += [(by_site[site_id], "search") for site_id in wanted if site_id in by_site]
    once: dict[int, tuple[Supplier, str]] = {}
    for supplier, why in order:
        once.setdefault(supplier.id, (supplier, why))
    documents = open_documents(session, [supplier for supplier, _ in once.values()])
    found = (_candidate(s, documents[s.id], brief.content, why, today) for s, why in once.values())
    return [candidate for candidate in found if candidate.choices]


def _candidate(
    supplier: Supplier, documents: tuple[SiteDocument, ...], content: Content, why: str, today: date
) -> Candidate:
    found = choices(documents, content, today)
    point = found[0].document.point if found else None
    metres = distance_m(content.point, point) if content.point and point else None
    return Candidate(supplier, tuple(found), metres, why)
