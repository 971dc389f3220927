"""Studios with briefs, workshops with weeks, and a clock that stands still."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from marketplace.accounts import actions as accounts
from marketplace.accounts import store as accounts_store
from marketplace.accounts import token_store
from marketplace.accounts.model import Actor, Device, Membership, OrganisationKind, Role, Scope, Studio
from marketplace.accounts.tokens import hash_token, new_api_token, new_token
from marketplace.briefs import store as briefs
from marketplace.briefs.model import Brief, BriefCloth, ClothFrom, Content, Line
from marketplace.capacity import store as capacity
from marketplace.capacity.model import ResourceId, Use
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.enquiries import actions, jobs, quote_actions, store
from marketplace.enquiries.limits import Limits
from marketplace.enquiries.model import Enquiry, Quote
from marketplace.enquiries.quote_forms import read_json
from marketplace.places import Point, Precision
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.actions import add_supplier
from marketplace.suppliers.model import (
    Address,
    LeadDays,
    MinimumRule,
    ProfileDraft,
    ServiceDraft,
    SiteDraft,
    Status,
    Supplier,
    SupplierId,
)
from marketplace.units import Quantity, Unit, Week
from marketplace.vocabulary.model import Basis

MONDAY = datetime(2027, 3, 1, 9, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LIMITS = Limits(per_brief=8, per_day=20, answer_days=5)
JACKETS = Content(
    title="Work jackets",
    product="jackets",
    lines=(Line("S", "indigo", 20), Line("M", "indigo", 30)),
    processes=("sew",),
    cloth=BriefCloth("100 % cotton", 300, 150, ClothFrom.STUDIO),
    start=date(2027, 3, 8),
    by=date(2027, 5, 28),
    place="Prato",
    point=Point.of(43.88, 11.1),
)
OFFER = {"currency": "EUR", "unit_minor": 1250, "setup_minor": 6000}


class Market:
    """A studio with a brief of 50 jackets; workshops that sew from 20 pieces on, 25 a week, unless said otherwise."""

    def __init__(self, database: Database, now: datetime = MONDAY) -> None:
        self.database = database
        self.now = now
        self.resources: dict[SupplierId, ResourceId] = {}
        self.ada = self.studio("Studio Ada", "ada@example.com")
        self.brief = self.new_brief()

    # -- people and what they have

    def person(
        self,
        email: str,
        organisation_id: int,
        kind: OrganisationKind,
        *,
        confirmed: bool = True,
        role: Role = Role.OWNER,
    ) -> Actor:
        with self.database.writing() as session:
            person = accounts.create_person(
                session, email=email, name=email.split("@")[0], password_hash="x", now=self.now, is_confirmed=confirmed
            )
            accounts_store.add_membership(session, person.id, organisation_id, role, self.now)
        return Actor(person, (Membership(organisation_id, kind, role),))

    def studio(self, name: str, email: str, *, confirmed: bool = True) -> Actor:
        with self.database.writing() as session:
            studio_id = accounts_store.add_organisation(session, OrganisationKind.STUDIO, new_public_id(), self.now)
            accounts_store.put_studio(session, Studio(studio_id, name, "Prato", Point.of(43.88, 11.1)))
        return self.person(email, studio_id, OrganisationKind.STUDIO, confirmed=confirmed)

    def workshop(
        self,
        name: str = "Rosa",
        *,
        minimum: int = 20,
        surcharge: int | None = None,
        usual: int | None = 25,
        confirmed: bool = True,
    ) -> Actor:
        profile = ProfileDraft(name=name, kind="sewing_room")
        number = len(self.resources)
        site = SiteDraft(
            Address(locality="Prato", country="IT"),
            point=Point.of(43.88 + 0.01 * number, 11.1),
            precision=Precision.EXACT,
        )
        rule = MinimumRule(Quantity.of(minimum, Unit.PIECE), Basis.ORDER, surcharge)
        draft = ServiceDraft("sew", Unit.PIECE, (rule,), leads=LeadDays(first=5))
        with self.database.writing() as session:
            organisation = accounts_store.add_organisation(
                session, OrganisationKind.SUPPLIER, new_public_id(), self.now
            )
            supplier_id = add_supplier(session, organisation, profile, site, self.now, external_id=new_public_id())
            site_id = suppliers.get(session, supplier_id).sites[0].id
            service_id = suppliers.add_service(session, site_id, new_public_id(), draft)
            resource = capacity.add_resource(session, site_id, new_public_id(), "sew", Unit.PIECE)
            capacity.put_use(session, Use(service_id, resource))
            if usual is not None:
                capacity.set_usual(session, resource, usual, self.now)
            suppliers.set_status(session, supplier_id, Status.PUBLISHED, self.now)
            self.resources[supplier_id] = resource
        email = f"{name.lower().replace(' ', '.')}@example.com"
        return self.person(email, organisation, OrganisationKind.SUPPLIER, confirmed=confirmed)

    def supplier(self, actor: Actor) -> Supplier:
        with self.database.reading() as session:
            found = suppliers.find_by_organisation(session, actor.memberships[0].organisation_id)
        assert found
        return found

    def service_of(self, actor: Actor) -> str:
        return self.supplier(actor).services[0].public_id

    def new_brief(self, content: Content = JACKETS, studio: Actor | None = None) -> Brief:
        owner = studio or self.ada
        with self.database.writing() as session:
            return briefs.add(
                session,
                public_id=new_public_id(),
                studio_id=owner.memberships[0].organisation_id,
                person_id=owner.person_id,
                content=content,
                changes=[],
                now=self.now,
            )

    # -- what they do

    def ask(self, *rooms: Actor, brief: Brief | None = None, studio: Actor | None = None) -> list[Enquiry]:
        wanted = [self.service_of(room) for room in rooms]
        asked = (brief or self.brief).public_id
        return actions.send(self.database, studio or self.ada, asked, wanted, LIMITS, self.now)

    def offer(self, room: Actor, enquiry: Enquiry, **fields: object) -> Quote:
        return quote_actions.quote(
            self.database,
            room,
            enquiry.public_id,
            lambda quantity: read_json({**OFFER, **fields}, quantity, self.now.date()),
            self.now,
        )

    def decline(self, room: Actor, enquiry: Enquiry, reason: str = "full", note: str = "") -> Enquiry:
        return actions.decline(self.database, room, enquiry.public_id, reason, note, self.now)

    def work(self, after: timedelta = timedelta(0)) -> int:
        """The worker looks, some time later."""
        self.now += after
        return jobs.run_due(self.database, self.now)

    # -- what stands then

    def again(self, enquiry: Enquiry) -> Enquiry:
        with self.database.reading() as session:
            return store.get_enquiry(session, enquiry.public_id)

    def quote_again(self, quote: Quote) -> Quote:
        with self.database.reading() as session:
            return store.get_quote(session, quote.public_id)

    def taken(self, room: Actor) -> dict[Week, int]:
        """What is held or booked of the room's weeks."""
        resource = self.resources[self.supplier(room).id]
        with self.database.reading() as session:
            found = capacity.list_taken(session, [resource]).get(resource, {})
        return {week: atoms for week, atoms in found.items() if atoms}

    def told(self, actor: Actor) -> list[str]:
        """The notices of a person, oldest first."""
        with self.database.reading() as session:
            rows = session.execute(
                text("SELECT text FROM notice WHERE person_id = :person ORDER BY id"), {"person": actor.person_id}
            )
            return [row.text for row in rows]

    def audited(self) -> list[str]:
        with self.database.reading() as session:
            return [row.action for row in session.execute(text("SELECT action FROM audit_event ORDER BY id"))]

    def dump(self) -> list[tuple[object, ...]]:
        """Every row that enquiries may change, for tests that nothing did."""
        tables = ("enquiry", "quote", "message", "reservation", "reserved_week", "notice", "audit_event")
        with self.database.reading() as session:
            return [
                (table, *row) for table in tables for row in session.execute(text(f"SELECT * FROM {table} ORDER BY 1"))
            ]


def browser(app: Flask, database: Database, actor: Actor | None = None) -> FlaskClient:
    """A browser, signed in; forms need no token (tests/web walks every form with its token)."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    if actor and actor.person:
        token, now = new_token(), datetime.now(UTC)
        with database.writing() as session:
            accounts_store.add_session(session, actor.person.id, hash_token(token), Device("test"), now, DAY)
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
    return client


class Program:
    """A client of the API with a bearer token of the actor's."""

    def __init__(self, app: Flask, database: Database, actor: Actor, scopes: str = "read write:orders") -> None:
        self.client = app.test_client()
        token = new_api_token()
        assert actor.person
        with database.writing() as session:
            token_store.add(
                session,
                actor.person.id,
                public_id=new_public_id(),
                name="test",
                token_hash=hash_token(token),
                starts_with=token[:16],
                scopes=frozenset(Scope(scope) for scope in scopes.split()),
                now=datetime.now(UTC),
                expires_at=None,
            )
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> TestResponse:
        return self.client.get(f"/api/v1{path}", headers=self.headers)

    def post(self, path: str, body: object = None, **headers: str) -> TestResponse:
        sent = {} if body is None else {"json": body}
        return self.client.post(f"/api/v1{path}", headers=self.headers | headers, **sent)
