"""What suppliers do with placements. Each is one write transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.model import Actor
from marketplace.accounts.policy import authorize
from marketplace.audit import store as audit
from marketplace.db import Database
from marketplace.errors import Invalid, NotFound
from marketplace.placements import store
from marketplace.placements.model import Placement, PlacementStatus
from marketplace.suppliers.actions import find_own
from marketplace.suppliers.model import SiteId, Supplier

MAXIMUM = 100


def offer(database: Database, actor: Actor, make: Callable[[SiteId], Placement], now: datetime) -> None:
    """Offer a placement at the listing's first site, which `make` is given.

    Errors: NotFound without a listing of one's own; Invalid when there are too many, or from `make`.
    """
    with database.writing() as session:
        supplier = _own(session, actor)
        if len(store.list_for_sites(session, [site.id for site in supplier.sites])) >= MAXIMUM:
            raise Invalid({"seats": f"a listing offers at most {MAXIMUM} placements"})
        placement = make(supplier.sites[0].id)
        store.add(session, placement)
        _note(session, now, actor, supplier, placement, after={"placement": placement})


def close(database: Database, actor: Actor, public_id: str, now: datetime) -> None:
    """Errors: NotFound, also for somebody else's placement."""
    with database.writing() as session:
        supplier = _own(session, actor)
        listed = store.list_for_sites(session, [site.id for site in supplier.sites])
        placement = next((p for p in listed if p.public_id == public_id), None)
        if placement is None:
            raise NotFound
        if placement.status is PlacementStatus.CLOSED:
            return
        store.update(session, replace(placement, status=PlacementStatus.CLOSED))
        before, after = {"status": placement.status}, {"status": PlacementStatus.CLOSED}
        _note(session, now, actor, supplier, placement, before=before, after=after)


def _own(session: Session, actor: Actor) -> Supplier:
    supplier = find_own(session, actor)
    authorize(actor, "placement.offer", supplier.organisation_id if supplier else None)
    if supplier is None:
        raise NotFound
    return supplier


def _note(
    session: Session,
    now: datetime,
    actor: Actor,
    supplier: Supplier,
    placement: Placement,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    audit.record(
        session,
        now,
        actor,
        "placement.offer",
        "placement",
        placement.public_id,
        organisation_id=supplier.organisation_id,
        before=before,
        after=after,
    )
