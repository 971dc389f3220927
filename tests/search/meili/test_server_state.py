"""Which tokens an index may carry, and who feeds it: by one guarded statement each, on both engines."""

from __future__ import annotations

import threading
from datetime import timedelta

from worlds import NOW

from marketplace.db import Database
from marketplace.search.meili import store

LATER = NOW + timedelta(minutes=2)


def test_tokens_from_intention_to_the_next(database: Database) -> None:
    with database.writing() as session:
        assert store.list_tokens(session, "a") == frozenset()
        assert store.take_lead(session, "a", "me", NOW, LATER)
        assert store.list_tokens(session, "a") == frozenset()
        assert store.intend(session, "a", "me", "t1", LATER)
        assert store.list_tokens(session, "a") == {"t1"}
        assert store.confirm(session, "a", "me", "t1")
        assert store.list_tokens(session, "a") == {"t1"}
        assert store.intend(session, "a", "me", "t2", LATER)
        assert store.list_tokens(session, "a") == {"t1", "t2"}
        assert store.confirm(session, "a", "me", "t2")
        assert store.list_tokens(session, "a") == {"t1", "t2"}
        assert store.intend(session, "a", "me", "t3", LATER)
        assert store.list_tokens(session, "a") == {"t2", "t3"}
        assert not store.confirm(session, "a", "me", "t2")
        assert store.list_tokens(session, "b") == frozenset()


def test_who_does_not_lead_can_change_nothing(database: Database) -> None:
    with database.writing() as session:
        assert store.take_lead(session, "a", "one", NOW, LATER)
        assert not store.take_lead(session, "a", "other", NOW + timedelta(minutes=1), LATER)
        assert store.take_lead(session, "a", "one", NOW + timedelta(minutes=1), LATER)
        assert not store.intend(session, "a", "other", "t", LATER)
        store.give_up_lead(session, "a", "other")
        assert not store.take_lead(session, "a", "other", NOW, LATER)
        assert store.intend(session, "a", "one", "t", LATER)
        assert store.take_lead(session, "a", "other", LATER + timedelta(seconds=1), LATER + timedelta(minutes=2))
        assert not store.confirm(session, "a", "one", "t")  # it slept: what it sent may be old
        store.give_up_lead(session, "a", "other")
        assert store.take_lead(session, "a", "one", NOW, LATER)


def test_of_many_at_once_one_leads(database: Database) -> None:
    led: list[int] = []
    together = threading.Barrier(8)

    def run(number: int) -> None:
        together.wait()
        with database.writing() as session:
            if store.take_lead(session, "a", str(number), NOW, LATER):
                led.append(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(led) == 1


def test_positions_are_of_one_database(database: Database) -> None:
    """On PostgreSQL a position counts the transactions of one cluster: restored into another it means nothing."""
    with database.reading() as session:
        version = store.version_of(session)
    assert version.startswith(store.VERSION)
    assert (version == store.VERSION) is database.is_sqlite
