"""A database with a few rooms whose weeks everybody wants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import OrganisationKind, Role
from marketplace.capacity import store as capacity
from marketplace.capacity.model import Use
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.places import Point
from marketplace.places.model import Precision
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.actions import add_supplier
from marketplace.suppliers.model import Address, ProfileDraft, Service, ServiceDraft, ServiceId, SiteDraft, Supplier
from marketplace.units import Unit, Week
from marketplace.vocabulary import vocabulary

SLOTS = 20  # rooms with one published week each
SCARCE, PLENTY = 40, 100_000  # pieces of that week


@dataclass(frozen=True, slots=True)
class World:
    """Ids: the supplier, a service for each slot, the person and the studio of each racer; and the one week.
    `public_ids`: of the supplier, then of the services. `cancels`: how much of the traffic ends a booking."""

    supplier_id: int
    service_ids: tuple[int, ...]
    people: tuple[int, ...]
    studios: tuple[int, ...]
    owner: int
    week: Week
    public_ids: tuple[str, ...]
    cancels: float

    def slot(self, session: Session, number: int) -> tuple[Supplier, Service]:
        supplier = suppliers.list_by_ids(session, [self.supplier_id])[0]
        wanted = ServiceId(self.service_ids[number])
        return supplier, next(service for service in supplier.services if service.id == wanted)


def make_world(database: Database, racers: int, *, scarce: bool = True) -> World:
    """Write it; the week is four weeks from now, so that all of it lies ahead. Scarce weeks are full at once, and
    what is cancelled is raced for; of the others as much is booked as can be."""
    now = datetime.now(UTC)
    week = Week.containing(now.date()).plus(4)
    with database.writing() as session:
        firm = accounts.add_organisation(session, OrganisationKind.SUPPLIER, new_public_id(), now)
        profile = ProfileDraft(name="Sewing floors", kind="sewing_room")
        site = SiteDraft(
            Address(locality="Prato", country="IT"), point=Point.of(43.88, 11.1), precision=Precision.CONFIRMED
        )
        supplier_id = add_supplier(session, firm, profile, site, now)
        site_id = suppliers.get(session, supplier_id).sites[0].id
        service_ids = []
        for process in sorted(vocabulary().processes)[:SLOTS]:
            service_id = suppliers.add_service(session, site_id, new_public_id(), ServiceDraft(process, Unit.PIECE))
            resource_id = capacity.add_resource(session, site_id, new_public_id(), process, Unit.PIECE)
            capacity.put_use(session, Use(service_id, resource_id))
            capacity.set_weeks(session, resource_id, {week: SCARCE if scarce else PLENTY}, now)
            service_ids.append(service_id)
        owner = _person(session, firm, now)
        studios = [
            accounts.add_organisation(session, OrganisationKind.STUDIO, new_public_id(), now) for _ in range(racers)
        ]
        people = [_person(session, studio, now) for studio in studios]
        supplier = suppliers.get(session, supplier_id)
        public_ids = {service.id: service.public_id for service in supplier.services}
    names = (supplier.public_id, *(public_ids[service_id] for service_id in service_ids))
    return World(
        supplier_id, tuple(service_ids), tuple(people), tuple(studios), owner, week, names, 0.45 if scarce else 0.1
    )


def _person(session: Session, organisation_id: int, now: datetime) -> int:
    public_id = new_public_id()
    person = accounts.add_person(
        session,
        public_id=public_id,
        email=f"{public_id}@example.org",
        name="Racer",
        password_hash="",
        now=now,
        confirmed_at=now,
    )
    accounts.add_membership(session, person.id, organisation_id, Role.OWNER, now)
    return person.id
