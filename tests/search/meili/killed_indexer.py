"""Indexers in processes of their own, to be killed: `python killed_indexer.py DATABASE_URL MEILI_URL NAME`.

For each line read, a fresh process is forked off that feeds the index until it is killed; its number is printed.
"""

from __future__ import annotations

import os
import sys
import threading
from datetime import UTC, datetime, timedelta

from marketplace.db import open_database
from marketplace.search.meili import indexer
from marketplace.search.meili.client import Feeder


def feed(database_url: str, url: str, name: str) -> None:
    indexer.EVERY_S = 0.02
    indexer.LEASE = timedelta(milliseconds=200)  # nobody waits two minutes for the lead of a dead one
    feeder = Feeder(url, os.environ.get("SELVEDGE_TEST_MEILI_KEY", ""))
    indexer.Indexer(open_database(database_url), feeder, name, lambda: datetime.now(UTC)).run(threading.Event())


if __name__ == "__main__":
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            feed(*sys.argv[1:])
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        os.waitpid(child, 0)
