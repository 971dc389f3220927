"""What a file may be called, and whether it is what it is called."""

from __future__ import annotations

import io
import unicodedata
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.files.rules import clean_file_name, kind_of, size_text

PDF, PNG, JPEG = b"%PDF-1.7\n...", b"\x89PNG\r\n\x1a\n....", b"\xff\xd8\xff\xe0...."
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 "
DXF = b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n"


def zipped(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("tech pack.pdf", "tech pack.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("C:\\Users\\Ada\\jacket.pdf", "jacket.pdf"),
        ("/etc/shadow.txt", "shadow.txt"),
        ("a\0.pdf", "a.pdf"),
        ("one\ntwo\r\nthree.pdf", "onetwothree.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("jacket\u200b.pdf", "jacket.pdf"),
        ("CON.pdf", "file CON.pdf"),
        ("lpt1", "file lpt1"),
        ("console.pdf", "console.pdf"),
        ('a"b<c>d|e?f*g:h.pdf', "abcdefgh.pdf"),
        ("   .pdf", ".pdf".strip(" .")),
        ("...", "file"),
        ("", "file"),
        ("jacket.pdf. . .", "jacket.pdf"),
        ("Mäntel – Größe 38.pdf", "Mäntel – Größe 38.pdf"),
        ("Ma\u0308ntel.pdf", "Mäntel.pdf"),
        ("half \ud800 one.pdf", "half one.pdf"),
        ("x" * 4000 + ".pdf", "x" * 116 + ".pdf"),
        ("x." + "y" * 4000, None),
    ],
)
def test_names(sent: str, shown: str | None) -> None:
    name = clean_file_name(sent)
    assert 0 < len(name) <= 120
    if shown is not None:
        assert name == shown


@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_any_name_is_one_line_without_a_path(text: str) -> None:
    name = clean_file_name(text)
    assert name
    assert name == clean_file_name(name)
    assert not set(name) & set('/\\<>:"|?*')
    assert all(unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in name)
    name.encode()  # can be sent in a header


@pytest.mark.parametrize(
    ("name", "head", "media_type"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("A.PDF", PDF, "application/pdf"),
        ("a.png", PNG, "image/png"),
        ("a.jpg", JPEG, "image/jpeg"),
        ("a.jpeg", JPEG, "image/jpeg"),
        ("a.webp", WEBP, "image/webp"),
        ("a.ai", PDF, "application/postscript"),
        ("a.ai", b"%!PS-Adobe-3.0", "application/postscript"),
        ("a.dxf", DXF, "image/vnd.dxf"),
        ("a.dxf", b"999\nmade by a pattern program\n0\nSECTION\n", "image/vnd.dxf"),
        ("a.dxf", b"AutoCAD Binary DXF\r\n\x1a\x00....", "image/vnd.dxf"),
        ("a.csv", b"size;pieces\n", "text/csv"),
        ("a.txt", "Größe".encode("utf-16"), "text/plain"),
        ("a.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml"), None),
        ("a.xlsx", zipped("_rels/.rels", "xl/workbook.xml"), None),
        ("jacket.final.pdf", PDF, "application/pdf"),
    ],
)
def test_kinds_that_are_taken(name: str, head: bytes, media_type: str | None) -> None:
    kind = kind_of(name, head)
    assert media_type is None or kind.media_type == media_type


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'>"),
        ("a.zip", zipped("a.pdf")),
        ("a.html", b"<script>"),
        ("a.exe", b"MZ"),
        ("a", PDF),
        ("pdf", PDF),
        ("a.pdf.exe", PDF),
    ],
)
def test_kinds_that_are_not_taken(name: str, head: bytes) -> None:
    with pytest.raises(ValueError, match="not taken; these are: pdf, png"):
        kind_of(name, head)


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("a.pdf", b"MZ\x90\x00"),
        ("a.pdf", b"<html>%PDF-1.7"),
        ("a.png", JPEG),
        ("a.jpg", PNG),
        ("a.webp", b"RIFF\x24\x00\x00\x00WAVEfmt "),
        ("a.xlsx", zipped("payload.exe")),
        ("a.xlsx", PDF),
        ("a.dxf", b"<html>"),
        ("a.dxf", b"0\x00\nSECTION\n"),
        ("a.csv", b"PK\x03\x04\x00\x00"),
        ("a.txt", b"MZ\x90\x00\x03"),
        ("a.ai", PNG),
    ],
)
def test_something_else_inside(name: str, head: bytes) -> None:
    with pytest.raises(ValueError, match="is something else inside"):
        kind_of(name, head)


@pytest.mark.parametrize(("size", "text"), [(999, "999 bytes"), (40_000, "40 KB"), (2_400_000, "2.4 MB")])
def test_sizes(size: int, text: str) -> None:
    assert size_text(size) == text
