"""What a run of the worker costs, and what goes wrong in one; on both engines."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from little_street import DAY, HOUR, MONDAY, SEWING, SITE, Street, service

from marketplace.alerts import actions, store
from marketplace.alerts.jobs import run_due
from marketplace.changes import store as changes
from marketplace.search.query import SearchQuery
from marketplace.search.sync import LiveIndex
from marketplace.suppliers import store as suppliers

# -- cost, and what goes wrong


class _Counting:
    """The index, and how often it was asked."""

    def __init__(self, live: LiveIndex, then: Callable[[], None] = lambda: None) -> None:
        self._live, self._then = live, then
        self.asked = self.decided = 0

    def site_ids(self, query: SearchQuery) -> object:
        self.asked += 1
        found = self._live.site_ids(query)
        self._then()
        return found

    def documents(self, site_ids: tuple[int, ...]) -> object:
        self.decided += len(site_ids)
        return self._live.documents(site_ids)


def test_each_costs_one_search_and_a_decision_for_each_new_site(street: Street) -> None:
    for number in range(30):
        street.room(f"Room {number}")
    actor = street.person()
    for number in range(10):
        street.save(actor, name=str(number))
    street.run()
    for name in ("Aghi", "Bottoni"):
        street.room(name)
    counting = _Counting(street.live)
    assert run_due(street.database, counting, SITE, street.now) == 10  # type: ignore[arg-type]
    assert (counting.asked, counting.decided) == (10, 20)
    assert run_due(street.database, counting, SITE, street.now) == 0  # type: ignore[arg-type]
    assert counting.asked == 10


def test_of_two_workers_one_tells(street: Street) -> None:
    saved = street.save(street.person())
    street.room("Aghi")
    street.now += HOUR

    def meanwhile() -> None:
        run_due(street.database, LiveIndex(street.database, street.live._index), SITE, street.now)

    slow = _Counting(street.live, meanwhile)
    run_due(street.database, slow, SITE, street.now)  # type: ignore[arg-type]
    assert street.news(saved) == ["Aghi"]
    assert street.mailed() == [["Aghi"]]


def test_stopped_while_it_runs(street: Street) -> None:
    actor = street.person()
    saved = street.save(actor)
    street.room("Aghi")
    slow = _Counting(street.live, lambda: actions.stop(street.database, actor, saved.public_id, street.now) and None)
    run_due(street.database, slow, SITE, street.now)  # type: ignore[arg-type]
    assert street.mails() == []


def test_a_change_that_is_committed_late_is_not_missed(street: Street) -> None:
    """On PostgreSQL a change may be committed after a later one was seen; SQLite has one writer at a time."""
    saved = street.save(street.person(), SEWING)
    street.room("Aghi", usual=40, minimum=60)
    street.room("Bottoni")
    street.run()
    assert street.run() == 0
    if street.database.is_sqlite:
        return
    # A thread of its own has a connection of its own.
    with street.database.writing() as session, ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(street.weeks, "Bottoni", 39).result()  # another connection writes and commits in between
        service_id = suppliers.get(session, street.rooms["Aghi"]).services[0].id
        suppliers.update_service(session, service_id, service(20))
        changes.record(session, street.rooms["Aghi"])
        session.flush()
        elsewhere.submit(street.room, "Cuciture").result()
        elsewhere.submit(street.run).result()
        assert street.news(saved) == ["Bottoni", "Cuciture"]
    street.run()
    assert street.news(saved) == ["Bottoni", "Cuciture", "Aghi"]
    assert street.run() == 0


def test_one_that_fails_does_not_keep_the_others(
    street: Street, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    actor = street.person()
    poison, good = street.save(actor, name="poison"), street.save(actor, name="good")
    street.room("Aghi")
    known = store.list_known

    def fail(session: object, saved_search_id: int) -> set[int]:
        if saved_search_id == poison.id:
            raise RuntimeError("poison")
        return known(session, saved_search_id)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "list_known", fail)
    with caplog.at_level(logging.ERROR):
        street.run()
    assert "poison" in caplog.text
    assert (street.news(poison), street.news(good)) == ([], ["Aghi"])
    assert street.run() == 0  # not again every five seconds
    monkeypatch.setattr(store, "list_known", known)
    street.run_at(MONDAY + DAY)
    assert street.news(poison) == ["Aghi"]  # nothing is lost


def test_old_news_is_forgotten_but_for_what_the_feed_shows(street: Street) -> None:
    saved = street.save(street.person(), "")
    for number in range(60):
        street.room(f"Room {number}")
    street.run()
    assert street.value("SELECT count(*) FROM saved_search_news") == 60
    street.room("Aghi")
    street.run_at(MONDAY + 8 * DAY)
    assert street.value("SELECT count(*) FROM saved_search_news") == 50
    assert len(street.news(saved)) == 50
