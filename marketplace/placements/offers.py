"""Read every offer that may be shown: placements of published suppliers."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from marketplace.errors import NotFound
from marketplace.placements import store
from marketplace.placements.model import Placement
from marketplace.placements.search import Offer
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Site, Status, Supplier


def list_offers(session: Session) -> dict[int, list[Offer]]:
    """By supplier, those with a place free, whether or not their last day has passed."""
    placements = store.list_open(session)
    return _by_supplier(suppliers.list_by_sites(session, {p.site_id for _, p in placements}), placements)


def list_offers_of(session: Session, supplier_ids: Iterable[int]) -> dict[int, list[Offer]]:
    """The same of some suppliers."""
    listed = suppliers.list_by_ids(session, supplier_ids)
    return _by_supplier(listed, store.list_open(session, {site.id for each in listed for site in each.sites}))


def _by_supplier(listed: Iterable[Supplier], placements: Iterable[tuple[int, Placement]]) -> dict[int, list[Offer]]:
    at_site: dict[int, list[tuple[int, Placement]]] = {}
    for number, placement in placements:
        at_site.setdefault(placement.site_id, []).append((number, placement))
    found: dict[int, list[Offer]] = {}
    for supplier in listed:
        if supplier.status is Status.PUBLISHED:
            offers = [_offer(n, p, supplier, site) for site in supplier.sites for n, p in at_site.get(site.id, ())]
            found |= {supplier.id: offers} if offers else {}
    return found


def get_offer(session: Session, public_id: str) -> tuple[Offer, Supplier]:
    """A placement that anybody may read, whether or not it may still be found. Errors: NotFound."""
    placement = store.get(session, public_id)
    (supplier,) = suppliers.list_by_sites(session, [placement.site_id])
    if supplier.status is not Status.PUBLISHED:
        raise NotFound
    site = next(site for site in supplier.sites if site.id == placement.site_id)
    return _offer(store.id_of(session, public_id), placement, supplier, site), supplier


def _offer(number: int, placement: Placement, supplier: Supplier, site: Site) -> Offer:
    return Offer(
        id=number,
        placement=placement,
        point=site.draft.point,
        supplier_public_id=supplier.public_id,
        supplier_external_id=supplier.external_id,
        supplier_name=supplier.profile.name,
        supplier_slug=supplier.slug,
        kind=supplier.profile.kind,
        locality=site.draft.address.locality,
        country=site.draft.address.country,
        region=site.draft.address.region,
    )
