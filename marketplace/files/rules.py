"""What a file may be called, and whether its first bytes are what its name says. Pure."""

from __future__ import annotations

import re
import unicodedata

from marketplace.files.model import KINDS, Kind

LOOKED_AT = 4096  # bytes from the beginning that tell a kind
_MAXIMUM_NAME = 120
_BINARY_DXF = b"AutoCAD Binary DXF\r\n\x1a\x00"
_ZIP = b"PK\x03\x04"
# A workbook is a zip whose first entry is one of these; any other zip stays outside.
_WORKBOOK_PARTS = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/")
_NOT_IN_NAMES = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
# Names that Windows keeps for devices: saving "con.pdf" there fails or worse.
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)


def clean_file_name(text: str) -> str:
    """What people see a file called: the last part of what was sent, without what could mislead or hurt.

    Nothing is ever opened by this name; the bytes lie under a random one.
    """
    last = re.split(r"[/\\]", text[-4096:])[-1]
    normal = unicodedata.normalize("NFC", last.encode("utf-8", "ignore").decode())
    # Format characters turn the reading direction, so that "fdp.exe" reads as "exe.pdf".
    seen = "".join(c for c in normal if unicodedata.category(c) not in ("Cf", "Cc", "Co", "Cn", "Zl", "Zp"))
    name = re.sub(r"\s+", " ", _NOT_IN_NAMES.sub("", seen)).strip(" .")
    if _DEVICES.match(name):
        name = f"file {name}"
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem.strip(" ."):
        return (name or "file")[:_MAXIMUM_NAME]
    room = _MAXIMUM_NAME - len(extension) - 1
    return f"{stem[:room].rstrip(' .')}.{extension}" if room > 0 else name[:_MAXIMUM_NAME]


def kind_of(name: str, head: bytes) -> Kind:
    """The kind of a file by its cleaned name and its first bytes.

    Errors: ValueError, in words a person can act on.
    """
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    kind = KINDS.get(extension)
    if kind is None:
        shown = f"“.{extension[:12]}” files are" if extension else "a file without an ending such as .pdf is"
        raise ValueError(f"{shown} not taken; these are: {', '.join(k for k in KINDS if k != 'jpeg')}")
    if not _begins_as(kind, head):
        raise ValueError(f"is named .{extension} but is something else inside; save it again as {extension.upper()}")
    return kind


def _begins_as(kind: Kind, head: bytes) -> bool:
    if kind.extension == "xlsx":
        return head.startswith(_ZIP) and head[30:].startswith(_WORKBOOK_PARTS)
    if kind.leads:
        return any(all(head[at : at + len(lead)] == lead for at, lead in leads) for leads in kind.leads)
    if kind.extension == "dxf":
        return head.startswith(_BINARY_DXF) or (_is_text(head) and _is_dxf(head))
    return _is_text(head)


def _is_text(head: bytes) -> bool:
    """Text has no NUL bytes, whatever its encoding; UTF-16, which has, is told by its mark."""
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in head


def _is_dxf(head: bytes) -> bool:
    """A DXF is pairs of lines: a group code, then its value. It opens with a section, or with a comment (999)."""
    lines = [line.strip() for line in head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 2)]
    return len(lines) > 1 and (lines[0] == b"999" or (lines[0] == b"0" and lines[1] == b"SECTION"))


def size_text(size: int) -> str:
    """'820 KB', '3.4 MB'."""
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:.0f} KB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
