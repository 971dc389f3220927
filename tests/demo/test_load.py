from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from marketplace.accounts import password
from marketplace.accounts import store as accounts
from marketplace.accounts.actions import create_person
from marketplace.accounts.model import OrganisationKind
from marketplace.capacity import store as capacity
from marketplace.db import Database, open_database
from marketplace.demo.load import load_demo
from marketplace.demo.model import World
from marketplace.demo.people import DEMO_PARTNERS, DEMO_PASSWORD, DEMO_PEOPLE
from marketplace.placements import store as placements
from marketplace.suppliers import store as suppliers

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def few(world: World) -> World:
    """Some suppliers of the world, those of the demonstration people among them."""
    needed = {person.supplier for person in (*DEMO_PEOPLE, *DEMO_PARTNERS)}
    kept = [s for n, s in enumerate(world.suppliers) if n % 20 == 0 or s.external_id in needed or len(s.sites) > 1]
    return replace(world, suppliers=tuple(kept))


def test_load(database: Database, few: World) -> None:
    seen: list[tuple[int, int]] = []
    summary = load_demo(
        database, NOW, password_hash="hash", world=few, on_progress=lambda done, total: seen.append((done, total))
    )
    assert summary is not None
    assert summary.suppliers == len(few.suppliers)
    assert seen[-1] == (summary.suppliers, summary.suppliers)
    with database.reading() as session:
        for drafted in few.suppliers:
            supplier = suppliers.find_by_external_id(session, drafted.external_id)
            assert supplier is not None
            assert (supplier.status, supplier.verification) == (drafted.status, drafted.verification)
            assert supplier.profile.description == drafted.profile.description
            assert supplier.profile.tags == drafted.profile.tags
            assert Counter(supplier.profile.machines) == Counter(drafted.profile.machines)
            assert [site.draft for site in supplier.sites] == [site.draft for site in drafted.sites]
            resources = {resource.id: resource for resource in capacity.list_resources(session, supplier.sites)}
            uses = capacity.list_uses(session, resources)
            for site, wanted in zip(supplier.sites, drafted.sites, strict=True):
                found = supplier.services_at(site.id)
                assert [service.draft for service in found] == list(wanted.services)
                for service in found:
                    calendar, rate = wanted.calendar(service.draft.process)
                    if calendar.usual is None:
                        assert service.id not in uses
                        continue
                    stored = resources[uses[service.id].resource_id].calendar
                    assert uses[service.id].rate == rate
                    assert replace(stored, confirmed_at=None, taken={}) == replace(calendar, confirmed_at=None)
                    assert stored.confirmed_at is not None
                    assert stored.confirmed_at <= NOW
                assert len(placements.list_for_sites(session, [site.id])) >= len(wanted.placements)  # and stories


def test_people(database: Database, few: World) -> None:
    load_demo(database, NOW, password_hash="hash", world=few)
    with database.reading() as session:
        for demo in DEMO_PEOPLE:
            person = accounts.find_person_by_email(session, demo.email)
            assert person is not None
            assert person.is_confirmed
            assert (person.is_apprentice, person.is_moderator) == (demo.is_apprentice, demo.is_moderator)
            memberships = accounts.list_memberships(session, person.id)
            for membership in memberships:
                if membership.kind is OrganisationKind.STUDIO:
                    studio = accounts.find_studio(session, membership.organisation_id)
                    assert studio is not None
                    assert demo.studio is not None
                    assert studio.point == demo.studio.point
                else:
                    supplier = suppliers.find_by_organisation(session, membership.organisation_id)
                    assert supplier is not None
                    assert (supplier.external_id, membership.role) == (demo.supplier, demo.supplier_role)
            assert bool(memberships) is bool(demo.studio or demo.supplier)


def test_second_time_changes_nothing(database: Database, few: World) -> None:
    assert load_demo(database, NOW, password_hash="hash", world=few) is not None
    with database.reading() as session:
        before = suppliers.list_names(session)
    assert load_demo(database, NOW, password_hash="hash", world=few) is None
    with database.reading() as session:
        assert suppliers.list_names(session) == before


def test_a_database_in_use_is_left_alone(database: Database, few: World) -> None:
    with database.writing() as session:
        create_person(session, email="someone@example.com", name="Someone", password_hash="hash", now=NOW)
    assert load_demo(database, NOW, password_hash="hash", world=few) is None
    with database.reading() as session:
        assert suppliers.list_ids(session) == []


@pytest.mark.slow
def test_whole_world(sqlite_copy: str, world: World) -> None:
    database = open_database(sqlite_copy)
    summary = load_demo(database, NOW, password_hash="hash")
    assert summary is not None
    assert summary.suppliers == len(world.suppliers)
    assert summary.placements >= 30
    with database.reading() as session:
        assert len(suppliers.list_ids(session)) == summary.suppliers
    database.dispose()


def test_password_is_good_enough() -> None:
    for person in DEMO_PEOPLE:
        assert password.problem_with(DEMO_PASSWORD, (person.name, person.email)) is None
