"""Keep an index equal to the database: read the change log, re-read what changed, replace it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import chain, islice
from pathlib import Path
from threading import Lock

from marketplace.changes import store as changes
from marketplace.db import Database, Watch
from marketplace.search.columns import ColumnIndex
from marketplace.search.decide import SiteFit, decide
from marketplace.search.document import SiteDocument
from marketplace.search.index import Answer, Index
from marketplace.search.loading import load_changed, load_documents
from marketplace.search.query import SearchQuery
from marketplace.search.snapshots import SMALL, Snapshots
from marketplace.suppliers import store as suppliers

__all__ = ["LiveIndex", "load_documents"]


_PUT_AT_ONCE = 50  # suppliers: searches wait so long


class LiveIndex:
    """An index that catches up with the database before each search, so that whatever any process has
    committed is found by the next request of every process.

    With `snapshots` a large index is mapped from disk, shared with other processes, and made anew in the
    background when much has changed.
    """

    def __init__(self, database: Database, index: Index, snapshots: Snapshots | None = None) -> None:
        self._database = database
        self._index = index
        self._snapshots = snapshots
        self._watch = Watch(database)
        self._lock = Lock()
        self._behind = True
        self._folder: Path | None = None
        self._position: int | None = None
        self._applied: frozenset[int] = frozenset()

    def search(self, query: SearchQuery) -> Answer:
        self.refresh()
        return self._index.search(query)

    def site_ids(self, query: SearchQuery) -> Sequence[int]:
        self.refresh()
        return self._index.site_ids(query)

    def documents(self, site_ids: Sequence[int]) -> list[SiteDocument]:
        return self._index.documents(site_ids)

    def every(self, query: SearchQuery, most: int | None = None) -> list[SiteFit]:
        """The first `most` fits, whatever the page: for maps, exports and sitemaps."""
        documents = self.documents(self.site_ids(query)[:most])
        return [fit for fit in (decide(document, query) for document in documents) if fit.fits]

    def count(self) -> int:
        self.refresh()
        return self._index.count()

    def refresh(self) -> None:
        """Apply what was committed since the last time. The first time, open the snapshot or read everything."""
        with self._lock:
            # Asked before the database is read, and remembered when reading fails.
            self._behind |= self._watch.changed()
            if self._position is None:
                self._start()
            elif self._snapshots and self._snapshots.newest() != self._folder:
                self._open_snapshot()
            elif not self._behind:
                return
            if not self._catch_up():
                self._position = None
                self._start()
            self._behind = False
            self._renew()

    def _start(self) -> None:
        if self._snapshots:
            if self._open_snapshot():
                return
            with self._database.reading() as session:
                large = suppliers.count(session) >= SMALL
            if large:
                # Several processes may start at once: one makes it, the others wait and map it.
                self._snapshots.build(_today(), unless=self._open_snapshot)
                if self._position is not None or self._open_snapshot():
                    return
        self._read_everything()

    def _read_everything(self) -> None:
        with self._database.reading() as session:
            position = changes.current_position(session)
            found = load_documents(session, suppliers.list_ids(session))
            self._index.fill(chain.from_iterable(documents for _, documents in found), _today())
        self._position, self._applied = position, frozenset()

    def _open_snapshot(self) -> bool:
        """Swap in the published snapshot; False when there is none that can be trusted."""
        assert self._snapshots
        self._folder = self._snapshots.newest()  # not tried again when it can't be opened
        opened = self._snapshots.open()
        if opened is None or not isinstance(self._index, ColumnIndex):
            return False
        if not self._catch_up_with(ColumnIndex(opened.rowset), opened.position, frozenset()):
            return False
        self._index.replace(opened.rowset)
        self._folder = opened.folder
        return True

    @property
    def is_worn(self) -> bool:
        """Whether a new snapshot is due."""
        return isinstance(self._index, ColumnIndex) and self._index.is_worn(_today())

    def _catch_up(self) -> bool:
        assert self._position is not None
        return self._catch_up_with(self._index, self._position, self._applied)

    def _catch_up_with(self, index: Index, position: int, applied: frozenset[int]) -> bool:
        """Put what changed since a position; False, and nothing is put, when the log can't say what did."""
        with self._watch.reading() as session:
            page = changes.read_since(session, position)
            if page is None:
                return False
            fresh = [change for change in page.changes if change.seq not in applied]
            changed = load_changed(session, fresh, index.documents)
            # Read first, so that nobody who searches waits for the database.
            while some := list(islice(changed, _PUT_AT_ONCE)):
                index.put_many(some)
        self._position = page.position
        self._applied = frozenset([change.seq for change in page.changes])
        return True

    def _renew(self) -> None:
        """Have a worn index made anew: a large one in the background, a small one now."""
        if not self.is_worn:
            return
        if self._folder and self._snapshots:
            self._snapshots.build_in_background()
        else:
            self._index.rebuild(_today())  # type: ignore[attr-defined]


def _today() -> date:
    return datetime.now(UTC).date()
