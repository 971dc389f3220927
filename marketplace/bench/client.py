"""A small HTTP client: one connection that stays open, requests made beforehand, so that it takes little itself."""

from __future__ import annotations

import socket
from collections.abc import Sequence


class Client:
    """Errors: ConnectionError when the server hangs up."""

    def __init__(self, host: str, port: int, paths: Sequence[str]) -> None:
        self._socket = socket.create_connection((host, port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = [f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode("ascii") for path in paths]

    def ask(self, number: int) -> int:
        """Ask for a path; returns the bytes of the body.

        Errors: ValueError for any status but 200.
        """
        self._socket.sendall(self._requests[number])
        got = bytearray()
        while (end := got.find(b"\r\n\r\n")) < 0:
            self._receive(got)
        head = bytes(got[:end]).lower()
        if not head.startswith(b"http/1.1 200"):
            raise ValueError(f"the server answered {head[:40].decode('latin-1')}")
        length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        while len(got) < end + 4 + length:
            self._receive(got)
        return length

    def close(self) -> None:
        self._socket.close()

    def _receive(self, got: bytearray) -> None:
        piece = self._socket.recv(1 << 18)
        if not piece:
            raise ConnectionError("the server hung up")
        got += piece
