"""Holds and bookings as programs make them."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from cast import Cast
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts import token_store
from marketplace.accounts.model import Person, Scope
from marketplace.accounts.tokens import beginning_of, hash_token, new_api_token
from marketplace.booking.actions import MOST_FOR_NOTHING, MOST_OPEN_HOLDS
from marketplace.booking.jobs import expire_holds
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.suppliers.model import Supplier
from marketplace.units import Week

MONDAY = Week.containing(datetime.now(UTC).date()).plus(3).monday


class Street:
    """A sewing room with 40 pieces a week and two studios, each with a token."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.app, self.database, self.cast = app, database, Cast(app, database)
        self.owner = self.cast.person("Olga")
        self.room: Supplier = self.cast.supplier(self.owner)
        self.tokens = {"olga": self._token(self.owner)}
        for name in ("dora", "dino"):
            person = self.cast.person(name)
            self.cast.studio(person, name)
            self.tokens[name] = self._token(person)

    def _token(self, person: Person) -> str:
        token = new_api_token()
        with self.database.writing() as session:
            token_store.add(
                session,
                person.id,
                public_id=new_public_id(),
                name="test",
                token_hash=hash_token(token),
                starts_with=beginning_of(token),
                scopes=frozenset((Scope.READ, Scope.WRITE_ORDERS)),
                now=datetime.now(UTC),
                expires_at=None,
            )
        return token

    def call(self, who: str, method: str, path: str, body: Any = None, key: str | None = None) -> tuple[int, Any]:
        client: FlaskClient = self.app.test_client()
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} | ({"Idempotency-Key": key} if key else {})
        answer = client.open(f"/api/v1{path}", method=method, json=body or {}, headers=headers)
        return answer.status_code, answer.get_json()

    def hold(self, who: str, pieces: int, key: str | None = None, **more: Any) -> tuple[int, Any]:
        body = {
            "supplier": self.room.public_id,
            "service": self.room.services[0].public_id,
            "quantity": pieces,
            "week": MONDAY.isoformat(),
        }
        return self.call(who, "POST", "/reservations", body | more, key)

    def week(self) -> dict[str, Any]:
        path = f"/api/v1/suppliers/{self.room.public_id}/capacity?from={MONDAY.isoformat()}&weeks=1"
        (service,) = self.app.test_client().get(path).get_json()["services"]
        found: dict[str, Any] = service["weeks"][0]
        return found


@pytest.fixture
def street(app: Flask, database: Database) -> Street:
    return Street(app, database)


def test_a_hold_agreed_is_a_booking_and_ended_gives_the_week_back(street: Street) -> None:
    status, held = street.hold("dora", 30)
    assert (status, held["state"], held["made_by"]) == (201, "held", "studio")
    assert held["weeks"] == [{"week_start": MONDAY.isoformat(), "quantity": 30}]
    assert {"starts", "last_worked", "finish", "expires_at"} <= held.keys()
    assert (street.week()["open"], street.week()["reserved"]) == (10, 30)
    path = f"/reservations/{held['id']}"
    assert street.call("dora", "POST", f"{path}/confirm")[0] == 409  # it is the room's to agree
    assert street.call("dino", "GET", path)[0] == street.call("dino", "DELETE", path)[0] == 404
    status, firm = street.call("olga", "POST", f"{path}/confirm")
    assert (status, firm["state"], firm["expires_at"]) == (200, "firm", None)
    assert [r["id"] for r in street.call("olga", "GET", "/reservations")[1]["reservations"]] == [held["id"]]
    assert street.call("dino", "GET", "/reservations")[1]["reservations"] == []
    for _ in range(2):
        status, ended = street.call("dora", "DELETE", path)
        assert (status, ended["state"], ended["outcome"]) == (200, "ended", "cancelled")
        assert street.week()["open"] == 40


def test_of_two_that_ask_for_the_last_pieces_at_once_one_gets_them(street: Street) -> None:
    assert street.hold("dora", 10 + 5)[0] == 422  # below the minimum of 20
    assert street.hold("dora", 20)[0] == 201
    answers: list[tuple[int, Any]] = []
    barrier = threading.Barrier(2)

    def ask(who: str) -> None:
        barrier.wait()
        answers.append(street.hold(who, 20))

    threads = [threading.Thread(target=ask, args=(who,)) for who in ("dora", "dino")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (won, _), (lost, problem) = sorted(answers, key=lambda answer: answer[0])
    assert (won, lost) == (201, 409)
    assert "You need 20 pieces; 0 pieces are left in the week of" in problem["detail"]
    assert problem["detail"].count("would be free if a hold lapses on") == 2
    assert street.week()["open"] == 0


def test_a_hold_that_lapses_restores_the_week_with_the_worker_or_without(street: Street) -> None:
    _, first = street.hold("dora", 40)
    later = datetime.now(UTC) + timedelta(hours=49)
    with time_machine.travel(later, tick=True):
        assert street.call("olga", "POST", f"/reservations/{first['id']}/confirm")[0] == 409
        status, second = street.hold("dino", 40)  # no worker has run
        assert status == 201
        assert street.call("dora", "GET", f"/reservations/{first['id']}")[1]["outcome"] == "expired"
    with time_machine.travel(later + timedelta(hours=49), tick=True):
        assert expire_holds(street.database, datetime.now(UTC)) == 1
        assert expire_holds(street.database, datetime.now(UTC)) == 0
        assert street.week()["open"] == 40
        assert street.call("dino", "GET", f"/reservations/{second['id']}")[1]["state"] == "ended"


def test_the_same_key_books_once(street: Street) -> None:
    first, again = street.hold("dora", 20, key="k1"), street.hold("dora", 20, key="k1")
    assert first == again
    assert street.week()["reserved"] == 20
    assert street.hold("dora", 21, key="k1")[0] == 422
    assert street.hold("dino", 20, key="k1")[0] == 201  # another's key is another key


def test_a_studio_that_holds_for_nothing_again_and_again_has_to_wait(street: Street) -> None:
    """Ten holds that were withdrawn or lapsed within a week are enough; another studio is not concerned."""
    for number in range(MOST_FOR_NOTHING - 1):
        made, body = street.hold("dora", 20)
        assert made == 201, (number, body)
        street.call("dora", "DELETE", f"/reservations/{body['id']}")
    assert street.hold("dora", 20)[0] == 201
    street.cast.sql("UPDATE reservation SET expires_at = created_at WHERE state = 'held'")  # and no worker has seen it
    refused, body = street.hold("dora", 20)
    assert (refused, "came to nothing" in body["detail"]) == (429, True)
    assert street.hold("dino", 20)[0] == 201
    street.cast.sql("UPDATE reservation SET created_at = :long_ago", long_ago="2026-01-01 00:00:00+00:00")
    assert street.hold("dora", 20)[0] == 201


def test_a_studio_holds_only_so_much(street: Street) -> None:
    street.cast.sql("UPDATE resource SET usual = 1000")
    ids = [street.hold("dora", 20)[1]["id"] for _ in range(MOST_OPEN_HOLDS)]
    status, problem = street.hold("dora", 20)
    assert status == 429
    assert "5 open holds" in problem["detail"]
    street.call("olga", "POST", f"/reservations/{ids[0]}/confirm")  # what is agreed is no open hold
    assert street.hold("dora", 20)[0] == 201


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"quantity": -3}, "quantity"),
        ({"quantity": "many"}, "quantity"),
        ({"quantity": True}, "quantity"),
        ({"quantity": 1e30}, "quantity"),
        ({"unit": "hats"}, "unit"),
        ({"week": "2027-W99"}, "week"),
        ({"by": "soon"}, "by"),
        ({"by": "2020-01-01"}, "by"),
        ({"colours": 0}, "colours"),
        ({"studio_id": 7}, "studio_id"),
        ({"state": "firm"}, "state"),
        ({"service": 9}, "service"),
    ],
)
def test_wrong_fields_say_what_to_do(street: Street, wrong: dict[str, Any], field: str) -> None:
    status, problem = (
        street.hold("dora", 20, **{key: value for key, value in wrong.items() if key != "quantity"})
        if ("quantity" not in wrong)
        else street.call(
            "dora",
            "POST",
            "/reservations",
            {"supplier": street.room.public_id, "service": street.room.services[0].public_id, **wrong},
        )
    )
    assert status == 422, problem
    assert field in str(problem)
    assert street.week()["reserved"] == 0


def test_without_a_listing_that_is_open_nothing_is_held(street: Street) -> None:
    assert street.hold("dora", 20, supplier="f" * 32)[0] == 404
    assert street.hold("dora", 20, service="f" * 32)[0] == 404
    assert street.hold("olga", 20)[0] == 404  # a room is no studio
    street.cast.sql("UPDATE supplier SET status = 'paused'")
    assert street.hold("dora", 20)[0] == 404
    street.cast.sql("UPDATE supplier SET status = 'published'")
    street.cast.sql("DELETE FROM membership WHERE person_id = :id", id=street.owner.id)
    status, problem = street.hold("dora", 20)
    assert status == 409
    assert "Nobody of this firm" in problem["detail"]
