"""What the worker does with kept answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from marketplace.db import Database
from marketplace.idempotency import store

KEPT = timedelta(days=30)


def prune_answers(database: Database, now: datetime) -> int:
    """Forget answers after 30 days, a batch to a transaction; returns how many."""
    forgotten = 0
    while True:
        with database.writing() as session:
            batch = store.prune(session, now - KEPT)
        forgotten += batch
        if not batch:
            return forgotten
