"""A whole Selvedge site in a process of its own, over a database of generated suppliers: what a visitor waits for.

The other process writes with the product's own actions and asks this one over a pipe what to measure.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response
from flask.typing import ResponseReturnValue

from marketplace.bench.shapes import Shape
from marketplace.bench.timing import best_of, paced, settle
from marketplace.bench.workers import private_mb
from marketplace.db import open_database
from marketplace.places.gazetteer import Gazetteer
from marketplace.places.geocoders import PlaceFinder
from marketplace.places.model import Circle, Place, Point, Precision
from marketplace.search.context import index_of
from marketplace.search.document import SiteDocument
from marketplace.search.forms import Asked, to_parameters
from marketplace.search.query import PER_PAGE_MAXIMUM, SearchQuery
from marketplace.settings import Settings
from marketplace.web.context import System

REAL, BARE = "/api/v1/search", "/bare"


@dataclass(frozen=True, slots=True)
class Filled:
    """Reading the whole database into the index, as a start does."""

    seconds: float
    documents: int


@dataclass(frozen=True, slots=True)
class Change:
    """What a supplier has said, to be seen by a search around it."""

    supplier_id: int
    site_id: int
    service_id: str
    point: Point
    usual: int


@dataclass(frozen=True, slots=True)
class Seen:
    """Seconds from the beginning of a search until the change is in the index it reads, and until the search of
    everything around the supplier, near misses and all, is answered with it."""

    applied: float
    answered: float


@dataclass(frozen=True, slots=True)
class Pace:
    """Requests a second, and milliseconds of the processor that each took, changes of others read by it and all."""

    per_s: float
    cpu_ms: float


def paths_of(shapes: Sequence[Shape]) -> list[str]:
    """The shapes as addresses of the API."""
    found = []
    for shape in shapes:
        circle = shape.query.circle
        origin = Place("here", circle.centre, Precision.EXACT, "") if circle else None
        found.append(f"{REAL}?{urlencode(to_parameters(Asked(shape.query, origin)))}")
    return found


class Site:
    """The site's process, seen from this one."""

    def __init__(
        self, database_url: str, folder: Path, gazetteer_dir: Path, shapes: Sequence[Shape], today: date
    ) -> None:
        context = multiprocessing.get_context("spawn")  # a process as `serve` would be: nothing is shared
        self._pipe, there = context.Pipe()
        self._process = context.Process(
            target=_run, args=(there, database_url, folder, gazetteer_dir, paths_of(shapes), today)
        )
        self._process.start()
        there.close()

    def __enter__(self) -> Site:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.is_alive():
            self._process.terminate()
        self._process.join()

    def fill(self) -> Filled:
        return self._ask("fill")  # type: ignore[no-any-return]

    def in_process(self, rounds: int) -> dict[str, list[float]]:
        """Milliseconds of the processor for each shape through the application, and for a bare route with as many
        bytes."""
        return self._ask("in_process", rounds)  # type: ignore[no-any-return]

    def serve(self) -> int:
        """Start the real server over both; returns its port."""
        return self._ask("serve")  # type: ignore[no-any-return]

    def see(self, change: Change) -> Seen:
        """Search once, and time it.

        Errors: RuntimeError where the index or the answer has another amount than was said.
        """
        return self._ask("see", change)  # type: ignore[no-any-return]

    def begin(self, seconds: float) -> Callable[[], Pace]:
        """Start answering the mix for so long; call what is returned for the pace."""
        self._pipe.send(("pace", seconds))
        return self._answer

    def private_mb(self) -> float:
        return self._ask("private_mb")  # type: ignore[no-any-return]

    def _ask(self, *message: Any) -> Any:
        self._pipe.send(message)
        return self._answer()

    def _answer(self) -> Any:
        try:
            return self._pipe.recv()
        except EOFError:
            raise RuntimeError("the site's process ended; its error stands above") from None


def _run(pipe: Connection, database_url: str, folder: Path, gazetteer_dir: Path, paths: list[str], today: date) -> None:
    # What the site starts beside itself reads the settings from here: never those of the site that is run for real.
    os.environ |= {"SELVEDGE_DATABASE_URL": database_url, "SELVEDGE_DATA_DIR": str(folder)}
    settings = Settings(data_dir=folder, database_url=database_url, secret_key="b" * 32)
    inside = _Inside(settings, gazetteer_dir, paths, today)
    while True:
        name, *values = pipe.recv()
        pipe.send(getattr(inside, name)(*values))


class _Inside:
    def __init__(self, settings: Settings, gazetteer_dir: Path, paths: list[str], today: date) -> None:
        from marketplace.app import create_app

        gazetteer = Gazetteer(gazetteer_dir)
        database = open_database(settings.database, pool_size=settings.threads + 2)
        self._app = create_app(System(settings, database, gazetteer, PlaceFinder(gazetteer)))
        self._index = index_of(self._app)
        self._bodies: list[bytes] = []
        self._bare = _bare_app(self._bodies)
        self._paths = paths
        self._today = today

    def fill(self) -> Filled:
        started = time.perf_counter()
        documents = self._index.count()
        filled = Filled(time.perf_counter() - started, documents)
        self._bodies += [_body(self._app, path) for path in self._paths]
        return filled

    def in_process(self, rounds: int) -> dict[str, list[float]]:
        asks = {
            "real": _wsgi(self._app, self._paths),
            "bare": _wsgi(self._bare, [f"{BARE}/{number}" for number in range(len(self._paths))]),
        }
        return best_of(asks, len(self._paths), rounds, clock=time.process_time)

    def serve(self) -> int:
        import waitress

        def both(environ: Any, start_response: Any) -> Any:
            app = self._bare if environ["PATH_INFO"].startswith(BARE) else self._app
            return app(environ, start_response)

        settle()
        server = waitress.create_server(both, host="127.0.0.1", port=0, threads=Settings().threads, ident=None)
        threading.Thread(target=server.run, daemon=True).start()
        return int(server.effective_port)

    def see(self, change: Change) -> Seen:
        query = SearchQuery(self._today, circle=Circle(change.point, 100), per_page=PER_PAGE_MAXIMUM)
        started = time.perf_counter()
        self._index.refresh()
        caught_up = time.perf_counter()
        indexed = self._index.documents([change.site_id])  # looked at before a search can catch up once more
        searched = time.perf_counter()
        hits = self._index.search(query).hits
        ended = time.perf_counter()
        for documents in (indexed, [fit.document for fit in hits]):
            if not any(_shows(document, change) for document in documents):
                raise RuntimeError(f"supplier {change.supplier_id} changed, and the next search elsewhere misses it")
        return Seen(caught_up - started, caught_up - started + ended - searched)

    def pace(self, seconds: float) -> Pace:
        started, worked = time.perf_counter(), time.process_time()
        per_s = paced(_wsgi(self._app, self._paths), range(len(self._paths)), seconds)
        share = (time.process_time() - worked) / (time.perf_counter() - started)
        return Pace(per_s, share / per_s * 1000)

    def private_mb(self) -> float:
        return private_mb()


def _shows(document: SiteDocument, change: Change) -> bool:
    return any(
        service.public_id == change.service_id and service.calendar and service.calendar.usual == change.usual
        for service in document.services
    )


def _bare_app(bodies: list[bytes]) -> Flask:
    """What any Flask route costs that answers so many bytes."""
    app = Flask("bare")

    @app.get(f"{BARE}/<int:number>")
    def bare(number: int) -> ResponseReturnValue:
        return Response(bodies[number], content_type="application/json")

    return app


def _wsgi(app: Flask, paths: Sequence[str]) -> Callable[[int], object]:
    def ask(number: int) -> bytes:
        return _body(app, paths[number])

    return ask


def _body(app: Flask, path: str) -> bytes:
    """The body of an answer, by a WSGI call as a server makes it."""
    name, _, query = path.partition("?")
    said: list[str] = []

    def start_response(status: str, headers: object, exc_info: object = None) -> Callable[[bytes], object]:
        said.append(status)
        return lambda data: None

    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": name,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "HTTP_HOST": "127.0.0.1:8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": None,
        "wsgi.errors": None,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "REMOTE_ADDR": "127.0.0.1",
    }
    pieces: Any = app(environ, start_response)
    try:
        body = b"".join(pieces)
    finally:
        if hasattr(pieces, "close"):
            pieces.close()
    if not said[0].startswith("200"):
        raise ValueError(f"{path}: {said[0]}, {body[:200]!r}")
    return body


def now() -> datetime:
    return datetime.now(UTC)
