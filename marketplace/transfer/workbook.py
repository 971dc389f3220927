"""Records of an Excel workbook's first sheet; line numbers are the sheet's row numbers."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import xlrd
from openpyxl import load_workbook

from marketplace.transfer.model import FileRefused, Record

MAXIMUM_ENTRIES = 1000
MAXIMUM_UNPACKED = 50_000_000  # bytes
MAXIMUM_RATIO = 100
_MAXIMUM_COLUMNS = 200
_CHUNK = 1 << 16
_BROKEN = "The workbook is damaged: open it in a spreadsheet and save it again, or save it as CSV."


def xlsx_records(data: bytes) -> tuple[Iterator[Record], str]:
    """The records of a .xlsx, and the name of the sheet when others were left out.

    A formula is its text, as in a CSV: what it would compute is nothing the file states.
    Errors: FileRefused for damaged files and for what only pretends to be a workbook (zip bombs).
    """
    _check_archive(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=_MAXIMUM_COLUMNS, values_only=True)
    except Exception as error:  # openpyxl lets KeyError, ValueError and XML errors through
        raise FileRefused(_BROKEN) from error
    return _records(_guarded(rows)), sheet.title if len(book.worksheets) > 1 else ""


def xls_records(data: bytes) -> tuple[Iterator[Record], str]:
    """The records of a .xls, and the name of the sheet when others were left out.

    Errors: FileRefused.
    """
    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO())
        sheet = book.sheet_by_index(0)
        rows = [[_xls_value(cell, book.datemode) for cell in sheet.row(n)] for n in range(sheet.nrows)]
    except Exception as error:  # xlrd lets struct.error, AssertionError and others through
        raise FileRefused(_BROKEN) from error
    return _records(rows), sheet.name if book.nsheets > 1 else ""


def cell_text(value: Any) -> str:
    """A cell's value as a CSV would write it: 50, 12.5, 2027-03-01."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            if value.is_integer() and abs(value) < 1e15:
                return str(int(value))
            return f"{value:.12f}".rstrip("0").rstrip(".") if 1e-9 < abs(value) < 1e15 else repr(value)
        case datetime():
            return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _records(rows: Any) -> Iterator[Record]:
    for number, row in enumerate(rows, start=1):
        cells = [cell_text(value) for value in row]
        while cells and not cells[-1].strip():
            cells.pop()
        yield Record(number, tuple(cells))


def _guarded(rows: Iterator[Any]) -> Iterator[Any]:
    try:
        yield from rows
    except Exception as error:
        raise FileRefused(_BROKEN) from error


def _xls_value(cell: Any, datemode: int) -> Any:
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, datemode)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#N/A")
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return cell.value


def _check_archive(data: bytes) -> None:
    """Unpack the archive once, in pieces, counting: the sizes it states may be lies."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAXIMUM_ENTRIES:
                raise FileRefused(f"The workbook has more than {MAXIMUM_ENTRIES:,} parts; save the sheet as CSV.")
            allowed = min(MAXIMUM_UNPACKED, MAXIMUM_RATIO * len(data))
            total = 0
            for entry in entries:
                with archive.open(entry) as part:
                    tail = b""
                    while piece := part.read(_CHUNK):
                        total += len(piece)
                        if total > allowed:
                            raise FileRefused("The workbook unpacks to far more than its size; save the sheet as CSV.")
                        if b"<!DOCTYPE" in tail + piece or b"<!ENTITY" in tail + piece:
                            raise FileRefused(_BROKEN)
                        tail = piece[-16:]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error) as error:
        raise FileRefused(_BROKEN) from error
