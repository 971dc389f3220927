"""What good rows make: terms by any of their names, sites, services, weeks, places; and what stays as it was."""

from __future__ import annotations

import pytest
from csv_rows import BASE, NOW, PLACE, SERVICE, WEEK, Dump, Load, change_count, only_problem, supplier, table

from marketplace.accounts import store as accounts_store
from marketplace.accounts.model import OrganisationKind, Role
from marketplace.capacity import store as capacity_store
from marketplace.db import Database
from marketplace.places import Precision
from marketplace.suppliers import store
from marketplace.transfer.actions import export_geojson
from marketplace.transfer.model import Table


def test_unknown_terms_are_refused_with_close_ones(load: Load) -> None:
    assert "buttonhole" in only_problem(load(table(BASE | {"skills": "butonhole"})), "skills")
    message = only_problem(load(table(BASE | {"certifications": "gotz"})), "certifications")
    assert "did you mean gots" in message


def test_labels_and_aliases_are_accepted(load: Load, database: Database) -> None:
    load(table(BASE | {"kind": "Sewing room", "certifications": "GOTS", "languages": "Italian|English"}))
    profile = supplier(database).profile
    assert profile.kind == "sewing_room"
    assert profile.tags.languages == {"it", "en"}
    assert profile.certificates[0].scheme == "gots"


@pytest.mark.parametrize("basis", ["style x colour", "Style × Color", "per style and colour", "style_and_colour"])
def test_basis_by_its_usual_names(load: Load, database: Database, basis: str) -> None:
    load(table(BASE))
    load(table(SERVICE | {"basis": basis}), Table.SERVICES)
    assert supplier(database).services[0].draft.rules[0].basis == "style_and_colour"


def test_kind_is_never_invented(load: Load, database: Database) -> None:
    load(table(BASE))
    assert supplier(database).profile.kind == ""


def test_an_address_alone_is_found_by_its_town(load: Load, database: Database) -> None:
    row = {
        "external_id": "a1",
        "name": "Alif",
        "country": "Bangladesh",
        "address": "Bangobandhu Road, Savar, Dhaka 1341",
    }
    load(table(row))
    site = supplier(database).sites[0].draft
    assert site.precision is Precision.TOWN
    assert site.timezone == "Asia/Dhaka"
    assert site.point is not None
    report = load(table(row | {"external_id": "a2", "address": "Plot 7, Nowhere at all"}))
    assert "add lat and lon, or a town" in only_problem(report, "street")


def test_a_less_precise_place_replaces_none_unless_the_address_changes(load: Load, database: Database) -> None:
    row = {"external_id": "a1", "name": "Rosa", "country": "IT", "street": "Via Roma 1", "locality": "Prato"}
    load(table(row | {"lat": "43.881234", "lon": "11.1"}))
    exact = supplier(database).sites[0].draft
    assert exact.precision is Precision.EXACT
    assert load(table(row)).unchanged == 1
    assert load(table(row | {"lat": "43.9", "lon": "11.0", "precision": "town"})).unchanged == 1
    assert supplier(database).sites[0].draft == exact
    assert load(table(row | {"locality": "Como"})).updated == 1
    assert supplier(database).sites[0].draft.precision is Precision.TOWN


def test_missing_columns_keep_and_blank_cells_empty(load: Load, database: Database) -> None:
    load(table(BASE | {"description": "Shirts", "skills": "buttonhole"}))
    load(table(BASE | {"name": "Rosa 2"}))
    assert supplier(database).profile.description == "Shirts"
    load(table(BASE | {"name": "Rosa 2", "description": ""}))
    assert supplier(database).profile.description == ""
    assert supplier(database).profile.tags.skills == {"buttonhole"}


def test_a_managed_listing_is_not_overwritten(load: Load, database: Database) -> None:
    load(table(BASE))
    with database.writing() as session:
        person = accounts_store.add_person(
            session, public_id="p", email="rosa@example.com", name="Rosa", password_hash="x", now=NOW
        )
        number = getattr(person, "id", person)
        accounts_store.add_membership(session, number, supplier(database).organisation_id, Role.OWNER, NOW)
    assert load(table(BASE)).unchanged == 1
    assert "manages" in only_problem(load(table(BASE | {"name": "Rosa 2"})), "external_id")
    assert "manages" in only_problem(load(table(SERVICE), Table.SERVICES), "supplier_external_id")
    assert "manages" in only_problem(load(table(PLACE), Table.PLACEMENTS), "supplier_external_id")
    assert supplier(database).profile.name == "Rosa"


def test_new_suppliers_have_an_organisation_without_members(load: Load, database: Database) -> None:
    load(table(BASE))
    with database.reading() as session:
        assert accounts_store.organisations_with_members(session) == set()
    assert OrganisationKind.SUPPLIER
    assert supplier(database).organisation_id


def test_several_sites_and_what_must_agree(load: Load, database: Database) -> None:
    report = load(
        table(
            BASE | {"site": "Main", "description": "Shirts"},
            BASE | {"site": "Annex", "description": "", "lat": "43.9"},
            BASE | {"site": "Third", "description": "Trousers"},
            BASE | {"site": "Main", "description": "Shirts"},
        )
    )
    assert (report.created, report.refused) == (2, 2)
    assert [p.line for p in report.problems] == [4, 5]
    assert [site.draft.name for site in supplier(database).sites] == ["Main", "Annex"]
    two = only_problem(load(table(SERVICE), Table.SERVICES), "site")
    assert "“Annex”" in two
    assert load(table(SERVICE | {"site": "Annex"}), Table.SERVICES).created == 1


def test_several_minimums_of_one_service(load: Load, database: Database) -> None:
    load(table(BASE))
    report = load(
        table(
            SERVICE | {"lead_days": "10"},
            SERVICE | {"basis": "colour", "min_quantity": "5", "surcharge_percent": "15"},
            SERVICE | {"basis": "colour", "min_quantity": "6"},
            SERVICE | {"basis": "order", "lead_days": "11"},
            SERVICE | {"basis": "", "min_quantity": ""},
        ),
        Table.SERVICES,
    )
    assert (report.created, report.refused) == (2, 3)
    assert [(p.line, p.column) for p in report.problems] == [(4, "basis"), (5, "lead_days"), (6, "min_quantity")]
    assert len(supplier(database).services[0].draft.rules) == 2


def test_weekly_capacity_and_shared_resources(load: Load, database: Database) -> None:
    load(table(BASE))
    rows = (
        SERVICE | {"weekly_capacity": "4320", "resource": "floor", "resource_unit": "minute", "rate": "60"},
        SERVICE | {"process": "finish", "weekly_capacity": "", "resource": "floor", "rate": "2.5"},
        SERVICE | {"process": "press", "weekly_capacity": "4000", "resource": "floor", "rate": "1"},
        SERVICE | {"process": "cut", "weekly_capacity": "0"},
        SERVICE | {"process": "pack", "basis": "order", "resource": "floor2", "resource_unit": "minute"},
    )
    report = load(table(*rows), Table.SERVICES)
    assert (report.created, [(p.line, p.column) for p in report.problems]) == (3, [(4, "weekly_capacity"), (6, "rate")])
    assert load(table(*rows), Table.SERVICES).unchanged == 3
    with database.reading() as session:
        resources = capacity_store.list_resources(session, supplier(database).sites)
        uses = capacity_store.list_uses(session, [r.id for r in resources])
    assert {(r.name, r.calendar.unit, r.calendar.usual) for r in resources} == {
        ("floor", "minute", 4320),
        ("cut", "piece", 0),
    }
    assert sorted(use.rate for use in uses.values()) == [1000, 2500, 60_000]
    good = WEEK | {"unit": "minute", "open_quantity": "100"}
    report = load(
        table(
            good,
            WEEK,
            good,
            good | {"process": "finish"},
            good | {"process": "weave"},
            good | {"supplier_external_id": "zz"},
        ),
        Table.CAPACITY,
    )
    assert (report.created, report.unchanged, report.refused) == (1, 1, 4)
    assert load(table(good), Table.CAPACITY).unchanged == 1
    assert load(table(good | {"open_quantity": "0"}), Table.CAPACITY).updated == 1


def test_the_unit_of_a_listed_service_stays(load: Load) -> None:
    load(table(BASE))
    load(table(SERVICE), Table.SERVICES)
    assert "stays" in only_problem(load(table(SERVICE | {"unit": "minute"}), Table.SERVICES), "unit")


def test_placements(load: Load) -> None:
    load(table(BASE))
    paid = PLACE | {"external_id": "P1", "wage_minor": "1250", "currency": "EUR", "wage_per": "hour"}
    report = load(
        table(PLACE, paid, paid | {"seats": "3"}, PLACE | {"seats_taken": "3", "months": "6"}), Table.PLACEMENTS
    )
    assert (report.created, report.refused) == (2, 2)
    assert load(table(PLACE, paid), Table.PLACEMENTS).unchanged == 2
    assert load(table(paid | {"seats_taken": "1"}), Table.PLACEMENTS).updated == 1
    only_problem(load(table(paid | {"wage_per": ""}), Table.PLACEMENTS), "wage_per")


def test_a_dry_run_changes_nothing_and_says_the_same(load: Load, database: Database, dump: Dump) -> None:
    content = table(BASE, BASE | {"external_id": "a2", "lat": "x"})
    before = dump(Table.SUPPLIERS)
    dry = load(content, dry_run=True)
    assert dump(Table.SUPPLIERS) == before
    assert change_count(database) == 0
    real = load(content)
    assert {**dry.as_dict(), "dry_run": False} == real.as_dict()


def test_progress_reaches_its_total(load: Load) -> None:
    seen: list[tuple[int, int]] = []
    load(table(BASE, BASE | {"external_id": "a2"}), on_progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (4, 4)


def test_geojson_has_a_feature_for_each_site(load: Load, database: Database) -> None:
    load(table(BASE))
    feature = export_geojson(database)["features"][0]
    assert feature["geometry"] == {"type": "Point", "coordinates": [11.1, 43.88]}
    assert feature["properties"]["name"] == "Rosa"


def test_many_firms_of_one_name_get_addresses_of_their_own(load: Load, database: Database) -> None:
    load(table(*(BASE | {"external_id": f"w{n}", "name": "王记"} for n in range(30))))
    with database.reading() as session:
        slugs = {s.slug for s in store.list_by_ids(session, store.list_ids(session))}
    assert len(slugs) == 30
