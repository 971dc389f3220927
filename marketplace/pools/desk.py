"""What a supplier's desk of pools needs to know. Reads only."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.places import distance_m
from marketplace.pools import wish_store
from marketplace.pools.model import Wish
from marketplace.suppliers.model import Supplier


def asked_of(session: Session, supplier: Supplier) -> list[tuple[Wish, int]]:
    """What it was asked to open and has not answered, with metres from the place that would do it."""
    found = []
    for wish in wish_store.list_asked(session, supplier.id):
        service = next((service for service in supplier.services if service.id == wish.service_id), None)
        site = next((site for site in supplier.sites if service and site.id == service.site_id), None)
        point = site.draft.point if site else None
        found.append((wish, distance_m(point, wish.point) if point else 0))
    return found
