"""A mill with endless weeks, fifty studios, and pools that all but reach their minimum."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor, Membership, OrganisationKind, Person, Role
from marketplace.capacity import store as capacity
from marketplace.capacity.model import Use
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.places import Point
from marketplace.places.model import Precision
from marketplace.pools import closing, store
from marketplace.pools.model import ClosingAction, ConfirmsAt, Event, EventKind, Key, Pool, Terms
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.actions import add_supplier
from marketplace.suppliers.model import Address, ProfileDraft, ServiceDraft, SiteDraft
from marketplace.units import Unit
from marketplace.vocabulary import vocabulary

DESIGNERS = 50
IN_AT_FIRST = 46
_WITH_ACCOUNTS = 8  # whose people are told; the rest would only make the database large
_SERVICES = 8  # pools draw on so many machines
_WEEKLY = 9_000_000
_SOONEST_S, _LATEST_S = 0.8, 2.5  # from opening to closing


@dataclass(frozen=True, slots=True)
class World:
    """Ids: the firm and its owner, its services, and of each designer the person and the studio."""

    supplier_id: int
    firm: int
    owner: int
    service_ids: tuple[int, ...]
    people: tuple[int, ...]
    studios: tuple[int, ...]

    def designer(self, number: int) -> Actor:
        return _actor(self.people[number], self.studios[number], OrganisationKind.STUDIO)

    def workshop(self) -> Actor:
        return _actor(self.owner, self.firm, OrganisationKind.SUPPLIER)


def make_world(database: Database) -> World:
    now = datetime.now(UTC)
    with database.writing() as session:
        firm = accounts.add_organisation(session, OrganisationKind.SUPPLIER, new_public_id(), now)
        address = Address(locality="Prato", country="IT")
        site = SiteDraft(address, point=Point.of(43.88, 11.1), precision=Precision.CONFIRMED)
        supplier_id = add_supplier(session, firm, ProfileDraft(name="The mill", kind="weaving_mill"), site, now)
        site_id = suppliers.get(session, supplier_id).sites[0].id
        service_ids = []
        for process in sorted(vocabulary().processes)[:_SERVICES]:
            service_ids.append(
                suppliers.add_service(session, site_id, new_public_id(), ServiceDraft(process, Unit.METRE))
            )
            resource_id = capacity.add_resource(session, site_id, new_public_id(), process, Unit.METRE)
            capacity.put_use(session, Use(service_ids[-1], resource_id))
            capacity.set_usual(session, resource_id, _WEEKLY, now)
        owner = _person(session, now)
        accounts.add_membership(session, owner, firm, Role.OWNER, now)
        people, studios = [], []
        for number in range(DESIGNERS):
            people.append(_person(session, now))
            studios.append(accounts.add_organisation(session, OrganisationKind.STUDIO, new_public_id(), now))
            if number < _WITH_ACCOUNTS:
                accounts.add_membership(session, people[-1], studios[-1], Role.OWNER, now)
    return World(supplier_id, firm, owner, tuple(service_ids), tuple(people), tuple(studios))


def open_pool(database: Database, world: World, rng: random.Random) -> Pool:
    """A pool that one or two more designers fill, and that closes in a moment. What it does then is drawn."""
    now = datetime.now(UTC)
    amounts = [rng.randint(5, 15) for _ in range(IN_AT_FIRST)]
    minimum = sum(amounts) + rng.randint(-5, 20)
    closes_at = now + timedelta(seconds=rng.uniform(_SOONEST_S, _LATEST_S))
    action = rng.choices(list(ClosingAction), (1, 1, 2, 16))[0]
    terms = Terms(
        key=Key("weave"),
        unit=Unit.METRE,
        minimum=minimum,
        maximum=minimum + rng.randint(10, 60),
        smallest=minimum - 20 if action is ClosingAction.SHRINK else None,
        closes_at=closes_at,
        starts=closes_at.date() + timedelta(days=1),
        currency="EUR",
        unit_minor=420,
        setup_minor=rng.randint(0, 20_000),
        closing=action,
        extend_days=1,
        confirms=ConfirmsAt.REACHED if rng.random() < 0.05 else ConfirmsAt.CLOSING,
    )
    with database.writing() as session:
        supplier = suppliers.list_by_ids(session, [world.supplier_id])[0]
        service_id = rng.choice(world.service_ids)
        service = next(service for service in supplier.services if service.id == service_id)
        held = closing.hold_weeks(session, supplier, service, terms, terms.maximum, now)
        pool = store.add(
            session,
            supplier_id=supplier.id,
            service_id=service.id,
            reservation_id=held.reservation.id,
            terms=terms,
            point=Point.of(43.88, 11.1),
            ready=held.plan.ready,
            now=now,
        )
        store.add_event(session, pool, Event(EventKind.OPENED, 1, now, 0, 0))
        for number, atoms in zip(rng.sample(range(DESIGNERS), IN_AT_FIRST), amounts, strict=True):
            store.add_pledge(
                session,
                pool,
                studio_id=world.studios[number],
                atoms=atoms,
                tolerance=rng.choice((0, 0, 1)),
                metres=rng.randint(0, 40_000),
                radius_m=None,
                needed_by=None,
                now=now,
            )
        return closing.settle(session, pool, now)


def _actor(person_id: int, organisation_id: int, kind: OrganisationKind) -> Actor:
    person = Person(person_id, "", "", "", False, False, True, False)
    return Actor(person, (Membership(organisation_id, kind, Role.OWNER),))


def _person(session: Session, now: datetime) -> int:
    public_id = new_public_id()
    email = f"{public_id}@example.org"
    return accounts.add_person(
        session, public_id=public_id, email=email, name="Racer", password_hash="", now=now, confirmed_at=now
    ).id
