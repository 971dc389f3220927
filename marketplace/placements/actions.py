"""What suppliers do with placements. Each is one write transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.model import Actor
from marketplace.accounts.policy import authorize
from marketplace.audit import store as audit
from marketplace.audit.rules import changed
from marketplace.db import Database
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.placements import store
from marketplace.placements.model import Placement, PlacementStatus
from marketplace.placements.rules import NEXT
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.actions import find_own
from marketplace.suppliers.model import Site, Supplier

MAXIMUM = 100
PATH = "/listing/placements"

Read = Callable[[Sequence[Site], Placement | None], Placement]


def offer(database: Database, actor: Actor, read: Read, now: datetime) -> Placement:
    """Offer a placement of one's own firm. `read` is given its sites, and None.

    Errors: NotFound without a listing of one's own; Invalid when there are too many, or from `read`.
    """
    with database.writing() as session:
        supplier = _own(session, actor)
        if len(store.list_for_sites(session, [site.id for site in supplier.sites])) >= MAXIMUM:
            raise Invalid({"seats": f"a listing offers at most {MAXIMUM} placements"})
        placement = replace(read(supplier.sites, None), offered_at=now)
        store.add(session, placement)
        _note(session, now, actor, supplier, placement, after={"placement": placement})
        return placement


def change(
    database: Database,
    actor: Actor,
    public_id: str,
    read: Read | None,
    now: datetime,
    *,
    to: PlacementStatus | None = None,
) -> Placement:
    """Change what a placement says, or its status, or both. `read` is given the firm's sites and what stands.

    Errors: NotFound, also for somebody else's; Invalid from `read`; Conflict for a status that can't follow.
    """
    with database.writing() as session:
        supplier = owner_of(session, actor, public_id)
        stands = store.get(session, public_id, lock=True)
        becomes = read(supplier.sites, stands) if read else stands
        if to is not None and to is not becomes.status:
            becomes = _moved(becomes, to)
        before, after = changed(stands, becomes)
        if after:
            store.update_one(session, becomes)
            _note(session, now, actor, supplier, becomes, before=before, after=after)
        return becomes


def owner_of(session: Session, actor: Actor, public_id: str, action: str = "placement.offer") -> Supplier:
    """The firm that offers a placement, if the actor may do this to it. Errors: NotFound, SignInNeeded."""
    placement = store.find(session, public_id)
    supplier = suppliers.list_by_sites(session, [placement.site_id])[0] if placement else None
    authorize(actor, action, supplier.organisation_id if supplier else None)
    if supplier is None:
        raise NotFound
    return supplier


def _moved(placement: Placement, to: PlacementStatus) -> Placement:
    """Errors: Conflict."""
    if to not in NEXT[placement.status]:
        if placement.status is PlacementStatus.CLOSED:
            raise Conflict("This placement is closed for good. Offer a new one.")
        raise Conflict("All places are taken. Offer more of them, and it is open again.")
    if to is PlacementStatus.FILLED:
        return replace(placement, status=to, seats_taken=placement.seats)
    return replace(placement, status=to)


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
