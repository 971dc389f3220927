"""What tests of a real search server share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from worlds import NOW, TODAY

from marketplace.db import Database
from marketplace.search.columns import ColumnIndex
from marketplace.search.meili.client import Feeder, Searcher
from marketplace.search.meili.engine import MeiliSearch
from marketplace.search.meili.indexer import Indexer, next_name
from marketplace.search.reference import ReferenceIndex
from marketplace.search.sync import LiveIndex


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    key: str
    name: str

    def feeder(self) -> Feeder:
        return Feeder(self.url, self.key)

    def indexer(self, database: Database, now: datetime = NOW) -> Indexer:
        return Indexer(database, self.feeder(), self.name, lambda: now)

    def engine(self, database: Database) -> tuple[MeiliSearch, LiveIndex]:
        """The engine over the server, and the embedded one it has to equal."""
        return engine_at(database, self.url, self.key, self.name)


def engine_at(database: Database, url: str, key: str = "", name: str = "test") -> tuple[MeiliSearch, LiveIndex]:
    """As it is wired, and the plain engine to compare it with."""
    search = MeiliSearch(database, ColumnIndex.empty(TODAY), Searcher(url, key), name)
    return search, LiveIndex(database, ReferenceIndex())


def clean_up(server: Server) -> None:
    feeder = server.feeder()
    for name in (server.name, next_name(server.name), f"{server.name}-old"):
        feeder.drop(name)
