"""A dye house with two jets of 120 m a week, studios around it, and what they do, through the actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from cast import Cast
from flask.testing import FlaskClient

from marketplace.accounts import actions as accounts
from marketplace.accounts import token_store
from marketplace.accounts.model import Actor, Scope
from marketplace.accounts.tokens import beginning_of, hash_token, new_api_token
from marketplace.booking import store as reservations
from marketplace.booking.model import Reservation, ReservationId
from marketplace.capacity import store as capacity
from marketplace.db.ids import new_public_id
from marketplace.places import Point
from marketplace.pools import actions, store
from marketplace.pools.actions import Wanted
from marketplace.pools.model import Event, Key, Pledge, Pool, Terms
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import LeadDays, MinimumRule, ServiceDraft, Supplier
from marketplace.units import Quantity, Unit
from marketplace.vocabulary.model import Basis

# "At +k km" of the acceptance cases: latitudes on the meridian of 11.1.
AT_KM = {0: 43.88, 10: 43.9700003, 20: 44.0599991, 30: 44.1499965, 40: 44.2399925, 50: 44.3299871}


class DyeHouse:
    def __init__(self, cast: Cast, weekly: int | None = 240) -> None:
        self.cast, self.database, self.now = cast, cast.database, cast.now
        self.owner = cast.person("Dyer")
        supplier = cast.supplier(self.owner, "Tintoria Blu")
        draft = ServiceDraft(
            "dye_fabric",
            Unit.METRE,
            rules=(MinimumRule(Quantity(100, Unit.METRE), Basis.COLOUR),),
            maximum=Quantity(400, Unit.METRE),
            leads=LeadDays(first=3),
        )
        with self.database.writing() as session:
            suppliers.add_service(session, supplier.sites[0].id, new_public_id(), draft)
            supplier = suppliers.get(session, supplier.id)
            self.service = next(s for s in supplier.services if s.draft.process == "dye_fabric")
            self.resource_id = capacity.ensure_resource(session, self.service)
            capacity.set_usual(session, self.resource_id, weekly, self.now)
        self.supplier: Supplier = supplier
        self.studios: dict[str, tuple[Actor, int]] = {}
        self.closes_at = self.now + timedelta(days=7)

    def studio(self, name: str, km: int = 10) -> Actor:
        person = self.cast.person(f"{name} Person")
        with self.database.writing() as session:
            number = accounts.add_studio(session, person.id, name, "Prato", Point.of(AT_KM[km], 11.1), self.now)
        self.studios[name] = (self.cast.actor(person), number)
        return self.studios[name][0]

    def api(self, name: str) -> FlaskClient:
        """A program of theirs, with a token."""
        person = self.owner if name == "Dyer" else self.studios[name][0].person
        assert person
        token = new_api_token()
        with self.database.writing() as session:
            token_store.add(
                session,
                person.id,
                public_id=new_public_id(),
                name="test",
                token_hash=hash_token(token),
                starts_with=beginning_of(token),
                scopes=frozenset((Scope.READ, Scope.WRITE_ORDERS)),
                now=self.now,
                expires_at=None,
            )
        client = self.cast.app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    def terms(self, **values: object) -> Terms:
        base = Terms(
            key=Key("dye_fabric", "", "navy"),
            unit=Unit.METRE,
            minimum=100,
            maximum=120,
            closes_at=self.closes_at,
            starts=self.closes_at.date() + timedelta(days=1),
            currency="EUR",
            unit_minor=420,
            setup_minor=8000,
        )
        return replace(base, **values)  # type: ignore[arg-type]

    @property
    def boss(self) -> Actor:
        return self.cast.actor(self.owner)

    def open(self, now: datetime | None = None, **values: object) -> Pool:
        terms = self.terms(**values)
        return actions.open_pool(
            self.database, self.boss, self.supplier.public_id, self.service.public_id, terms, now or self.now
        )

    def pledge(self, pool: Pool, name: str, metres: int, *, now: datetime | None = None, **values: object) -> Pool:
        wanted = Wanted(metres, **values)  # type: ignore[arg-type]
        return actions.pledge(self.database, self.studios[name][0], pool.public_id, wanted, now or self.now)[0]

    def withdraw(self, pool: Pool, name: str, now: datetime | None = None) -> Pool:
        return actions.withdraw(self.database, self.studios[name][0], pool.public_id, now or self.now)[0]

    def close(self, pool: Pool, **values: str) -> Pool:
        return actions.close(self.database, self.boss, pool.public_id, self.now, **values)

    def fire(self, pool: Pool) -> int:
        """The worker, right after the closing."""
        return actions.close_due(self.database, self.read(pool).terms.closes_at + timedelta(minutes=1))

    def read(self, pool: Pool) -> Pool:
        with self.database.reading() as session:
            return store.get(session, pool.public_id)

    def pledges(self, pool: Pool) -> dict[str, Pledge]:
        """Name of the studio -> its last pledge."""
        names = {number: name for name, (_, number) in self.studios.items()}
        with self.database.reading() as session:
            found = sorted(store.list_pledges(session, [pool.id]), key=lambda pledge: pledge.id)
        return {names[pledge.studio_id]: pledge for pledge in found}

    def events(self, pool: Pool) -> list[Event]:
        with self.database.reading() as session:
            return store.list_events(session, [pool.id])[pool.id]

    def kinds(self, pool: Pool) -> list[str]:
        return [f"{event.kind.value} {event.number}" for event in self.events(pool)]

    def reservation(self, pool: Pool) -> Reservation:
        with self.database.reading() as session:
            return reservations.get_by_id(session, ReservationId(self.read(pool).reservation_id))

    def reserved(self) -> int:
        """Metres of all weeks that are held or booked."""
        with self.database.reading() as session:
            return sum(capacity.list_taken(session, [self.resource_id]).get(self.resource_id, {}).values())

    def told(self, name: str) -> list[str]:
        person = self.owner.id if name == "Dyer" else self.studios[name][0].person_id
        return [row[0] for row in self.cast.sql("SELECT text FROM notice WHERE person_id = :id ORDER BY id", id=person)]

    def four(self) -> None:
        """The designers of acceptance case 13."""
        for name, km in (("a", 30), ("b", 10), ("c", 20), ("d", 40)):
            self.studio(name, km)
