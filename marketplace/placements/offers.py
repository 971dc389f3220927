"""Read every offer that may be shown: placements of published suppliers."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.placements import store
from marketplace.placements.search import Offer
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Status


def list_offers(session: Session) -> list[Offer]:
    placements = store.list_all(session)
    by_site = {
        site.id: (supplier, site)
        for supplier in suppliers.list_by_sites(session, {p.site_id for p in placements})
        for site in supplier.sites
        if supplier.status is Status.PUBLISHED
    }
    offers = []
    for placement in placements:
        if placement.site_id not in by_site:
            continue
        supplier, site = by_site[placement.site_id]
        offers.append(
            Offer(
                placement=placement,
                point=site.draft.point,
                supplier_public_id=supplier.public_id,
                supplier_external_id=supplier.external_id,
                supplier_name=supplier.profile.name,
                supplier_slug=supplier.slug,
                kind=supplier.profile.kind,
                locality=site.draft.address.locality,
            )
        )
    return offers
