"""Take a file in, keep it, send it.

    with receive(cabinet, name, stream) as received:        # outside of any transaction: it may take a while
        with database.writing() as session:
            file = keep(session, cabinet, received, ...)    # in the transaction of what the file belongs to

Leaving `receive` removes bytes that were not kept.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from flask import Response, send_file
from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.db.ids import new_public_id
from marketplace.errors import Invalid, NotFound, Unavailable
from marketplace.files import store
from marketplace.files.model import Kind, StoredFile
from marketplace.files.rules import LOOKED_AT, clean_file_name, kind_of, size_text
from marketplace.settings import Settings

FIELD = "file"  # what a form calls it, and where its problem is shown
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Cabinet:
    """Where files lie, and how much is taken: of one file, and of one organisation."""

    folder: Path
    most_bytes: int
    quota_bytes: int

    @property
    def arriving(self) -> Path:
        return self.folder / "arriving"

    def path_of(self, public_id: str) -> Path:
        """Two letters of the name make a folder: one with 100,000 files is slow on many disks."""
        return self.folder / public_id[:2] / public_id


@dataclass(frozen=True, slots=True)
class Received:
    """A file whose bytes have all arrived and lie under a temporary name."""

    public_id: str
    name: str
    kind: Kind
    size: int
    sha256: str
    path: Path


def cabinet_of(settings: Settings) -> Cabinet:
    return Cabinet(settings.data_dir / "files", settings.file_mb * 1_000_000, settings.file_quota_mb * 1_000_000)


@contextmanager
def receive(cabinet: Cabinet, name: str, stream: IO[bytes]) -> Iterator[Received]:
    """Write a file's bytes down, flushed to the disk, if it is of a kind that is taken.

    Errors: Invalid, under "file"; Unavailable when the disk is full.
    """
    shown = clean_file_name(name)
    head = _head(stream)
    if not head:
        raise Invalid({FIELD: f"“{shown}” is empty: choose the file again" if name else "choose a file"})
    try:
        kind = kind_of(shown, head)
    except ValueError as error:
        raise Invalid({FIELD: f"“{shown}” {error}" if "." in shown else str(error)}) from None
    public_id = new_public_id()
    path = cabinet.arriving / public_id
    try:
        try:
            size, sha256 = _write(cabinet, path, head, stream)
        except OSError as error:
            raise Unavailable("The file could not be saved: the server's disk is full or away.", 60) from error
        yield Received(public_id, shown, kind, size, sha256, path)
    finally:
        with suppress(OSError):  # it was kept, or the disk is away: then the worker sweeps later
            path.unlink()


def keep(
    session: Session,
    cabinet: Cabinet,
    received: Received,
    *,
    organisation_id: int,
    person_id: int | None,
    now: datetime,
) -> StoredFile:
    """Give the bytes their final name and add their row, in the caller's transaction.

    Errors: Invalid when the organisation's files would take more than their quota.
    """
    accounts.lock(session, f"files:{organisation_id}")  # two at once must not both be the last that fits
    used = store.bytes_of(session, organisation_id)
    if used + received.size > cabinet.quota_bytes:
        raise Invalid(
            {
                FIELD: f"“{received.name}” takes {size_text(received.size)}, and {size_text(used)} of your "
                f"{size_text(cabinet.quota_bytes)} are used: remove files you no longer need"
            }
        )
    file = store.add(
        session,
        public_id=received.public_id,
        organisation_id=organisation_id,
        person_id=person_id,
        name=received.name,
        media_type=received.kind.media_type,
        size=received.size,
        sha256=received.sha256,
        now=now,
    )
    path = cabinet.path_of(received.public_id)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    received.path.rename(path)
    _flush_folder(path.parent)
    _flush_folder(cabinet.folder)
    return file


def send(cabinet: Cabinet, file: StoredFile) -> Response:
    """Answer with the file, to be saved and never shown inside our pages. The caller has checked who asks.

    Errors: NotFound when its bytes are gone from the disk.
    """
    path = cabinet.path_of(file.public_id)
    if not path.is_file():
        raise NotFound("This file is missing on the server: tell whoever runs it, and ask for the file again.")
    answer = send_file(
        path.absolute(),
        mimetype=file.media_type,
        as_attachment=True,
        download_name=file.name,
        etag=file.sha256,
        last_modified=file.created_at,
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _head(stream: IO[bytes]) -> bytes:
    head = b""
    while len(head) < LOOKED_AT and (chunk := stream.read(LOOKED_AT - len(head))):
        head += chunk
    return head


def _write(cabinet: Cabinet, path: Path, head: bytes, stream: IO[bytes]) -> tuple[int, str]:
    cabinet.arriving.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size, chunk = hashlib.sha256(), 0, head
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        while chunk:
            size += len(chunk)
            if size > cabinet.most_bytes:
                raise Invalid({FIELD: f"is larger than {size_text(cabinet.most_bytes)}: send a smaller one"})
            digest.update(chunk)
            file.write(chunk)
            chunk = stream.read(_CHUNK)
        file.flush()
        os.fsync(file.fileno())
    return size, digest.hexdigest()


def _flush_folder(folder: Path) -> None:
    """A name that is not on the disk is lost with the power, though the bytes are not."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
