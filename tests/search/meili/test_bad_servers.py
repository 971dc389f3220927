"""Rows 9 to 11: the server is away, slow or talks nonsense. Searches are answered all the same, in time."""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from typing import Any

import pytest
from bad_server import (
    Manner,
    answering,
    answering_json,
    bad_server,
    cut_off,
    dripping,
    endless,
    hanging_up,
    long_header,
    many_headers,
    silent,
)
from meilisearch.errors import MeilisearchApiError, MeilisearchCommunicationError, MeilisearchError
from server import engine_at
from worlds import NOW, TODAY, random_supplier

from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.search.index import Answer
from marketplace.search.meili import engine, store
from marketplace.search.meili.breaker import FAILURES, OPEN_S
from marketplace.search.meili.client import SEARCH_S, Feeder, Searcher, TaskFailed
from marketplace.search.meili.filters import OneOf
from marketplace.search.meili.narrow import Question
from marketplace.search.meili.schema import VERSION
from marketplace.search.query import SearchQuery
from marketplace.search.sync import LiveIndex
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Status
from marketplace.vocabulary import Facet

# What a machine that stands still may add to a deadline: far less than the answers that never end would take.
LATE_S = 60.0
QUERY = SearchQuery(today=TODAY, text="atelier", terms={Facet.KIND: frozenset(("weaver", "atelier"))})
TOKEN = "abc123"
EMPTY: dict[str, Any] = {"hits": []}


def position(at: int = 0, version: str = VERSION, token: str = TOKEN) -> dict[str, Any]:
    return {"hits": [{"position": {"position": at, "version": version, "token": token, "built": TODAY.isoformat()}}]}


def results(*found: Any) -> Manner:
    return answering_json({"results": list(found)})


def hits(*ids: Any) -> dict[str, Any]:
    return {"hits": [{"id": one} for one in ids]}


BAD: dict[str, Manner] = {
    "hangs up": hanging_up,
    "is cut off": cut_off,
    "sends HTML": answering(b"<html><h1>Welcome to nginx!</h1></html>"),
    "sends nothing": answering(b""),
    "sends half JSON": answering(b'{"results": [{"hits": ['),
    "sends deep JSON": answering(b"[" * 200_000),
    "sends huge numbers": answering(b'{"results": [{"hits": [{"id": ' + b"9" * 6000 + b"}]}]}"),
    "sends NaN": answering(b'{"results": [{"hits": [{"id": NaN}]}]}'),
    "is no UTF-8": answering(b'{"results": "\xff\xfe"}'),
    "never ends": endless,
    "says it never ends": answering(b"{}", headers="Content-Length: 99999999999\r\n"),
    "has many headers": many_headers,
    "has one long header": long_header,
    "speaks no HTTP": lambda peer, _: peer.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    "has an odd length": answering(b"{}", headers="Content-Length: -5\r\n"),
    "has odd chunks": lambda peer, _: peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}"),
    "fails": answering_json({"message": "oops", "code": "internal"}, "500 Internal Server Error"),
    "refuses our key": answering_json({"message": "no", "code": "invalid_api_key"}, "403 Forbidden"),
    "fails in HTML": answering(b"<html>", "502 Bad Gateway"),
    "fails in deep JSON": answering(b"[" * 100_000, "500 Internal Server Error"),
    "fails in huge numbers": answering(b'{"code": ' + b"9" * 6000 + b"}", "500 Internal Server Error"),
    "sends us elsewhere": answering(b"", "302 Found", "Location: http://127.0.0.1:1/\r\n"),
    "sends a list": answering_json([]),
    "sends null": answering_json(None),
    "sends a string": answering_json("results"),
    "sends no results": answering_json({"hits": []}),
    "sends too few results": results(position()),
    "sends odd results": results(position(), None, None),
    "sends odd hits": results(position(), {"hits": [1, 2]}, EMPTY),
    "sends hits in a map": results(position(), {"hits": {"id": 1}}, EMPTY),
    "sends text ids": results(position(), hits("1 OR 1=1"), EMPTY),
    "sends true ids": results(position(), hits(True), EMPTY),
    "sends fractions": results(position(), hits(1.5), EMPTY),
    "sends negative ids": results(position(), hits(-1), EMPTY),
    "sends ids of 80 bits": results(position(), hits(2**80), EMPTY),
    "sends a million hits": results(position(), hits(*range(1_000_000)), EMPTY),
    "sends more than asked": results(position(), hits(*range(1, 5000)), EMPTY),
    "sends two positions": results({"hits": position()["hits"] * 2}, EMPTY, EMPTY),
    "sends a text position": results(position("1"), EMPTY, EMPTY),  # type: ignore[arg-type]
    "sends an odd token": results(position(token="<script>"), EMPTY, EMPTY),
    "sends no token": results(position(token=""), EMPTY, EMPTY),
}


@pytest.fixture
def world(database: Database) -> Database:
    rng = random.Random(3)
    for number in range(12):
        random_supplier(database, rng, number)
    with database.writing() as session:
        assert store.take_lead(session, "test", "me", NOW, NOW)
        assert store.intend(session, "test", "me", TOKEN, NOW)
    return database


def of(world: Database, **changed: Any) -> dict[str, Any]:
    """The position of an index in step with a world, or all but."""
    with world.reading() as session:
        fields = {"at": changes.current_position(session), "version": store.version_of(session)}
    return position(**{**fields, **changed})


def proper(world: Database, live: LiveIndex, *more: int) -> Manner:
    """A server in step that proposes every site, and some more."""
    ids = {fit.document.site_id for fit in live.every(SearchQuery(today=TODAY))} | set(more)
    return results(of(world), hits(*sorted(ids)), hits())


def checked(found: Answer, live: LiveIndex, degraded: bool) -> None:
    wanted = live.search(QUERY)
    assert found.degraded is degraded
    assert found.hits == wanted.hits
    assert (found.total, found.facets, found.near_misses) == (wanted.total, wanted.facets, wanted.near_misses)
    assert found.total > 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", BAD)
def test_the_embedded_engine_answers_and_says_so(world: Database, name: str) -> None:
    with bad_server(BAD[name]) as server:
        search, live = engine_at(world, server.url)
        live.refresh()
        began = time.monotonic()
        checked(search.search(QUERY), live, degraded=True)
        assert time.monotonic() - began < SEARCH_S + LATE_S
        assert server.requests


@pytest.mark.parametrize("manner", [silent, dripping(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 999, 0.05)])
def test_no_read_time_out_is_a_deadline_but_this_is(manner: Manner) -> None:
    """A byte every 50 ms would keep a time-out for each read waiting for minutes."""
    with bad_server(manner) as server:
        began = time.monotonic()
        with pytest.raises(MeilisearchError, match=r"too long|timed out"):
            Searcher(server.url, "").position("test")
        assert SEARCH_S - 0.1 < time.monotonic() - began < SEARCH_S + LATE_S


def test_a_body_that_drips_and_a_handshake_that_hangs_end_in_time() -> None:
    body = b'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{"results": ['
    with bad_server(dripping(body + b" " * 4000, 0.05)) as server, bad_server(silent) as other:
        for url in (server.url, other.url.replace("http:", "https:")):
            began = time.monotonic()
            with pytest.raises(MeilisearchError):
                Searcher(url, "").position("test")
            assert time.monotonic() - began < SEARCH_S + LATE_S


def test_a_name_that_is_looked_up_for_ever_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's resolver has no deadline; one look-up runs on, and no second is started beside it."""
    started = []
    over = threading.Event()

    def slow(*_: object, **__: object) -> list[Any]:
        started.append(1)
        over.wait(2 * LATE_S)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    searcher = Searcher("http://search.example", "")
    began = time.monotonic()
    for _ in range(2):
        with pytest.raises(MeilisearchError):
            searcher.position("test")
    assert time.monotonic() - began < 2 * SEARCH_S + LATE_S
    assert len(started) == 1
    over.set()


def test_refused_is_known_at_once() -> None:
    with pytest.raises(MeilisearchCommunicationError, match="refused"):
        Searcher("http://127.0.0.1:9", "").position("test")


def test_our_key_goes_to_the_server_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not to where it sends us, and not to a proxy that the environment names."""
    with bad_server(results(EMPTY)) as other:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, other.url)
        with bad_server(answering(b"", "307 Temporary Redirect", f"Location: {other.url}/x\r\n")) as server:
            with pytest.raises(MeilisearchError):
                Searcher(server.url, "secret-key").position("test")
            assert b"Authorization: Bearer secret-key" in server.requests[0]
        assert other.requests == []


def test_a_connection_is_kept_and_replaced_when_the_server_closed_it() -> None:
    peers = []

    def manner(peer: socket.socket, request: bytes) -> None:
        peers.append(peer)
        results(EMPTY)(peer, request)
        if len(peers) == 2:
            peer.shutdown(socket.SHUT_RDWR)

    with bad_server(manner) as server:
        searcher = Searcher(server.url, "")
        for _ in range(4):
            assert searcher.position("test") is None
            time.sleep(0.02)
    assert peers[0] is peers[1]
    assert peers[1] is not peers[2]
    assert peers[2] is peers[3]


# -- what it proposes -------------------------------------------------------------------------------------------------


def test_unknown_hidden_and_foreign_sites_are_never_shown(world: Database) -> None:
    with bad_server(silent) as server:
        search, live = engine_at(world, server.url)
        hidden = live.search(QUERY).hits[0].document
        with world.writing() as session:
            suppliers.set_status(session, hidden.supplier_id, Status.PAUSED, NOW)  # type: ignore[arg-type]
            changes.record(session, hidden.supplier_id)
        server.manner = proper(world, live, hidden.site_id, 0, 999_999, 2**40)
        found = search.search(QUERY)
        checked(found, live, degraded=False)
        assert hidden.site_id not in {fit.document.site_id for fit in found.hits}


def test_what_changed_since_it_was_fed_is_found(world: Database) -> None:
    with bad_server(silent) as server:
        search, live = engine_at(world, server.url)
        server.manner = proper(world, live)
        before = search.search(QUERY).total
        for number in range(100, 110):
            random_supplier(world, random.Random(number), number)
        found = search.search(QUERY)
        checked(found, live, degraded=False)
        assert found.total > before


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (None, "not built"),
        ({"version": "older"}, "another version"),
        ({"token": "other"}, "another state of the database"),
    ],
)
def test_an_index_that_is_not_ours_is_not_used(world: Database, changed: dict[str, Any] | None, says: str) -> None:
    found = EMPTY if changed is None else of(world, **changed)
    with bad_server(results(found, hits(1), hits())) as server:
        search, live = engine_at(world, server.url)
        for _ in range(FAILURES + 3):  # it is no failure of the server: nobody stops asking it
            checked(search.search(QUERY), live, degraded=True)
        assert len(server.requests) == FAILURES + 3
        server.manner = results(found)
        assert says in search.condition()


def test_an_index_far_behind_is_not_used(world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MOST_CHANGED", 3)
    with bad_server(results(of(world, at=0), hits(1), hits())) as server:
        search, live = engine_at(world, server.url)
        checked(search.search(QUERY), live, degraded=True)


def test_no_index_at_all(world: Database) -> None:
    missing = {"message": "Index `test` not found.", "code": "index_not_found", "type": "invalid_request"}
    with bad_server(answering_json(missing, "404 Not Found")) as server:
        search, live = engine_at(world, server.url)
        for _ in range(FAILURES + 3):
            checked(search.search(QUERY), live, degraded=True)
        assert len(server.requests) == FAILURES + 3
        assert search.condition() == "is not built yet"


def test_more_candidates_than_are_worth_deciding(world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded engine answers, exactly: that is no fault of the server."""
    monkeypatch.setattr(engine, "MOST_CANDIDATES", 4)
    with bad_server(results(of(world), hits(1, 2, 3, 4, 5), hits())) as server:
        search, live = engine_at(world, server.url)
        checked(search.search(QUERY), live, degraded=False)


# -- the circuit ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_circuit_opens_and_closes_again(world: Database) -> None:
    now = 0.0
    with bad_server(BAD["sends HTML"]) as server:
        search, live = engine_at(world, server.url)
        search._clock = lambda: now
        for _ in range(FAILURES):
            checked(search.search(QUERY), live, degraded=True)
        assert len(server.requests) == FAILURES
        for _ in range(5):
            checked(search.search(QUERY), live, degraded=True)
        assert len(server.requests) == FAILURES  # nobody asked, so nobody waited
        server.manner = proper(world, live)
        now = OPEN_S
        checked(search.search(QUERY), live, degraded=False)
        checked(search.search(QUERY), live, degraded=False)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_slow_server_never_holds_every_thread(world: Database) -> None:
    """Eight threads search at once: four wait for it, the others are answered at once. Then the circuit is open."""
    with bad_server(silent) as server:
        search, live = engine_at(world, server.url)
        live.refresh()
        took: list[float] = []

        def one() -> None:
            began = time.monotonic()
            assert search.search(QUERY).degraded
            took.append(time.monotonic() - began)

        for waited in (4, 8, 8):
            threads = [threading.Thread(target=one) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert len(server.requests) == waited
        assert max(took) < SEARCH_S + LATE_S


# -- feeding ----------------------------------------------------------------------------------------------------------

QUEUED = {"taskUid": 7, "indexUid": "i", "status": "enqueued", "type": "x", "enqueuedAt": "2026-11-21T22:00:00.123Z"}


def task(**changed: Any) -> dict[str, Any]:
    done = {"uid": 7, "indexUid": "i", "status": "succeeded", "type": "x", "enqueuedAt": "2026-11-21T22:00:00.123Z"}
    return {**done, **changed}


def in_turn(*answers: dict[str, Any]) -> Manner:
    waiting = list(answers)
    return lambda peer, request: answering_json(waiting.pop(0) if len(waiting) > 1 else waiting[0])(peer, request)


def test_a_task_is_followed_to_its_end() -> None:
    steps = [QUEUED, task(status="enqueued"), task(status="processing"), task()]
    with bad_server(in_turn(*steps)) as server:
        Feeder(server.url, "").put("i", [{"id": 1}])
        assert len(server.requests) == 4


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_accepted_and_then_failed_is_a_failure(status: str) -> None:
    failure = {"code": "no_space_left_on_device", "message": "No space left on device"}
    with (
        bad_server(in_turn(QUEUED, task(status="processing"), task(status=status, error=failure))) as server,
        pytest.raises(TaskFailed, match="no_space_left_on_device"),
    ):
        Feeder(server.url, "").remove("i", OneOf("id", (1,)))


@pytest.mark.parametrize(
    "answer", [None, [], "x", {}, {"taskUid": "x"}, {**QUEUED, "enqueuedAt": 5}, {**QUEUED, "taskUid": None}]
)
def test_nonsense_while_feeding_is_a_failure(answer: Any) -> None:
    with bad_server(in_turn(answer, answer)) as server, pytest.raises(MeilisearchError):
        Feeder(server.url, "").put("i", [{"id": 1}])


def test_the_code_of_a_refusal_is_kept() -> None:
    body = json.dumps({"message": "bad filter", "code": "invalid_search_filter"}).encode()
    with (
        bad_server(answering(body, "400 Bad Request")) as server,
        pytest.raises(MeilisearchApiError, match="bad filter") as caught,
    ):
        Searcher(server.url, "").narrow("i", [Question("xa", None)], 5)
    assert caught.value.code == "invalid_search_filter"
