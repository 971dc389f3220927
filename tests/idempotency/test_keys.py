"""One effect for each key, on both engines and between processes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from calls import a_monday, body, put
from cast import Cast

from marketplace.accounts import api_tokens
from marketplace.accounts.forms import TokenForm
from marketplace.accounts.model import Person, Scope
from marketplace.booking import holds
from marketplace.booking.model import Side
from marketplace.idempotency.jobs import KEPT, prune_answers
from marketplace.idempotency.rules import fingerprint
from marketplace.settings import Settings
from marketplace.suppliers.model import Supplier
from marketplace.suppliers.rules import Run
from marketplace.units import Quantity, Unit, Week

KEYS, PROCESSES = 40, 4


@dataclass
class Room:
    """A sewing room whose owner has a program."""

    cast: Cast
    owner: Person
    supplier: Supplier
    path: str
    token: str

    def token_of(self, person: Person) -> str:
        form = TokenForm("Program", frozenset({Scope.WRITE_CAPACITY}), None)
        return api_tokens.make(self.cast.database, self.cast.actor(person), form, self.cast.now)

    def effects(self) -> int:
        """How often weeks were stated."""
        rows = self.cast.sql("SELECT count(*) FROM audit_event WHERE action = 'capacity.publish'")
        return int(rows[0][0])

    def offered(self) -> list[int]:
        return [row[0] for row in self.cast.sql("SELECT offered FROM capacity_week ORDER BY monday")]

    def promise(self, pieces: int) -> None:
        """A studio holds that much of the week that the calls are about."""
        studio_id = self.cast.studio(self.cast.person("Ines"))
        with self.cast.database.writing() as session:
            holds.hold(
                session,
                supplier=self.supplier,
                service=self.supplier.services[0],
                studio_id=studio_id,
                run=Run(Quantity.of(pieces, Unit.PIECE)),
                arrival=a_monday(),
                made_by=Side.STUDIO,
                expires_at=self.cast.now + timedelta(days=1),
                now=self.cast.now,
                only=Week(a_monday()),
            )


@pytest.fixture
def room(cast: Cast) -> Room:
    owner = cast.person("Rosa")
    supplier = cast.supplier(owner)
    path = f"/api/v1/suppliers/{supplier.public_id}/services/{supplier.services[0].public_id}/weeks"
    made = Room(cast, owner, supplier, path, "")
    made.token = made.token_of(owner)
    return made


def test_the_same_call_again_has_no_second_effect(room: Room) -> None:
    client = room.cast.app.test_client()
    first = put(client, room.path, room.token, body(30), "a")
    again = put(client, room.path, room.token, body(30), "a")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.data == first.data
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert room.effects() == 1


def test_the_key_belongs_to_the_person_not_to_the_token(room: Room) -> None:
    client = room.cast.app.test_client()
    put(client, room.path, room.token, body(30), "a")
    other_token = room.token_of(room.owner)
    assert put(client, room.path, other_token, body(30), "a").headers["Idempotent-Replayed"] == "true"


def test_another_call_with_the_same_key_is_refused(room: Room) -> None:
    client = room.cast.app.test_client()
    put(client, room.path, room.token, body(30), "a")
    for path, content in ((room.path, body(31)), (f"{room.path}?x=1", body(30))):
        answer = put(client, path, room.token, content, "a")
        assert answer.status_code == 422
        assert answer.get_json()["errors"][0]["pointer"] == "Idempotency-Key"
    assert room.effects() == 1


def test_somebody_else_with_the_same_key_is_independent(room: Room) -> None:
    colleague = room.cast.person("Anna")
    organisation = room.cast.actor(room.owner).memberships[0].organisation_id
    room.cast.joins(colleague, organisation)
    client = room.cast.app.test_client()
    put(client, room.path, room.token, body(30), "a")
    answer = put(client, room.path, room.token_of(colleague), body(31), "a")
    assert answer.status_code == 200
    assert "Idempotent-Replayed" not in answer.headers
    assert room.effects() == 2


def test_a_refused_call_is_not_kept(room: Room) -> None:
    client = room.cast.app.test_client()
    wrong = {"weeks": [{"week_start": "2027-03-02", "offered": 1}]}
    assert put(client, room.path, room.token, wrong, "a").status_code == 422
    assert room.cast.sql("SELECT count(*) FROM idempotency_key") == [(0,)]
    assert put(client, room.path, room.token, body(30), "a").status_code == 200


def test_a_refusal_after_changes_keeps_nothing(room: Room) -> None:
    """Less than what is promised is found out after the weeks were written: all of it is taken back, the key too."""
    client = room.cast.app.test_client()
    put(client, room.path, room.token, body(40), None)
    room.promise(35)
    assert put(client, room.path, room.token, body(30), "a").status_code == 409
    assert room.offered() == [40]
    assert room.effects() == 1
    assert room.cast.sql("SELECT count(*) FROM idempotency_key") == [(0,)]


@pytest.mark.parametrize("key", ["", "x" * 256, "ü", "a\tb"])
def test_what_is_no_key(room: Room, key: str) -> None:
    answer = put(room.cast.app.test_client(), room.path, room.token, body(30), key)
    assert answer.status_code == 422
    assert room.effects() == 0


def test_without_a_key_each_call_counts(room: Room) -> None:
    client = room.cast.app.test_client()
    for _ in range(2):
        assert put(client, room.path, room.token, body(30), None).status_code == 200
    assert room.effects() == 2


def test_processes_that_send_the_same_calls_at_once(
    room: Room, settings: Settings, database_url: str, tmp_path: Path
) -> None:
    """40 keys by 4 processes: each has one effect, and all are answered the same bytes."""
    start = time.time() + 4
    runs = [
        subprocess.Popen(
            [
                sys.executable,
                str(Path(__file__).with_name("calls.py")),
                database_url,
                str(settings.data_dir),
                room.path,
                room.token,
                str(KEYS),
                str(start),
                str(tmp_path / f"answers-{number}.json"),
            ]
        )
        for number in range(PROCESSES)
    ]
    assert [run.wait(timeout=120) for run in runs] == [0] * PROCESSES
    answers = [json.loads((tmp_path / f"answers-{number}.json").read_text()) for number in range(PROCESSES)]
    assert all(answer == answers[0] for answer in answers)
    assert {status for status, _ in answers[0].values()} == {200}
    assert room.effects() == KEYS
    assert room.cast.sql("SELECT count(*) FROM idempotency_key") == [(KEYS,)]
    assert room.offered() == [10 + KEYS - 1]


def test_answers_are_forgotten_after_30_days(room: Room) -> None:
    client = room.cast.app.test_client()
    put(client, room.path, room.token, body(30), "a")
    assert prune_answers(room.cast.database, room.cast.now + KEPT - timedelta(minutes=1)) == 0
    assert prune_answers(room.cast.database, room.cast.now + KEPT + timedelta(minutes=5)) == 1
    assert "Idempotent-Replayed" not in put(client, room.path, room.token, body(30), "a").headers


def test_a_fingerprint_tells_calls_apart() -> None:
    calls = {
        ("PUT", "/a", b"", b"x"),
        ("POST", "/a", b"", b"x"),
        ("PUT", "/ab", b"", b"x"),
        ("PUT", "/a", b"b", b"x"),
        ("PUT", "/a", b"", b""),
        ("PUT", "/", b"a", b"x"),
    }
    assert len({fingerprint(*call) for call in calls}) == len(calls)
