"""Ways to close pools that look right and aren't. The checker has to find each of them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.db import Database
from marketplace.errors import Conflict
from marketplace.notices import store as notices
from marketplace.pools import closing, store
from marketplace.pools.model import Event, EventKind, Pool, State
from marketplace.pools.tables import PoolRow

_GAP_S = 0.15  # long enough for a few kills, or for another closer


def check_then_confirm(database: Database, now: datetime) -> int:
    """Reads that the pool is due and live, and then writes, without asking whether it still is: no lock, no
    compare-and-swap, and events numbered by how many there are."""
    with database.reading() as session:
        due = [store.get(session, public_id) for public_id in store.list_due(session, now)]
    time.sleep(_GAP_S)
    real = closing.store
    closing.store = _Careless(real)  # type: ignore[assignment]
    try:
        for pool in due:
            try:
                with database.writing() as session:
                    closing.close(session, pool, now)
            except (Conflict, IntegrityError):  # what the database itself doesn't let through
                pass
    finally:
        closing.store = real  # type: ignore[assignment]
    return len(due)


class _Careless:
    """The store, as it would be without the compare-and-swap."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def move(self, session: Session, pool: Pool, to: State, **values: Any) -> bool:
        session.execute(update(PoolRow).where(PoolRow.id == pool.id).values(state=to, **values))
        return True

    def add_event(self, session: Session, pool: Pool, event: Event) -> None:
        there = self._real.list_events(session, [pool.id]).get(pool.id, [])
        number = 1 + sum(other.kind is event.kind for other in there)
        if event.kind is EventKind.REACHED:
            number = event.number
        self._real.add_event(
            session, pool, Event(event.kind, number, event.at, event.atoms, event.designers, event.group_atoms)
        )


def notice_after_commit(database: Database, now: datetime) -> int:
    """Closes as it should, and tells people once that is committed: killed in between, nobody ever hears of it."""
    with database.reading() as session:
        due = store.list_due(session, now)
    real = closing.notices
    for public_id in due:
        later: list[tuple[Mapping[int, str], str, str, datetime]] = []

        def keep(
            _session: Session, texts: Mapping[int, str], kind: str, path: str, at: datetime, into: Any = later
        ) -> None:
            into.append((texts, kind, path, at))

        closing.notices = SimpleNamespace(tell_each=keep)  # type: ignore[assignment]
        try:
            with database.writing() as session:
                pool = store.get(session, public_id, lock=True)
                if pool.state.is_live:
                    closing.close(session, pool, now)
        finally:
            closing.notices = real
        time.sleep(_GAP_S)
        with database.writing() as session:
            for texts, kind, path, at in later:
                notices.tell_each(session, texts, kind, path, at)
    return len(due)
