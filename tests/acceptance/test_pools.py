"""Case 13, exact, through the public JSON interface: as a question about anything, and as a real pool."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cast import Cast
from flask import Flask

from marketplace.accounts import actions as accounts
from marketplace.accounts import token_store
from marketplace.accounts.model import Person, Role, Scope
from marketplace.accounts.tokens import beginning_of, hash_token, new_api_token
from marketplace.db.ids import new_public_id
from marketplace.places import Point
from marketplace.suppliers import store as suppliers

LAT = {"a": 44.1499965, "b": 43.9700003, "c": 44.0599991, "d": 44.2399925}
METRES = {"a": 35, "b": 40, "c": 50, "d": 20}


def plan(app: Flask, names: str) -> dict[str, Any]:
    body = {
        "lot": {"colour": "navy", "minimum": 100, "maximum": 120, "unit": "metre", "lat": 43.88, "lon": 11.1},
        "demands": [{"id": n, "colour": "navy", "quantity": METRES[n], "lat": LAT[n], "lon": 11.1} for n in names],
    }
    answer = app.test_client().post("/api/v1/pools/plan", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


@pytest.mark.parametrize("names", ["abcd", "dcba", "cadb"])
def test_case_13_asked(app: Flask, names: str) -> None:
    answer = plan(app, names)
    (lot,) = answer["lots"]
    assert (lot["runs"], lot["quantity"], lot["designers"], lot["km"]) == (True, 110, 3, 70.0)
    assert [served["id"] for served in lot["served"]] == ["b", "c", "d"]
    told = {demand["id"]: demand["text"] for demand in answer["demands"]}
    assert told == {"a": "10 m of room left, you need 35", "b": None, "c": None, "d": None}


def test_case_13_without_d_asked(app: Flask) -> None:
    answer = plan(app, "abc")
    (lot,) = answer["lots"]
    assert (lot["runs"], lot["missing"], lot["text"]) == (False, 10, "10 m missing for b + c")
    assert {demand["text"] for demand in answer["demands"]} == {"10 m missing for b + c"}


@pytest.mark.parametrize("names", ["abcd", "abc"])
def test_case_13_as_a_pool(app: Flask, cast: Cast, load: Callable[[str, str], None], names: str) -> None:
    load(
        "suppliers",
        """external_id,name,kind,locality,country,lat,lon
        L,Lot dyers,dye_house,Prato,IT,43.8800000,11.1""",
    )
    load(
        "services",
        """supplier_external_id,process,min_quantity,unit,basis
        L,dye_fabric,100,metre,colour""",
    )
    load("capacity", "supplier_external_id,process,week_start,open_quantity,unit\nL,dye_fabric,2027-03-08,500,metre")
    with cast.database.reading() as session:
        supplier = suppliers.find_by_external_id(session, "L")
    assert supplier
    dyer = cast.person("Dyer")
    cast.joins(dyer, supplier.organisation_id, Role.OWNER)
    clients = {"L": client(cast, dyer)}
    for name in names:
        person = cast.person(f"Designer {name}")
        with cast.database.writing() as session:
            accounts.add_studio(session, person.id, name, "north of S", Point.of(LAT[name], 11.1), cast.now)
        clients[name] = client(cast, person)
    opened = clients["L"].post(
        "/api/v1/pools",
        json={
            "supplier": supplier.public_id,
            "service": supplier.services[0].public_id,
            "colour": "navy",
            "minimum": 100,
            "maximum": 120,
            "closes_at": "2027-03-05",
            "currency": "EUR",
            "unit_minor": 300,
            "setup_minor": 8000,
        },
    )
    assert opened.status_code == 201, opened.text
    path = f"/api/v1/pools/{opened.get_json()['id']}"
    for name in names:
        answer = clients[name].post(f"{path}/pledge", json={"quantity": METRES[name]})
        assert answer.status_code == 201, answer.text
    before = clients["L"].get(path).get_json()
    after = clients["L"].post(f"{path}/close", json={}).get_json()
    served = {p["studio"]: p["served_quantity"] for p in after["pledges"] if p["served"]}
    told = {p["studio"]: p["text"] for p in after["pledges"]}
    if names == "abcd":
        assert (after["state"], after["pledged"], after["designers"]) == ("confirmed", 110, 3)
        assert served == {"b": 40, "c": 50, "d": 20}
        assert sum(p["km"] for p in after["pledges"] if p["served"]) == 70.0
        assert told["a"] == "10 m of room left, you need 35"
    else:
        assert (before["state"], before["text"]) == ("open", "10 m missing for b + c")
        assert (after["state"], served) == ("cancelled", {})


def client(cast: Cast, person: Person) -> Any:
    token = new_api_token()
    with cast.database.writing() as session:
        token_store.add(
            session,
            person.id,
            public_id=new_public_id(),
            name="test",
            token_hash=hash_token(token),
            starts_with=beginning_of(token),
            scopes=frozenset((Scope.READ, Scope.WRITE_ORDERS)),
            now=cast.now,
            expires_at=None,
        )
    made = cast.app.test_client()
    made.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return made
