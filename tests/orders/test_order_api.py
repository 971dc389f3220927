"""JSON of orders and waiting lists: the same rules as the pages, one effect for each key."""

from __future__ import annotations

from typing import Any

import pytest
from booked import Deal
from cast import Cast
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts import token_store
from marketplace.accounts.model import Person, Scope
from marketplace.accounts.tokens import beginning_of, hash_token, new_api_token
from marketplace.db.ids import new_public_id
from marketplace.orders import store
from marketplace.units import Week


class Api:
    """A program that acts for a person."""

    def __init__(self, cast: Cast, person: Person, *scopes: Scope) -> None:
        self.client: FlaskClient = cast.app.test_client()
        self.token = bearer(cast, person, *(scopes or (Scope.READ, Scope.WRITE_ORDERS)))

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, key: str = "") -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"} | ({"Idempotency-Key": key} if key else {})
        return self.client.open(f"/api/v1{path}", method=method, json=body, headers=headers)


@pytest.fixture
def designer(deal: Deal) -> Api:
    return Api(deal.cast, deal.designer)


@pytest.fixture
def maker(deal: Deal) -> Api:
    return Api(deal.cast, deal.maker)


def test_one_key_makes_one_order(deal: Deal, designer: Api) -> None:
    quote = deal.quote()
    first = designer.call("POST", f"/quotes/{quote}/accept", key="k1")
    again = designer.call("POST", f"/quotes/{quote}/accept", key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert designer.call("POST", f"/quotes/{quote}/accept", key="k2").status_code == 409
    assert deal.cast.sql("SELECT count(*) FROM purchase_order") == [(1,)]
    assert first.get_json()["total_minor"] == 164000


def test_an_order_runs_through_the_api(deal: Deal, designer: Api, maker: Api) -> None:
    order = deal.order()
    base, today = f"/orders/{order.public_id}", deal.now.date().isoformat()
    with deal.cast.database.reading() as session:
        sample = store.list_milestones(session, order.id)[0].public_id
    calls = [
        (maker, f"{base}/milestones/{sample}/done", {}, 200),
        (designer, f"{base}/milestones/{sample}/done", {}, 409),
        (maker, f"{base}/payments", {"kind": "deposit", "amount_minor": 50000, "due": today}, 201),
        (designer, f"{base}/payments", {"kind": "deposit", "amount_minor": 50000, "received_on": today}, 422),
        (designer, f"{base}/messages", {"body": "Hello"}, 201),
        (designer, f"{base}/deliver", {"quantity": 60, "on": today}, 409),
        (maker, f"{base}/deliver", {"quantity": 60.5, "on": today}, 422),
        (maker, f"{base}/deliver", {"quantity": 60, "on": today, "state": "completed"}, 422),
        (maker, f"{base}/deliver", {"quantity": 60, "on": today}, 200),
        (maker, f"{base}/complete", {}, 409),
        (designer, f"{base}/dispute", {}, 422),
        (designer, f"{base}/complete", {}, 200),
        (designer, f"{base}/cancel", {}, 409),
        (designer, f"{base}/review", {"rating": True, "body": "x"}, 422),
        (designer, f"{base}/review", {"rating": 5, "body": "Neat."}, 201),
        (maker, f"{base}/review", {"rating": 4, "body": "Clear."}, 201),
    ]
    for api, path, body, status in calls:
        answer = api.call("POST", path, body)
        assert answer.status_code == status, (path, answer.text)
    seen = maker.call("GET", base).get_json()
    assert (seen["state"], seen["side"], len(seen["milestones"])) == ("completed", "supplier", 4)
    assert [message["body"] for message in seen["messages"]] == ["Hello"]
    assert [review["rating"] for review in seen["reviews"]] == [5, 4]
    assert seen["record_of_other"]["completed"] == 1
    (listed,) = designer.call("GET", "/orders").get_json()["orders"]
    assert listed["id"] == order.public_id


def test_who_may_not(deal: Deal) -> None:
    order = deal.order()
    cast, base = deal.cast, f"/orders/{order.public_id}"
    rival = Api(cast, cast.person("Rival"))
    assert rival.call("GET", base).status_code == 404
    assert rival.call("POST", f"{base}/cancel", {}).status_code == 404
    reader = Api(cast, deal.designer, Scope.READ)
    assert reader.call("GET", base).status_code == 200
    assert reader.call("POST", f"{base}/cancel", {}).status_code == 403
    nobody = cast.app.test_client()
    assert nobody.get(f"/api/v1{base}").status_code == 401
    assert nobody.post(f"/api/v1{base}/cancel", json={}).status_code == 401
    cookie = cast.client(deal.designer)
    assert cookie.post(f"/api/v1{base}/cancel", json={}).status_code in (401, 403)
    assert deal.audited(order) == ["order.accept"]


def test_waiting_through_the_api(deal: Deal, designer: Api, maker: Api) -> None:
    first = Week.containing(deal.now.date()).plus(3)
    body: dict[str, Any] = {
        "supplier": deal.supplier.public_id,
        "service": deal.supplier.services[0].public_id,
        "quantity": 40,
        "first_week": first.monday.isoformat(),
        "last_week": first.iso,
    }
    assert designer.call("POST", "/waiting", body).status_code == 409  # there is room
    deal.cast.sql("UPDATE resource SET usual = 0")
    assert designer.call("POST", "/waiting", {**body, "quantity": "40"}).status_code == 422
    assert designer.call("POST", "/waiting", {"supplier": 5}).status_code == 422
    assert designer.call("POST", "/waiting", {**body, "service": "0" * 32}).status_code == 404
    assert maker.call("POST", "/waiting", body).status_code == 404
    joined = designer.call("POST", "/waiting", body, key="w1")
    assert (joined.status_code, joined.get_json()["place"]) == (201, 1)
    assert designer.call("POST", "/waiting", body, key="w1").data == joined.data
    waiting = joined.get_json()["id"]
    assert designer.call("POST", f"/waiting/{waiting}/take", {}).status_code == 409
    assert maker.call("DELETE", f"/waiting/{waiting}").status_code == 404
    assert designer.call("DELETE", f"/waiting/{waiting}").get_json()["state"] == "left"
    assert [line["state"] for line in designer.call("GET", "/waiting").get_json()["waiting"]] == ["left"]


def bearer(cast: Cast, person: Person, *scopes: Scope) -> str:
    token = new_api_token()
    with cast.database.writing() as session:
        token_store.add(
            session,
            person.id,
            public_id=new_public_id(),
            name="test",
            token_hash=hash_token(token),
            starts_with=beginning_of(token),
            scopes=frozenset(scopes),
            now=cast.now,
            expires_at=None,
        )
    return token
