"""People, studios and suppliers for tests, made without forms and without hashing passwords."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from marketplace.accounts import actions as accounts
from marketplace.accounts import store as accounts_store
from marketplace.accounts.model import Actor, Device, OrganisationKind, Person, Role
from marketplace.accounts.tokens import hash_token, new_token
from marketplace.capacity import store as capacity
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.places import Point, Precision
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.actions import add_supplier
from marketplace.suppliers.model import Address, LeadDays, MinimumRule, ProfileDraft, ServiceDraft, SiteDraft, Supplier
from marketplace.units import Quantity, Unit
from marketplace.vocabulary.model import Basis

NO_PASSWORD = "no hash: nobody signs in with a password"


@dataclass
class Cast:
    """Names are what tests call people by; their addresses are made from them."""

    app: Flask
    database: Database
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def person(self, name: str, *, is_moderator: bool = False, is_confirmed: bool = True) -> Person:
        email = f"{name.lower().replace(' ', '.')}@example.com"
        with self.database.writing() as session:
            return accounts.create_person(
                session,
                email=email,
                name=name,
                password_hash=NO_PASSWORD,
                now=self.now,
                is_moderator=is_moderator,
                is_confirmed=is_confirmed,
            )

    def actor(self, person: Person) -> Actor:
        """As a request of theirs would come now."""
        with self.database.reading() as session:
            found = accounts_store.find_person(session, person.id)
            return Actor(found, accounts_store.list_memberships(session, person.id))

    def client(self, person: Person | None = None) -> FlaskClient:
        """A browser, signed in; forms need no token (tests/web walks every form with its token)."""
        self.app.config["WTF_CSRF_ENABLED"] = False
        client = self.app.test_client()
        if person:
            token = new_token()
            with self.database.writing() as session:
                accounts_store.add_session(
                    session, person.id, hash_token(token), Device("test"), datetime.now(UTC), timedelta(days=1)
                )
            with client.session_transaction() as cookie:
                cookie["_user_id"] = token
        return client

    def joins(self, person: Person, organisation_id: int, role: Role = Role.STAFF) -> None:
        with self.database.writing() as session:
            accounts_store.add_membership(session, person.id, organisation_id, role, self.now)

    def studio(self, owner: Person, name: str = "Studio Filo") -> int:
        """Returns the organisation's id."""
        with self.database.writing() as session:
            return accounts.add_studio(session, owner.id, name, "Prato, Italy", Point.of(43.88, 11.1), self.now)

    def supplier(
        self, owner: Person | None, name: str = "Sartoria Aghi", *, usual: int | None = 40, **site: Any
    ) -> Supplier:
        """One site in Prato that sews from 20 pieces on, and has 40 a week."""
        address = Address(**{"street": "Via Uno 1", "locality": "Prato", "country": "IT"} | site)
        draft = SiteDraft(address, point=Point.of(43.88, 11.1), precision=Precision.CONFIRMED, timezone="Europe/Rome")
        with self.database.writing() as session:
            organisation_id = accounts_store.add_organisation(
                session, OrganisationKind.SUPPLIER, new_public_id(), self.now
            )
            if owner:
                accounts_store.add_membership(session, owner.id, organisation_id, Role.OWNER, self.now)
            supplier_id = add_supplier(
                session, organisation_id, ProfileDraft(name=name, kind="sewing_room"), draft, self.now
            )
            self.serves(session, suppliers.get(session, supplier_id).sites[0].id, "sew", usual)
            return suppliers.get(session, supplier_id)

    def serves(self, session: Any, site_id: Any, process: str, usual: int | None) -> None:
        draft = ServiceDraft(
            process,
            Unit.PIECE,
            rules=(MinimumRule(Quantity(20, Unit.PIECE), Basis.ORDER),),
            leads=LeadDays(first=5),
        )
        suppliers.add_service(session, site_id, new_public_id(), draft)
        supplier = suppliers.list_by_sites(session, [site_id])[0]
        service = next(s for s in supplier.services_at(site_id) if s.draft.process == process)
        capacity.set_usual(session, capacity.ensure_resource(session, service), usual, self.now)

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """Run a statement; the rows it answers."""
        with self.database.writing() as session:
            result = session.execute(text(statement), values)
            return [tuple(row) for row in result] if result.returns_rows else []
