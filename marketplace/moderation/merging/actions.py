"""Merge two listings, and part them again. Each is one write transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor
from marketplace.accounts.policy import authorize
from marketplace.audit import store as audit
from marketplace.booking import store as booking
from marketplace.capacity import store as capacity
from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.enquiries import store as enquiries
from marketplace.enquiries.model import State as EnquiryState
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.moderation.actions import must_be_outside
from marketplace.moderation.merging import store
from marketplace.notices import store as notices
from marketplace.orders import store as orders
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import ServiceId, SiteId, Status, Supplier
from marketplace.suppliers.moving import store as moving

_WAITING = (EnquiryState.SENT, EnquiryState.QUOTED)
_TWICE = "The first site of the listing that stays does one of these services already: leave that one out."
_COUNTED_ON = "{name} has open enquiries, holds or orders: wait until they are over, or keep that listing."


def merge(
    database: Database, actor: Actor, kept_id: str, merged_id: str, parts: Collection[str], reason: str, now: datetime
) -> str:
    """Move what is chosen to the listing that stays and close the other; returns the merge's public id.

    `parts`: public ids of the other's sites, which move with all that stands at them, and of its services, which move
    to the first site that stays; machines, certificates and tags move always.
    Errors: Conflict with what is in the way; Invalid; Forbidden for one's own; NotFound.
    """
    authorize(actor, "moderation.merge")
    assert actor.person is not None
    with database.writing() as session:
        kept, merged = _two(session, actor, kept_id, merged_id)
        sites = [site for site in merged.sites if site.public_id in parts]
        there = {site.id for site in sites}
        services = [s for s in merged.services if s.public_id in parts and s.site_id not in there]
        moved: dict[str, Any] = {
            "sites": [site.id for site in sites],
            "services": [[s.id, s.site_id] for s in services],
            "status": merged.status.value,
            "held": suppliers.is_held(session, merged.id),
        }
        processes = {s.draft.process for s in kept.services_at(kept.sites[0].id)}
        for service in services:
            if service.draft.process in processes:
                raise Conflict(_TWICE)
            processes.add(service.draft.process)
            _move_service(session, service.id, kept.sites[0].id)
        moving.move_sites(session, moved["sites"], kept.id)
        moved["machines"], moved["certificates"] = moving.move_papers(session, merged.id, kept.id)
        moved["tags"] = moving.copy_tags(session, merged.id, kept.id)
        suppliers.set_status(session, merged.id, Status.CLOSED, now)
        suppliers.set_held(session, merged.id, now)
        session.flush()
        session.expire_all()  # what was read before has moved
        public_id = store.add(session, kept.id, merged.id, moved, actor.person.id, now)
        _note(session, actor, "moderation.merge", kept, merged, reason, now)
        return public_id


def undo(database: Database, actor: Actor, public_id: str, reason: str, now: datetime) -> None:
    """Give back what moved, and the other listing the state it had.

    Errors: Conflict when it was undone, or somebody counts on what would move; Forbidden for one's own; NotFound.
    """
    authorize(actor, "moderation.merge")
    with database.writing() as session:
        merge = store.get(session, public_id)
        kept, merged = suppliers.get(session, merge.kept_id), suppliers.get(session, merge.merged_id)
        for supplier in (kept, merged):
            must_be_outside(actor, supplier.organisation_id)
        if merge.undone_at or store.has_merged_into(session, kept.id, merge.at):
            raise Conflict("This was undone already, or something was merged later: undo that first.")
        moved: dict[str, Any] = dict(merge.moved)
        home = {site.id for site in kept.sites}
        sites = [site for site in moved["sites"] if site in home]
        services = {s.id for s in kept.services}
        back = [(ServiceId(one), SiteId(site)) for one, site in moved["services"] if one in services]
        _nobody_counts_on(session, kept, {s.id for s in kept.services if s.site_id in sites} | {one for one, _ in back})
        for service_id, site_id in back:
            if not capacity.move_service(session, service_id, site_id):
                raise Conflict("Weeks of a service that moved are shared by now: take them apart first.")
            moving.move_service(session, service_id, site_id)
        moving.move_sites(session, sites, merged.id)
        moving.move_papers_back(session, moved["machines"], moved["certificates"], merged.id)
        moving.remove_tags(session, kept.id, moved["tags"])
        suppliers.set_held(session, merged.id, now if moved["held"] else None)
        suppliers.set_status(session, merged.id, Status(moved["status"]), now)
        session.flush()
        session.expire_all()  # what was read before has moved
        store.mark_undone(session, merge, now)
        _note(session, actor, "moderation.unmerge", kept, merged, reason, now)


def _two(session: Session, actor: Actor, kept_id: str, merged_id: str) -> tuple[Supplier, Supplier]:
    """Errors: as merge."""
    kept, merged = suppliers.find_by_public_id(session, kept_id), suppliers.find_by_public_id(session, merged_id)
    if kept is None or merged is None:
        raise NotFound
    if kept.id == merged.id:
        raise Invalid({"": "These are one listing already."})
    for supplier in sorted((kept, merged), key=lambda one: one.id):
        accounts.lock(session, f"merge:{supplier.id}")
        must_be_outside(actor, supplier.organisation_id)
        if store.find_standing(session, supplier.id):
            raise Conflict(f"{supplier.profile.name} was merged into another listing already.")
    if accounts.organisation_has_members(session, merged.organisation_id):
        raise Conflict(f"{merged.profile.name} belongs to somebody: keep that listing, or ask its owner to close it.")
    waiting = any(e.state in _WAITING for e in enquiries.list_of_suppliers(session, [merged.id]))
    running = any(not order.state.is_over for order in orders.list_of_supplier(session, merged.id))
    if waiting or running or booking.list_of_supplier(session, merged.id):
        raise Conflict(_COUNTED_ON.format(name=merged.profile.name))
    return kept, merged


def _move_service(session: Session, service_id: ServiceId, to: SiteId) -> None:
    if not capacity.move_service(session, service_id, to):
        raise Conflict("One of these services shares its weeks with another: move the whole site instead.")
    moving.move_service(session, service_id, to)


def _nobody_counts_on(session: Session, kept: Supplier, services: Collection[int]) -> None:
    asked = [e.service_id for e in enquiries.list_of_suppliers(session, [kept.id]) if e.state in _WAITING]
    held = [reservation.service_id for reservation in booking.list_of_supplier(session, kept.id)]
    if any(service_id in services for service_id in (*asked, *held)):
        raise Conflict(_COUNTED_ON.format(name=kept.profile.name))


def _note(
    session: Session, actor: Actor, action: str, kept: Supplier, merged: Supplier, reason: str, now: datetime
) -> None:
    """One event for each of the two, and the news for who they belong to."""
    is_merged = action == "moderation.merge"
    for supplier, other in ((kept, merged), (merged, kept)):
        changes.record(session, supplier.id)
        audit.record(
            session,
            now,
            actor,
            action,
            "supplier",
            supplier.public_id,
            organisation_id=supplier.organisation_id,
            after={"with": other.public_id, "stays": kept.public_id},
            reason=reason,
        )
        done = f"was merged with {other.profile.name}" if is_merged else f"was parted from {other.profile.name} again"
        text = f"Your listing {done}: {reason}"
        notices.tell(session, supplier.organisation_id, "moderation", text, "/listing", now)
