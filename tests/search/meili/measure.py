"""How quick, how narrow and how equal: the search server beside the embedded engine on generated suppliers.

    python tests/search/meili/measure.py 1000 10000

The server is the one of SELVEDGE_TEST_MEILI_URL and SELVEDGE_TEST_MEILI_KEY. The 200 searches are those of
`selvedge bench search`, then some random ones.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from marketplace.bench.generate import Generator
from marketplace.bench.shapes import make_shapes, random_queries
from marketplace.bench.store import write_suppliers
from marketplace.bench.towns import read_towns
from marketplace.changes import store as changes
from marketplace.db import Database, migrate, open_database
from marketplace.places.gazetteer import Gazetteer
from marketplace.search.columns import ColumnIndex
from marketplace.search.meili.client import Feeder, Narrowed, Searcher
from marketplace.search.meili.engine import MeiliSearch
from marketplace.search.meili.indexer import Indexer, next_name
from marketplace.search.query import SearchQuery
from marketplace.search.sync import LiveIndex
from marketplace.suppliers import store as suppliers

NAME = "measure"
RANDOM = 300


def main(sizes: list[int]) -> None:
    url, key = os.environ["SELVEDGE_TEST_MEILI_URL"], os.environ.get("SELVEDGE_TEST_MEILI_KEY", "")
    today = datetime.now(UTC).date()
    feeder = Feeder(url, key)
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            try:
                measure(Path(folder), size, today, feeder, Searcher(url, key))
            finally:
                for name in (NAME, next_name(NAME)):
                    feeder.drop(name)


def measure(folder: Path, size: int, today: date, feeder: Feeder, searcher: Searcher) -> None:
    generator, database = filled(folder, size, today)
    began = time.perf_counter()
    worker = Indexer(database, feeder, NAME, lambda: datetime.now(UTC))
    worker.tick()
    say(f"{size} suppliers: index built in {time.perf_counter() - began:.1f} s")
    with database.writing() as session:
        for supplier_id in suppliers.list_ids(session):
            changes.record(session, supplier_id)
    began = time.perf_counter()
    while worker.tick():
        pass
    say(f"  {size} changes fed in {time.perf_counter() - began:.1f} s")
    sizes: list[int] = []
    watched = Watched(searcher, sizes)
    meili = MeiliSearch(database, ColumnIndex.empty(today), watched, NAME)  # type: ignore[arg-type]
    embedded = LiveIndex(database, ColumnIndex.empty(today))
    meili.count(), embedded.count()
    took: dict[str, list[tuple[float, float]]] = {}
    outcome: Counter[str] = Counter()
    queries = [(shape.group, shape.query) for shape in make_shapes(generator)]
    queries += [("random", query) for query in random_queries(generator, RANDOM)]
    for kind, query in queries:
        sizes.clear()
        ours, our_s, _ = timed(meili, query)
        theirs, their_s, _ = timed(embedded, query)
        route = "degraded" if ours.degraded else "embedded" if not sizes else "server"
        outcome[route] += 1
        if route != "embedded":
            outcome["equal" if ours == theirs else "different"] += 1
            if ours != theirs:
                say(f"  different: {ours.total} against {theirs.total}: {query}")
            outcome["proposed"] += sum(sizes)
            outcome["hits"] += theirs.total
        took.setdefault(f"{kind} ({route})", []).append((our_s * 1000, their_s * 1000))
    for kind, pairs in sorted(took.items()):
        ours_ms, theirs_ms = ([pair[side] for pair in pairs] for side in (0, 1))
        say(f"  {kind:24} {len(pairs):4}  server {spread(ours_ms)}  embedded {spread(theirs_ms)}")
    say(f"  {dict(outcome)}")


class Watched:
    """Remembers how many sites were proposed, where they were few enough to be decided."""

    def __init__(self, searcher: Searcher, sizes: list[int]) -> None:
        self._searcher, self._sizes = searcher, sizes

    def narrow(self, *asked: Any) -> Narrowed:
        found = self._searcher.narrow(*asked)
        if not found.too_many:
            self._sizes.append(len(found.site_ids))
        return found


def filled(folder: Path, size: int, today: date) -> tuple[Generator, Database]:
    database = open_database(f"sqlite:///{folder / 'measure.sqlite3'}")
    migrate.upgrade(database)
    generator = Generator(today, read_towns(Gazetteer(folder)))
    write_suppliers(database, generator.stream(size))
    return generator, database


def timed(live: LiveIndex, query: SearchQuery) -> tuple[Any, float, float]:
    times = []
    for _ in range(2):
        began = time.perf_counter()
        answer = live.search(query)
        times.append(time.perf_counter() - began)
    return answer, min(times), max(times)


def spread(times: list[float]) -> str:
    ordered = sorted(times)
    return f"p50 {statistics.median(ordered):7.2f} p95 {ordered[int(len(ordered) * 0.95) - 1]:7.2f} ms"


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1000, 10_000])
