"""What online geocoders answered, kept for 30 days in a small SQLite file."""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from marketplace.places.model import Place, Point, Precision

log = logging.getLogger(__name__)

KEPT_S = 30 * 86_400
NOTHING_KEPT_S = 86_400  # "no such place" is asked again the next day: maps get mended
_MOST_ROWS = 50_000


class AnswerCache:
    """Look-ups by key; best effort, because a search works as well without it.

    Guarantee: no method raises because of the file; a broken one is the same as an empty one.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self._path = path
        self._now = now

    def get(self, key: str) -> list[Place] | None:
        try:
            with closing(self._open()) as db:
                row = db.execute("SELECT found_at, answer FROM answer WHERE key = ?", (key,)).fetchone()
            if row is None:
                return None
            found = [_place(fields) for fields in json.loads(row[1])]
        except (sqlite3.Error, OSError, ValueError, TypeError, KeyError) as error:
            log.warning("geocoder cache not read: %s", error)
            return None
        age = self._now() - row[0]
        return found if 0 <= age < (KEPT_S if found else NOTHING_KEPT_S) else None

    def put(self, key: str, places: list[Place]) -> None:
        answer = json.dumps([asdict(place) for place in places], ensure_ascii=False)
        try:
            with closing(self._open()) as db, db:
                db.execute("DELETE FROM answer WHERE found_at < ?", (self._now() - KEPT_S,))
                db.execute("DELETE FROM answer WHERE rowid <= (SELECT max(rowid) FROM answer) - ?", (_MOST_ROWS,))
                db.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", (key, self._now(), answer))
        except (sqlite3.Error, OSError) as error:
            log.warning("geocoder cache not written: %s", error)

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._path, timeout=1)
        try:
            db.execute(
                "CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, found_at REAL NOT NULL, answer TEXT NOT NULL)"
            )
        except sqlite3.Error:
            db.close()
            raise
        return db


def _place(fields: dict[str, object]) -> Place:
    point, precision = fields.pop("point"), fields.pop("precision")
    assert isinstance(point, dict)
    return Place(point=Point(**point), precision=Precision(str(precision)), **fields)  # type: ignore[arg-type]
