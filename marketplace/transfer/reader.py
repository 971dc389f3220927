"""From the bytes of a file to its columns and rows, whatever the format. Pure."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from marketplace.transfer.columns import Header, known_count, read_header
from marketplace.transfer.csv_text import SEPARATORS, CsvText, header_line
from marketplace.transfer.encoding import decode
from marketplace.transfer.model import FileRefused, FileTooLarge, Problem, Record, Sheet, Table
from marketplace.transfer.signatures import Format, format_of
from marketplace.transfer.workbook import xls_records, xlsx_records

MAXIMUM_ROWS = 20_000
_MEGABYTE = 1_000_000
_COMMENT = "#"


def read_sheet(table: Table, data: bytes, filename: str, limit_mb: int) -> Sheet:
    """Read a file of one table.

    Errors: FileRefused and FileTooLarge, with the line to blame where there is one.
    """
    if len(data) > limit_mb * _MEGABYTE:
        raise FileTooLarge(f"The file has {len(data) / _MEGABYTE:.1f} MB; at most {limit_mb} MB can be imported.")
    match format_of(data, filename):
        case Format.XLSX:
            records, sheet_name = xlsx_records(data)
            return _from_workbook(table, records, sheet_name)
        case Format.XLS:
            records, sheet_name = xls_records(data)
            return _from_workbook(table, records, sheet_name)
        case Format.TEXT:
            return _from_text(table, data)


def _from_text(table: Table, data: bytes) -> Sheet:
    text, assumed = decode(data)
    number, line, stated = header_line(text)
    separator = stated or _separator(table, line)
    reader = CsvText(text, separator, number)
    records = iter(reader)
    first = next(records)
    if first.problem:
        raise FileRefused(f"{first.problem}.", first.line)
    header = read_header(table, first.cells, first.line)
    rows = _rows(header, records)
    warnings = []
    if assumed:
        text = f"The file is not UTF-8; it was read as {assumed}. Check the accents, or save it as “CSV UTF-8”."
        warnings.append(Problem(first.line, "", text))
    # Lines above the header are blank or comments, or say the separator.
    return Sheet(header.uses, rows, reader.ignored + number - 1, tuple(warnings))


def _from_workbook(table: Table, records: Iterator[Record], sheet_name: str) -> Sheet:
    ignored = 0

    def saying_something() -> Iterator[Record]:
        nonlocal ignored
        for record in records:
            if not any(cell.strip() for cell in record.cells) or _is_comment(record):
                ignored += 1
            else:
                yield record

    listed = saying_something()
    first = next(listed, None)
    if first is None:
        raise FileRefused("The first sheet is empty.")
    header = read_header(table, first.cells, first.line)
    # A workbook has no separators to count: cells missing at the end of a row are empty.
    padded = (Record(row.line, row.cells + ("",) * (header.width - len(row.cells)), row.problem) for row in listed)
    rows = _rows(header, padded)
    text = f"Only the first sheet, “{sheet_name[:60]}”, was read."
    warnings = (Problem(first.line, "", text),) if sheet_name else ()
    return Sheet(header.uses, rows, ignored, warnings)


def _is_comment(record: Record) -> bool:
    cell = record.cells[0]
    return cell.startswith(_COMMENT) and not cell.rstrip("!?").isupper()


def _rows(header: Header, records: Iterator[Record]) -> tuple[Record, ...]:
    rows: list[Record] = []
    for record in records:
        if len(rows) >= MAXIMUM_ROWS:
            raise FileTooLarge(f"The file has more than {MAXIMUM_ROWS:,} rows: split it.", record.line)
        rows.append(_checked(header, record))
    if not rows and not all(use.column for use in header.uses):
        raise FileRefused("There is a line of column names and no row below it.")
    return tuple(rows)  # none below our own columns is an empty table, such as an export may be


def _checked(header: Header, record: Record) -> Record:
    if record.problem:
        return record
    cells, width = record.cells, header.width
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        expected = f"{width} column{'s' if width > 1 else ''} expected, {len(cells)} found"
        hint = "" if len(cells) < width else "; quote cells that contain the separator"
        return Record(record.line, cells, expected + hint)
    if any("\0" in cell for cell in cells):
        return Record(record.line, cells, "has a NUL character; remove it")
    return Record(record.line, cells[:width])


def _separator(table: Table, line: str) -> str:
    """The separator under which most column names are known.

    Errors: FileRefused when there is none.
    """
    readings = {separator: _split(line, separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: (known_count(table, readings[separator]), len(readings[separator])))
    if len(readings[best]) == 1 and not known_count(table, readings[best]):
        raise FileRefused("The separator was not recognised: columns are separated by a comma, a semicolon or a tab.")
    return best


def _split(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator))
    except (csv.Error, StopIteration):
        return [line]
