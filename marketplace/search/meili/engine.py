"""Search through the search server: it narrows, the embedded engine's documents and rules decide.

Whatever it answers is a proposal: sites that the embedded engine does not know are left out, sites that
changed since the index was fed are added, and every one is decided from its current document; how well the
words of a site answer a text is the embedded engine's to say too. The server's failures are never a
visitor's: the embedded engine answers, and says so with `degraded`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import BoundedSemaphore, Lock
from typing import TypeVar

from meilisearch.errors import MeilisearchApiError, MeilisearchCommunicationError, MeilisearchError

from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.search.answer import decided
from marketplace.search.index import FEW, Answer, Index
from marketplace.search.meili import store
from marketplace.search.meili.breaker import Circuit
from marketplace.search.meili.client import Searcher
from marketplace.search.meili.narrow import questions
from marketplace.search.meili.record import Position
from marketplace.search.query import SearchQuery
from marketplace.search.snapshots import Snapshots
from marketplace.search.sync import LiveIndex
from marketplace.search.words import cut_query
from marketplace.suppliers import store as suppliers

log = logging.getLogger(__name__)

MOST_CANDIDATES = 1_000  # each costs some 50 us to decide: more are quicker decided by the embedded engine
MOST_CHANGED = 500  # suppliers that changed since the index was fed; more of them, and it is not worth asking

FOLLOWS = "follows the database"

_T = TypeVar("_T")


class Behind(Exception):
    """The index is none of ours, not built yet, or too far behind."""


class MeiliSearch(LiveIndex):
    """A live index with the search server in front of it.

    Lists of everything (`site_ids`, `every`) come from the embedded engine, which is exact and as fresh: a
    page waits for the server once, not for its map a second time.
    """

    def __init__(
        self,
        database: Database,
        index: Index,
        searcher: Searcher,
        name: str,
        snapshots: Snapshots | None = None,
        *,
        at_once: int = 4,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(database, index, snapshots)
        self._searcher, self._name, self._clock = searcher, name, clock
        self._circuit = Circuit()
        self._circuit_lock = Lock()
        self._places = BoundedSemaphore(at_once)  # a slow server never holds every thread

    def search(self, query: SearchQuery) -> Answer:
        try:
            asked = questions(query)
        except ValueError:
            return super().search(query)  # a term of no list: nothing to narrow by
        try:
            narrowed = self._ask(lambda: self._searcher.narrow(self._name, asked, MOST_CANDIDATES))
            changed = self._changed_since(narrowed.position)
        except (MeilisearchError, Behind):
            return replace(super().search(query), degraded=True)
        if narrowed.too_many:
            return super().search(query)
        self.refresh()
        return self._decide(query, sorted(narrowed.site_ids | changed))

    def condition(self) -> str:
        """How the search server is, in words: 'follows the database', or what is wrong."""
        try:
            position = self._ask(lambda: self._searcher.position(self._name))
            changed = self._changed_since(position)
        except MeilisearchError as error:
            return f"does not answer: {error}"
        except Behind as error:
            return str(error)
        return f"{len(changed)} sites behind" if changed else FOLLOWS

    def _decide(self, query: SearchQuery, site_ids: list[int]) -> Answer:
        documents = self.documents(site_ids)
        scores: Mapping[int, float] = {}
        if cut_query(query.text):
            scores = self._index.scores(query.text)
            documents = [document for document in documents if document.site_id in scores]
        answer = decided(documents, scores, query)
        if answer.total >= FEW:
            return answer
        whole = super().search(query)  # what one change would add lies outside of what was asked
        return replace(answer, relaxations=whole.relaxations, near_misses=whole.near_misses)

    def _changed_since(self, position: Position | None) -> set[int]:
        """The sites of suppliers that changed since the index was fed: it says nothing of them.

        Errors: Behind.
        """
        if position is None:
            raise Behind("is not built yet")
        with self._database.reading() as session:
            if position.version != store.version_of(session):
                raise Behind("is of another version: a worker of this version builds it anew")
            if position.token not in store.list_tokens(session, self._name):
                raise Behind("belongs to another state of the database: a worker builds it anew")
            changed = changes.suppliers_since(session, position.position, MOST_CHANGED + 1)
            if changed is None:
                raise Behind("is older than the change log: a worker builds it anew")
            if len(changed) > MOST_CHANGED:
                raise Behind(f"is more than {MOST_CHANGED} suppliers behind: is a worker running?")
            return {site.id for supplier in suppliers.list_by_ids(session, changed) for site in supplier.sites}

    def _ask(self, call: Callable[[], _T]) -> _T:
        """Call the server if the circuit lets us, and if not too many others are waiting for it already.

        Errors: MeilisearchError; Behind where it has no such index.
        """
        if not self._places.acquire(blocking=False):
            raise MeilisearchCommunicationError("too many searches wait for it")
        try:
            with self._circuit_lock:
                may, self._circuit = self._circuit.ask(self._clock())
            if not may:
                raise MeilisearchCommunicationError("it failed a moment ago and is left alone for now")
            try:
                found = call()
            except BaseException as error:
                if isinstance(error, MeilisearchApiError) and error.code == "index_not_found":
                    self._report(Circuit.succeeded)
                    raise Behind("is not built yet") from error
                self._report(lambda circuit: circuit.failed(self._clock()), error)
                raise
            self._report(Circuit.succeeded)
            return found
        finally:
            self._places.release()

    def _report(self, change: Callable[[Circuit], Circuit], error: BaseException | None = None) -> None:
        with self._circuit_lock:
            before, self._circuit = self._circuit, change(self._circuit)
            after = self._circuit
        if after.state is not before.state:
            log.warning("search server: circuit %s%s", after.state, f" ({error})" if error else "")
