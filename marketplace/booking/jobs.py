"""What the worker does: holds that are over give their weeks back."""

from __future__ import annotations

from datetime import datetime

from marketplace.booking import holds
from marketplace.db import Database


def expire_holds(database: Database, now: datetime) -> int:
    """End what has lapsed, a hundred in each transaction; returns how many. Several workers may do so at once."""
    ended = 0
    while True:
        with database.writing() as session:
            found = holds.expire_due(session, now)
        ended += found
        if not found:
            return ended
