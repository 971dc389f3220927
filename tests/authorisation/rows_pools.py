"""Pools: everybody may look, studios pledge, the workshop opens and closes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from personas import STUDIO, SUPPLIER
from rows import Row
from world import World

from marketplace.pools import actions, wishes
from marketplace.pools.actions import Wanted
from marketplace.pools.model import Key, Terms
from marketplace.pools.wishes import Wished
from marketplace.units import Unit


def a_pool(world: World) -> dict[str, Any]:
    closes_at = world.now + timedelta(days=10)
    terms = Terms(
        key=Key("sew"),
        unit=Unit.PIECE,
        minimum=50,
        maximum=80,
        closes_at=closes_at,
        starts=closes_at.date() + timedelta(days=1),
        currency="EUR",
        unit_minor=900,
        setup_minor=5000,
    )
    supplier = world.supplier
    pool = actions.open_pool(
        world.database,
        world.actor("supplier owner"),
        supplier.public_id,
        supplier.services[0].public_id,
        terms,
        world.now,
    )
    return {"public_id": pool.public_id}


def a_pledge(world: World) -> dict[str, Any]:
    values = a_pool(world)
    actions.pledge(world.database, world.actor("designer"), values["public_id"], Wanted(20), world.now)
    return values


def _wish(world: World, *, asks: bool) -> dict[str, Any]:
    service = world.supplier.services[0]
    wished = Wished(
        Key("sew"),
        Unit.PIECE,
        20,
        supplier_id=world.supplier.public_id if asks else "",
        service_id=service.public_id if asks else "",
    )
    return {"public_id": wishes.make(world.database, world.actor("designer"), wished, world.now).public_id}


def a_wish(world: World) -> dict[str, Any]:
    return _wish(world, asks=False)


def an_ask(world: World) -> dict[str, Any]:
    return _wish(world, asks=True)


def _opening(world: World) -> dict[str, Any]:
    return {
        "service": world.supplier.services[0].public_id,
        "minimum": "50",
        "maximum": "80",
        "closes_at": (world.now + timedelta(days=10)).date().isoformat(),
        "currency": "EUR",
        "unit_minor": "900",
    }


def _opening_json(world: World) -> dict[str, Any]:
    return {**_opening(world), "supplier": world.supplier.public_id, "minimum": 50, "maximum": 80, "unit_minor": 900}


_PLAN = {
    "lot": {"minimum": 10, "maximum": 20, "lat": 43.88, "lon": 11.1},
    "demands": [{"id": "a", "quantity": 12, "lat": 43.9, "lon": 11.1}],
}
_SUPPLIERS = ("new supplier", "supplier owner", "supplier staff", "supplier other")
_WISH = {"process": "sew", "quantity": "20", "unit": "piece"}
_AWAY: dict[str, Any] = {"turned_away": "/listing/new"}

ROWS = [
    Row("pools.pools"),
    Row("pools.pool", make=a_pool),
    Row("pools.pledge", "POST", make=a_pool, form={"quantity": "20"}),
    Row("pools.withdraw", "POST", make=a_pledge, parties={STUDIO}),
    # Who has a workshop and no studio finds its desk there.
    Row("pools_own.own", turned_away="/account/studio", leads=_SUPPLIERS),
    Row("pools_own.wish", "POST", form=_WISH),
    Row("pools_own.take_back", "POST", make=a_wish, parties={STUDIO}),
    Row("pools_desk.desk", **_AWAY),
    Row("pools_desk.new", **_AWAY),
    Row("pools_desk.open_pool", "POST", parties={SUPPLIER}, form=_opening, reads_first=True),
    Row("pools_desk.close", "POST", make=a_pledge, parties={SUPPLIER}, form={"how": "cancel", "reason": "No yarn."}),
    Row("pools_desk.decline", "POST", make=an_ask, parties={SUPPLIER}, form={"reason": "No yarn."}),
    Row("pools_api.pools"),
    Row("pools_api.pool", make=a_pool),
    Row("pools_api.plan", "POST", json=_PLAN, events=0),
    Row("pools_api.mine"),
    Row("pools_api.open_pool", "POST", parties={SUPPLIER}, json=_opening_json),
    Row("pools_api.own_pledge", make=a_pledge, parties={STUDIO}),
    Row("pools_api.pledge", "POST", make=a_pool, json={"quantity": 20}),
    Row("pools_api.change", "PATCH", make=a_pledge, parties={STUDIO}, json={"quantity": 25}),
    Row("pools_api.withdraw", "DELETE", make=a_pledge, parties={STUDIO}),
    Row("pools_api.close", "POST", make=a_pledge, parties={SUPPLIER}, json={"how": "cancel"}),
    Row("pool_wishes_api.demands"),
    Row("pool_wishes_api.make", "POST", json={**_WISH, "quantity": 20}),
    Row("pool_wishes_api.take_back", "DELETE", make=a_wish, parties={STUDIO}),
    Row("pool_wishes_api.decline", "POST", make=an_ask, parties={SUPPLIER}, json={"reason": "No yarn."}),
    Row("pool_wishes_api.proposals"),
]
