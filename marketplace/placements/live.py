"""Every offer that may be found, in memory: what any process has committed is there at the next request."""

from __future__ import annotations

from itertools import chain
from threading import Lock

from flask import Flask, current_app
from sqlalchemy.orm import Session

from marketplace.changes import store as changes
from marketplace.db import Database, Watch
from marketplace.placements.offers import list_offers, list_offers_of
from marketplace.placements.search import Offer
from marketplace.web.context import install_extra

_KEY = "selvedge.placements"


class LiveOffers:
    """Follows the change log as the index of suppliers does: to read a thousand offers with their suppliers at each
    request would take most of a second, to ask whether anything has changed takes microseconds.

    The search tries each offer in turn, relaxations and all: 5 ms for 500 of them, 43 ms for 5,000. Columns would be
    faster from some ten thousand on, more than any guild has apprentices.
    """

    def __init__(self, database: Database) -> None:
        self._watch = Watch(database)
        self._lock = Lock()
        self._behind = True
        self._position: int | None = None
        self._applied: frozenset[int] = frozenset()
        self._offers: dict[int, list[Offer]] = {}

    def all(self) -> list[Offer]:
        with self._lock:
            # Asked before the database is read, and remembered when reading fails.
            self._behind |= self._watch.changed()
            if self._behind:
                with self._watch.reading() as session:
                    self._catch_up(session)
                self._behind = False
            return list(chain.from_iterable(self._offers.values()))

    def _catch_up(self, session: Session) -> None:
        page = changes.read_since(session, self._position) if self._position is not None else None
        if page is None:  # the first time, or the log can't say what changed
            position, offers = changes.current_position(session), list_offers(session)
            self._position, self._applied, self._offers = position, frozenset(), offers
            return
        changed = {change.supplier_id for change in page.changes if change.seq not in self._applied}
        fresh = list_offers_of(session, changed)
        for supplier_id in changed:
            self._offers.pop(supplier_id, None)
        self._offers |= fresh
        self._position, self._applied = page.position, frozenset([change.seq for change in page.changes])


def install_offers(app: Flask) -> None:
    install_extra(app, _KEY, lambda system: LiveOffers(system.database))


def offers() -> list[Offer]:
    """What may be found now; whether its last day has passed is for the search to see."""
    found: LiveOffers = current_app.extensions[_KEY]
    return found.all()
