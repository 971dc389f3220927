"""What happens to a server itself: killed, frozen, its folder deleted or put back from a copy.

Runs where SELVEDGE_TEST_MEILI_BINARY names the program of the server.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from meilisearch.errors import MeilisearchError
from server import Server
from test_real_server import EVERYTHING, edit, in_step
from worlds import random_supplier

from marketplace.db import Database
from marketplace.search.index import Answer
from marketplace.search.meili.breaker import FAILURES, OPEN_S
from marketplace.search.meili.client import SEARCH_S
from marketplace.search.meili.engine import MeiliSearch
from marketplace.search.sync import LiveIndex

KEY = "0123456789abcdef0123456789abcdef"


@dataclass
class Program:
    """A server of our own, to be treated badly."""

    binary: str
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def server(self) -> Server:
        return Server(f"http://127.0.0.1:{self.port}", KEY, "test")

    def start(self) -> None:
        address = f"127.0.0.1:{self.port}"
        options = ["--db-path", str(self.folder / "data"), "--http-addr", address, "--master-key", KEY]
        self.process = subprocess.Popen(
            [self.binary, *options, "--no-analytics"],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"http://{address}/health", timeout=1):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server does not start")

    def kill(self, sent: signal.Signals = signal.SIGKILL) -> None:
        assert self.process is not None
        self.process.send_signal(sent)
        if sent is signal.SIGKILL:
            self.process.wait()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    binary = os.environ.get("SELVEDGE_TEST_MEILI_BINARY", "")
    if not binary:
        pytest.skip("SELVEDGE_TEST_MEILI_BINARY names no program: see docs/meilisearch.md")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    (tmp_path / "server").mkdir()
    found = Program(binary, tmp_path / "server", port)
    found.start()
    yield found
    found.kill()


@pytest.fixture
def world(database: Database) -> list[int]:
    rng = random.Random(7)
    return [random_supplier(database, rng, number) for number in range(30)]


def degraded(search: MeiliSearch, live: LiveIndex) -> Answer:
    found, wanted = search.search(EVERYTHING), live.search(EVERYTHING)
    assert found.degraded
    assert (found.hits, found.facets) == (wanted.hits, wanted.facets)
    return found


def test_the_folder_is_deleted(program: Program, database: Database, world: list[int]) -> None:
    worker = program.server.indexer(database)
    worker.tick()
    search, live = program.server.engine(database)
    program.kill()
    degraded(search, live)
    shutil.rmtree(program.folder / "data")
    program.start()
    degraded(search, live)
    assert worker.tick()
    in_step(database, program.server)


def test_the_folder_is_put_back_from_a_copy(program: Program, database: Database, world: list[int]) -> None:
    rng = random.Random(2)
    worker = program.server.indexer(database)
    worker.tick()
    program.kill()
    shutil.copytree(program.folder / "data", program.folder / "copy")
    program.start()
    for number in range(6):
        edit(database, rng, world, number)  # type: ignore[arg-type]
        worker.tick()
    program.kill()
    shutil.rmtree(program.folder / "data")
    (program.folder / "copy").rename(program.folder / "data")
    program.start()
    search, live = program.server.engine(database)
    degraded(search, live)
    assert worker.tick()
    in_step(database, program.server)


def test_it_is_killed_while_it_is_fed(program: Program, database: Database, world: list[int]) -> None:
    rng = random.Random(3)
    worker = program.server.indexer(database)
    for round_ in range(4):
        for number in range(5):
            edit(database, rng, world, 10 * round_ + number)  # type: ignore[arg-type]
        timer = subprocess.Popen(["sleep", str(rng.uniform(0.0, 0.6))])
        try:
            while timer.poll() is None:
                worker.tick()
            program.kill()
            with pytest.raises(MeilisearchError):
                worker.tick()
        finally:
            program.start()
    while worker.tick():
        pass
    in_step(database, program.server)


def test_it_freezes_and_thaws(program: Program, database: Database, world: list[int]) -> None:
    """Connections are taken and never answered: a visitor waits once, then nobody, then it is tried again."""
    program.server.indexer(database).tick()
    search, live = program.server.engine(database)
    now = 0.0
    search._clock = lambda: now
    assert not search.search(EVERYTHING).degraded
    program.kill(signal.SIGSTOP)
    for number in range(FAILURES + 3):
        began = time.monotonic()
        degraded(search, live)
        waited = time.monotonic() - began
        assert waited < SEARCH_S + 1.5 if number < FAILURES else waited < 1.0
    program.kill(signal.SIGCONT)
    now = OPEN_S
    assert not search.search(EVERYTHING).degraded
