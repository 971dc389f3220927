"""Mail: queued with the change that causes it, sent once, tried again when the server is away."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from marketplace.db import Database
from marketplace.mail import store
from marketplace.mail.sender import send_due, spool_dir
from marketplace.mail.tables import MailRow
from marketplace.settings import Settings

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    received: list[str]
    refuse: bool


class _Smtp(socketserver.StreamRequestHandler):
    """Enough of SMTP to take a mail, or to refuse it."""

    server: _Server

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "EHLO":
                self._say("250 here")
            elif word == "DATA":
                self._say("354 go on")
                body = b""
                while not body.endswith(b"\r\n.\r\n"):
                    body += self.rfile.readline()
                self.server.received.append(body.decode())
                self._say("250 taken")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("451 not now" if self.server.refuse and word == "RCPT" else "250 ok")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), _Smtp) as running:
        running.received, running.refuse = [], False
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def queue(database: Database, subject: str = "Hello") -> None:
    with database.writing() as session:
        store.enqueue(session, recipient="a@example.com", subject=subject, body="Grüße\n", now=NOW)


def test_without_a_mail_server_mails_are_spooled(database: Database, settings: Settings) -> None:
    queue(database)
    assert send_due(database, settings, NOW) == 1
    assert send_due(database, settings, NOW) == 0
    (path,) = spool_dir(settings).glob("*.eml")
    assert b"Subject: Hello" in path.read_bytes()


def test_sent_once_by_smtp_and_the_body_is_forgotten(database: Database, settings: Settings, server: _Server) -> None:
    by_smtp = settings.model_copy(update={"mail_url": f"smtp://127.0.0.1:{server.server_address[1]}"})
    queue(database)
    assert send_due(database, by_smtp, NOW) == 1
    assert send_due(database, by_smtp, NOW + timedelta(days=1)) == 0
    assert len(server.received) == 1
    with database.reading() as session:
        assert session.scalar(select(MailRow.body)) == ""


def test_a_server_that_refuses_is_tried_again_later_and_not_for_ever(
    database: Database, settings: Settings, server: _Server
) -> None:
    by_smtp = settings.model_copy(update={"mail_url": f"smtp://127.0.0.1:{server.server_address[1]}"})
    server.refuse = True
    queue(database)
    now = NOW
    for _ in range(store.MAXIMUM_TRIES + 2):
        assert send_due(database, by_smtp, now) == 0
        assert send_due(database, by_smtp, now) == 0  # not again at once
        now += timedelta(days=1)
    with database.reading() as session:
        row = session.scalar(select(MailRow))
        assert row is not None
        assert row.tries == store.MAXIMUM_TRIES
        assert "not now" in row.last_error


def test_it_recovers_when_the_server_is_back(database: Database, settings: Settings, server: _Server) -> None:
    port = server.server_address[1]
    by_smtp = settings.model_copy(update={"mail_url": f"smtp://127.0.0.1:{port}"})
    server.refuse = True
    queue(database)
    assert send_due(database, by_smtp, NOW) == 0
    server.refuse = False
    assert send_due(database, by_smtp, NOW + timedelta(minutes=2)) == 1


def test_nothing_is_queued_when_the_change_fails(database: Database, settings: Settings) -> None:
    def fail() -> None:
        with database.writing() as session:
            store.enqueue(session, recipient="a@example.com", subject="x", body="y", now=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert send_due(database, settings, NOW) == 0
