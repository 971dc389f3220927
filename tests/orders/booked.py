"""A brief that was put to a workshop, its quote, and the order it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cast import Cast

from marketplace.accounts.model import Actor, Person, Role
from marketplace.booking import holds
from marketplace.booking.model import Side
from marketplace.briefs import store as briefs
from marketplace.briefs.model import Content, Line
from marketplace.capacity import store as capacity
from marketplace.db.ids import new_public_id
from marketplace.enquiries import store as enquiries
from marketplace.enquiries.model import Offer
from marketplace.enquiries.rules import Move
from marketplace.orders import actions, store
from marketplace.orders.model import Order
from marketplace.suppliers.model import Supplier
from marketplace.suppliers.rules import Run
from marketplace.units import Quantity, Unit, Week


@dataclass
class Deal:
    """The two parties, everybody else, and the quotes between them."""

    cast: Cast
    designer: Person
    maker: Person
    studio_id: int
    supplier: Supplier

    @classmethod
    def between(cls, cast: Cast, designer: str = "Ines", maker: str = "Rosa", usual: int | None = 40) -> Deal:
        one, two = cast.person(designer), cast.person(maker)
        return cls(cast, one, two, cast.studio(one), cast.supplier(two, usual=usual))

    @property
    def now(self) -> datetime:
        return self.cast.now

    @property
    def studio(self) -> Actor:
        return self.cast.actor(self.designer)

    @property
    def workshop(self) -> Actor:
        return self.cast.actor(self.maker)

    def personas(self) -> dict[str, Actor]:
        """Everybody who may come by."""
        cast, new = self.cast, self.cast.person("New", is_confirmed=False)
        cast.joins(new, self.studio_id)
        staff, room = cast.person("Studio staff"), cast.person("Room staff")
        cast.joins(staff, self.studio_id)
        cast.joins(room, self.supplier.organisation_id)
        other, rival = cast.person("Other designer"), cast.person("Rival")
        cast.studio(other, "Other")
        cast.supplier(rival, "Rivale")
        people = {
            "new": new,
            "designer": self.designer,
            "studio staff": staff,
            "other designer": other,
            "maker": self.maker,
            "room staff": room,
            "rival": rival,
            "moderator": cast.person("Mod", is_moderator=True),
        }
        return {"anonymous": Actor()} | {name: cast.actor(person) for name, person in people.items()}

    def quote(self, pieces: int = 60, *, valid: timedelta = timedelta(days=7), sample_minor: int = 4000) -> str:
        """A quote that holds its weeks; returns its public id."""
        quantity = Quantity.of(pieces, Unit.PIECE)
        content = Content("Linen jacket", "jacket", lines=(Line("M", "navy", pieces),), processes=("sew",))
        service = self.supplier.services[0]
        with self.cast.database.writing() as session:
            brief = briefs.add(
                session,
                public_id=new_public_id(),
                studio_id=self.studio_id,
                person_id=self.designer.id,
                content=content,
                changes=(),
                now=self.now,
            )
            enquiry = enquiries.add_enquiry(
                session,
                brief_id=brief.id,
                brief_version=1,
                studio_id=self.studio_id,
                supplier_id=self.supplier.id,
                service_id=service.id,
                person_id=self.designer.id,
                answer_by=self.now + timedelta(days=5),
                now=self.now,
            )
            enquiries.move(session, enquiry, Move.QUOTE, self.now)
            held = holds.hold(
                session,
                supplier=self.supplier,
                service=service,
                studio_id=self.studio_id,
                run=Run(quantity),
                arrival=self.now.date() + timedelta(days=14),
                made_by=Side.SUPPLIER,
                expires_at=self.now + valid,
                now=self.now,
            )
            sent = enquiries.add_quote(
                session,
                enquiry.id,
                Offer(quantity, "EUR", 2500, setup_minor=10000, sample_minor=sample_minor),
                reservation_id=held.reservation.id,
                plan=held.plan,
                person_id=self.maker.id,
                valid_until=self.now + valid,
                now=self.now,
            )
            return sent.public_id

    def order(self, pieces: int = 60) -> Order:
        return actions.accept(self.cast.database, self.studio, self.quote(pieces), self.now)

    def delivered(self, pieces: int = 60, got: int | None = None) -> Order:
        order = self.order(pieces)
        quantity = Quantity.of(pieces if got is None else got, Unit.PIECE)
        return actions.deliver(
            self.cast.database, self.workshop, order.public_id, quantity=quantity, on=self.now.date(), now=self.now
        )

    def completed(self, pieces: int = 60) -> Order:
        return actions.complete(self.cast.database, self.studio, self.delivered(pieces).public_id, self.now)

    def get(self, order: Order) -> Order:
        with self.cast.database.reading() as session:
            return store.get(session, order.public_id)

    def reserved(self) -> int:
        """What is held or booked of the workshop's weeks, in all."""
        with self.cast.database.reading() as session:
            resources = capacity.list_resources(session, self.supplier.sites)
            taken: dict[Week, int] = capacity.list_taken(session, [r.id for r in resources]).get(resources[0].id, {})
            return sum(taken.values())

    def audited(self, order: Order) -> list[str]:
        """What the trail says of an order, oldest first."""
        rows = self.cast.sql(
            "SELECT action FROM audit_event WHERE object_kind = 'order' AND object_id = :id ORDER BY id",
            id=order.public_id,
        )
        return [row[0] for row in rows]

    def told(self, person: Person) -> list[str]:
        return [
            row[0] for row in self.cast.sql("SELECT text FROM notice WHERE person_id = :id ORDER BY id", id=person.id)
        ]


def owner_of(cast: Cast, organisation_id: int, name: str) -> Person:
    person = cast.person(name)
    cast.joins(person, organisation_id, Role.OWNER)
    return person
