"""What suppliers do with placements. Each is one write transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.orm import Session

from marketplace.accounts.model import Actor
from marketplace.accounts.policy import authorize
from marketplace.db import Database
from marketplace.errors import Invalid, NotFound
from marketplace.placements import store
from marketplace.placements.model import Placement, PlacementStatus
from marketplace.suppliers.actions import find_own
from marketplace.suppliers.model import SiteId, Supplier

MAXIMUM = 100


def offer(database: Database, actor: Actor, make: Callable[[SiteId], Placement]) -> None:
    """Offer a placement at the listing's first site, which `make` is given.

    Errors: NotFound without a listing of one's own; Invalid when there are too many, or from `make`.
    """
    with database.writing() as session:
        supplier = _own(session, actor)
        if len(store.list_for_sites(session, [site.id for site in supplier.sites])) >= MAXIMUM:
            raise Invalid({"seats": f"a listing offers at most {MAXIMUM} placements"})
        store.add(session, make(supplier.sites[0].id))


def close(database: Database, actor: Actor, public_id: str) -> None:
    """Errors: NotFound, also for somebody else's placement."""
    with database.writing() as session:
        supplier = _own(session, actor)
        listed = store.list_for_sites(session, [site.id for site in supplier.sites])
        placement = next((p for p in listed if p.public_id == public_id), None)
        if placement is None:
            raise NotFound
        store.update(session, replace(placement, status=PlacementStatus.CLOSED))


def _own(session: Session, actor: Actor) -> Supplier:
    supplier = find_own(session, actor)
    authorize(actor, "placement.offer", supplier.organisation_id if supplier else None)
    if supplier is None:
        raise NotFound
    return supplier
