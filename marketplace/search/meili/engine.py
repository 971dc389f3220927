"""Search through the search server: it narrows, the embedded engine's documents and rules decide.

Whatever it answers is a proposal: sites that the embedded engine does not know are left out, sites that
changed since the index was fed are added, and every one is decided from its current document. Its failures
are never a visitor's: the embedded engine answers, and says so with `degraded`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from threading import BoundedSemaphore, Lock
from typing import TypeVar

from meilisearch.errors import MeilisearchApiError, MeilisearchCommunicationError, MeilisearchError

from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.search.answer import decided
from marketplace.search.decide import SiteFit
from marketplace.search.document import SiteDocument
from marketplace.search.index import FEW, Answer
from marketplace.search.meili import store
from marketplace.search.meili.breaker import Circuit
from marketplace.search.meili.client import Narrowed, Searcher
from marketplace.search.meili.narrow import questions
from marketplace.search.meili.schema import VERSION
from marketplace.search.query import SearchQuery
from marketplace.search.sync import LiveIndex
from marketplace.search.words import cut_query
from marketplace.suppliers import store as suppliers

log = logging.getLogger(__name__)

MOST_CANDIDATES = 2_000  # each costs some 50 us to decide: more are quicker decided by the embedded engine
MOST_CHANGED = 500  # suppliers that changed since the index was fed; more of them, and it is not worth asking

_T = TypeVar("_T")

Scores = Callable[[str], Mapping[int, float]]  # relevance by site id, of every site that a text could mean


class Behind(Exception):
    """The index is none of ours, not built yet, or too far behind."""


class MeiliSearch:
    """What LiveIndex is, with the search server in front of it.

    Lists of everything (`site_ids`, `every`) come from the embedded engine, which is exact and as fresh: a
    page waits for the server once, not for its map a second time.
    """

    def __init__(
        self,
        live: LiveIndex,
        scores: Scores,
        database: Database,
        searcher: Searcher,
        name: str,
        *,
        at_once: int = 4,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._live, self._scores, self._database, self._searcher, self._name = live, scores, database, searcher, name
        self._clock = clock
        self._lock = Lock()
        self._circuit = Circuit()
        self._places = BoundedSemaphore(at_once)  # a slow server never holds every thread

    def search(self, query: SearchQuery) -> Answer:
        try:
            asked = questions(query)
        except ValueError:
            return self._live.search(query)  # a term of no list: nothing to narrow by
        try:
            narrowed = self._ask(lambda: self._searcher.narrow(self._name, asked, MOST_CANDIDATES))
            changed = self._changed_since(narrowed)
        except (MeilisearchError, Behind):
            return replace(self._live.search(query), degraded=True)
        if narrowed.too_many:
            return self._live.search(query)
        self._live.refresh()
        return self._decide(query, sorted(narrowed.site_ids | changed))

    def site_ids(self, query: SearchQuery) -> Sequence[int]:
        return self._live.site_ids(query)

    def documents(self, site_ids: Sequence[int]) -> list[SiteDocument]:
        return self._live.documents(site_ids)

    def every(self, query: SearchQuery, most: int | None = None) -> list[SiteFit]:
        return self._live.every(query, most)

    def count(self) -> int:
        return self._live.count()

    def refresh(self) -> None:
        self._live.refresh()

    def condition(self) -> str:
        """How the search server is, in words: 'follows the database', or what is wrong."""
        try:
            position = self._ask(lambda: self._searcher.position(self._name))
            changed = self._changed_since(Narrowed(position, frozenset(), False))
        except MeilisearchError as error:
            return f"does not answer: {error}"
        except Behind as error:
            return str(error)
        return f"{len(changed)} sites behind" if changed else "follows the database"

    def _decide(self, query: SearchQuery, site_ids: list[int]) -> Answer:
        documents = self._live.documents(site_ids)
        scores: Mapping[int, float] = {}
        if cut_query(query.text):
            scores = self._scores(query.text)
            documents = [document for document in documents if document.site_id in scores]
        answer = decided(documents, scores, query)
        if answer.total >= FEW:
            return answer
        whole = self._live.search(query)  # what one change would add lies outside of what was asked
        return replace(answer, relaxations=whole.relaxations, near_misses=whole.near_misses)

    def _changed_since(self, narrowed: Narrowed) -> set[int]:
        """The sites of suppliers that changed since the index was fed: it says nothing of them.

        Errors: Behind.
        """
        position = narrowed.position
        if position is None:
            raise Behind("is not built yet")
        if position.version != VERSION:
            raise Behind("is of another version: a worker of this version builds it anew")
        with self._database.reading() as session:
            if position.token not in store.list_tokens(session, self._name):
                raise Behind("belongs to another state of the database: a worker builds it anew")
            changed = changes.suppliers_since(session, position.position, MOST_CHANGED + 1)
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
            with self._lock:
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
        with self._lock:
            before, self._circuit = self._circuit, change(self._circuit)
            after = self._circuit
        if after.state is not before.state:
            log.warning("search server: circuit %s%s", after.state, f" ({error})" if error else "")
