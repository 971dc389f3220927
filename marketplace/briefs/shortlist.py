"""A studio's shortlist: suppliers it wants to come back to. Each action is one write transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor
from marketplace.accounts.policy import authorize
from marketplace.audit import store as audit
from marketplace.briefs import store
from marketplace.briefs.actions import studio_of
from marketplace.briefs.model import MAXIMUM_SHORTLIST, Kept, Shortlisted
from marketplace.db import Database
from marketplace.errors import Invalid, NotFound
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Status, Supplier


def list_kept(session: Session, actor: Actor) -> list[Kept]:
    """Last added first, those taken off less than a day ago too. Errors: NotFound without a studio."""
    studio_id = _studio(actor)
    items = store.list_shortlist(session, studio_id)
    found = {supplier.id: supplier for supplier in suppliers.list_by_ids(session, [item.supplier_id for item in items])}
    return [Kept(item, found[item.supplier_id]) for item in items]


def ids_kept(session: Session, actor: Actor) -> frozenset[str]:
    """Public ids of those on the list; none without a studio."""
    if studio_of(actor) is None:
        return frozenset()
    return frozenset(kept.supplier.public_id for kept in list_kept(session, actor) if kept.item.removed_at is None)


def put(
    database: Database, actor: Actor, supplier_public_id: str, note: str | None, now: datetime
) -> tuple[Kept, bool]:
    """Put a supplier on the list, have it back, or (when it is there) change its note; None keeps the note.

    Returns it, and whether it is new on the list. Errors: NotFound, also for a listing that is not published;
    Invalid when the list is full.
    """
    studio_id = _studio(actor)
    with database.writing() as session:
        accounts.lock(session, f"shortlist:{studio_id}")  # of two at once the second counts the first
        supplier = suppliers.find_by_public_id(session, supplier_public_id)
        known = store.find_shortlisted(session, studio_id, supplier.id) if supplier else None
        if supplier is None or (known is None and supplier.status is not Status.PUBLISHED):
            raise NotFound
        is_there = known is not None and known.removed_at is None
        if known is None:
            item = Shortlisted(supplier.id, note or "", now)
        else:
            item = replace(known, note=known.note if note is None else note, removed_at=None)
        if item == known:
            return Kept(item, supplier), False
        if not is_there:
            on_it = [kept for kept in store.list_shortlist(session, studio_id) if kept.removed_at is None]
            if len(on_it) >= MAXIMUM_SHORTLIST:
                raise Invalid({"": f"a shortlist has at most {MAXIMUM_SHORTLIST} suppliers: take one off first"})
        store.put_shortlisted(session, studio_id, item)
        audit.record(
            session,
            now,
            actor,
            "shortlist.note" if is_there else "shortlist.add",
            "supplier",
            supplier.public_id,
            organisation_id=studio_id,
            before={"note": known.note} if known and is_there else None,
            after={"note": item.note},
        )
        return Kept(item, supplier), not is_there


def remove(database: Database, actor: Actor, supplier_public_id: str, now: datetime) -> Supplier:
    """Take a supplier off the list; for a day it can be had back. Errors: NotFound when it is not on it."""
    studio_id = _studio(actor)
    with database.writing() as session:
        accounts.lock(session, f"shortlist:{studio_id}")
        kept = find(session, actor, supplier_public_id)
        store.put_shortlisted(session, studio_id, replace(kept.item, removed_at=now))
        audit.record(
            session,
            now,
            actor,
            "shortlist.remove",
            "supplier",
            supplier_public_id,
            organisation_id=studio_id,
            before={"note": kept.item.note},
        )
        return kept.supplier


def find(session: Session, actor: Actor, supplier_public_id: str) -> Kept:
    """Errors: NotFound when it is not on the list."""
    studio_id = _studio(actor)
    supplier = suppliers.find_by_public_id(session, supplier_public_id)
    item = store.find_shortlisted(session, studio_id, supplier.id) if supplier else None
    if supplier is None or item is None or item.removed_at is not None:
        raise NotFound
    return Kept(item, supplier)


def _studio(actor: Actor) -> int:
    """Errors: NotFound."""
    studio_id = studio_of(actor)
    authorize(actor, "shortlist.own", studio_id)
    assert studio_id is not None
    return studio_id
