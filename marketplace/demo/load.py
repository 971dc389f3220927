"""Write the demonstration data into an empty database, once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts import actions as accounts
from marketplace.accounts import store as accounts_store
from marketplace.accounts.model import OrganisationKind
from marketplace.capacity import store as capacity
from marketplace.capacity.model import Use
from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.demo import store, watch
from marketplace.demo.deals import add_deals
from marketplace.demo.model import DemoResource, DemoSite, DemoSupplier, World
from marketplace.demo.people import DEMO_PARTNERS, DEMO_PEOPLE, DEMO_STUDIOS, DemoPerson
from marketplace.demo.world import make_world
from marketplace.files.actions import Cabinet
from marketplace.placements import store as placements
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import ServiceId, SiteId, Verification
from marketplace.suppliers.slug import make_slug

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class DemoSummary:
    suppliers: int
    services: int
    placements: int
    people: int


def load_demo(
    database: Database,
    now: datetime,
    *,
    password_hash: str,
    on_progress: Progress | None = None,
    world: World | None = None,
    cabinet: Cabinet | None = None,
    has_deals: bool = True,
) -> DemoSummary | None:
    """Add the demonstration suppliers and people; None, and nothing changed, unless there are none of either.

    One write transaction. `password_hash`: of people.DEMO_PASSWORD. `on_progress` gets (suppliers written,
    suppliers in all). `world`: another one than today's, which must have the suppliers of DEMO_PEOPLE and
    DEMO_PARTNERS. `cabinet`: where the files of briefs go; without it they have none. `has_deals`: whether the
    people have dealt with each other.
    """
    world = world or make_world(now.date())
    with database.writing() as session:
        if not store.is_empty(session):
            return None
        organisations = _add_suppliers(session, world, now, on_progress)
        # A test's small world has not all of the firms.
        partners = (partner for partner in DEMO_PARTNERS if partner.supplier in organisations)
        people = (*DEMO_PEOPLE, *DEMO_STUDIOS, *partners)
        _add_people(session, people, organisations, now, password_hash)
        if has_deals:
            add_deals(database, session, cabinet, now)
        watch.add_saved_search(session, now)
    sites = [site for supplier in world.suppliers for site in supplier.sites]
    return DemoSummary(
        suppliers=len(world.suppliers),
        services=sum(len(site.services) for site in sites),
        placements=sum(len(site.placements) for site in sites),
        people=len(DEMO_PEOPLE),
    )


def _add_suppliers(session: Session, world: World, now: datetime, on_progress: Progress | None) -> dict[str, int]:
    """Returns external id -> organisation id."""
    organisations: dict[str, int] = {}
    for number, supplier in enumerate(world.suppliers, 1):
        organisations[supplier.external_id] = _add_supplier(session, supplier, now)
        session.expunge_all()  # 570 suppliers are 20,000 rows: nobody asks for them again here
        if on_progress is not None:
            on_progress(number, len(world.suppliers))
    return organisations


def _add_supplier(session: Session, supplier: DemoSupplier, now: datetime) -> int:
    organisation_id = accounts_store.add_organisation(session, OrganisationKind.SUPPLIER, new_public_id(), now)
    public_id, profile = new_public_id(), supplier.profile
    locality = supplier.sites[0].draft.address.locality
    # Like suppliers.actions.add_supplier, which would have to be asked for the site's id at six queries a firm.
    supplier_id = suppliers.add(
        session,
        public_id=public_id,
        organisation_id=organisation_id,
        external_id=supplier.external_id,
        slug=make_slug(profile.name, locality, public_id, lambda text: suppliers.is_slug_taken(session, text)),
        profile=profile,
        now=now,
        status=supplier.status,
    )
    if supplier.verification is not Verification.SELF_DECLARED:
        suppliers.set_verification(session, supplier_id, supplier.verification, supplier.verified_at)
    for site in supplier.sites:
        site_id = suppliers.add_site(session, supplier_id, new_public_id(), site.draft)
        _fill_site(session, site_id, site, now)
    changes.record(session, supplier_id)
    return organisation_id


def _fill_site(session: Session, site_id: SiteId, site: DemoSite, now: datetime) -> None:
    service_ids = {
        draft.process: suppliers.add_service(session, site_id, new_public_id(), draft) for draft in site.services
    }
    capacity.set_closures(session, site_id, site.closures)
    for resource in site.resources:
        _add_resource(session, site_id, resource, service_ids, now)
    for placement in site.placements:
        placements.add(session, replace(placement, public_id=new_public_id(), site_id=site_id))


def _add_resource(
    session: Session, site_id: SiteId, resource: DemoResource, service_ids: dict[str, ServiceId], now: datetime
) -> None:
    if not resource.is_published:
        return
    resource_id = capacity.add_resource(session, site_id, new_public_id(), resource.name, resource.unit)
    for process, rate in resource.rates.items():
        capacity.put_use(session, Use(service_ids[process], resource_id, rate))
    confirmed_at = now - timedelta(days=resource.confirmed_days_ago)
    capacity.set_usual(session, resource_id, resource.usual, confirmed_at)
    capacity.set_weeks(session, resource_id, resource.stated, confirmed_at)


def _add_people(
    session: Session, people: Iterable[DemoPerson], organisations: dict[str, int], now: datetime, password_hash: str
) -> None:
    for demo in people:
        person = accounts.create_person(
            session,
            email=demo.email,
            name=demo.name,
            password_hash=password_hash,
            now=now,
            is_apprentice=demo.is_apprentice,
            is_moderator=demo.is_moderator,
            is_confirmed=True,
        )
        if demo.studio is not None:
            studio = demo.studio
            accounts.add_studio(session, person.id, studio.name, studio.place, studio.point, now)
        if demo.supplier:
            organisation_id = organisations[demo.supplier]
            accounts_store.add_membership(session, person.id, organisation_id, demo.supplier_role, now)
