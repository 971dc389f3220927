"""What is done with bad rows. The numbers are the rows of the list of bad inputs."""

from __future__ import annotations

import csv
import io

import pytest
from csv_rows import (
    BASE,
    PLACE,
    SERVICE,
    WEEK,
    Dump,
    Load,
    change_count,
    only_problem,
    refused_service,
    supplier,
    table,
)

from marketplace.capacity import store as capacity_store
from marketplace.db import Database
from marketplace.transfer.actions import export_objects
from marketplace.transfer.model import Table
from marketplace.units import Week


@pytest.mark.parametrize("number", ["1,5", "1 000", "1e3", "٣", "１２", "1_000", "1.000", "+5", "0x10"])
def test_12_numbers_are_plain_digits(load: Load, number: str) -> None:
    assert number[:2] in refused_service(load, "min_quantity", min_quantity=number)


@pytest.mark.parametrize("number", ["0", "-5", "-0", str(2**63), "1e400", "NaN", "inf", "50 m", "10000001", "1.5"])
def test_13_minimum_run(load: Load, number: str) -> None:
    refused_service(load, "min_quantity", min_quantity=number)


def test_13_blank_minimum_is_not_stated(load: Load, database: Database) -> None:
    load(table(BASE))
    assert load(table(SERVICE | {"min_quantity": "", "basis": ""}), Table.SERVICES).created == 1
    assert supplier(database).services[0].draft.rules == ()


@pytest.mark.parametrize(
    ("unit", "hint"), [("metres", "write metre"), ("pcs", "write piece"), ("mtr", "write metre"), ("kgs", "write kg")]
)
def test_14_units_are_a_closed_list(load: Load, unit: str, hint: str) -> None:
    assert hint in refused_service(load, "unit", unit=unit)


def test_14_unit_must_fit_the_process(load: Load) -> None:
    assert "piece or minute" in refused_service(load, "unit", unit="metre")
    assert "piece or minute" in refused_service(load, "unit", unit="metre", process="knit_panel")


def test_14_missing_unit(load: Load) -> None:
    assert "is missing" in refused_service(load, "unit", unit="")


def test_15_minimum_above_maximum_names_both(load: Load) -> None:
    message = refused_service(load, "max_quantity", min_quantity="60", max_quantity="50")
    assert "60" in message
    assert "50" in message


def test_15_lead_time(load: Load) -> None:
    assert "-3" in refused_service(load, "lead_days", lead_days="-3")


def test_16_the_same_supplier_twice_in_a_file(load: Load) -> None:
    report = load(table(BASE, BASE | {"name": "Rosa 2"}))
    assert (report.created, report.refused) == (1, 1)
    assert "line 2" in report.problems[0].message


def test_16_rows_without_a_key_get_one_from_what_they_say(load: Load) -> None:
    row = {"name": "Rosa", "country": "Italy", "address": "Via Roma 1, Prato"}
    report = load(table(row, row | {"name": "ROSA", "country": "IT"}, row | {"address": "Via Roma 2, Prato"}))
    assert (report.created, report.refused) == (2, 1)
    assert "give both an external_id if they are two sites" in report.problems[0].message
    assert load(table(row)).unchanged == 1


def test_16_possible_duplicates_are_shown_and_not_merged(load: Load) -> None:
    load(table(BASE | {"name": "Tessitura Bellini S.r.l."}))
    report = load(
        table(
            BASE | {"external_id": "b1", "name": "TESSITURA BELLINI", "lat": "43.881"},
            BASE | {"external_id": "b2", "name": "Tessitura Bellini srl", "lat": "45.4", "lon": "9.2"},
        )
    )
    assert report.created == 2
    assert [(d.line, d.of, d.why) for d in report.duplicates] == [
        (2, "Tessitura Bellini S.r.l.", "the same name 0.1 km away"),
        (3, "Tessitura Bellini S.r.l.", "the same name 226 km away"),
    ]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"external_id": "4.4E+11"}, "external_id"),
        ({"external_id": "2-Jan"}, "external_id"),
        ({"name": "#REF!"}, "name"),
        ({"name": "#N/A"}, "name"),
        ({"lat": "#VALUE!"}, "lat"),
        ({"country": "FR", "lat": "48.85", "lon": "2.35", "postal_code": "1000"}, "postal_code"),
    ],
)
def test_17_spreadsheet_damage(load: Load, cells: dict[str, str], column: str) -> None:
    assert only_problem(load(table(BASE | cells)), column)


def test_17_damage_in_the_first_cell_is_no_comment(load: Load) -> None:
    report = load(table(BASE | {"external_id": "#N/A"}))
    assert (report.refused, report.ignored_lines) == (1, 0)


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+39 055", "-5 gradi", "@rosa", "'=x", "''-y", "#1 Atelier", "-5"])
def test_18_formulas_are_text_and_come_back_as_they_were(load: Load, dump: Dump, database: Database, name: str) -> None:
    cell = name if not name.startswith(("'", "#")) else f"'{name}"
    load(table(BASE | {"name": cell}))
    assert supplier(database).profile.name == name
    exported = next(csv.DictReader(io.StringIO(dump(Table.SUPPLIERS).decode())))
    assert exported["name"] == (name if name == "-5" else f"'{name}")
    assert load(dump(Table.SUPPLIERS)).unchanged == 1
    assert export_objects(database, Table.SUPPLIERS)[0]["name"] == name


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"lat": "0", "lon": "0"}, "lat"),
        ({"lat": "11.1", "lon": "43.88"}, "lat"),
        ({"lat": "51°30'N"}, "lat"),
        ({"lat": "51,5"}, "lat"),
        ({"lat": "43.88", "lon": ""}, "lon"),
    ],
)
def test_19_bad_places(load: Load, cells: dict[str, str], column: str) -> None:
    message = only_problem(load(table(BASE | cells)), column)
    if cells.get("lon") == "43.88":
        assert "swapped" in message


def test_19_a_place_in_another_country_is_taken_with_a_warning(load: Load) -> None:
    report = load(table(BASE | {"lat": "48.85", "lon": "2.35"}))
    assert report.created == 1
    assert "check the place" in report.warnings[0].message


@pytest.mark.parametrize("country", ["UK", "GB", "Britain", "GBR", "united kingdom"])
def test_20_countries_by_any_name(load: Load, database: Database, country: str) -> None:
    load(table(BASE | {"country": country, "lat": "51.5", "lon": "-0.1"}))
    assert supplier(database).sites[0].draft.address.country == "GB"


def test_20_unknown_country(load: Load) -> None:
    assert "Portugal" in only_problem(load(table(BASE | {"country": "Portugual"})), "country")


@pytest.mark.parametrize(
    "website", ["javascript:alert(1)", "https://аtelier.com", "https://x.com/" + "a" * 8000, "a@b.it, c@d.it"]
)
def test_21_addresses_on_the_web(load: Load, website: str) -> None:
    only_problem(load(table(BASE | {"website": website})), "website")


def test_24_the_same_file_twice_changes_nothing(load: Load, database: Database) -> None:
    content = table(BASE, BASE | {"external_id": "a2", "name": "Nina", "lat": "x"})
    first = load(content)
    before, changed = supplier(database), change_count(database)
    second = load(content)
    assert (first.created, first.refused) == (1, 1)
    assert (second.unchanged, second.refused, second.accepted) == (1, 1, 0)
    assert second.problems == first.problems
    assert supplier(database) == before
    assert change_count(database) == changed == 1


def test_24_one_changed_row_is_one_update(load: Load, database: Database) -> None:
    other = BASE | {"external_id": "a2", "name": "Nina"}
    load(table(BASE, other))
    assert load(table(BASE, other | {"name": "Nina 2"}), dry_run=True).updated == 1
    assert supplier(database, "a2").profile.name == "Nina"
    report = load(table(BASE, other | {"name": "Nina 2"}))
    assert (report.updated, report.unchanged) == (1, 1)
    assert supplier(database, "a2").profile.name == "Nina 2"
    assert change_count(database) == 3


@pytest.mark.parametrize("lat", ["90.0001", "-91", "NaN", "inf", "51.5N", "9" * 41, "1e1"])
def test_25_latitudes(load: Load, lat: str) -> None:
    only_problem(load(table(BASE | {"lat": lat})), "lat")


@pytest.mark.parametrize("lon", ["181", "540", "1000000000"])
def test_25_longitudes(load: Load, lon: str) -> None:
    only_problem(load(table(BASE | {"lon": lon})), "lon")


def test_30_money(load: Load) -> None:
    assert refused_service(load, "price_minor", price_minor="12.50", currency="EUR")
    assert "currency" in only_problem(
        load(table(SERVICE | {"price_minor": "1250", "currency": "EURO"}), Table.SERVICES), "currency"
    )
    only_problem(load(table(SERVICE | {"price_minor": "1250", "currency": ""}), Table.SERVICES), "currency")
    only_problem(load(table(SERVICE | {"price_minor": "-1", "currency": "EUR"}), Table.SERVICES), "price_minor")


def test_31_weeks(load: Load, database: Database) -> None:
    load(table(BASE))
    load(table(SERVICE), Table.SERVICES)
    assert load(table(WEEK | {"week_start": "2026-W53"}), Table.CAPACITY).created == 1
    with database.reading() as session:
        found = capacity_store.list_resources(session, supplier(database).sites)[0]
    assert found.calendar.stated == {Week.parse("2026-12-28"): 20}
    for week in ("2027-W53", "2027-W00", "2027-W54", "0000-W01", "9999-12-27", "2027-03-02", "01/03/2027", ""):
        only_problem(load(table(WEEK | {"week_start": week}), Table.CAPACITY), "week_start")


def test_33_dates_are_iso(load: Load) -> None:
    load(table(BASE))
    for text in ("03/04/2027", "2027-02-29", "2027-3-1", "20270301", "1.3.2027"):
        only_problem(load(table(PLACE | {"starts_on": text}), Table.PLACEMENTS), "starts_on")


@pytest.mark.parametrize("name", ["Łódź Knit", "王记", "ورشة", "Atelier 👗", "R", "x" * 200, "A\u200db"])
def test_34_names_people_have(load: Load, database: Database, name: str) -> None:
    assert load(table(BASE | {"name": name})).created == 1
    assert supplier(database).profile.name == name


@pytest.mark.parametrize("name", ["   ", "", "x" * 201, "e" + "\u0301" * 200, "Ro\u202esa"])
def test_34_names_nobody_has(load: Load, name: str) -> None:
    only_problem(load(table(BASE | {"name": name})), "name")


def test_36_surrogates_are_not_utf_8(load: Load) -> None:
    data = table(BASE).encode().replace(b"Rosa", b"Ro\xed\xa0\x80sa")
    with pytest.raises(Exception, match="is not UTF-8"):
        load(data)


def test_37_markup_is_text(load: Load, database: Database) -> None:
    name = '<script>alert(1)</script> "><img onerror> {{7*7}}'
    load(table(BASE | {"name": name}))
    assert supplier(database).profile.name == name
