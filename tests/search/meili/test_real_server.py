"""A real Meilisearch: the same answers as the embedded engine, and an index that is never wrong for long.

Runs where SELVEDGE_TEST_MEILI_URL names a server (docs/meilisearch.md says how to start one).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from server import Server
from test_search import random_query
from worlds import CENTRE, NOW, TODAY, random_supplier

from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.search.columns import ColumnIndex
from marketplace.search.index import Answer
from marketplace.search.meili import indexer as indexer_module
from marketplace.search.meili import store
from marketplace.search.meili.client import Feeder
from marketplace.search.meili.indexer import Indexer, LostLead
from marketplace.search.meili.record import record
from marketplace.search.meili.schema import SETTINGS
from marketplace.search.query import SearchQuery, Sort
from marketplace.search.sync import LiveIndex
from marketplace.search.tables import SearchServerRow
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Status, SupplierId

QUERIES = int(os.environ.get("SELVEDGE_TEST_MEILI_QUERIES", "60"))
KILLS = int(os.environ.get("SELVEDGE_TEST_MEILI_KILLS", "12"))
TEXTS = int(os.environ.get("SELVEDGE_TEST_MEILI_TEXTS", "1500"))
EVERYTHING = SearchQuery(today=TODAY, sort=Sort.LEAD_TIME, per_page=100)

WORDS = (
    "atelier sartoria rosa bianchi niccolò prato pistoia sewing cutting pressing buttonhole buttonholes overlock "
    "lingerie dresses jackets blazer weaver english italiano gots oeko-tex cucitura confezione 5 12 31 sew cut and"
).split()


@pytest.fixture
def world(database: Database) -> list[SupplierId]:
    rng = random.Random(7)
    return [random_supplier(database, rng, number) for number in range(60)]


def misspelt(rng: random.Random, word: str) -> str:
    """A word with up to two typing errors, or its beginning, or as it is."""
    match rng.randrange(5):
        case 0 | 1:
            return word
        case 2:
            return word[: rng.randint(1, len(word))]
        case _:
            for _ in range(rng.randint(1, 2)):
                at = rng.randrange(len(word)) if word else 0
                letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
                word = rng.choice(
                    (
                        word[:at] + word[at + 1 :],
                        word[:at] + letter + word[at:],
                        word[:at] + letter + word[at + 1 :],
                        word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
                    )
                )
            return word


def any_query(rng: random.Random) -> SearchQuery:
    query = random_query(rng)
    if rng.random() < 0.6:
        text = " ".join(misspelt(rng, rng.choice(WORDS)) for _ in range(rng.choice((1, 1, 2, 3))))
        query = replace(query, text=text, sort=rng.choice((None, query.sort)))
    return replace(query, page=rng.choice((1, 1, 2)), per_page=rng.choice((5, 20, 100)))


def edit(database: Database, rng: random.Random, ids: list[SupplierId], number: int) -> None:
    """Change, hide, show, move or add a supplier; take a service away; one in twenty is gone altogether."""
    kind = rng.randrange(20)
    if kind < 4:
        ids.append(random_supplier(database, rng, 10_000 + number))
        return
    supplier_id = rng.choice(ids)
    with database.writing() as session:
        found = suppliers.list_by_ids(session, [supplier_id])
        if not found:
            return
        supplier = found[0]
        if kind < 10:
            status = rng.choice((Status.PAUSED, Status.PUBLISHED, Status.PUBLISHED, Status.CLOSED))
            suppliers.set_status(session, supplier_id, status, NOW)
        elif kind < 14:
            profile = replace(supplier.profile, name=f"Sartoria Nuova {number}", kind="weaver")
            suppliers.update_profile(session, supplier_id, profile, NOW)
        elif kind < 17 and supplier.services:
            suppliers.remove_service(session, supplier.services[0].id)
        else:
            site = supplier.sites[0]
            suppliers.update_site(session, site.id, replace(site.draft, point=CENTRE))
        changes.record(session, supplier_id)


def same(ours: Answer, theirs: Answer, query: SearchQuery) -> None:
    assert not ours.degraded, query
    assert (ours.total, ours.facets) == (theirs.total, theirs.facets), query
    assert ours.hits == theirs.hits, query
    assert (ours.relaxations, ours.near_misses) == (theirs.relaxations, theirs.near_misses), query


def in_step(database: Database, server: Server) -> None:
    """The index holds exactly the published sites, at a position that the database knows."""
    _, live = server.engine(database)
    visible = {fit.document.site_id for fit in live.every(EVERYTHING)}
    feeder = server.feeder()
    position = feeder.position(server.name)
    assert position is not None
    with database.reading() as session:
        assert position.token in store.list_tokens(session, server.name)
        assert not changes.suppliers_since(session, position.position, 10) or not database.is_sqlite
    assert feeder.ids(server.name) == visible
    search = server.engine(database)[0]
    for query in (EVERYTHING, replace(EVERYTHING, text="nuova"), replace(EVERYTHING, text="sartoria")):
        same(search.search(query), live.search(query), query)


def test_random_queries_equal_the_embedded_engine(database: Database, server: Server, world: list[SupplierId]) -> None:
    """With edits, new and hidden suppliers in between: half of them fed to the server, half only in the log."""
    rng = random.Random(1)
    worker = server.indexer(database)
    assert worker.tick()
    search, live = server.engine(database)
    hits = texts = 0
    for number in range(QUERIES):
        if number % 5 == 0:
            edit(database, rng, world, number)
        if number % 10 == 0:
            worker.tick()
        query = any_query(rng)
        found = search.search(query)
        same(found, live.search(query), query)
        hits += found.total
        texts += bool(query.text and found.total)
    assert hits > 2 * QUERIES
    assert texts > QUERIES / 10  # the queries were worth asking
    while worker.tick():
        pass
    in_step(database, server)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_server_is_what_narrows(
    database: Database, server: Server, world: list[SupplierId], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the words of the sites the server proposes none: the equality above is its work too."""
    worker = server.indexer(database)
    monkeypatch.setattr(indexer_module, "record", lambda document, today: {**record(document, today), "words_8": ""})
    assert worker.tick()
    search, live = server.engine(database)
    query = replace(EVERYTHING, text="sartoria")
    assert live.search(query).total > 0
    assert search.search(query).total < live.search(query).total


# -- texts ------------------------------------------------------------------------------------------------------------


def random_texts(count: int) -> Iterator[str]:
    """Unicode of every plane, signs of query languages, words of the trade, and mixtures of them."""
    rng = random.Random(20261121)
    signs = "\" ' ( ) ^ % _ \\ - + ~ : ; { } [ ] < > & | ! ? * , = _geoRadius( AND OR NOT IN TO EXISTS -".split()
    for _ in range(count):
        pieces = []
        for _ in range(rng.randint(1, 10)):
            kind = rng.random()
            if kind < 0.35:
                pieces.append(rng.choice(signs))
            elif kind < 0.7:
                pieces.append(misspelt(rng, rng.choice(WORDS)))
            elif kind < 0.85:
                pieces.append("".join(chr(rng.randint(0x20, 0x2FFF)) for _ in range(rng.randint(1, 8))))
            else:
                points = (rng.randint(1, 0x10FFFF) for _ in range(rng.randint(1, 4)))
                pieces.append("".join(chr(p) for p in points if not 0xD800 <= p < 0xE000))
        yield rng.choice(("", " ", " ")).join(pieces)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_random_texts_mean_what_the_embedded_engine_says(
    database: Database, server: Server, world: list[SupplierId]
) -> None:
    """Row 46 and 47 against the real query parser: no error, and no sign of its language has a meaning."""
    server.indexer(database).tick()
    search, _ = server.engine(database)
    live = LiveIndex(database, ColumnIndex.empty(TODAY))
    with_hits = 0
    for text in random_texts(TEXTS):
        query = SearchQuery(today=TODAY, text=text)
        ours = search.search(query)
        assert not ours.degraded, text
        if ours.total:
            theirs = live.search(query)
            assert (ours.total, ours.hits, ours.facets) == (theirs.total, theirs.hits, theirs.facets), text
            with_hits += 1
        else:
            assert live.site_ids(query) == [], text
    assert with_hits > TEXTS / 50


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ('"sartoria rosa"', "sartoria rosa"),
        ("sartoria -rosa", "sartoria rosa"),
        ("-rosa", "rosa"),
        ('-"sartoria rosa"', "sartoria rosa"),
        ("kind:weaver OR rosa", "kind weaver rosa"),
        ("sartoria*", "sartoria"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_quotes_and_minus_are_punctuation(
    database: Database, server: Server, world: list[SupplierId], text: str, same_as: str
) -> None:
    server.indexer(database).tick()
    search, live = server.engine(database)
    ours, plain = search.search(replace(EVERYTHING, text=text)), live.search(replace(EVERYTHING, text=same_as))
    assert (ours.total, ours.hits) == (plain.total, plain.hits)


# -- the index is lost, old, or somebody else's -----------------------------------------------------------------------


def test_the_index_is_gone_and_comes_back(database: Database, server: Server, world: list[SupplierId]) -> None:
    """Row 12: what a deleted data folder looks like."""
    worker = server.indexer(database)
    worker.tick()
    server.feeder().drop(server.name)
    search, live = server.engine(database)
    found = search.search(EVERYTHING)
    assert found.degraded
    assert found.hits == live.search(EVERYTHING).hits
    assert worker.tick()
    in_step(database, server)


def test_an_old_copy_of_the_index_is_noticed(database: Database, server: Server, world: list[SupplierId]) -> None:
    """Row 12: the server's folder is restored from a copy; what changed since is not in it."""
    rng = random.Random(4)
    worker = server.indexer(database)
    worker.tick()
    copy_of(server, database)
    for number in range(10):
        edit(database, rng, world, number)
        worker.tick()
    server.feeder().swap(server.name, f"{server.name}-old", "")
    search, live = server.engine(database)
    found = search.search(EVERYTHING)
    assert found.degraded
    assert found.hits == live.search(EVERYTHING).hits
    assert worker.tick()
    in_step(database, server)


def test_an_older_database_under_a_newer_index_is_noticed(
    database: Database, server: Server, world: list[SupplierId]
) -> None:
    """Row 27: the tokens are those of the restored database, whatever its change log says."""
    rng = random.Random(6)
    worker = server.indexer(database)
    worker.tick()
    with database.reading() as session:
        (token,) = store.list_tokens(session, server.name)
    for number in range(5):
        edit(database, rng, world, number)
    worker.tick()
    with database.writing() as session:  # what the copy of the database says
        assert store.take_lead(session, server.name, "copy", NOW + timedelta(days=1), NOW)
        for _ in range(2):  # the token before a confirmed one stays known
            assert store.intend(session, server.name, "copy", token, NOW - timedelta(days=1))
            assert store.confirm(session, server.name, "copy", token)
        assert store.list_tokens(session, server.name) == {token}
    assert server.engine(database)[0].search(EVERYTHING).degraded
    assert server.indexer(database).tick()
    in_step(database, server)


def test_other_settings_make_a_new_index(
    database: Database, server: Server, world: list[SupplierId], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = server.indexer(database)
    worker.tick()
    assert not worker.tick()
    monkeypatch.setattr(store, "VERSION", "0123456789abcdef")
    assert worker.tick()
    monkeypatch.undo()
    search, _ = server.engine(database)
    assert search.search(EVERYTHING).degraded  # this program's version is another
    assert "another version" in search.condition()


def test_an_index_of_last_week_is_made_anew(database: Database, server: Server, world: list[SupplierId]) -> None:
    server.indexer(database).tick()
    worker = server.indexer(database, NOW + timedelta(days=8))
    assert worker.tick()
    position = server.feeder().position(server.name)
    assert position is not None
    assert position.built == (TODAY + timedelta(days=8)).isoformat()


# -- several workers --------------------------------------------------------------------------------------------------


def test_of_two_workers_one_feeds(database: Database, server: Server, world: list[SupplierId]) -> None:
    """Row 23, for the index. When the one is gone, the other takes over."""
    one, other = server.indexer(database), server.indexer(database)
    assert one.tick()
    random_supplier(database, random.Random(1), 777)
    assert not other.tick()
    assert one.tick()
    one.close()
    random_supplier(database, random.Random(2), 778)
    assert other.tick()
    random_supplier(database, random.Random(3), 779)
    one._led_until = NOW + timedelta(hours=1)  # it slept through it and still believes that it leads
    with pytest.raises(LostLead):
        one.tick()
    in_step_after(other, database, server)


# -- kills and writes -------------------------------------------------------------------------------------------------


def test_killed_at_random_moments(
    database: Database, database_url: str, server: Server, world: list[SupplierId]
) -> None:
    """Rows 2 and 3: writers go on, the indexer is killed again and again; nothing is missing, back, or stale."""
    rng = random.Random(9)
    Indexer(database, server.feeder(), server.name, lambda: datetime.now(UTC) - timedelta(minutes=5)).tick()
    feeder = server.feeder()
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.wait(0.2):
            edit(database, random.Random(number), world, number)
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    positions, unconfirmed = {feeder.position(server.name)}, 0
    cycle_s = 0.0  # how long a fresh process takes for its first step, on this machine
    command = [
        sys.executable,
        str(Path(__file__).with_name("killed_indexer.py")),
        database_url,
        server.url,
        server.name,
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as nursery:
        assert nursery.stdin
        assert nursery.stdout
        for _ in range(KILLS + 1):
            nursery.stdin.write("next\n")
            nursery.stdin.flush()
            child = int(nursery.stdout.readline())
            began = time.monotonic()
            while not cycle_s and feeder.position(server.name) in positions:
                time.sleep(0.02)
            cycle_s = cycle_s or time.monotonic() - began
            time.sleep(rng.uniform(0, cycle_s * rng.choice((1, 3))))
            os.kill(child, signal.SIGKILL)
            position = feeder.position(server.name)
            with database.reading() as session:
                state = session.get_one(SearchServerRow, server.name)
                unconfirmed += position is not None and state.applied != position.token
            positions.add(position)
        nursery.stdin.close()
    stop.set()
    writer.join()
    assert None not in positions
    assert len(positions) > KILLS / 10  # it got on in between
    say(f"{KILLS} kills, {len(positions)} positions, {unconfirmed} between the server's change and its confirmation")
    worker = Indexer(database, server.feeder(), server.name, lambda: datetime.now(UTC) + timedelta(seconds=5))
    in_step_after(worker, database, server)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_indexer_that_moves_its_position_too_early_is_noticed(
    database: Database, server: Server, world: list[SupplierId], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checks above fail where a failed task is skipped."""
    worker = server.indexer(database)
    worker.tick()
    search, live = server.engine(database)
    monkeypatch.setattr(Feeder, "remove", lambda *_: None)
    with database.writing() as session:
        suppliers.set_status(session, world[0], Status.CLOSED, NOW)
        changes.record(session, world[0])
    worker.tick()
    with pytest.raises(AssertionError):
        in_step(database, server)
    assert search.search(EVERYTHING).hits == live.search(EVERYTHING).hits  # and still nobody sees it


def test_rebuilt_while_writing(database: Database, server: Server, world: list[SupplierId]) -> None:
    """Row 26: at no moment is the answer empty, old, or different from the embedded engine's."""
    worker = server.indexer(database)
    worker.tick()
    search, _ = server.engine(database)
    stop = threading.Event()
    asked: list[Answer] = []
    wrong: list[Any] = []

    def read() -> None:
        while not stop.is_set():
            found = search.search(EVERYTHING)
            asked.append(found)
            if found.degraded or found.total < 10:
                wrong.append(found)

    def write() -> None:
        number = 0
        while not stop.wait(0.02):  # 50 a second, as far as the machine can
            edit(database, random.Random(number), world, number)
            number += 1

    threads = [threading.Thread(target=one) for one in (read, write)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(3):
            worker.rebuild()
            worker.tick()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert len(asked) > 10
    assert wrong == []
    in_step_after(worker, database, server)


def test_an_edit_is_found_at_once(database: Database, server: Server, world: list[SupplierId]) -> None:
    """Whatever the server's lag: the next request of any process sees it."""
    server.indexer(database).tick()
    search, live = server.engine(database)
    for number in range(5):
        added = random_supplier(database, random.Random(number), 500 + number)
        assert {f"w{500 + number:04d}"} <= {fit.document.external_id for fit in search.search(EVERYTHING).hits} | {
            fit.document.external_id for fit in live.every(EVERYTHING)
        }
        query = replace(EVERYTHING, text=f"{500 + number}")
        same(search.search(query), live.search(query), query)
        assert search.search(query).total == 1
        with database.writing() as session:
            suppliers.set_status(session, added, Status.PAUSED, NOW)
            changes.record(session, added)
        assert search.search(query).total == 0


def in_step_after(worker: Indexer, database: Database, server: Server) -> None:
    for _ in range(5):
        if not worker.tick():
            break
    in_step(database, server)


def say(text: str) -> None:
    """With -s: what a run was worth."""
    sys.stdout.write(text + "\n")


def copy_of(server: Server, database: Database) -> None:
    """An index `...-old` that equals the one in use, position, token and all."""
    feeder = server.feeder()
    position = feeder.position(server.name)
    assert position is not None
    _, live = server.engine(database)
    feeder.create(f"{server.name}-old", SETTINGS)
    sites = [record(fit.document, TODAY) for fit in live.every(EVERYTHING)]
    feeder.put(f"{server.name}-old", [*sites, position.record()])
