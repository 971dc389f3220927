"""The indexer in a process of its own, to be killed: `python killed_indexer.py DATABASE_URL MEILI_URL NAME`."""

from __future__ import annotations

import os
import sys
import threading
from datetime import UTC, datetime, timedelta

from marketplace.db import open_database
from marketplace.search.meili import indexer
from marketplace.search.meili.client import Feeder

if __name__ == "__main__":
    database_url, url, name = sys.argv[1:]
    indexer.EVERY_S = 0.02
    indexer.LEASE = timedelta(milliseconds=200)  # nobody waits two minutes for the lead of a dead one
    feeder = Feeder(url, os.environ.get("SELVEDGE_TEST_MEILI_KEY", ""))
    worker = indexer.Indexer(open_database(database_url), feeder, name, lambda: datetime.now(UTC))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    worker.run(threading.Event())
