"""Files come in whole or not at all, take no more than they may, and leave nothing behind."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cast import Cast

from marketplace.errors import Invalid, NotFound, Unavailable
from marketplace.files import store
from marketplace.files.actions import Cabinet, keep, receive, send
from marketplace.files.jobs import damaged, remove_orphans
from marketplace.files.model import StoredFile

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PDF = b"%PDF-1.7\n" + b"x" * 5000


@pytest.fixture
def cabinet(tmp_path: Path) -> Cabinet:
    return Cabinet(tmp_path / "files", most_bytes=100_000, quota_bytes=250_000)


@pytest.fixture
def studio(cast: Cast) -> int:
    return cast.studio(cast.person("Ada"))


def put(cast: Cast, cabinet: Cabinet, studio: int, data: bytes = PDF, name: str = "tech pack.pdf") -> StoredFile:
    with receive(cabinet, name, io.BytesIO(data)) as received, cast.database.writing() as session:
        return keep(session, cabinet, received, organisation_id=studio, person_id=None, now=NOW)


def paths(cabinet: Cabinet) -> list[Path]:
    return sorted(path for path in cabinet.folder.rglob("*") if path.is_file()) if cabinet.folder.exists() else []


def test_a_file_comes_back_as_it_was_sent(cast: Cast, cabinet: Cabinet, studio: int) -> None:
    file = put(cast, cabinet, studio)
    assert (file.name, file.media_type, file.size) == ("tech pack.pdf", "application/pdf", len(PDF))
    assert paths(cabinet) == [cabinet.path_of(file.public_id)]
    assert cabinet.path_of(file.public_id).stat().st_mode & 0o077 == 0  # nobody else's on this machine
    with cast.app.test_request_context(), cast.database.reading() as session:
        answer = send(cabinet, store.get(session, file.id))
        answer.direct_passthrough = False
        assert answer.get_data() == PDF


def test_it_is_sent_to_be_saved_and_never_shown(cast: Cast, cabinet: Cabinet, studio: int) -> None:
    file = put(cast, cabinet, studio, name="Größe \u202e“x”; a.pdf")
    with cast.app.test_request_context():
        headers = send(cabinet, file).headers
    assert headers["Content-Disposition"].startswith("attachment; filename")
    assert "\u202e" not in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "private, no-store"


def test_bytes_that_are_gone_are_said_to_be(cast: Cast, cabinet: Cabinet, studio: int) -> None:
    file = put(cast, cabinet, studio)
    cabinet.path_of(file.public_id).unlink()
    with cast.app.test_request_context(), pytest.raises(NotFound, match="missing on the server"):
        send(cabinet, file)


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("a.pdf", b"", "is empty"),
        ("", b"", "choose a file"),
        ("a.pdf", b"%PDF-" + b"x" * 100_000, "larger than 100 KB"),
        ("a.svg", b"<svg>", "not taken"),
        ("a.pdf", b"MZ", "something else inside"),
        ("../../etc/cron.d/x", b"* * * * *", "not taken"),
    ],
)
def test_what_is_refused_leaves_nothing(
    cast: Cast, cabinet: Cabinet, studio: int, name: str, data: bytes, problem: str
) -> None:
    with pytest.raises(Invalid, match=problem) as refused:
        put(cast, cabinet, studio, data, name)
    assert set(refused.value.problems) == {"file"}
    assert paths(cabinet) == []
    assert cast.sql("SELECT count(*) FROM file") == [(0,)]


class Slow(io.RawIOBase):
    """A client that sends a byte at a time, and may go away."""

    def __init__(self, data: bytes, until: int | None = None) -> None:
        self._data, self._at, self._until = data, 0, until

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._until is not None and self._at >= self._until:
            raise ConnectionResetError
        self._at += 1
        return self._data[self._at - 1 : self._at]


def test_a_client_that_sends_single_bytes(cast: Cast, cabinet: Cabinet, studio: int) -> None:
    with receive(cabinet, "a.pdf", Slow(PDF)) as received:  # type: ignore[arg-type]
        assert received.size == len(PDF)


@pytest.mark.parametrize("until", [0, 3, 4096, 5000])
def test_an_upload_that_breaks_off(cast: Cast, cabinet: Cabinet, studio: int, until: int) -> None:
    with pytest.raises((ConnectionResetError, Unavailable)), receive(cabinet, "a.pdf", Slow(PDF, until)):  # type: ignore[arg-type]
        pass
    assert paths(cabinet) == []


def test_a_quota_holds_for_each_organisation(cast: Cast, cabinet: Cabinet, studio: int) -> None:
    big = b"%PDF-" + b"x" * 99_000
    put(cast, cabinet, studio, big)
    put(cast, cabinet, studio, big)
    with pytest.raises(Invalid, match=r"198 KB of your 250 KB are used"):
        put(cast, cabinet, studio, big)
    assert len(paths(cabinet)) == 2
    put(cast, cabinet, cast.studio(cast.person("Bea"), "Other"), big)


def test_what_is_rolled_back_was_never_there(cast: Cast, cabinet: Cabinet, studio: int) -> None:
    def fail() -> None:
        with receive(cabinet, "a.pdf", io.BytesIO(PDF)) as received, cast.database.writing() as session:
            keep(session, cabinet, received, organisation_id=studio, person_id=None, now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert cast.sql("SELECT count(*) FROM file") == [(0,)]
    (left,) = paths(cabinet)  # its name is final, but no row knows it
    os.utime(left, (NOW.timestamp(), NOW.timestamp()))
    assert remove_orphans(cast.database, cabinet, NOW + timedelta(hours=23)) == 0
    assert remove_orphans(cast.database, cabinet, NOW + timedelta(hours=25)) == 1
    assert paths(cabinet) == []


def test_orphans_go_and_files_stay(cast: Cast, cabinet: Cabinet, studio: int) -> None:
    kept, removed = put(cast, cabinet, studio), put(cast, cabinet, studio)
    (cabinet.arriving / "half").write_bytes(PDF[:100])
    for path in paths(cabinet):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    with cast.database.writing() as session:
        store.remove(session, [removed.id])
    assert remove_orphans(cast.database, cabinet, NOW + timedelta(days=2)) == 2
    assert paths(cabinet) == [cabinet.path_of(kept.public_id)]
    assert remove_orphans(cast.database, replace(cabinet, folder=cabinet.folder / "none"), NOW) == 0


_KILLED = """
import io, os, signal, sys
from pathlib import Path
from marketplace.files import actions
from marketplace.files.actions import Cabinet, receive

class Stream(io.BytesIO):
    def read(self, size=-1):
        if self.tell() >= int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().read(min(size, 1000))

with receive(Cabinet(Path(sys.argv[1]), 10**6, 10**6), "a.pdf", Stream(b"%PDF-" + b"x" * 9000)):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("at", [5000, 9005, 10**6])
def test_a_kill_leaves_no_file_that_can_be_read(cast: Cast, cabinet: Cabinet, studio: int, at: int) -> None:
    ended = subprocess.run([sys.executable, "-c", _KILLED, str(cabinet.folder), str(at)], check=False)
    assert ended.returncode == -signal.SIGKILL
    left = paths(cabinet)
    assert [path.parent for path in left] == [cabinet.arriving]  # the bytes are there, under no name that is read
    os.utime(left[0], (NOW.timestamp(), NOW.timestamp()))
    assert remove_orphans(cast.database, cabinet, NOW + timedelta(days=2)) == 1


def test_a_full_disk_is_told(cast: Cast, cabinet: Cabinet, studio: int, tmp_path: Path) -> None:
    full = replace(cabinet, folder=tmp_path / "file")
    full.folder.write_bytes(b"where the folder should be")
    with pytest.raises(Unavailable, match="could not be saved"):
        put(cast, full, studio)


def test_missing_and_damaged_bytes_are_found(cast: Cast, cabinet: Cabinet, studio: int) -> None:
    whole, gone, changed = (put(cast, cabinet, studio) for _ in range(3))
    assert damaged(cast.database, cabinet) == []
    cabinet.path_of(gone.public_id).unlink()
    cabinet.path_of(changed.public_id).write_bytes(PDF[:-1] + b"y")
    first, second = damaged(cast.database, cabinet)
    assert first.startswith(f"file {gone.public_id} is missing")
    assert second.startswith(f"file {changed.public_id} is damaged")
    assert cabinet.path_of(whole.public_id).is_file()
