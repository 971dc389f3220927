"""HTTP to the search server, for the `meilisearch` client: a deadline for the whole call, no more than so many bytes.

The client's own transport has a time-out for each read (a server that sends a byte a second holds a thread
for ever), follows redirects with our key, obeys proxy variables, and reads whatever comes. Here one deadline
covers resolving, connecting, TLS, sending and reading; nothing is followed; the answer's size is capped.
"""

from __future__ import annotations

import http.client
import io
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from meilisearch._httprequests import HttpRequests
from meilisearch.config import Config
from meilisearch.errors import (
    MeilisearchApiError,
    MeilisearchCommunicationError,
    MeilisearchError,
    MeilisearchTimeoutError,
)

_MOST_IDLE = 8
_BLOCK = 65_536


class Nonsense(MeilisearchError):
    """The server answered, and not as Meilisearch does."""


class Deadline:
    """A point in time by which a call is over."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left. Errors: TimeoutError when there are none."""
        seconds = self._at - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the search server took too long")
        return seconds


class _Socket:
    """What http.client needs of a socket, each read and write within what is left of the deadline."""

    def __init__(self, real: socket.socket, deadline: Deadline) -> None:
        self._real = real
        self.deadline = deadline
        self._readers = 0
        self._closed = False

    def sendall(self, data: Any) -> None:
        self._real.settimeout(self.deadline.left())
        self._real.sendall(data)

    def receive_into(self, buffer: Any) -> int:
        self._real.settimeout(self.deadline.left())
        return self._real.recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        self._readers += 1
        return io.BufferedReader(_Reader(self))

    def reader_closed(self) -> None:
        self._readers -= 1
        if self._closed:
            self.close()

    def close(self) -> None:
        """Like a socket's: what is still being read from stays open until that is closed too."""
        self._closed = True
        if not self._readers:
            self._real.close()

    def abandon(self) -> None:
        self._real.close()


class _Reader(io.RawIOBase):
    """One answer's view of the socket."""

    def __init__(self, source: _Socket) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._source.receive_into(buffer)

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._source.reader_closed()


class _Resolver:
    """Addresses of a host. The system's resolver knows no deadline, so it works in a thread of its own."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._lock = threading.Lock()
        self._busy: threading.Event | None = None
        self._found: list[Any] = []
        self._error: OSError | None = None

    def addresses(self, deadline: Deadline) -> list[Any]:
        with self._lock:
            done = self._busy
            if done is None:
                done = self._busy = threading.Event()
                threading.Thread(target=self._resolve, args=(done,), daemon=True, name="resolve").start()
        if not done.wait(deadline.left()):
            raise TimeoutError(f"looking up {self._host} took too long")
        if self._error:
            raise self._error
        return self._found

    def _resolve(self, done: threading.Event) -> None:
        try:
            self._found, self._error = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM), None
        except (OSError, UnicodeError) as error:
            self._found, self._error = [], OSError(f"{self._host} is not known: {error}")
        with self._lock:
            self._busy = None
        done.set()


@dataclass(frozen=True, slots=True)
class _Line:
    """A connection, with the socket it may let go of."""

    http: http.client.HTTPConnection
    socket: _Socket


class BoundedHttp(HttpRequests):
    """The client's requests over http.client. Safe for threads; connections are kept and shared.

    Errors: MeilisearchTimeoutError, MeilisearchCommunicationError, MeilisearchApiError, Nonsense.
    """

    def __init__(self, config: Config, seconds: float, most_bytes: int) -> None:
        super().__init__(config)
        self._seconds, self._most_bytes = seconds, most_bytes
        parts = urlsplit(config.url)
        assert parts.hostname is not None
        self._host, self._prefix = parts.hostname, parts.path.rstrip("/")
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        self._resolver = _Resolver(self._host, self._port)
        self._idle: list[_Line] = []
        self._lock = threading.Lock()

    def send_request(
        self,
        http_method: Callable[..., Any],
        path: str,
        body: Any = None,
        content_type: str | None = None,
        *,
        serializer: type[json.JSONEncoder] | None = None,
    ) -> Any:
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body, cls=serializer).encode()
        deadline = Deadline(self._seconds)
        try:
            status, text = self._exchange(http_method.__name__.upper(), f"{self._prefix}/{path}", data, deadline)
        except TimeoutError as error:
            raise MeilisearchTimeoutError(str(error)) from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise MeilisearchCommunicationError(f"{type(error).__name__}: {error}") from error
        if status >= 400:
            raise _refused(status, text)
        if not 200 <= status < 300:
            raise Nonsense(f"status {status}")
        return _parsed(text)

    def _exchange(self, method: str, path: str, data: bytes | None, deadline: Deadline) -> tuple[int, bytes]:
        """Send and receive, once more on a new connection when the server had closed the kept one."""
        while True:
            with self._lock:
                line = self._idle.pop() if self._idle else None
            kept = line is not None
            line = line or self._connect(deadline)
            line.socket.deadline = deadline
            try:
                status, text, keep = self._converse(line.http, method, path, data, deadline)
            except (http.client.RemoteDisconnected, ConnectionError):
                line.socket.abandon()
                if not kept:
                    raise
                continue
            except BaseException:
                line.socket.abandon()
                raise
            with self._lock:
                keep = keep and len(self._idle) < _MOST_IDLE
                if keep:
                    self._idle.append(line)
            if not keep:
                line.socket.abandon()
            return status, text

    def _connect(self, deadline: Deadline) -> _Line:
        last: OSError | None = None
        for family, kind, protocol, _, address in self._resolver.addresses(deadline):
            real = socket.socket(family, kind, protocol)
            try:
                real.settimeout(deadline.left())
                real.connect(address)
                real.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self._tls:
                    real.settimeout(deadline.left())
                    real = self._tls.wrap_socket(real, server_hostname=self._host)
            except OSError as error:
                real.close()
                if isinstance(error, TimeoutError):
                    raise
                last = error
                continue
            line = _Line(http.client.HTTPConnection(self._host, self._port), _Socket(real, deadline))
            line.http.sock = cast(Any, line.socket)
            line.http.auto_open = 0
            return line
        raise last or OSError(f"{self._host} has no address")

    def _converse(
        self, connection: http.client.HTTPConnection, method: str, path: str, data: bytes | None, deadline: Deadline
    ) -> tuple[int, bytes, bool]:
        headers = {name: value for name, value in self.headers.items() if name != "Content-Type"}
        if not self.config.api_key:
            del headers["Authorization"]
        if data is not None:
            headers["Content-Type"] = "application/json"
        connection.request(method, path, data, headers)
        with connection.getresponse() as response:
            if (response.length or 0) > self._most_bytes:
                raise http.client.HTTPException(f"an answer of {response.length} bytes")
            blocks, total = [], 0
            while block := response.read1(_BLOCK):
                deadline.left()
                total += len(block)
                if total > self._most_bytes:
                    raise http.client.HTTPException("an answer that does not end")
                blocks.append(block)
            if response.length:
                raise http.client.HTTPException("an answer that was cut off")
            return response.status, b"".join(blocks), not response.will_close


class _Refusal:
    """As much of a response as MeilisearchApiError reads."""

    def __init__(self, status: int, text: bytes) -> None:
        self.status_code = status
        self.text = text.decode("utf-8", "replace")


def _refused(status: int, text: bytes) -> MeilisearchError:
    try:
        return MeilisearchApiError(f"status {status}", cast(Any, _Refusal(status, text[:_BLOCK])))
    except (ValueError, RecursionError):  # the client reads what comes as JSON
        return Nonsense(f"status {status}")


def _parsed(text: bytes) -> Any:
    if not text:
        return None
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Nonsense(f"no JSON: {type(error).__name__}") from error


def _refuse(name: str) -> Any:
    raise ValueError(name)
