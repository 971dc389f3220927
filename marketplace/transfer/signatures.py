"""What a file really is, by its first bytes: names lie. Pure."""

from __future__ import annotations

from enum import StrEnum

from marketplace.transfer.model import FileRefused


class Format(StrEnum):
    TEXT = "text"
    XLSX = "xlsx"
    XLS = "xls"


_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "a gzip archive: unpack it first"),
    (b"BZh", "a bzip2 archive: unpack it first"),
    (b"\xfd7zXZ", "an xz archive: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"),
    (b"Rar!", "a rar archive: unpack it first"),
    (b"%PDF", "a PDF: copy the table into a spreadsheet and save that as CSV"),
    (b"{\\rtf", "a text document (RTF): copy the table into a spreadsheet and save that as CSV"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
)
_MARKUP = (
    (b"<!doctype html", "a web page (HTML), perhaps an error page in place of the file: download it again"),
    (b"<html", "a web page (HTML), perhaps an error page in place of the file: download it again"),
    (b"<?xml", "XML: save the table as CSV"),
    (b"<table", "a web page (HTML): save the table as CSV"),
    (b"{", "JSON: save the table as CSV"),
    (b"[", "JSON: save the table as CSV"),
)


def format_of(data: bytes, filename: str) -> Format:
    """Decide how to read the file.

    Errors: FileRefused that names what the file is and what to do.
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise FileRefused("The file is empty.")
    suffix = filename.lower().rpartition(".")[2] if "." in filename else ""
    if data.startswith(_ZIP):
        if suffix in ("xlsx", "xlsm"):
            return Format.XLSX
        if b"xl/" in data[:4096] or b"[Content_Types].xml" in data[:4096]:
            raise FileRefused("This is an Excel workbook with another name: name it .xlsx, or save it as CSV.")
        raise FileRefused("This is a zip archive: unpack it, and import the CSV or .xlsx in it.")
    if data.startswith(_OLE):
        if suffix == "xls":
            return Format.XLS
        raise FileRefused("This is an old Office file with another name: name it .xls, or save it as CSV.")
    for magic, what in _OTHERS:
        if data.startswith(magic):
            raise FileRefused(f"This is {what}.")
    start = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for magic, what in _MARKUP:
        if start.startswith(magic):
            raise FileRefused(f"This is {what}.")
    if suffix in ("xlsx", "xlsm", "xls"):
        raise FileRefused(f"The name says .{suffix}, but it is no workbook: name it .csv if it is a text table.")
    return Format.TEXT
