"""A change of weeks alone is applied without reading the rest of the supplier, and the index is as if all were read."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from worlds import NOW, TODAY, random_service, random_supplier

from marketplace.accounts.model import Actor, Membership, OrganisationKind, Person, Role
from marketplace.capacity import actions
from marketplace.capacity import store as capacity
from marketplace.capacity.model import Closure, ResourceId, Use
from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.search import loading
from marketplace.search.columns import ColumnIndex
from marketplace.search.document import SiteDocument
from marketplace.search.query import SearchQuery
from marketplace.search.sync import LiveIndex
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Address, ProfileDraft, SiteDraft, Status, Supplier, SupplierId
from marketplace.units import Week

WEEK = Week(date(2027, 3, 1))
FIRST = Closure(date(2027, 8, 2), date(2027, 8, 15))


@pytest.fixture
def world(database: Database) -> list[SupplierId]:
    rng = random.Random(7)
    made = [random_supplier(database, rng, number) for number in range(10)]
    with database.writing() as session:  # one with a second site
        site = suppliers.add_site(session, made[0], new_public_id(), SiteDraft(Address(locality="Prato")))
        suppliers.add_service(session, site, new_public_id(), random_service(rng, "embroider"))
        changes.record(session, made[0])
    return made


def shown(live: LiveIndex) -> list[SiteDocument]:
    every = SearchQuery(today=TODAY, per_page=100)
    return sorted((fit.document for fit in live.every(every)), key=lambda document: document.site_id)


def is_right(live: LiveIndex, database: Database) -> None:
    assert shown(live) == shown(LiveIndex(database, ColumnIndex.empty(TODAY)))


def resources(session: Session, supplier: Supplier) -> list[ResourceId]:
    return [resource.id for resource in capacity.list_resources(session, supplier.sites)]


def offering(database: Database, world: list[SupplierId]) -> Supplier:
    """One that has weeks for a service."""
    with database.reading() as session:
        for supplier in suppliers.list_by_ids(session, world):
            if resources(session, supplier):
                return supplier
    raise AssertionError


def change_weeks(session: Session, rng: random.Random, supplier: Supplier) -> None:
    site = rng.choice(supplier.sites)
    known = resources(session, supplier)
    if rng.random() < 0.2:
        days = TODAY + timedelta(days=rng.randrange(200))
        capacity.set_closures(session, site.id, [Closure(days, days + timedelta(days=9))])
    elif rng.random() < 0.3 and supplier.services:
        service = rng.choice(supplier.services)
        capacity.put_use(session, Use(service.id, capacity.ensure_resource(session, service), rng.randrange(1, 5000)))
    elif known:
        resource, week = rng.choice(known), WEEK.plus(rng.randrange(60))
        capacity.set_usual(session, resource, rng.choice((None, 0, 7, 90)), NOW + timedelta(days=rng.randrange(9)))
        capacity.set_weeks(session, resource, {week: rng.choice((None, 0, 4, 2**40))}, NOW)
        capacity.take(session, resource, week.monday, 1, 50)
    changes.record(session, supplier.id, weeks_only=True)


def change_anything(session: Session, rng: random.Random, supplier: Supplier) -> None:
    kind = rng.randrange(5)
    if kind == 0:
        status = Status.PAUSED if supplier.status is Status.PUBLISHED else Status.PUBLISHED
        suppliers.set_status(session, supplier.id, status, NOW)
    elif kind == 1:
        suppliers.update_profile(session, supplier.id, ProfileDraft(f"Named {rng.random()}", "atelier"), NOW)
    elif kind == 2:
        draft = SiteDraft(Address(locality="Lucca"), working_days=frozenset(rng.sample(range(7), 3)))
        suppliers.update_site(session, rng.choice(supplier.sites).id, draft)
    elif kind == 3 and supplier.services:
        service = rng.choice(supplier.services)
        status = Status.PAUSED if service.status is Status.PUBLISHED else Status.PUBLISHED
        suppliers.set_service_status(session, service.id, status)
    else:
        suppliers.add_site(session, supplier.id, new_public_id(), SiteDraft(Address(locality="Pisa")))
    changes.record(session, supplier.id)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_changes_the_index_is_as_if_all_were_read(
    seed: int, live: LiveIndex, database: Database, world: list[SupplierId]
) -> None:
    rng = random.Random(seed)
    is_right(live, database)
    for _ in range(15):
        for _ in range(rng.randint(1, 5)):
            with database.writing() as session:
                for _ in range(rng.randint(1, 2)):
                    supplier = suppliers.get(session, rng.choice(world))
                    (change_weeks if rng.random() < 0.75 else change_anything)(session, rng, supplier)
        is_right(live, database)


def test_the_rest_of_the_supplier_is_not_read(
    live: LiveIndex, database: Database, world: list[SupplierId], monkeypatch: pytest.MonkeyPatch
) -> None:
    is_right(live, database)
    supplier = offering(database, world)
    whole: list[int] = []
    load = loading.load_documents

    def spied(session: Session, ids: set[int]) -> object:
        whole.extend(ids)
        return load(session, ids)

    def publish(atoms: int) -> None:
        with database.writing() as session:
            capacity.set_usual(session, resources(session, supplier)[0], atoms, NOW)
            changes.record(session, supplier.id, weeks_only=True)

    monkeypatch.setattr(loading, "load_documents", spied)
    publish(1)
    live.refresh()
    assert whole == []
    publish(2)
    with database.writing() as session:  # as a version wrote it that knew of no kinds
        xid = "0" if database.is_sqlite else "pg_current_xact_id()::text::bigint"
        session.execute(text(f"INSERT INTO change (supplier_id, xid) VALUES ({supplier.id}, {xid})"))
    live.refresh()
    assert whole == [supplier.id]
    live._index.put(supplier.id, [])
    publish(3)
    live.refresh()
    assert whole == [supplier.id] * 2
    monkeypatch.undo()
    is_right(live, database)


def test_what_suppliers_do_with_their_weeks(live: LiveIndex, database: Database, world: list[SupplierId]) -> None:
    """By the product's own actions: what each of them notes is enough."""
    is_right(live, database)
    supplier = next(s for s in (get(database, number) for number in world) if s.services)
    service = supplier.services[0].public_id
    site = next(site.public_id for site in supplier.sites if site.id == supplier.services[0].site_id)
    owner = Membership(supplier.organisation_id, OrganisationKind.SUPPLIER, Role.OWNER)
    actor = Actor(Person(1, "", "owner@example.org", "", False, False, True, False), (owner,))
    later = NOW + timedelta(days=20)
    steps: list[Callable[[], object]] = [
        lambda: actions.publish_usual(database, actor, supplier.public_id, service, 70, NOW, FIRST),
        lambda: actions.publish_weeks(database, actor, supplier.public_id, service, {WEEK: 3}, NOW),
        lambda: actions.confirm_weeks(database, actor, supplier.public_id, service, later),
        lambda: actions.remove_closure(database, actor, supplier.public_id, site, FIRST.first.isoformat(), NOW),
        lambda: actions.add_closure(database, actor, supplier.public_id, site, FIRST, NOW),
    ]
    before = shown(live)
    for step in steps:
        step()
        is_right(live, database)
        assert shown(live) != before
        before = shown(live)
    with database.reading() as session:
        start = changes.read_since(session, 0) if database.is_sqlite else None
    assert start is None or [change.weeks_only for change in start.changes][-len(steps) :] == [True] * len(steps)


def get(database: Database, supplier_id: SupplierId) -> Supplier:
    with database.reading() as session:
        return suppliers.get(session, supplier_id)
