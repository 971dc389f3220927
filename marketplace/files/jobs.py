"""The worker's part: bytes that belong to nothing are removed. And the check that those of every file are there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from marketplace.db import Database
from marketplace.files import store
from marketplace.files.actions import Cabinet

KEPT_FOR = timedelta(days=1)  # an upload that takes longer is none
_AT_ONCE = 500


def remove_orphans(database: Database, cabinet: Cabinet, now: datetime) -> int:
    """Remove what arrived and was never kept, and the bytes of files that were removed; returns how many.

    A file is looked up after a day only: until then its transaction may still be under way.
    """
    before = (now - KEPT_FOR).timestamp()
    removed = 0
    old = (path for path in _files(cabinet.folder) if path.stat().st_mtime < before)
    while paths := list(islice(old, _AT_ONCE)):
        with database.reading() as session:
            known = store.known_among(session, [path.name for path in paths if path.parent != cabinet.arriving])
        for path in paths:
            if path.name not in known:
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def damaged(database: Database, cabinet: Cabinet) -> list[str]:
    """Files whose bytes are missing or are not those that were sent. Reads them all."""
    wrong: list[str] = []
    last = 0
    while True:
        with database.reading() as session:
            files = store.list_after(session, last)
        if not files:
            return wrong
        last = files[-1].id
        for file in files:
            path = cabinet.path_of(file.public_id)
            if not path.is_file():
                wrong.append(f"file {file.public_id} is missing: restore it from a backup of the data folder")
            elif _sha256(path) != file.sha256:
                wrong.append(f"file {file.public_id} is damaged: its bytes are not those that were sent")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        for part in sorted(folder.iterdir()):
            if part.is_dir():
                yield from (path for path in sorted(part.iterdir()) if path.is_file())
