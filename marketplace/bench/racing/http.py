"""The same race through the real server: a studio holds weeks, the supplier agrees, some cancel."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from marketplace.accounts import token_store
from marketplace.accounts.model import Scope
from marketplace.accounts.tokens import beginning_of, hash_token, new_api_token
from marketplace.bench.racing.racer import BOOKED, CANCELLED, Done, Intent
from marketplace.bench.racing.world import World
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.errors import Conflict

_SCOPES = frozenset((Scope.READ, Scope.WRITE_ORDERS))
_REFUSED = (404, 409, 429)
_THREADS = 8
_MOST_SERVERS = 2  # one process has one core; behind a proxy stand as many as there are
_threads = threading.local()


@dataclass(frozen=True, slots=True)
class OverHttp:
    """Carries an intent out by requests to the servers at some ports. Picklable, so that racers can be given it."""

    ports: tuple[int, ...]
    tokens: tuple[str, ...]
    owner: str

    def __call__(self, database: Database, world: World, racer: int, intent: Intent) -> Done:
        """Errors: Conflict for what the server refuses; RuntimeError for an answer nobody expects."""
        if intent.ends:
            self._ask("DELETE", f"/api/v1/reservations/{intent.ends}", self.tokens[racer], intent.key)
            return Done(CANCELLED, intent.ends)
        supplier, service = world.public_ids[0], world.public_ids[1 + intent.slot]
        body = {"supplier": supplier, "service": service, "quantity": intent.pieces, "week": world.week.iso}
        held = self._ask("POST", "/api/v1/reservations", self.tokens[racer], intent.key, body)
        self._ask("POST", f"/api/v1/reservations/{held['id']}/confirm", self.owner, f"{intent.key}/confirm")
        return Done(BOOKED, held["id"])

    def _ask(self, method: str, path: str, token: str, key: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        if not hasattr(_threads, "connection"):
            port = self.ports[self.tokens.index(token) % len(self.ports)]  # a racer's first call is its own
            _threads.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key, "Content-Type": "application/json"}
        _threads.connection.request(method, path, json.dumps(body or {}), headers)
        response = _threads.connection.getresponse()
        said = response.read()
        if response.status in _REFUSED:
            raise Conflict(said.decode())
        if response.status >= 300:
            raise RuntimeError(f"{method} {path}: {response.status} {said[:500]!r}")
        answer: dict[str, Any] = json.loads(said)
        return answer


@contextmanager
def serving(database: Database, url: str, folder: Path, world: World) -> Iterator[OverHttp]:
    """The real server, as many processes of it as there are cores up to two, and tokens for everybody."""
    context = multiprocessing.get_context("spawn")
    pipes = [context.Pipe() for _ in range(min(os.cpu_count() or 1, _MOST_SERVERS))]
    servers = [context.Process(target=_serve, args=(there, url, folder), daemon=True) for _, there in pipes]
    for server in servers:
        server.start()
    now = datetime.now(UTC)
    with database.writing() as session:
        made = []
        for person_id in (*world.people, world.owner):
            token = new_api_token()
            token_store.add(
                session,
                person_id,
                public_id=new_public_id(),
                name="race",
                token_hash=hash_token(token),
                starts_with=beginning_of(token),
                scopes=_SCOPES,
                now=now,
                expires_at=None,
            )
            made.append(token)
    try:
        yield OverHttp(tuple(here.recv() for here, _ in pipes), tuple(made[:-1]), made[-1])
    finally:
        for server in servers:
            server.kill()
            server.join()


def _serve(pipe: Connection, url: str, folder: Path) -> None:
    import waitress

    from marketplace.app import create_app
    from marketplace.bench.timing import settle
    from marketplace.db import open_database
    from marketplace.places.gazetteer import Gazetteer
    from marketplace.places.geocoders import PlaceFinder
    from marketplace.settings import Settings
    from marketplace.web.context import System

    settings = Settings(data_dir=folder, database_url=url, secret_key="b" * 32)
    gazetteer = Gazetteer(folder)
    database = open_database(url, pool_size=_THREADS + 2)
    app = create_app(System(settings, database, gazetteer, PlaceFinder(gazetteer)))
    settle()
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=_THREADS, ident=None)
    pipe.send(int(server.effective_port))
    server.run()
