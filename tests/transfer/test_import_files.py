"""What is done with a file as a whole. The numbers are the rows of reliability (c), bad inputs in CSV."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from marketplace.transfer.model import FileRefused, FileTooLarge, Report, Table

Load = Callable[..., Report]
HEADER = "external_id,name,country,lat,lon\n"
ROSA = "a1,Atelier Rosa,IT,43.88,11.1\n"


def refusal(load: Load, content: str | bytes, **options: object) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        load(content, dry_run=True, **options)
    return caught.value


def test_01_byte_order_mark_is_stripped(load: Load) -> None:
    assert load(b"\xef\xbb\xbf" + (HEADER + ROSA).encode()).created == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_02_utf_16_is_read_by_its_mark_only(load: Load, encoding: str) -> None:
    data = (HEADER + "a1,Café Łódź,PL,51.76,19.46\n").encode(encoding)
    if encoding == "utf-16":
        assert load(data).created == 1
    else:
        assert "UTF-16" in refusal(load, data).detail


def test_02_windows_1252_is_read_with_a_warning(load: Load) -> None:
    report = load((HEADER + "a1,Façonnier Dupré,FR,45.76,4.83\n").encode("cp1252"))
    assert report.created == 1
    assert "Windows-1252" in report.warnings[0].message


@pytest.mark.parametrize(
    "name",
    [
        b"Rosa \xff",  # a lone byte
        "Café".encode() + b" Dupr\xe9",  # two encodings in one file
        "Фабрика".encode("cp1251"),
        "工厂".encode("gb18030"),
        b"Bad \xc3\x28",
    ],
)
def test_02_other_bytes_are_refused_with_their_line(load: Load, name: bytes) -> None:
    error = refusal(load, HEADER.encode() + ROSA.encode() + b"a2," + name + b",IT,43.9,11.1\n")
    assert error.line == 3
    assert "is not UTF-8" in error.detail


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_03_separators_are_recognised(load: Load, separator: str) -> None:
    assert load((HEADER + ROSA).replace(",", separator)).created == 1


def test_03_unknown_separator_is_refused(load: Load) -> None:
    assert "separator" in refusal(load, (HEADER + ROSA).replace(",", "~")).detail


def test_03_stated_separator(load: Load) -> None:
    assert load("sep=;\n" + (HEADER + ROSA).replace(",", ";")).created == 1


def test_04_line_ends_of_old_macs(load: Load) -> None:
    assert load((HEADER + ROSA + ROSA.replace("a1", "a2")).replace("\n", "\r")).created == 2


def test_05_unclosed_quote_costs_its_own_line_only(load: Load) -> None:
    rows = [f"b{n},Room {n},IT,43.88,11.1\n" for n in range(60)]
    report = load(HEADER + 'a1,"Atelier Rosa,IT,43.88,11.1\n' + "".join(rows))
    assert (report.created, report.refused) == (60, 1)
    assert report.problems[0].line == 2
    assert "quotation mark" in report.problems[0].message


def test_05_more_than_twenty_line_breaks_are_an_unclosed_quote(load: Load) -> None:
    text = "external_id,name,country,lat,lon,description\n" + ROSA.strip() + ',"' + "line\n" * 21 + '"\n'
    report = load(text)
    assert report.problems[0].line == 2
    assert report.created == 0


def test_06_line_break_in_a_note_but_not_in_a_name(load: Load) -> None:
    header = "external_id,name,country,lat,lon,description\n"
    report = load(header + 'a1,"Rosa",IT,43.88,11.1,"two\nlines"\na2,"Ro\nsa",IT,43.88,11.1,x\na3,Nina,IT,43.9,11.1,\n')
    assert (report.created, report.refused) == (2, 1)
    assert [(p.line, p.column) for p in report.problems] == [(4, "name")]


def test_07_too_many_and_too_few_columns(load: Load) -> None:
    report = load(HEADER + "a1,Rosa,IT,43.88,11.1,extra\na2,Nina,IT\n" + ROSA)
    assert [p.message for p in report.problems] == [
        "5 columns expected, 6 found; quote cells that contain the separator",
        "5 columns expected, 3 found",
    ]
    assert report.created == 1


def test_08_duplicate_header(load: Load) -> None:
    assert "twice" in refusal(load, "name,country,lat,lon,Name\nRosa,IT,43.8,11.1,Nina\n").detail
    assert "both street" in refusal(load, "name,country,street,address\nRosa,IT,a,b\n").detail


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("external_id,nmae,country,lat,lon\na,b,IT,1,2\n", "did you mean name?"),
        ("external_id,country,lat,lon\na,IT,1,2\n", "Missing: name"),
        ("name,country\na,IT\n", "lat and lon, or street or locality"),
        ("name,country,lat\na,IT,1\n", "lon (a lat needs one)"),
        ("external_id,name,country,lat,lon,x_note\n", "no row below"),
        ("", "empty"),
        ("\n\n\n", "empty"),
        ("name,country,lat,lon,frobnicate\na,IT,1,2,3\n", "“frobnicate” is not a column"),
        ("supplier_external_id,process,week_start,open_quantity,unit\na,sew,2027-03-01,5,piece\n", "of capacity"),
    ],
)
def test_09_headers(load: Load, content: str, expected: str) -> None:
    assert expected in refusal(load, content).detail


def test_09_an_empty_table_has_no_rows(load: Load) -> None:
    report = load(HEADER)
    assert (report.rows, report.problems) == (0, [])


def test_09_names_of_other_systems_are_recognised_and_shown(load: Load) -> None:
    report = load("Country,Facility Name,ADDRESS,Sector,Latitude,LNG\nPeru,Serflex,Av 1,Apparel,-11.98,-77.08\n")
    assert report.created == 1
    assert [(use.header, use.column) for use in report.columns] == [
        ("Country", "country"),
        ("Facility Name", "name"),
        ("ADDRESS", "street"),
        ("Sector", ""),
        ("Latitude", "lat"),
        ("LNG", "lon"),
    ]


@pytest.mark.parametrize("name", ["Ro\0sa", "Ro\x07sa", "Ro\u202esa", "Ro\u200bsa"])
def test_10_control_characters_and_direction_marks(load: Load, name: str) -> None:
    report = load(HEADER + f"a1,{name},IT,43.88,11.1\n")
    assert report.refused == 1


def test_11_long_fields_rows_and_files(load: Load) -> None:
    report = load(HEADER + f"a1,{'x' * 140_000},IT,43.88,11.1\n" + ROSA)
    assert "64 KB" in report.problems[0].message
    assert report.created == 1
    with pytest.raises(FileTooLarge):
        load(HEADER + "x" * 10_000_001)
    with pytest.raises(FileTooLarge) as caught:
        load(HEADER + "".join(f"e{n},R,IT,43,11\n" for n in range(20_001)))
    assert caught.value.line == 20_002


@pytest.mark.parametrize("filler", ["\n" * 100_000, ",,,,\n" * 1000, "# a comment\n" * 10, '"",,,,\n'])
def test_22_blank_lines_and_comments_are_counted(load: Load, filler: str) -> None:
    report = load(HEADER + filler + ROSA)
    assert report.created == 1
    assert report.ignored_lines == filler.count("\n")


def test_22_trailing_commas(load: Load) -> None:
    assert load("name,country,lat,lon,,\nRosa,IT,43.88,11.1,,\n").created == 1


def workbook(rows: list[list[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


XLSX = workbook([["name", "country", "lat", "lon"], ["Rosa", "IT", 43.88, 11.1]])


@pytest.mark.parametrize(
    ("data", "filename", "expected"),
    [
        (XLSX, "list.csv", "Excel workbook with another name"),
        (gzip.compress(b"name,country", mtime=0), "list.csv", "gzip"),
        (b"%PDF-1.7 ...", "list.csv", "PDF"),
        (b"<!DOCTYPE html><html>404</html>", "list.csv", "web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "list.csv", "old Office file"),
        (b"name,country", "list.xlsx", "no workbook"),
        (b"PK\x03\x04broken", "list.xlsx", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1broken", "list.xls", "damaged"),
        (b'{"rows": []}', "list.csv", "JSON"),
    ],
)
def test_23_other_files_are_named(load: Load, data: bytes, filename: str, expected: str) -> None:
    assert expected in refusal(load, data, filename=filename).detail


def test_23_a_real_workbook_is_read_with_its_own_row_numbers(load: Load) -> None:
    rows: list[list[object]] = [
        ["name", "country", "lat", "lon"],
        [],
        ["Rosa", "IT", 43.88, 11.1],
        ["Nina", "Nowhere", 1, 1],
    ]
    report = load(workbook(rows), filename="list.XLSX")
    assert (report.created, report.refused, report.problems[0].line) == (1, 1, 4)


def test_40_workbook_that_unpacks_to_far_more(load: Load) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 20_000_000)
    assert "far more" in refusal(load, data.getvalue(), filename="bomb.xlsx").detail
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for n in range(1001):
            archive.writestr(f"xl/{n}.xml", b"")
    assert "1,000 parts" in refusal(load, many.getvalue(), filename="many.xlsx").detail


def test_services_file_names_the_table_it_fits(load: Load) -> None:
    error = refusal(load, "supplier_external_id,process,min_quantity,unit\na,sew,1,piece\n", kind=Table.CAPACITY)
    assert "columns of services" in error.detail
