"""A street of sewing rooms that open and close, and somebody who watches it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text

from marketplace.accounts import actions as accounts
from marketplace.accounts import store as accounts_store
from marketplace.accounts.model import Actor, OrganisationKind
from marketplace.alerts import actions, store
from marketplace.alerts.forms import read_save
from marketplace.alerts.jobs import run_due
from marketplace.alerts.model import News, SavedSearch
from marketplace.capacity import store as capacity
from marketplace.capacity.model import Use
from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.mail.tables import MailRow
from marketplace.places import Point, Precision
from marketplace.search.reference import ReferenceIndex
from marketplace.search.sync import LiveIndex
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
    SupplierId,
    Tags,
)
from marketplace.units import Quantity, Unit
from marketplace.vocabulary.model import Basis

SITE = "https://selvedge.example.org"
MONDAY = datetime(2027, 3, 1, 9, tzinfo=UTC)  # 2027-03-01 is a Monday
PRATO = "near=Prato%2C+Italy&lat=43.88&lon=11.1"
SEWING = f"process=sew&quantity=50&{PRATO}&radius_km=10"
JACKETS = f"{SEWING}&by=2027-06-30"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Street:
    """Rooms have names; each sews from 20 pieces on and has 40 a week, unless said otherwise."""

    def __init__(self, database: Database, now: datetime = MONDAY) -> None:
        self.database = database
        self.now = now
        self.live = LiveIndex(database, ReferenceIndex())
        self.rooms: dict[str, SupplierId] = {}
        self._resources: dict[str, int] = {}

    def room(self, name: str, *, minimum: int = 20, usual: int | None = 40, process: str = "sew") -> None:
        """Somebody new lists a room, a few hundred metres further on."""
        number = len(self.rooms)
        site = SiteDraft(
            Address(locality="Prato", country="IT"),
            point=Point.of(43.88 + 0.002 * number, 11.1),
            precision=Precision.CONFIRMED,
            timezone="Europe/Rome",
        )
        with self.database.writing() as session:
            organisation = accounts_store.add_organisation(
                session, OrganisationKind.SUPPLIER, new_public_id(), self.now
            )
            self.rooms[name] = supplier_id = add_supplier(
                session, organisation, ProfileDraft(name=name, kind="sewing_room"), site, self.now
            )
            site_id = suppliers.get(session, supplier_id).sites[0].id
            service_id = suppliers.add_service(session, site_id, new_public_id(), service(minimum, process))
            self._resources[name] = resource = capacity.add_resource(
                session, site_id, new_public_id(), process, Unit.PIECE
            )
            capacity.put_use(session, Use(service_id, resource))
            capacity.set_usual(session, resource, usual, self.now)
            changes.record(session, supplier_id)

    def weeks(self, name: str, usual: int) -> None:
        with self.database.writing() as session:
            capacity.set_usual(session, self._resources[name], usual, self.now)
            changes.record(session, self.rooms[name])

    def minimum(self, name: str, minimum: int) -> None:
        with self.database.writing() as session:
            service_id = suppliers.get(session, self.rooms[name]).services[0].id
            suppliers.update_service(session, service_id, service(minimum))
            changes.record(session, self.rooms[name])

    def also(self, name: str, process: str) -> None:
        """A room offers one service more."""
        with self.database.writing() as session:
            site_id = suppliers.get(session, self.rooms[name]).sites[0].id
            suppliers.add_service(session, site_id, new_public_id(), service(20, process))
            changes.record(session, self.rooms[name])

    def pause(self, name: str, status: Status = Status.PAUSED) -> None:
        with self.database.writing() as session:
            suppliers.set_status(session, self.rooms[name], status, self.now)
            changes.record(session, self.rooms[name])

    # -- the person who watches

    def person(self, email: str = "ada@example.com", *, is_confirmed: bool = True) -> Actor:
        with self.database.writing() as session:
            person = accounts.create_person(
                session, email=email, name="Ada", password_hash="x", now=self.now, is_confirmed=is_confirmed
            )
        return Actor(person)

    def save(
        self,
        actor: Actor,
        question: str = SEWING,
        frequency: str = "at_once",
        *,
        name: str = "Jackets",
        replaces: str = "",
        unit: str = "km",
    ) -> SavedSearch:
        form = read_save(
            {"name": name, "frequency": frequency, "question": question, "replaces": replaces, "distance_unit": unit},
            self.now.date(),
            lambda _: [],
        )
        saved, _ = actions.save(self.database, self.live, actor, form, self.now)
        return saved

    def run(self, after: timedelta | None = None) -> int:
        """The worker looks, some time later."""
        self.now += after or timedelta(seconds=5)
        return run_due(self.database, self.live, SITE, self.now)

    def run_at(self, when: datetime) -> int:
        self.now = when
        return run_due(self.database, self.live, SITE, when)

    def news(self, saved: SavedSearch) -> list[str]:
        """The names of what was news, oldest first."""
        return [item.find.name for item in self.all_news(saved)][::-1]

    def all_news(self, saved: SavedSearch) -> list[News]:
        with self.database.reading() as session:
            return store.list_newest(session, saved.id)

    def again(self, saved: SavedSearch) -> SavedSearch:
        """The saved search as it stands now."""
        with self.database.reading() as session:
            return store.get_own(session, saved.person_id, saved.public_id)

    def mails(self) -> list[MailRow]:
        with self.database.reading() as session:
            rows = list(session.scalars(select(MailRow).order_by(MailRow.id)))
            session.expunge_all()
            return rows

    def mailed(self) -> list[list[str]]:
        """The names in each mail, in their order."""
        return [re.findall(r"^\d+\. ([^,]+),", mail.body, re.MULTILINE) for mail in self.mails()]

    def sql(self, statement: str, **values: object) -> None:
        with self.database.writing() as session:
            session.execute(text(statement), values)

    def value(self, statement: str, **values: object) -> object:
        with self.database.reading() as session:
            return session.scalar(text(statement), values)


def service(minimum: int, process: str = "sew") -> ServiceDraft:
    rule = MinimumRule(Quantity(minimum, Unit.PIECE), Basis.ORDER)
    return ServiceDraft(process, Unit.PIECE, (rule,), leads=LeadDays(first=5), tags=Tags())
