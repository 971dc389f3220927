"""The worker's part: bytes that belong to nothing are removed."""

from __future__ import annotations

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


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        for part in sorted(folder.iterdir()):
            if part.is_dir():
                yield from (path for path in sorted(part.iterdir()) if path.is_file())
