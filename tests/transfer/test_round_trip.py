"""Export, import into an empty database, compare every column: nothing may be lost or invented."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table as SqlTable
from sqlalchemy import select

from marketplace.accounts import store as accounts_store
from marketplace.accounts.model import OrganisationKind
from marketplace.capacity import store as capacity_store
from marketplace.capacity.model import Closure, Use
from marketplace.capacity.tables import ClosureRow, ResourceRow, UseRow, WeekRow
from marketplace.db import Database, open_database
from marketplace.db.ids import new_public_id
from marketplace.placements import store as placements_store
from marketplace.placements.model import Level, Placement, PlacementStatus
from marketplace.placements.tables import PlacementRow
from marketplace.places import Point, Precision
from marketplace.places.geocoders import PlaceFinder
from marketplace.suppliers import actions, store
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
    Tags,
    Verification,
)
from marketplace.suppliers.tables import (
    CertificateRow,
    MachineRow,
    MinimumRuleRow,
    PriceBreakRow,
    ServiceRow,
    ServiceTagRow,
    SiteRow,
    SupplierRow,
    SupplierTagRow,
)
from marketplace.transfer.actions import export_objects, export_table, import_table
from marketplace.transfer.model import Table
from marketplace.units import Quantity, Unit, Week
from marketplace.units.wages import Wage, WagePer
from marketplace.vocabulary.model import Basis

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
LATER = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
NASTY = 'a "quoted", text; with | and \\ and \\| and \\; and ; "'
FORGOTTEN = {
    "id", "public_id", "organisation_id", "slug", "created_at", "updated_at", "confirmed_at",
}  # fmt: skip

Dump = Callable[[Table], bytes]


@pytest.fixture
def empty(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "second.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    with opened(f"sqlite:///{path}") as database:
        yield database


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = open_database(url)
    yield database
    database.dispose()


def add_nasty(database: Database) -> None:
    """Suppliers with everything that ever went wrong in a CSV."""
    tags = Tags(frozenset({"buttonhole"}), frozenset({"cotton"}), frozenset(), frozenset({"it", "en"}))
    profile = ProfileDraft(
        name='="Rosa", & figlie',
        kind="atelier",
        description="\n".join(f"line {n} {NASTY}" for n in range(45)) + "\n\n=1+1\n# no comment",
        website="https://example.com/?a=1|2;3",
        tags=tags,
        machines=(
            Machine("weave", NASTY, 3, width_cm=160, note="=SUM(1)|\nsecond; line"),
            Machine("sew", "lockstitch", heads=4, load_max_kg=12, gauge=12, field_cm=40, colours=6, load_min_kg=2),
        ),
        certificates=(
            Certificate("gots", NASTY, "scope=a;b", "holder | x", "issuer\\", date(2025, 1, 1), date(2027, 1, 1)),
            Certificate("gots"),
        ),
    )
    site = SiteDraft(
        Address('-12 Via "Roma"; scala|B', "Prato", "PO", "+59100", "IT"),
        "",
        Point(438812345, -1110000001),
        Precision.CONFIRMED,
        "Europe/Rome",
        frozenset({0, 2, 6}),
    )
    with database.writing() as session:
        for number, external_id in enumerate(('#1, "a"', "=b", "'c", "-7", "plain")):
            organisation = accounts_store.add_organisation(session, OrganisationKind.SUPPLIER, new_public_id(), NOW)
            own = replace(profile, name=f"{profile.name} {number}")
            supplier_id = actions.add_supplier(
                session, organisation, own, site, NOW, external_id=external_id, status=Status.PAUSED
            )
            store.set_verification(session, supplier_id, Verification.VISITED, date(2026, 5, 6))
            for name in ("Floor | 2; \\3", "Floor | 2; \\3", "", "=Annex"):
                away = replace(site, name=name, point=None, precision=Precision.NONE, timezone="UTC")
                store.add_site(session, supplier_id, new_public_id(), replace(away, working_days=frozenset(range(7))))
            supplier = store.get(session, supplier_id)
            for n, listed in enumerate(supplier.sites):
                capacity_store.set_closures(
                    session,
                    listed.id,
                    [
                        Closure(date(2027, 8, 2), date(2027, 8, 29), "August; | \\ holidays"),
                        Closure(date(2027, 3, 8), date(2027, 3, 8)),
                    ],
                )
                _add_services(session, listed.id, n)
                _add_placements(session, listed.id)


def _add_services(session: Any, site_id: Any, n: int) -> None:
    sewing = ServiceDraft(
        "sew",
        Unit.PIECE,
        rules=(
            MinimumRule(Quantity(20, Unit.PIECE), Basis.STYLE),
            MinimumRule(Quantity(5, Unit.PIECE), Basis.STYLE_AND_COLOUR, 15),
            MinimumRule(Quantity(90, Unit.MINUTE), Basis.ORDER, 0),
        ),
        maximum=Quantity(500, Unit.PIECE),
        leads=LeadDays(3, 10, 5),
        price=Price("EUR", 4200, Unit.PIECE, 1500, (PriceBreak(100, 4000), PriceBreak(200, 3800))),
        tags=Tags(skills=frozenset({"buttonhole"})),
        note=f"={NASTY}\nsecond line",
    )
    dyeing = ServiceDraft(
        "dye_fabric",
        Unit.KG,
        rules=(MinimumRule(Quantity(32_400, Unit.KG), Basis.COLOUR),),
        load=LoadLimits(30_001, 60_000),
    )
    ids = {}
    for draft in (dyeing, sewing, ServiceDraft("finish", Unit.PIECE), ServiceDraft("weave", Unit.METRE)):
        service_id = ids[draft.process] = store.add_service(session, site_id, new_public_id(), draft)
        if draft.process == "weave":
            store.set_service_status(session, service_id, Status.PAUSED)
    floor = capacity_store.add_resource(session, site_id, new_public_id(), "floor | =1;", Unit.MINUTE)
    jet = capacity_store.add_resource(session, site_id, new_public_id(), "=jet", Unit.KG)
    capacity_store.put_use(session, Use(ids["sew"], floor, 60_000))
    capacity_store.put_use(session, Use(ids["finish"], floor, 2_345))
    capacity_store.put_use(session, Use(ids["dye_fabric"], jet, 1_001))
    capacity_store.set_usual(session, floor, 4320, NOW)
    capacity_store.set_usual(session, jet, None if n % 2 else 12_345, NOW)
    for resource in (floor, jet):
        weeks = {Week.parse("2026-W53"): 0, Week.parse("2027-03-01"): 100, Week.parse("2027-03-08"): 120 + n}
        capacity_store.set_weeks(session, resource, weeks, NOW)


def _add_placements(session: Any, site_id: Any) -> None:
    placement = Placement(
        new_public_id(), site_id, "sew", ("buttonhole", "bartack"), 2, 1, date(2027, 4, 5), 12,
        Wage(1250, "EUR", WagePer.HOUR), PlacementStatus.OPEN, NASTY, 32, Level.SKILLED, "Ada | her sister",
        ("it", "fr"), NASTY, date(2027, 4, 1),
    )  # fmt: skip
    unpaid = replace(placement, public_id=new_public_id(), wage=None, skills=(), status=PlacementStatus.PAUSED, note="")
    for each in (placement, unpaid):
        placements_store.add(session, each)


def test_export_and_import_give_the_same_data(database: Database, empty: Database, places: PlaceFinder) -> None:
    add_nasty(database)
    for kind in Table:
        text = io.StringIO()
        csv.writer(text).writerows(export_table(database, kind))
        report = import_table(empty, places, kind, text.getvalue().encode(), "a.csv", LATER)
        assert report.problems == []
        assert report.created == report.rows > 0
        assert report.ignored_lines == 0
        again = import_table(empty, places, kind, text.getvalue().encode(), "a.csv", LATER)
        assert again.unchanged == again.rows
        same = import_table(database, places, kind, text.getvalue().encode(), "a.csv", LATER)
        assert same.unchanged == same.rows
    before, after = contents(database), contents(empty)
    assert before.keys() == after.keys()
    for name in before:
        assert before[name], name
        assert before[name] == after[name], name
    for kind in Table:
        assert without_times(export_objects(database, kind)) == without_times(export_objects(empty, kind))


def without_times(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{name: value for name, value in row.items() if name != "usual_confirmed"} for row in rows]


def contents(database: Database) -> dict[str, list[tuple[str, ...]]]:
    """Every row with its identifiers replaced by what they stand for."""
    with database.reading() as session:

        def rows(table: Any) -> list[dict[str, Any]]:
            sql: SqlTable = table.__table__
            return [dict(row._mapping) for row in session.execute(select(sql).order_by(*sql.primary_key))]

        suppliers = {row["id"]: row["external_id"] for row in rows(SupplierRow)}
        seen: dict[tuple[str, str], int] = {}
        sites: dict[int, str] = {}
        for row in rows(SiteRow):
            key = suppliers[row["supplier_id"]], row["name"]
            seen[key] = seen.get(key, 0) + 1
            sites[row["id"]] = f"{key}#{seen[key]}"
        services = {row["id"]: f"{sites[row['site_id']]}/{row['process']}" for row in rows(ServiceRow)}
        resources = {row["id"]: f"{sites[row['site_id']]}/{row['name']}" for row in rows(ResourceRow)}
        names = {"supplier_id": suppliers, "site_id": sites, "service_id": services, "resource_id": resources}
        tables = (
            SupplierRow, SiteRow, SupplierTagRow, MachineRow, CertificateRow, ServiceRow, MinimumRuleRow,
            PriceBreakRow, ServiceTagRow, ResourceRow, UseRow, WeekRow, ClosureRow, PlacementRow,
        )  # fmt: skip
        return {
            table.__tablename__: sorted(
                tuple(
                    f"{column}={names[column][value] if column in names else value!r}"
                    for column, value in row.items()
                    if column not in FORGOTTEN
                )
                for row in rows(table)
            )
            for table in tables
        }


def test_public_ids_of_placements_stay(database: Database, empty: Database, places: PlaceFinder) -> None:
    add_nasty(database)
    for kind in Table:
        text = io.StringIO()
        csv.writer(text).writerows(export_table(database, kind))
        import_table(empty, places, kind, text.getvalue().encode(), "a.csv", LATER)
    with database.reading() as one, empty.reading() as other:
        ids = [{p.public_id for p in placements_store.list_all(session)} for session in (one, other)]
    assert ids[0] == ids[1] != set()


def test_confirmation_times_come_along(database: Database, empty: Database, places: PlaceFinder) -> None:
    add_nasty(database)
    for kind in (Table.SUPPLIERS, Table.SERVICES):
        text = io.StringIO()
        csv.writer(text).writerows(export_table(database, kind))
        import_table(empty, places, kind, text.getvalue().encode(), "a.csv", LATER)
    with empty.reading() as session:
        sites = [site for s in store.list_by_ids(session, store.list_ids(session)) for site in s.sites]
        assert {r.calendar.confirmed_at for r in capacity_store.list_resources(session, sites)} == {NOW}


def test_exports_are_in_order(database: Database) -> None:
    add_nasty(database)
    rows = export_objects(database, Table.SUPPLIERS)
    assert [row["external_id"] for row in rows] == sorted(row["external_id"] for row in rows)
    names = [row["site"] for row in rows if row["external_id"] == "plain"]
    assert names == ["", "\\2", "=Annex", "Floor | 2; \\\\3", "Floor | 2; \\\\3\\2"]
