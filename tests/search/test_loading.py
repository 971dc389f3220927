"""What the stores read in one statement is what stands in the tables, to the last column, on both engines."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from plain_reading import exactly, plain_documents, plain_resources, plain_supplier
from sqlalchemy import text
from worlds import NOW, random_supplier

from marketplace.accounts import store as accounts
from marketplace.accounts.model import OrganisationKind
from marketplace.capacity import store as capacity
from marketplace.capacity.model import Closure, Use
from marketplace.db import Base, Database
from marketplace.db.ids import new_public_id
from marketplace.places import Point, Precision
from marketplace.search.loading import load_documents
from marketplace.suppliers import store as suppliers
from marketplace.suppliers import teaching_store
from marketplace.suppliers.model import (
    Address,
    Certificate,
    LeadDays,
    LoadLimits,
    Machine,
    MinimumRule,
    Price,
    PriceBreak,
    ProfileDraft,
    ServiceDraft,
    SiteDraft,
    Status,
    SupplierId,
    Tags,
    Verification,
)
from marketplace.units import Quantity, Unit, Week
from marketplace.vocabulary.model import Basis

ODD = "Ünïcødé \"quoted\" \\ back\tslash, 'single', %s :name {0} \x01 \u2028 🧵 NULL"
MONDAY = date(2027, 3, 1)


def add(database: Database, number: int, profile: ProfileDraft, status: Status = Status.PUBLISHED) -> SupplierId:
    with database.writing() as session:
        organisation = accounts.add_organisation(session, OrganisationKind.SUPPLIER, new_public_id(), NOW)
        return suppliers.add(
            session,
            public_id=new_public_id(),
            organisation_id=organisation,
            external_id=f"{ODD} {number}",
            slug=f"awkward-{number}",
            profile=profile,
            now=datetime(2027, 2, 22, 9, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=5, minutes=45))),
            status=status,
        )


def everything(database: Database) -> SupplierId:
    """Three sites, of which two share nothing and one is empty, and all that can be said of a service."""
    profile = ProfileDraft(
        ODD,
        "dye_house",
        ODD * 3,
        "https://example.com/?a=1&b=%20",
        Tags(frozenset({"overlock", ODD}), frozenset({"linen"}), frozenset({"dresses"}), frozenset({"en", "it"})),
        (
            Machine("dyeing", "jet", 2, load_min_kg=50, load_max_kg=60, note=ODD),
            Machine("sewing", "overlocker", 7, 1, 2, None, None, 3, 4, 5),
            Machine("dyeing", "jet", 1),
        ),
        (
            Certificate("gots", "1", "scope", "holder", "issuer", date(2026, 1, 1), date(2028, 12, 31)),
            Certificate("oeko100", valid_to=date(2027, 1, 1)),
            Certificate("gots"),
        ),
    )
    supplier_id = add(database, 1, profile)
    full = ServiceDraft(
        "dye",
        Unit.KG,
        (
            MinimumRule(Quantity(50_000, Unit.KG), Basis.COLOUR, 20),
            MinimumRule(Quantity(3, Unit.LOAD), Basis.ORDER),
            MinimumRule(Quantity(9, Unit.PIECE), Basis.SIZE, 0),
        ),
        Quantity(2**53 + 1, Unit.KG),
        LoadLimits(50_000, 60_000),
        LeadDays(0, 12, None),
        Price("JPY", 0, Unit.METRE, 2**40, tuple(PriceBreak(n, 1000 - n) for n in (500, 20, 100))),
        ODD,
        Tags(frozenset({"overlock", "reactive"}), frozenset({"silk"}), frozenset({"jackets"})),
    )
    plain = ServiceDraft("sew", Unit.PIECE, leads=LeadDays(repeat=3), price=Price("EUR", 5, Unit.MINUTE))
    with database.writing() as session:
        sites = [
            suppliers.add_site(session, supplier_id, new_public_id(), draft)
            for draft in (
                SiteDraft(Address(ODD, "Prato", "Toscana", "59100", "IT"), ODD, Point(-900_000_000, 1_800_000_000)),
                SiteDraft(Address(), precision=Precision.TOWN, timezone="Asia/Kathmandu", working_days=frozenset({6})),
                SiteDraft(Address("", "Prato"), point=Point(0, 0), working_days=frozenset(range(7))),
            )
        ]
        teaching_store.set_teaching(session, sites[1], date(2027, 9, 1))
        # In no order of their sites.
        services = [
            suppliers.add_service(session, sites[2], new_public_id(), full),
            suppliers.add_service(session, sites[0], new_public_id(), plain),
            suppliers.add_service(session, sites[2], new_public_id(), plain),
            suppliers.add_service(session, sites[0], new_public_id(), ServiceDraft("cut", Unit.STYLE)),
            suppliers.add_service(session, sites[0], new_public_id(), full),
        ]
        suppliers.set_service_status(session, services[3], Status.PAUSED)
        suppliers.set_verification(session, supplier_id, Verification.VISITED, date(2027, 1, 2))
        shared = capacity.add_resource(session, sites[2], new_public_id(), ODD, Unit.MINUTE)
        empty = capacity.add_resource(session, sites[0], new_public_id(), "no weeks", Unit.PIECE)
        capacity.add_resource(session, sites[1], new_public_id(), "no service", Unit.PIECE)
        for service, resource, rate in ((0, shared, 1000), (2, shared, 4500), (4, empty, 1)):
            capacity.put_use(session, Use(services[service], resource, rate))
        capacity.set_usual(session, shared, 0, datetime(2027, 2, 1, 1, 2, 3, 4, tzinfo=UTC))
        weeks = {Week(MONDAY).plus(n): atoms for n, atoms in ((9, 0), (-3, 2**40), (1, 7), (70, 5))}
        capacity.set_weeks(session, shared, weeks, NOW)
        for site in sites:
            capacity.set_closures(
                session,
                site,
                [Closure(date(2027, 8, 9), date(2027, 8, 22), ODD), Closure(date(2026, 12, 24), date(2027, 1, 1))],
            )
    return supplier_id


@pytest.fixture
def world(database: Database) -> list[int]:
    """Suppliers of all kinds; among the numbers are some that nobody has."""
    ids = [everything(database)]
    ids.append(add(database, 2, ProfileDraft("No site", "atelier")))
    bare = Tags(frozenset("ab"))
    for number, status in enumerate((Status.PAUSED, Status.CLOSED, Status.PUBLISHED), 3):
        ids.append(add(database, number, ProfileDraft(f"One bare site, {status.value}", "", tags=bare), status))
        with database.writing() as session:
            suppliers.add_site(session, ids[-1], new_public_id(), SiteDraft(Address()))
    rng = random.Random(77)
    ids += [random_supplier(database, rng, number) for number in range(20)]
    return [*ids, 0, -5, max(ids) + 1, 2**62]


def compare(database: Database, world: list[int]) -> None:
    """The documents, and the suppliers and resources that they are made of."""
    with database.reading() as session:
        wanted = {number: plain_documents(session, number) for number in world}
        plain = [found for number in sorted(world) if (found := plain_supplier(session, number))]
        sites = [site for supplier in plain for site in supplier.sites]
        resources = plain_resources(session, sites)
    with database.reading() as session:
        found = dict(load_documents(session, world))
        assert list(found) == sorted(world)
        assert exactly(found) == exactly(wanted)
        assert exactly(suppliers.list_by_ids(session, [*world, *world])) == exactly(plain)
        assert exactly(capacity.list_with_uses(session, sites)) == exactly(resources)
        assert capacity.list_resources(session, sites) == resources[0]
        assert capacity.list_uses(session, [resource.id for resource in resources[0]]) == resources[1]
        for supplier in plain:
            assert suppliers.get(session, supplier.id) == supplier
            assert suppliers.find_by_slug(session, supplier.slug) == supplier
            assert suppliers.find_by_public_id(session, supplier.public_id) == supplier
            assert suppliers.find_by_external_id(session, supplier.external_id) == supplier
            assert suppliers.find_by_organisation(session, supplier.organisation_id) == supplier


def test_awkward_suppliers(database: Database, world: list[int]) -> None:
    compare(database, world)
    with database.reading() as session:
        found = dict(load_documents(session, world))
    assert [document.site_public_id != "" for document in found[world[0]]] == [True] * 3
    assert [len(document.services) for document in found[world[0]]] == [2, 1, 2]
    assert [len(found[number]) for number in world[1:5]] == [0, 0, 0, 1]
    assert [found[number] for number in world[-4:]] == [()] * 4


# Another value for every column that is read, in an order in which no constraint is hurt.
OTHERS = {
    "supplier": "public_id external_id slug website status verification verified_at created_at updated_at name kind "
    "description",
    "site": "public_id name street locality region postal_code country lat_e7 lon_e7 precision timezone working_days "
    "teaches_until",
    "supplier_tag": "facet value",
    "machine": "family name count width_cm gauge load_min_kg load_max_kg heads colours field_cm note",
    "certificate": "scheme number scope holder issuer valid_from valid_to",
    "service": "public_id process unit status maximum load_maximum load_minimum sample_lead_days first_lead_days "
    "repeat_lead_days currency unit_minor setup_minor price_per note",
    "minimum_rule": "atoms unit basis surcharge_percent",
    "price_break": "from_quantity unit_minor",
    "service_tag": "facet value",
    "resource": "public_id name unit usual confirmed_at",
    "capacity_week": "monday offered",
    "resource_use": "rate",
    "closure": "first_day last_day reason",
}
WORDS = {
    "status": "CASE WHEN {} = 'published' THEN 'paused' ELSE 'published' END",
    "verification": "'document_seen'",
    "precision": "'street'",
    "unit": "'m2'",
    "price_per": "'m2'",
    "basis": "'style'",
    "facet": "CASE WHEN {} = 'material' THEN 'skill' ELSE 'material' END",
    "working_days": "64",
    "lat_e7": "-1",
    "lon_e7": "-2",
    "load_minimum": "1",
    "monday": "'2030-01-07'",
    "first_day": "'2020-02-29'",
    "last_day": "'2040-02-29'",
    "valid_from": "'2000-02-29'",
    "valid_to": "'2050-02-28'",
    "verified_at": "'2001-01-01'",
    "teaches_until": "'2001-01-01'",
    "created_at": "'2001-01-01T01:02:03.000004+00:00'",
    "updated_at": "'2001-01-01T01:02:03.000004+00:00'",
    "confirmed_at": "'2001-01-01T01:02:03.000004+00:00'",
}


@pytest.mark.parametrize("table", OTHERS)
def test_every_column_is_read(table: str, database: Database) -> None:
    """Each column in turn gets another value, in one row: both ways of reading see it."""
    world = [everything(database)]
    columns = Base.metadata.tables[table].columns
    hidden = {"id", "organisation_id", "supplier_id", "site_id", "service_id", "resource_id"}  # what ties them
    hidden.add("held_at")  # what moderation asks for itself
    assert set(OTHERS[table].split()) == {column.name for column in columns} - hidden
    for column in OTHERS[table].split():
        is_number = columns[column].type.python_type is int
        form = WORDS.get(column, "{} + 1" if is_number else "'x' || {}")
        before = read(database, world)
        with database.writing() as session:
            key = [part.name for part in columns if part.primary_key]
            query = f"SELECT * FROM {table} WHERE {column} IS NOT NULL ORDER BY {', '.join(key)} LIMIT 1"
            first = session.execute(text(query)).mappings().one()
            where = " AND ".join(f"{name} = :{name}" for name in key)
            values = {name: first[name] for name in key}
            session.execute(text(f"UPDATE {table} SET {column} = {form.format(column)} WHERE {where}"), values)
        assert read(database, world) != before, f"{table}.{column} is not read"
        compare(database, world)


def read(database: Database, world: list[int]) -> object:
    with database.reading() as session:
        found = suppliers.list_by_ids(session, world)
        return exactly((found, capacity.list_with_uses(session, [site for s in found for site in s.sites])))


def test_what_one_transaction_wrote_it_reads(database: Database) -> None:
    """Also what was not sent to the database yet."""
    supplier_id = add(database, 1, ProfileDraft("Sartoria", "atelier"))
    with database.writing() as session:
        site_id = suppliers.add_site(session, supplier_id, new_public_id(), SiteDraft(Address(locality="Prato")))
        service_id = suppliers.add_service(session, site_id, new_public_id(), ServiceDraft("sew", Unit.PIECE))
        assert [s.id for s in suppliers.get(session, supplier_id).services] == [service_id]
        suppliers.set_status(session, supplier_id, Status.PAUSED, NOW)
        assert suppliers.get(session, supplier_id).status is Status.PAUSED
        suppliers.set_status(session, supplier_id, Status.PUBLISHED, NOW)
        suppliers.set_service_status(session, service_id, Status.PAUSED)
        ((_, (document,)),) = load_documents(session, [supplier_id])
        assert document.services[0].draft is None
        suppliers.update_service(
            session, service_id, ServiceDraft("sew", Unit.PIECE, price=Price("EUR", 5, Unit.PIECE))
        )
        suppliers.update_service(session, service_id, ServiceDraft("cut", Unit.PIECE, tags=Tags(frozenset("a"))))
        suppliers.update_profile(session, supplier_id, ProfileDraft("Atelier", "", tags=Tags(frozenset("b"))), NOW)
        supplier = suppliers.get(session, supplier_id)
        assert supplier.profile == ProfileDraft("Atelier", "", tags=Tags(frozenset("b")))
        assert supplier.services[0].draft == ServiceDraft("cut", Unit.PIECE, tags=Tags(frozenset("a")))
        resource_id = capacity.ensure_resource(session, supplier.services[0])
        capacity.set_usual(session, resource_id, 40, NOW)
        assert capacity.get_resource(session, supplier.sites[0], resource_id).calendar.usual == 40
        capacity.set_weeks(session, resource_id, {Week(MONDAY): 4}, NOW)
        capacity.set_weeks(session, resource_id, {Week(MONDAY): None, Week(MONDAY).plus(1): 5}, NOW)
        calendar = capacity.get_resource(session, supplier.sites[0], resource_id).calendar
        assert calendar.stated == {Week(MONDAY).plus(1): 5}
        suppliers.remove_service(session, service_id)
        assert suppliers.get(session, supplier_id).services == ()
        assert capacity.list_uses(session, [resource_id]) == {}


def test_one_supplier_takes_two_statements(database: Database, world: list[int]) -> None:
    """More than that and a change made elsewhere is not seen within a millisecond."""
    if not database.is_sqlite:
        return  # the statements are the same
    asked: list[str] = []
    with database.reading() as session:
        session.connection().connection.driver_connection.set_trace_callback(asked.append)
        list(load_documents(session, world[:1]))
    assert len([line for line in asked if line.startswith("SELECT")]) == 2


def test_the_comparison_tells_text_from_members() -> None:
    assert Unit.PIECE == "piece"
    assert exactly(Unit.PIECE) != exactly("piece")
    assert exactly((Quantity(1, Unit.PIECE),)) != exactly((Quantity(1, "piece"),))  # type: ignore[arg-type]
    assert exactly([True]) != exactly([1])
    assert exactly({Week(MONDAY): 1}) != exactly({Week(MONDAY): 2})
    assert exactly(frozenset("ab")) == exactly(frozenset("ba"))
