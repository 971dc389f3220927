"""How much work a call is, counted rather than timed: a machine that stands still for a while changes no count."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

STEP = 100


def lines_of(call: Callable[[], Any]) -> int:
    """The lines of Python that this thread runs for a call. What one line does in C (a regular expression, a sort)
    is one line: the patterns have a test of their own (row 57)."""
    count = 0

    def tracer(_frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal count
        count += event == "line"
        return tracer

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


def steps_of(db: sqlite3.Connection, call: Callable[[], Any]) -> int:
    """The instructions of SQLite's machine that a call takes on a connection, to the nearest hundred below."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += STEP
        return 0

    db.set_progress_handler(tick, STEP)
    try:
        call()
    finally:
        db.set_progress_handler(None, 0)
    return count
