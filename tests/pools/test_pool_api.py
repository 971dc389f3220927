"""The JSON of pools: what each side sees, one effect for each key, and everything that is wrong said plainly."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cast import Cast
from dyehouse import DyeHouse
from flask.testing import FlaskClient

from marketplace.pools.model import Key
from marketplace.pools.wishes import Wished, make
from marketplace.units import Unit


def client_of(house: DyeHouse, name: str) -> FlaskClient:
    return house.api(name)


def body_of(house: DyeHouse, **values: Any) -> dict[str, Any]:
    return {
        "supplier": house.supplier.public_id,
        "service": house.service.public_id,
        "colour": "navy",
        "minimum": 100,
        "maximum": 120,
        "closes_at": house.closes_at.isoformat(),
        "currency": "EUR",
        "unit_minor": 420,
        "setup_minor": 8000,
        **values,
    }


def test_a_pool_from_opening_to_closing(house: DyeHouse) -> None:
    house.four()
    dyer = client_of(house, "Dyer")
    made = dyer.post("/api/v1/pools", json=body_of(house), headers={"Idempotency-Key": "one"})
    assert made.status_code == 201, made.text
    again = dyer.post("/api/v1/pools", json=body_of(house), headers={"Idempotency-Key": "one"})
    assert again.get_json() == made.get_json()
    pool = made.get_json()
    assert (pool["state"], pool["missing"], pool["room"], pool["text"]) == ("open", 100, 120, "100 m missing")
    path = f"/api/v1/pools/{pool['id']}"
    for name, metres in (("a", 35), ("b", 40), ("c", 50)):
        answer = client_of(house, name).post(f"{path}/pledge", json={"quantity": metres})
        assert answer.status_code == 201, answer.text
    assert dyer.get(path).get_json()["text"] == "10 m missing for b + c"
    assert client_of(house, "a").get(path).get_json()["mine"]["text"] == "10 m missing for 2 designers"
    answer = client_of(house, "d").post(f"{path}/pledge", json={"quantity": 25}).get_json()
    assert (answer["pool"]["state"], answer["served"], answer["km"]) == ("reached", True, 40.0)
    changed = client_of(house, "d").patch(f"{path}/pledge", json={"quantity": 20}).get_json()
    assert (changed["quantity"], changed["setup_minor"], changed["price_minor"]) == (20, 1455, 1455 + 20 * 420)
    told = client_of(house, "a").get(f"{path}/pledge").get_json()
    assert (told["served"], told["text"]) == (False, "10 m of room left, you need 35")

    public = house.cast.client().get(path).get_json()
    assert public["progress"].startswith("145 of 100 m, 4 designers, closes ")
    assert (public["pledged"], public["designers"], public["reached"]) == (145, 4, True)
    assert "pledges" not in public
    assert "mine" not in public
    assert not any(name in str(public) for name in ("Person", "studio"))

    closed = dyer.post(f"{path}/close", json={}).get_json()
    assert (closed["state"], closed["pledged"], closed["designers"]) == ("confirmed", 110, 3)
    served = {one["studio"]: (one["served"], one["served_quantity"], one["text"]) for one in closed["pledges"]}
    assert served == {
        "a": (False, None, "10 m of room left, you need 35"),
        "b": (True, 40, None),
        "c": (True, 50, None),
        "d": (True, 20, None),
    }
    assert sum(one["setup_minor"] or 0 for one in closed["pledges"]) == 8000
    assert dyer.post(f"{path}/close", json={}).get_json()["state"] == "confirmed"
    late = client_of(house, "a").post(f"{path}/pledge", json={"quantity": 5})
    assert late.status_code == 409
    assert "This pool closed on" in late.get_json()["detail"]


def test_pools_are_found_by_place_work_and_colour(house: DyeHouse) -> None:
    pool = house.open()
    ask = house.cast.client().get

    def found(**query: Any) -> list[tuple[str, float | None]]:
        answer = ask("/api/v1/pools", query_string=query)
        assert answer.status_code == 200, answer.text
        return [(one["id"], one["distance_km"]) for one in answer.get_json()["pools"]]

    assert found() == [(pool.public_id, None)]
    assert found(lat=43.9700003, lon=11.1, radius_km=10) == [(pool.public_id, 10.0)]
    assert found(lat=43.9700003, lon=11.1, radius_km=9.9) == []
    assert found(process="dye_fabric", colour="Navy") == [(pool.public_id, None)]
    assert found(process="dye_fabric", colour="red") == []
    assert found(process="weave") == []
    assert found(supplier=house.supplier.public_id) == [(pool.public_id, None)]
    assert ask("/api/v1/pools?colour=red").status_code == 422
    assert ask("/api/v1/pools?weather=red").status_code == 422
    house.close(pool, how="cancel")
    assert found() == []


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"maximum": 90}, "maximum"),
    ({"maximum": 20_001}, "maximum"),
    ({"minimum": 0}, "minimum"),
    ({"minimum": 1.5}, "minimum"),
    ({"closes_at": "2020-01-01"}, "closes_at"),
    ({"closes_at": "soon"}, "closes_at"),
    ({"starts": "2020-01-01"}, "starts"),
    ({"closing": "shrink"}, "smallest"),
    ({"closing": "explode"}, "closing"),
    ({"currency": "XXX"}, "currency"),
    ({"unit_minor": -1}, "unit_minor"),
    ({"unit_minor": True}, "unit_minor"),
    ({"material": "unobtainium"}, "material"),
    ({"width_cm": 150}, "gsm"),
    ({"unit": "furlong"}, "unit"),
    ({"state": "confirmed"}, "state"),
    ({"wishes": [1]}, "wishes"),
    ({"service": ""}, "service"),
]


def test_what_cannot_be_opened_is_said_by_field(house: DyeHouse) -> None:
    dyer = client_of(house, "Dyer")
    for change, field in WRONG:
        answer = dyer.post("/api/v1/pools", json=body_of(house, **change))
        assert answer.status_code == 422, (change, answer.text)
        named = [error["pointer"].rpartition("/")[2] for error in answer.get_json()["errors"]]
        assert named == [field], (change, answer.text)
    assert house.cast.sql("SELECT count(*) FROM reservation") == [(0,)]


def test_a_demand_a_proposal_and_the_pool_it_opens(house: DyeHouse) -> None:
    house.four()
    for name, metres in (("a", 35), ("b", 40), ("c", 50), ("d", 20)):
        body = {"process": "dye_fabric", "colour": "navy", "quantity": metres, "unit": "metre"}
        answer = client_of(house, name).post("/api/v1/pools/demands", json=body)
        assert answer.status_code == 201, answer.text
    make(
        house.database,
        house.studios["a"][0],
        Wished(Key("dye_fabric", "", "red"), Unit.METRE, 30, note="also"),
        house.now,
    )
    dyer = client_of(house, "Dyer")
    (proposal,) = dyer.get("/api/v1/pools/proposals").get_json()["proposals"]
    # The service's own minimum is 100 m, its largest run 400: all four, and the red one is not mixed in.
    assert (proposal["designers"], proposal["quantity"], proposal["title"]) == (4, 145, "Piece (fabric) dyeing, navy")
    body = {**proposal["open"], "unit_minor": 420}
    opened = dyer.post("/api/v1/pools", json=body)
    assert opened.status_code == 201, opened.text
    for name in "abcd":
        assert "You are not in it before you pledge" in house.told(name)[-1]
        (own,) = [
            w
            for w in client_of(house, name).get("/api/v1/pools/demands").get_json()["demands"]
            if w["colour"] == "navy"
        ]
        assert own["state"] == "answered"
    assert client_of(house, "a").get("/api/v1/pools/mine").get_json()["pools"] == []


def test_a_supplier_that_is_asked_says_no_and_why(house: DyeHouse) -> None:
    house.studio("a", 30)
    body = {
        "process": "dye_fabric",
        "quantity": 30,
        "supplier": house.supplier.public_id,
        "service": house.service.public_id,
    }
    wish = client_of(house, "a").post("/api/v1/pools/demands", json=body).get_json()
    dyer = client_of(house, "Dyer")
    (asked,) = dyer.get("/api/v1/pools/demands").get_json()["asked"]
    assert (asked["id"], asked["km"]) == (wish["id"], 30.0)
    assert "lat" not in asked
    assert house.told("Dyer")[-1] == "A studio asks you to open a pool: Piece (fabric) dyeing, 30 m."
    path = f"/api/v1/pools/demands/{wish['id']}"
    assert dyer.post(f"{path}/decline", json={}).status_code == 422
    assert dyer.post(f"{path}/decline", json={"reason": "No navy before May."}).status_code == 200
    assert house.told("a")[-1].endswith("No navy before May.")
    assert client_of(house, "a").delete(path).get_json()["state"] == "withdrawn"
    assert client_of(house, "a").delete(path).status_code == 200  # again is no error


def test_a_token_needs_the_scope(cast: Cast, house: DyeHouse) -> None:
    pool = house.open()
    assert cast.client().post(f"/api/v1/pools/{pool.public_id}/pledge", json={"quantity": 5}).status_code == 401
    assert cast.client().post("/api/v1/pools", json=body_of(house)).status_code == 401
    house.studio("a")
    stranger = client_of(house, "a")
    assert stranger.post("/api/v1/pools", json=body_of(house)).status_code == 404
    assert stranger.post(f"/api/v1/pools/{pool.public_id}/close", json={}).status_code == 404


def test_the_closing_is_a_day_or_a_time(house: DyeHouse) -> None:
    day = (house.now + timedelta(days=9)).date()
    made = client_of(house, "Dyer").post("/api/v1/pools", json=body_of(house, closes_at=day.isoformat())).get_json()
    assert made["closes_at"] == f"{day.isoformat()}T17:00:00+00:00"
    assert made["starts"] == (day + timedelta(days=1)).isoformat()
