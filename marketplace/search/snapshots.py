"""Snapshots of the index on disk: made beside the old one under traffic, then published at once.

A snapshot is a folder that appears under its final name when it is complete, and the database names the one
that was made from it. Nothing here is the truth: a missing, foreign, torn or outdated snapshot is made anew.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.search import store
from marketplace.search.columns.files import open_rowset, read_mark, write
from marketplace.search.columns.rowset import Rowset
from marketplace.search.document import SiteDocument
from marketplace.search.loading import load_documents
from marketplace.suppliers import store as suppliers

log = logging.getLogger(__name__)

SMALL = 2000  # suppliers; fewer are read faster from the database than anybody notices

_AGAIN_S = 300

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Opened:
    """A snapshot in use: its rows, and the change log's position they stand for."""

    rowset: Rowset
    position: int
    folder: Path


class Snapshots:
    """The snapshots of one database in one folder; any number of processes may use it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database, self._folder = database, folder
        self._pointer = str(folder / "CURRENT")
        self._read: tuple[tuple[int, int], Path | None] | None = None  # when the pointer was made; where it points
        self._background: subprocess.Popen[bytes] | None = None
        self._again = 0.0

    def newest(self) -> Path | None:
        """The folder of the published snapshot. Every search asks: the pointer is read again only once replaced."""
        try:
            status = os.stat(self._pointer)
            made = status.st_ino, status.st_mtime_ns
            if self._read is None or self._read[0] != made:
                name = Path(self._pointer).read_text()
                self._read = made, self._folder / name if name.isalnum() else None
        except (OSError, ValueError):
            return None
        return self._read[1]

    def open(self) -> Opened | None:
        """Map the published snapshot, when it was made from this database by this version of the program."""
        folder = self.newest()
        mark = read_mark(folder) if folder else None
        if folder is None or mark is None:
            return None
        with self._database.reading() as session:
            mine = store.snapshot_token(session) == mark["token"]
            covered = changes.covers(session, mark["position"])
            if not mine or not covered or mark["database"] != changes.identity(session):
                return None
        try:
            return Opened(open_rowset(folder), mark["position"], folder)
        except (OSError, ValueError, KeyError) as error:  # half of it is gone: another one will be made
            log.warning("search snapshot %s can't be read: %s", folder, error)
            return None

    def build(
        self, today: date, *, unless: Callable[[], bool] = lambda: False, progress: Progress | None = None
    ) -> int | None:
        """Make a snapshot and publish it; waits for another process that is making one.

        `unless` is asked when the wait is over: whether there is nothing left to do. Returns how many sites it
        holds, None when there was nothing to do.
        """
        with self._alone():
            if unless():
                return None
            self._sweep()
            token = new_public_id()
            folder = self._folder / f"{token}.part"
            folder.mkdir(mode=0o700)
            with self._database.reading() as session:
                # Everything read below stands on one state of the database, and this is its position.
                position = changes.current_position(session)
                mark = {
                    "token": token,
                    "position": position,
                    "database": changes.identity(session),
                }
                ids = suppliers.list_ids(session)

                def documents() -> Iterator[SiteDocument]:
                    for number, (_, found) in enumerate(load_documents(session, ids), 1):
                        yield from found
                        if progress:
                            progress(number, len(ids))

                count = write(folder, documents(), today, mark)
            _sync(folder)
            with self._database.writing() as session:
                store.put_snapshot_token(session, token)
                changes.cut(session, today, position)
            folder.rename(self._folder / token)
            pointer = self._folder / "CURRENT.part"
            pointer.write_text(token)
            pointer.replace(self._pointer)
            _give_back()
            return count

    def build_in_background(self) -> None:
        """Start `selvedge reindex` beside this process, unless one still runs or was started a short while ago: what
        fails at once would otherwise be started by every request."""
        if self._background and (self._background.poll() is None or time.monotonic() < self._again):
            return
        self._again = time.monotonic() + _AGAIN_S
        command = [sys.executable, "-m", "marketplace", "reindex", "--if-needed"]
        self._background = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / "LOCK").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # given back when the process ends, however it ends
            yield

    def _sweep(self) -> None:
        """Remove what a killed process left, and all snapshots but the published one: those who have mapped an old
        one keep its pages until they let go."""
        newest = self.newest()
        for path in self._folder.iterdir():
            if path.is_dir() and path != newest:
                shutil.rmtree(path, ignore_errors=True)


def _give_back() -> None:
    """Give the system back what the making took: glibc keeps more than 100 MB of it for the life of the process. Other
    libraries have no such call, and their ways."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _sync(folder: Path) -> None:
    """Have the files on the disk before they are named."""
    for path in (*folder.iterdir(), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
