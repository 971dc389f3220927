"""Private files, and which kinds are taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

FileId = NewType("FileId", int)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file whose bytes all lie in the data folder. `name` is for people only, never a path."""

    id: FileId
    public_id: str
    organisation_id: int
    name: str
    media_type: str
    size: int
    sha256: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken: what its name ends in, and what its bytes begin with.

    `leads` are alternatives, each a set of (offset, bytes) that must all be there; without any, rules.py looks closer.
    """

    extension: str
    media_type: str
    leads: tuple[tuple[tuple[int, bytes], ...], ...] = ()


_JPEG = (((0, b"\xff\xd8\xff"),),)

KINDS: dict[str, Kind] = {
    kind.extension: kind
    for kind in (
        Kind("pdf", "application/pdf", (((0, b"%PDF-"),),)),
        Kind("png", "image/png", (((0, b"\x89PNG\r\n\x1a\n"),),)),
        Kind("jpg", "image/jpeg", _JPEG),
        Kind("jpeg", "image/jpeg", _JPEG),
        Kind("webp", "image/webp", (((0, b"RIFF"), (8, b"WEBP")),)),
        # Illustrator saves PDF inside; files from before 2000 are PostScript.
        Kind("ai", "application/postscript", (((0, b"%PDF-"),), ((0, b"%!PS-Adobe"),))),
        Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        Kind("dxf", "image/vnd.dxf"),
        Kind("csv", "text/csv"),
        Kind("txt", "text/plain"),
    )
}
