"""The search server that the settings name: who asks it, who feeds it, and whether its index is right."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from meilisearch.errors import MeilisearchError

from marketplace.search.columns import ColumnIndex
from marketplace.search.index import Index
from marketplace.search.meili.client import Feeder, Searcher
from marketplace.search.meili.engine import FOLLOWS, MeiliSearch
from marketplace.search.meili.indexer import Indexer
from marketplace.search.query import SearchQuery
from marketplace.search.snapshots import Snapshots
from marketplace.web.context import System


def open_meili(system: System, index: Index, snapshots: Snapshots | None = None) -> MeiliSearch:
    """The engine over the server of the settings. No call is made: it may be away, now or later."""
    settings = system.settings
    searcher = Searcher(settings.meili_url, settings.meili_key)
    places = max(1, settings.threads // 2)
    return MeiliSearch(system.database, index, searcher, settings.meili_index, snapshots, at_once=places)


def open_indexer(system: System) -> Indexer:
    settings = system.settings
    feeder = Feeder(settings.meili_url, settings.meili_key)
    return Indexer(system.database, feeder, settings.meili_index, lambda: datetime.now(UTC))


def start_feeding(system: System, stop: threading.Event) -> None:
    """Feed the server in the background until told to stop, if there is one."""
    if system.settings.meili_url:
        work = open_indexer(system).run
        threading.Thread(target=work, args=(stop,), daemon=True, name="search server").start()


def differences(system: System) -> list[str]:
    """What is wrong with the server's index: it has to hold exactly the published sites."""
    live = open_meili(system, ColumnIndex.empty(datetime.now(UTC).date()))
    condition = live.condition()
    if condition != FOLLOWS:
        return [condition]
    try:
        indexed = Feeder(system.settings.meili_url, system.settings.meili_key).ids(system.settings.meili_index)
    except MeilisearchError as error:
        return [f"does not answer: {error}"]
    published = set(live.site_ids(SearchQuery(today=datetime.now(UTC).date())))
    wrong = [f"site {site_id} is published and missing" for site_id in sorted(published - indexed)]
    return wrong + [f"site {site_id} is there and not published" for site_id in sorted(indexed - published)]
