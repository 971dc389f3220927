"""A server that misbehaves on purpose, on a real socket. Its manners are bytes to send and pauses to make."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Manner = Callable[[socket.socket, bytes], None]


class BadServer:
    """Answers each request by `manner`; remembers the requests."""

    def __init__(self, manner: Manner) -> None:
        self.manner = manner
        self.requests: list[bytes] = []
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._stop.set()
        self._listener.close()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        with peer, suppress(OSError):
            while request := _read_request(peer):
                self.requests.append(request)
                self.manner(peer, request)


@contextmanager
def bad_server(manner: Manner) -> Iterator[BadServer]:
    server = BadServer(manner)
    try:
        yield server
    finally:
        server.close()


def answering(body: bytes, status: str = "200 OK", headers: str = "") -> Manner:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode()
    return lambda peer, _: peer.sendall(head + body)


def answering_json(answer: object, status: str = "200 OK") -> Manner:
    return answering(json.dumps(answer).encode(), status)


def dripping(text: bytes, pause_s: float) -> Manner:
    """A byte at a time: every read succeeds, the whole never ends."""

    def manner(peer: socket.socket, _: bytes) -> None:
        for byte in text:
            peer.sendall(bytes((byte,)))
            time.sleep(pause_s)

    return manner


def silent(peer: socket.socket, _: bytes) -> None:
    time.sleep(120)


def hanging_up(peer: socket.socket, _: bytes) -> None:
    peer.shutdown(socket.SHUT_RDWR)


def cut_off(peer: socket.socket, _: bytes) -> None:
    peer.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"results": [')
    peer.shutdown(socket.SHUT_RDWR)


def endless(peer: socket.socket, _: bytes) -> None:
    """Hits for ever, without saying how many."""
    peer.sendall(b'HTTP/1.1 200 OK\r\n\r\n{"results": [{"hits": [')
    while True:
        peer.sendall(b'{"id": 1},' * 10_000)


def many_headers(peer: socket.socket, _: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        peer.sendall(b"X-More: " + b"x" * 60_000 + b"\r\n")


def long_header(peer: socket.socket, _: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nX-More: ")
    while True:
        peer.sendall(b"x" * 60_000)


def _read_request(peer: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        more = peer.recv(65_536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += peer.recv(65_536)
    return head + b"\r\n\r\n" + body
