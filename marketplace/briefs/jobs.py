"""The worker's part: what was taken off a brief or a shortlist is forgotten after a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from marketplace.briefs import store
from marketplace.db import Database

RESTORABLE = timedelta(days=1)


def forget_removed(database: Database, now: datetime) -> int:
    """Returns how many files were forgotten; their bytes go with files/jobs.py. Cheap when there is nothing to do."""
    before = now - RESTORABLE
    with database.reading() as session:
        if not store.has_to_purge(session, before):
            return 0
    with database.writing() as session:
        store.purge_shortlist(session, before)
        return store.purge_files(session, before)
