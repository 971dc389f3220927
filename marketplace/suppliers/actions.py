"""What people do with listings. Each is one write transaction and notes the change for the search index."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts_store
from marketplace.accounts.model import Actor, OrganisationKind, Role
from marketplace.accounts.policy import authorize
from marketplace.audit import store as audit
from marketplace.audit.rules import changed
from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.suppliers import store
from marketplace.suppliers.model import (
    ProfileDraft,
    Service,
    ServiceDraft,
    Site,
    SiteDraft,
    Status,
    Supplier,
    SupplierId,
)
from marketplace.suppliers.slug import make_slug

_HELD = "A moderator has paused this listing. Your notices say why."


def start_listing(database: Database, actor: Actor, profile: ProfileDraft, site: SiteDraft, now: datetime) -> Supplier:
    """Make a supplier with its first site, owned by the actor; not shown until it is published.

    Errors: SignInNeeded; Conflict when the person already owns a listing.
    """
    authorize(actor, "supplier.list")
    assert actor.person is not None
    with database.writing() as session:
        # Read again under a lock: two forms sent at one moment would make two listings.
        accounts_store.lock(session, f"listing:{actor.person.id}")
        for membership in accounts_store.list_memberships(session, actor.person.id):
            if store.find_by_organisation(session, membership.organisation_id):
                raise Conflict("You already have a listing. Open it to change it.")
        organisation_id = accounts_store.add_organisation(session, OrganisationKind.SUPPLIER, new_public_id(), now)
        accounts_store.add_membership(session, actor.person.id, organisation_id, Role.OWNER, now)
        supplier_id = add_supplier(session, organisation_id, profile, site, now, status=Status.PAUSED)
        supplier = store.get(session, supplier_id)
        _note(session, now, actor, "supplier.list", supplier, after={"profile": profile, "site": site})
        return supplier


def add_supplier(
    session: Session,
    organisation_id: int,
    profile: ProfileDraft,
    site: SiteDraft,
    now: datetime,
    *,
    external_id: str | None = None,
    status: Status = Status.PUBLISHED,
) -> SupplierId:
    """Add a supplier with one site in the caller's transaction."""
    public_id = new_public_id()
    slug = make_slug(profile.name, site.address.locality, public_id, lambda text: store.is_slug_taken(session, text))
    supplier_id = store.add(
        session,
        public_id=public_id,
        organisation_id=organisation_id,
        external_id=external_id or public_id,
        slug=slug,
        profile=profile,
        now=now,
        status=status,
    )
    store.add_site(session, supplier_id, new_public_id(), site)
    changes.record(session, supplier_id)
    return supplier_id


def update_profile(
    database: Database,
    actor: Actor,
    public_id: str,
    profile: ProfileDraft,
    now: datetime,
    first_site: SiteDraft | None = None,
) -> None:
    """Change what a firm says of itself, and with it where its first site is."""
    with database.writing() as session:
        supplier = own_supplier(session, actor, "supplier.edit", public_id)
        store.update_profile(session, supplier.id, profile, now)
        before, after = changed(supplier.profile, profile)
        if first_site is not None:
            store.update_site(session, supplier.sites[0].id, first_site)
            was, becomes = changed(supplier.sites[0].draft, first_site, "site.")
            before, after = before | was, after | becomes
        changes.record(session, supplier.id)
        if after:
            _note(session, now, actor, "supplier.edit", supplier, before=before, after=after)


def put_site(
    database: Database, actor: Actor, public_id: str, site_public_id: str | None, draft: SiteDraft, now: datetime
) -> None:
    """Change a site, or add one when no site is named."""
    with database.writing() as session:
        supplier = own_supplier(session, actor, "supplier.edit", public_id)
        if site_public_id is None:
            site_public_id = new_public_id()
            store.add_site(session, supplier.id, site_public_id, draft)
            before, after = dict[str, Any](), {"site": draft}
        else:
            site = site_of(supplier, site_public_id)
            store.update_site(session, site.id, draft)
            before, after = changed(site.draft, draft)
        changes.record(session, supplier.id)
        if after:
            _note(session, now, actor, "supplier.edit", supplier, "site", site_public_id, before=before, after=after)


def put_service(
    database: Database,
    actor: Actor,
    public_id: str,
    site_public_id: str,
    service_public_id: str | None,
    draft: ServiceDraft,
    now: datetime,
) -> str:
    """Change a service, or add one when no service is named; returns its public id.

    Errors: Invalid when the site already has a service with that process.
    """
    with database.writing() as session:
        supplier = own_supplier(session, actor, "supplier.edit", public_id)
        site = site_of(supplier, site_public_id)
        for other in supplier.services_at(site.id):
            if other.draft.process == draft.process and other.public_id != service_public_id:
                raise Invalid({"process": "You list this already at this site. Open it to change it."})
        if service_public_id is None:
            service_public_id = new_public_id()
            store.add_service(session, site.id, service_public_id, draft)
            before, after = dict[str, Any](), {"service": draft}
        else:
            service = service_of(supplier, service_public_id)
            check_same_work(service.draft, draft)
            store.update_service(session, service.id, draft)
            before, after = changed(service.draft, draft)
        changes.record(session, supplier.id)
        if after:
            _note(
                session, now, actor, "supplier.edit", supplier, "service", service_public_id, before=before, after=after
            )
    return service_public_id


def remove_service(
    database: Database, actor: Actor, public_id: str, service_public_id: str, now: datetime
) -> ServiceDraft:
    """Take a service off the listing; returns what it said, so that it can be put back."""
    with database.writing() as session:
        supplier = own_supplier(session, actor, "supplier.edit", public_id)
        service = service_of(supplier, service_public_id)
        store.remove_service(session, service.id)
        changes.record(session, supplier.id)
        before = {"service": service.draft}
        _note(session, now, actor, "supplier.edit", supplier, "service", service_public_id, before=before)
    return service.draft


def set_service_status(
    database: Database, actor: Actor, public_id: str, service_public_id: str, status: Status, now: datetime
) -> None:
    with database.writing() as session:
        supplier = own_supplier(session, actor, "supplier.edit", public_id)
        service = service_of(supplier, service_public_id)
        if service.status is status:
            return
        store.set_service_status(session, service.id, status)
        changes.record(session, supplier.id)
        before, after = {"status": service.status}, {"status": status}
        _note(session, now, actor, "supplier.edit", supplier, "service", service_public_id, before=before, after=after)


def set_status(database: Database, actor: Actor, public_id: str, status: Status, now: datetime) -> None:
    """Publish (or reopen), pause or close a listing.

    Errors: Conflict when a moderator has paused it.
    """
    with database.writing() as session:
        supplier = own_supplier(session, actor, "supplier.status", public_id)
        if supplier.status is status:
            return
        if status is Status.PUBLISHED and store.is_held(session, supplier.id):
            raise Conflict(_HELD)
        store.set_status(session, supplier.id, status, now)
        changes.record(session, supplier.id)
        before, after = {"status": supplier.status}, {"status": status}
        _note(session, now, actor, "supplier.status", supplier, before=before, after=after)


def check_same_work(before: ServiceDraft, after: ServiceDraft) -> None:
    """Open weeks and bookings count the service's unit: another unit or process is another service.

    Errors: Invalid.
    """
    for name, old, new in (("process", before.process, after.process), ("unit", before.unit, after.unit)):
        if old != new:
            raise Invalid({name: f"stays “{old}” once a service is listed; remove the service and list it anew"})


def find_own(session: Session, actor: Actor) -> Supplier | None:
    """The listing the actor works on: of the first supplier organisation they belong to that has one."""
    for organisation_id in actor.organisations(OrganisationKind.SUPPLIER):
        supplier = store.find_by_organisation(session, organisation_id)
        if supplier is not None:
            return supplier
    return None


def own_supplier(session: Session, actor: Actor, action: str, public_id: str) -> Supplier:
    """The supplier, if the actor may do this to it.

    Errors: NotFound (also for somebody else's), SignInNeeded.
    """
    supplier = store.find_by_public_id(session, public_id)
    authorize(actor, action, supplier.organisation_id if supplier else None)
    if supplier is None:
        raise NotFound
    return supplier


def site_of(supplier: Supplier, site_public_id: str) -> Site:
    """Errors: NotFound."""
    for site in supplier.sites:
        if site.public_id == site_public_id:
            return site
    raise NotFound


def service_of(supplier: Supplier, service_public_id: str) -> Service:
    """Errors: NotFound."""
    for service in supplier.services:
        if service.public_id == service_public_id:
            return service
    raise NotFound


def _note(
    session: Session,
    now: datetime,
    actor: Actor,
    action: str,
    supplier: Supplier,
    object_kind: str = "supplier",
    public_id: str = "",
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write the audit event of one change of a listing, or of a part of it."""
    audit.record(
        session,
        now,
        actor,
        action,
        object_kind,
        public_id or supplier.public_id,
        organisation_id=supplier.organisation_id,
        before=before,
        after=after,
    )
