"""Searches and routes name the pools that would take a run whose minimum is the wall."""

from __future__ import annotations

from datetime import timedelta

from dyehouse import DyeHouse

from marketplace.places import Point
from marketplace.pools.finding import for_routes
from marketplace.routes.port import PoolWish
from marketplace.units import Quantity, Unit

HERE = Point.of(43.9700003, 11.1)  # ten kilometres from the dye house


def wish(**values: object) -> PoolWish:
    base = {"process": "dye_fabric", "quantity": Quantity(30, Unit.METRE), "near": HERE, "radius_m": 10_000}
    return PoolWish(**{**base, **values})  # type: ignore[arg-type]


def test_a_search_that_misses_a_minimum_names_the_pool(house: DyeHouse) -> None:
    house.four()
    pool = house.open()
    house.pledge(pool, "b", 40)
    where = {"lat": "43.9700003", "lon": "11.1", "radius_km": "10", "process": "dye_fabric", "unit": "metre"}
    ask = house.cast.client().get
    answer = ask("/api/v1/search", query_string={**where, "quantity": "30"}).get_json()
    assert answer["total"] == 0
    (found,) = answer["pools"]
    assert (found["id"], found["distance_km"]) == (pool.public_id, 10.0)
    assert found["text"].startswith("Piece (fabric) dyeing, navy at Tintoria Blu: 40 of 100 m, 1 designer, closes ")
    assert found["url"] == f"/pools/{pool.public_id}?quantity=30"
    page = ask("/search", query_string={**where, "quantity": "30"}).text
    assert "Reach a minimum with other designers" in page
    # Where somebody fits, or the run is larger than the lot, no pool stands beside the answer.
    assert ask("/api/v1/search", query_string={**where, "quantity": "150"}).get_json()["pools"] == []
    assert ask("/api/v1/search", query_string={**where, "quantity": "30", "radius_km": "9.9"}).get_json()["pools"] == []


def test_routes_are_told_of_pools_within_the_radius_and_in_time(house: DyeHouse) -> None:
    pool = house.open()
    today = house.now.date()
    with house.cast.app.test_request_context():

        def found(**values: object) -> list[str]:
            return [fit.id for fit in for_routes(house.database, [wish(**values)], today)]

        assert found() == [pool.public_id]
        assert found(radius_m=9_999) == []
        assert found(process="weave") == []
        assert found(quantity=Quantity(121, Unit.METRE)) == []
        assert found(needed_by=pool.ready) == []
        assert found(needed_by=pool.ready + timedelta(days=1)) == [pool.public_id]
        (fit,) = for_routes(house.database, [wish(supplier_id=house.supplier.public_id)], today)
        assert fit.more["progress"].startswith("0 of 100 m, 0 designers")
