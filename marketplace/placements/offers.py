"""Read every offer that may be shown: placements of published suppliers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from marketplace.errors import NotFound
from marketplace.placements import store
from marketplace.placements.model import Placement
from marketplace.placements.search import Offer
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Site, Status, Supplier


def list_offers(session: Session, today: date) -> list[Offer]:
    """Those that may be found today."""
    return offers_of(session, store.list_shown(session, today))


def offers_of(session: Session, placements: Iterable[tuple[int, Placement]]) -> list[Offer]:
    """Those of published suppliers, in the given order."""
    listed = list(placements)
    by_site = {
        site.id: (supplier, site)
        for supplier in suppliers.list_by_sites(session, {p.site_id for _, p in listed})
        for site in supplier.sites
        if supplier.status is Status.PUBLISHED
    }
    return [_offer(number, p, *by_site[p.site_id]) for number, p in listed if p.site_id in by_site]


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
