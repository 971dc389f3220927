"""Feed the search server: follow the change log, re-read what changed, send it, and rebuild when in doubt.

A step is: read the change log and the suppliers it names; note a new token in the database; send the
documents and, in the same task, the position with that token; wait until the task is done; confirm the
token. Killed anywhere, the next run finds either the old position, and repeats the step, or the new one
with the token it intended. An index whose token the database does not know was not fed from this database
as it is now: one of them was restored from a copy.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from meilisearch.errors import MeilisearchError

from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.errors import SelvedgeError
from marketplace.search.meili import store
from marketplace.search.meili.client import Feeder
from marketplace.search.meili.filters import MAXIMUM_VALUES, All, Node, Not, OneOf
from marketplace.search.meili.record import Position, record
from marketplace.search.meili.schema import KEY, SETTINGS
from marketplace.search.sync import load_documents
from marketplace.suppliers import store as suppliers

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
MOST_DAYS = 7  # bounds on dates are made anew so often
EVERY_S = 1.0
_LONGEST_PAUSE_S = 60.0
_AT_ONCE = 2000  # suppliers a step: some 5 MB; each task has a price of its own, whatever it holds


class LostLead(Exception):
    """Another worker feeds the index now."""


def next_name(name: str) -> str:
    """Where the next index is built."""
    return f"{name}-next"


class Indexer:
    """Keeps one index fed. Of several at work on one database, one leads and the others wait."""

    def __init__(self, database: Database, feeder: Feeder, name: str, clock: Callable[[], datetime]) -> None:
        self._database, self._feeder, self._name, self._clock = database, feeder, name, clock
        self._me = secrets.token_hex(8)
        self._led_until: datetime | None = None
        self._is_settled = False
        self._applied: frozenset[int] = frozenset()

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; what goes wrong is logged and tried again, never skipped."""
        pause = EVERY_S
        while not stop.wait(pause):
            try:
                self.tick()
                pause = EVERY_S
            except LostLead:
                log.warning("search server: another worker feeds %s now", self._name)
            except (MeilisearchError, SelvedgeError) as error:
                pause = min(pause * 2, _LONGEST_PAUSE_S)
                log.error("search server: %s is not fed (%s); trying again in %.0f s", self._name, error, pause)
            except Exception:
                pause = _LONGEST_PAUSE_S
                log.exception("search server: %s is not fed; trying again in %.0f s", self._name, pause)
        self.close()

    def run_once(self) -> None:
        """Feed what is due, then let another lead.

        Errors: SelvedgeError when the server is away or refuses.
        """
        try:
            while self.tick():
                pass
        except MeilisearchError as error:
            raise SelvedgeError(f"The search server is not fed: {error}") from error
        finally:
            self.close()

    def close(self) -> None:
        """Let another lead at once."""
        try:
            with self._database.writing() as session:
                store.give_up_lead(session, self._name, self._me)
        except SelvedgeError:
            log.warning("search server: the lead could not be given up; it ends by itself")

    def tick(self) -> bool:
        """Do what is due; whether anything was.

        Errors: MeilisearchError, LostLead, Unavailable; the next tick begins again.
        """
        try:
            if not self._leads():
                return False
            if not self._is_settled:
                self._feeder.settle((self._name, next_name(self._name)))
            position = self._feeder.position(self._name)
            doubt = self._doubt(position)
            if doubt or position is None:
                log.warning("search server: building %s anew: %s", self._name, doubt)
                self.rebuild()
                did = True
            else:
                did = self._feed(position)
            self._is_settled = True
            return did
        except BaseException:
            self._is_settled, self._led_until, self._applied = False, None, frozenset()
            raise

    def rebuild(self) -> None:
        """Build a new index beside the one in use and put it in its place: at no moment is there none."""
        today = self._clock().date()
        building = next_name(self._name)
        with self._database.reading() as session:
            noted = changes.current_position(session)  # before anything is read
            ids = suppliers.list_ids(session)
        self._feeder.create(building, SETTINGS)
        for some in _portions(ids):
            records, _ = self._read(some, today)
            if records:
                self._feeder.put(building, records)
            self._stay()
        with self._database.reading() as session:
            page, version = changes.read_since(session, noted), store.version_of(session)
        if page is None:
            raise SelvedgeError("the change log was cut while the index was built")
        for some in _portions({change.supplier_id for change in page.changes}):
            records, gone = self._read(some, today)
            self._feeder.remove(building, gone)
            if records:
                self._feeder.put(building, records)
            self._stay()
        position = Position(page.position, version, self._intend(), today.isoformat())
        self._feeder.put(building, [position.record()])
        self._feeder.ensure(self._name)
        self._feeder.swap(self._name, building, position.token)
        self._confirm(position.token)
        self._feeder.drop(building)
        log.warning("search server: %s holds %d suppliers at position %d", self._name, len(ids), position.position)

    def _feed(self, at: Position) -> bool:
        with self._database.reading() as session:
            page = changes.read_since(session, at.position)
        if page is None:
            raise SelvedgeError("the change log was cut while the index was fed")
        changed = {change.supplier_id for change in page.changes if change.seq not in self._applied}
        if not changed and (not page.changes or page.position == at.position):
            return False
        portions = list(_portions(changed)) or [[]]
        for number, some in enumerate(portions, 1):
            records, gone = self._read(some, self._clock().date()) if some else ([], None)
            reached = page.position if number == len(portions) else at.position
            position = replace(at, position=reached, token=self._intend())
            if gone is not None:
                self._feeder.remove(self._name, gone)
            self._feeder.put(self._name, [*records, position.record()])
            self._confirm(position.token)
        self._applied = frozenset(change.seq for change in page.changes)
        return True

    def _read(self, supplier_ids: list[int], today: date) -> tuple[list[dict[str, Any]], Node]:
        """The records of suppliers as they are now, and what else of them has to go."""
        with self._database.reading() as session:
            records = [
                record(document, today)
                for _, documents in load_documents(session, supplier_ids)
                for document in documents
            ]
        kept = (Not(OneOf(KEY, tuple(some))) for some in _portions((one[KEY] for one in records), MAXIMUM_VALUES))
        return records, All((OneOf("supplier", tuple(supplier_ids)), *kept))

    def _doubt(self, position: Position | None) -> str:
        """Why the index can't be fed further; empty when it can."""
        with self._database.reading() as session:
            tokens = store.list_tokens(session, self._name)
            current, version = changes.current_position(session), store.version_of(session)
            is_covered = position is None or changes.covers(session, position.position)
        if position is None:
            return "there is none"
        if position.version != version:
            return "its settings are of another version"
        if position.token not in tokens:
            return "it was not fed from this database as it is now"
        if position.position > current:
            return "it is ahead of the database"
        if not is_covered:
            return "it is older than the change log"
        if self._clock().date() - date.fromisoformat(position.built) >= timedelta(days=MOST_DAYS):
            return f"it is {MOST_DAYS} days old"
        return ""

    def _leads(self) -> bool:
        now = self._clock()
        if self._led_until and now < self._led_until - LEASE / 2:
            return True
        with self._database.writing() as session:
            leads = store.take_lead(session, self._name, self._me, now, now + LEASE)
        if not leads or self._led_until is None or now >= self._led_until:
            self._is_settled = False  # another may have led meanwhile
        self._led_until = now + LEASE if leads else None
        return leads

    def _stay(self) -> None:
        if not self._leads():
            raise LostLead

    def _intend(self) -> str:
        token = secrets.token_hex(8)
        until = self._clock() + LEASE
        with self._database.writing() as session:
            if not store.intend(session, self._name, self._me, token, until):
                raise LostLead
        self._led_until = until
        return token

    def _confirm(self, token: str) -> None:
        with self._database.writing() as session:
            if not store.confirm(session, self._name, self._me, token):
                raise LostLead


def _portions(ids: Iterable[int], most: int = _AT_ONCE) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), most):
        yield ordered[start : start + most]
