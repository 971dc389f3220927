"""Writers of one SQLite file take turns, threads and processes.

SQLite's own waiting sleeps and tries again, for up to 100 ms a time: two server processes that book at once leave
two fifths of the processors idle. Here threads of a process queue at a lock, and processes at a lock of the system on a
file beside the database, tried each millisecond. It only says who begins first: what keeps a transaction whole is
SQLite's lock as ever, so a turn that can't be had (a folder that may not be written, another system, somebody who
takes too long) is gone without.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

_TRY_EVERY_S = 0.0002
_LONGEST_S = 1.0  # then SQLite waits as long as its busy timeout says


class Turn:
    """`path`: the lock's file, or None for a database that no other process opens."""

    def __init__(self, path: Path | None) -> None:
        self._path = path if fcntl else None
        self._lock = Lock()
        self._file: int | None = None
        self._process = 0

    @contextmanager
    def taken(self) -> Iterator[None]:
        with self._lock:
            file = self._open()
            if file is None:
                yield
                return
            has_it = _lock(file)
            try:
                yield
            finally:
                if has_it:
                    with suppress(OSError):  # closed meanwhile
                        fcntl.flock(file, fcntl.LOCK_UN)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
        self._file = None

    def _open(self) -> int | None:
        """A forked process opens its own: on one that is shared both would have the lock."""
        if self._path and (self._file is None or self._process != os.getpid()):
            self.close()
            self._process = os.getpid()
            try:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError:
                self._path = None
        return self._file


def _lock(file: int) -> bool:
    until = time.monotonic() + _LONGEST_S
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(_TRY_EVERY_S)
        except OSError:  # a file system without such locks
            return False
