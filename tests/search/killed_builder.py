"""Makes a snapshot and dies: `python killed_builder.py DATABASE_URL FOLDER` forks one for each line it reads.

A line is `before NAME` (kill -9 before that step of the work) or `after SECONDS`; empty, it is not killed. The number
of a process that has ended is the answer: its exit status, -9 when it was killed.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from marketplace.db import open_database
from marketplace.search import snapshots, store, sync
from marketplace.search.columns import ColumnIndex, files
from marketplace.search.sync import LiveIndex

TODAY = date(2027, 2, 22)
STEPS: dict[str, tuple[Any, str]] = {
    "sweep": (snapshots.Snapshots, "_sweep"),
    "folder": (Path, "mkdir"),
    "arrays": (files.np, "save"),
    "manifest": (Path, "write_text"),
    "sync": (snapshots, "_sync"),
    "token": (store, "put_snapshot_token"),
    "rename": (Path, "rename"),
    "pointer": (Path, "write_text"),  # the second text that is written
    "replace": (Path, "replace"),
}


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def second(call: Callable[..., Any]) -> Callable[..., Any]:
    """Lets one call through, and dies at the next."""
    left = [1]

    def counted(*arguments: Any, **more: Any) -> Any:
        if not left[0]:
            die()
        left[0] -= 1
        return call(*arguments, **more)

    return counted


def work(url: str, folder: Path, order: str, value: str) -> None:
    database = open_database(url, busy_timeout_ms=60_000)
    if order == "before" and value == "pointer":
        Path.write_text = second(Path.write_text)  # type: ignore[method-assign]
    elif order == "before":
        owner, name = STEPS[value]
        setattr(owner, name, die)
    elif order == "after":
        threading.Timer(float(value), die).start()
    elif order == "start":
        # As a process of the site does that finds no snapshot.
        sync.SMALL = 1
        write = snapshots.write

        def noted(*arguments: Any) -> int:
            with (folder.parent / "writes").open("a") as file:
                file.write("1\n")
            return write(*arguments)

        snapshots.write = noted
        live = LiveIndex(database, ColumnIndex.empty(TODAY), snapshots.Snapshots(database, folder))
        (folder.parent / f"count-{os.getpid()}").write_text(f"{live.count()}")
        os._exit(0)
    snapshots.Snapshots(database, folder).build(TODAY)
    os._exit(0)


if __name__ == "__main__":
    running: list[int] = []
    for line in sys.stdin:
        order, value = (*line.split(), "", "")[:2]
        if order == "wait":
            answers = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in running]
            running = []
            sys.stdout.write(" ".join(map(str, answers)) + "\n")
            sys.stdout.flush()
            continue
        pid = os.fork()
        if not pid:
            work(sys.argv[1], Path(sys.argv[2]), order, value)
        running.append(pid)
