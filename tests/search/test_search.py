"""The whole search against a brute force that shares none of its code, on SQLite and on PostgreSQL."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from worlds import CENTRE, KINDS, NOW, PROCESSES, SCHEMES, SKILLS, TODAY, random_supplier

from marketplace.capacity import store as capacity
from marketplace.capacity.model import Resource, Use
from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.places.model import Circle
from marketplace.places.rules import geodesic_m
from marketplace.search.columns import ColumnIndex
from marketplace.search.query import SearchQuery, Sort
from marketplace.search.sync import LiveIndex
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Service, ServiceDraft, ServiceId, Status, Supplier, SupplierId
from marketplace.suppliers.rules import Run
from marketplace.units import Quantity, Unit, Week
from marketplace.vocabulary import Facet


@pytest.fixture
def world(database: Database) -> list[SupplierId]:
    rng = random.Random(7)
    return [random_supplier(database, rng, number) for number in range(50)]


@pytest.fixture
def live(database: Database) -> LiveIndex:
    return LiveIndex(database, ColumnIndex.empty(TODAY))


def random_query(rng: random.Random) -> SearchQuery:
    terms = {}
    for facet, values in ((Facet.PROCESS, PROCESSES), (Facet.SKILL, SKILLS), (Facet.KIND, KINDS)):
        if rng.random() < 0.4:
            terms[facet] = frozenset(rng.sample(values, rng.randint(1, 2)))
    if rng.random() < 0.2:
        terms[Facet.CERTIFICATION] = frozenset((rng.choice(SCHEMES),))
    run = None
    if rng.random() < 0.7:
        run = Run(Quantity(rng.randint(6, 320), Unit.PIECE), colours=rng.randint(1, 3), sizes=rng.randint(1, 2))
    start = TODAY + timedelta(days=rng.randint(0, 30)) if rng.random() < 0.4 else None
    by = (start or TODAY) + timedelta(days=rng.randint(0, 70)) if rng.random() < 0.5 else None
    circle = Circle(CENTRE, rng.randint(1, 60) * 1000) if rng.random() < 0.7 else None
    return SearchQuery(
        today=TODAY,
        circle=circle,
        terms=terms,
        run=run,
        start=start,
        by=by,
        verified=rng.random() < 0.15,
        sort=rng.choice((None, *Sort)) if circle else rng.choice((Sort.FINISH, Sort.PRICE, Sort.LEAD_TIME)),
        per_page=100,
    )


class Oracle:
    """Reads the database and tries every supplier, day by day and rule by rule, in its own words."""

    def __init__(self, database: Database) -> None:
        with database.reading() as session:
            self.suppliers = suppliers.list_by_ids(session, suppliers.list_ids(session))
            sites = [site for supplier in self.suppliers for site in supplier.sites]
            self.resources = {r.id: r for r in capacity.list_resources(session, sites)}
            self.uses = capacity.list_uses(session, self.resources)

    def ids(self, query: SearchQuery) -> set[str]:
        return {s.external_id for s in self.suppliers if self.fits(s, query)}

    def fits(self, supplier: Supplier, query: SearchQuery) -> bool:
        site = supplier.sites[0].draft
        if supplier.status is not Status.PUBLISHED or (query.verified and supplier.verification == "self_declared"):
            return False
        if query.circle:
            if site.point is None:
                return False
            if round(geodesic_m(query.circle.centre, site.point)) > query.circle.radius_m:
                return False
        if query.asked(Facet.KIND) and supplier.profile.kind not in query.asked(Facet.KIND):
            return False
        day = query.by or max(query.start or TODAY, TODAY)
        valid = {c.scheme for c in supplier.profile.certificates if c.valid_to is None or day <= c.valid_to}
        if query.asked(Facet.CERTIFICATION) and not valid & query.asked(Facet.CERTIFICATION):
            return False
        listed: list[Service | None] = [s for s in supplier.services if s.status is Status.PUBLISHED]
        return any(self.service_fits(supplier, service, query) for service in listed or [None])

    def service_fits(self, supplier: Supplier, service: Service | None, query: SearchQuery) -> bool:
        skills = supplier.profile.tags.skills | (service.draft.tags.skills if service else frozenset())
        if query.asked(Facet.SKILL) and not skills & query.asked(Facet.SKILL):
            return False
        if query.asked(Facet.PROCESS) and (service is None or service.draft.process not in query.asked(Facet.PROCESS)):
            return False
        if query.run and (service is None or not self.takes(service, query.run)):
            return False
        if query.start or query.by:
            return service is not None and self.has_room(service, query)
        return True

    @staticmethod
    def takes(service: Service, run: Run) -> bool:
        count = run.quantity.atoms
        if service.draft.maximum and count > service.draft.maximum.atoms:
            return False
        parts = {"order": 1, "style": 1, "colour": run.colours, "size": run.colours * run.sizes}
        return all(
            rule.surcharge_percent is not None or count // parts[rule.basis.value] >= rule.quantity.atoms
            for rule in service.draft.rules
        )

    def has_room(self, service: Service, query: SearchQuery) -> bool:
        resource = self._resource(service)
        if resource is None:
            return False
        start = max(query.start or TODAY, TODAY)
        stated, usual = resource.calendar.stated, resource.calendar.usual or 0
        per_day = (
            (day, stated.get(Week.containing(day), usual) / 5)
            for day in (start + timedelta(days=n) for n in range(730))
            if day.weekday() < 5 and (query.by is None or day < query.by + timedelta(days=1))
        )
        if query.run is None:
            last = query.by or start + timedelta(weeks=12)
            return int(sum(amount for day, amount in per_day if day <= last) + 1e-9) > 0
        done, first = 0.0, None
        for day, amount in per_day:
            first = first or (day if amount else None)
            done += amount
            if done + 1e-9 >= query.run.quantity.atoms and first:
                ready = max(day + timedelta(days=1), first + timedelta(days=service.draft.leads.first or 0))
                return query.by is None or ready <= query.by
        return False

    def _resource(self, service: Service) -> Resource | None:
        use: Use | None = self.uses.get(ServiceId(service.id))
        return self.resources[use.resource_id] if use else None


def every(live: LiveIndex, query: SearchQuery) -> list[str]:
    return [fit.document.external_id for fit in live.every(query)]


def test_250_random_queries_equal_brute_force(world: list[SupplierId], database: Database, live: LiveIndex) -> None:
    oracle, rng = Oracle(database), random.Random(1)
    hits = 0
    for _ in range(250):
        query = random_query(rng)
        answer = live.search(query)
        assert set(every(live, query)) == oracle.ids(query), query
        assert answer.total == len(live.site_ids(query))
        assert [fit.document.site_id for fit in answer.hits] == list(live.site_ids(query))[: query.per_page]
        hits += answer.total
    assert hits > 400  # the queries were worth asking


def test_facet_counts_leave_out_their_own_filter(world: list[SupplierId], database: Database, live: LiveIndex) -> None:
    oracle, rng = Oracle(database), random.Random(2)
    for _ in range(40):
        query = random_query(rng)
        counted = live.search(query).facets
        for facet, values in ((Facet.KIND, KINDS), (Facet.SKILL, SKILLS), (Facet.PROCESS, PROCESSES)):
            wanted = {}
            for value in values:
                alone = replace(query, terms={**query.terms, facet: frozenset((value,))})
                if number := len(oracle.ids(alone)):
                    wanted[value] = number
            assert dict(counted[facet]) == wanted, (facet, query)


def test_relaxations_are_exact(world: list[SupplierId], database: Database, live: LiveIndex) -> None:
    """Each offered change adds what it says, and no smaller step of the same kind adds anything."""
    oracle, rng = Oracle(database), random.Random(3)
    seen = set()
    for _ in range(60):
        query = random_query(rng)
        now = oracle.ids(query)
        for change in live.search(query).relaxations:
            seen.add(change.limit.value)
            assert len(oracle.ids(change.query) - now) == change.adds > 0, change
            for smaller in _smaller(query, change.query):
                assert not oracle.ids(smaller) - now, (change, smaller)
    assert seen >= {"radius_km", "quantity", "by", "skill", "process", "kind"}


def _smaller(query: SearchQuery, changed: SearchQuery) -> list[SearchQuery]:
    """Queries between the one asked and the changed one: one step short of it."""
    if query.circle and changed.circle and changed.circle != query.circle:
        nearer = Circle(CENTRE, changed.circle.radius_m - (1000 if query.circle.radius_m >= 5000 else 100))
        return [replace(query, circle=nearer)] if nearer.radius_m > query.circle.radius_m else []
    if query.by and changed.by and changed.by != query.by:
        day = changed.by - timedelta(days=1)
        return [replace(query, by=day)] if day > query.by else []
    if query.run and changed.run and changed.run != query.run:
        step = 1 if changed.run.quantity.atoms > query.run.quantity.atoms else -1
        between = range(query.run.quantity.atoms + step, changed.run.quantity.atoms, step)
        tried = [*between[:: max(1, len(between) // 8)], *between[-1:]]
        return [replace(query, run=replace(query.run, quantity=Quantity(n, Unit.PIECE))) for n in tried]
    return []


def test_sorts_and_pages(world: list[SupplierId], live: LiveIndex) -> None:
    query = SearchQuery(today=TODAY, circle=Circle(CENTRE, 60_000), run=Run(Quantity(50, Unit.PIECE)))
    whole = {sort: every(live, replace(query, sort=sort)) for sort in Sort}
    assert len({frozenset(ids) for ids in whole.values()}) == 1
    metres = [fit.metres for fit in live.every(query)]
    assert metres == sorted(metres)
    ready = [fit.best.plan.ready if fit.best.plan else date.max for fit in live.every(replace(query, sort=Sort.FINISH))]
    assert ready == sorted(ready)
    pages = [live.search(replace(query, page=n, per_page=7)) for n in range(1, 14)]
    assert [fit.document.external_id for page in pages for fit in page.hits] == every(live, query)
    assert {page.total for page in pages} == {pages[0].total}


def test_what_was_just_published_is_found_and_what_was_hidden_is_not(
    world: list[SupplierId], database: Database, live: LiveIndex
) -> None:
    everything = SearchQuery(today=TODAY)
    other_process = LiveIndex(database, ColumnIndex.empty(TODAY))
    before = set(every(live, everything))
    assert set(every(other_process, everything)) == before

    added = random_supplier(database, random.Random(99), 5000)
    for index in (live, other_process):
        assert set(every(index, everything)) == before | {"w5000"}

    with database.writing() as session:
        suppliers.set_status(session, added, Status.PAUSED, NOW)
        changes.record(session, added)
    for index in (live, other_process):
        assert set(every(index, everything)) == before


def test_edits_in_random_order_leave_the_index_equal_to_a_fresh_one(
    world: list[SupplierId], database: Database, live: LiveIndex
) -> None:
    rng = random.Random(5)
    live.refresh()
    for step in range(60):
        supplier_id = rng.choice(world)
        with database.writing() as session:
            supplier = suppliers.get(session, supplier_id)
            match rng.randrange(4):
                case 0:
                    suppliers.set_status(session, supplier_id, rng.choice(list(Status)), NOW)
                case 1:
                    suppliers.update_profile(
                        session, supplier_id, replace(supplier.profile, name=f"Renamed {step}"), NOW
                    )
                case 2:
                    for service in supplier.services[:1]:
                        suppliers.remove_service(session, service.id)
                case _:
                    site = supplier.sites[0]
                    suppliers.update_site(session, site.id, replace(site.draft, point=CENTRE))
            changes.record(session, supplier_id)
        if rng.random() < 0.3:
            live.refresh()
    fresh = LiveIndex(database, ColumnIndex.empty(TODAY))
    query = SearchQuery(today=TODAY, text="renamed")
    for asked in (query, SearchQuery(today=TODAY), SearchQuery(today=TODAY, circle=Circle(CENTRE, 100))):
        ours, theirs = live.search(asked), fresh.search(asked)
        assert [f.document for f in live.every(asked)] == [f.document for f in fresh.every(asked)]
        assert ours.facets == theirs.facets


def test_a_change_that_commits_late_is_not_missed(world: list[SupplierId], database: Database, live: LiveIndex) -> None:
    """On PostgreSQL a transaction that began earlier may commit later: its lower number must still be read."""
    if database.is_sqlite:
        return  # one writer at a time: numbers are given in the order of commits
    live.refresh()

    def close(supplier_id: SupplierId) -> None:
        with database.writing() as quick:
            suppliers.set_status(quick, supplier_id, Status.CLOSED, NOW)
            changes.record(quick, supplier_id)

    # A thread of its own has a connection of its own.
    with database.writing() as slow, ThreadPoolExecutor(1) as elsewhere:
        suppliers.set_status(slow, world[0], Status.CLOSED, NOW)
        changes.record(slow, world[0])
        elsewhere.submit(close, world[1]).result()
        ids = set(every(live, SearchQuery(today=TODAY)))
        assert "w0000" in ids
        assert "w0001" not in ids
    assert "w0000" not in every(live, SearchQuery(today=TODAY))


def test_a_dye_house_that_only_needs_the_cloth_is_the_nearest_miss(database: Database, live: LiveIndex) -> None:
    """It also finishes by the metre; what keeps it out is not that it does not dye."""
    rng = random.Random(1)
    supplier_id = random_supplier(database, rng, 1)
    with database.writing() as session:
        site = suppliers.get(session, supplier_id).sites[0]
        suppliers.update_site(session, site.id, replace(site.draft, point=CENTRE))
        suppliers.add_service(session, site.id, "1" * 32, ServiceDraft("dye_fabric", Unit.KG))
        suppliers.add_service(session, site.id, "2" * 32, ServiceDraft("finish_fabric", Unit.METRE))
        changes.record(session, supplier_id)
    query = SearchQuery(
        today=TODAY, run=Run(Quantity(200, Unit.METRE)), terms={Facet.PROCESS: frozenset(("dye_fabric",))}
    )
    answer = live.search(query)
    assert answer.total == 0
    assert "give the cloth's width and weight" in answer.near_misses[0].text
