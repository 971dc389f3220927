"""The owner's listing, its weeks and its placements."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from personas import SUPPLIER
from rows import Row
from world import World

from marketplace.capacity import actions as capacity
from marketplace.capacity.model import Closure
from marketplace.db.ids import new_public_id
from marketplace.placements import actions as placements
from marketplace.placements.model import Placement, PlacementStatus
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.actions import put_service
from marketplace.suppliers.model import ProfileDraft, ServiceDraft
from marketplace.units import Unit
from marketplace.units.wages import Wage, WagePer

_LISTED = ("new supplier", "supplier owner", "supplier staff", "supplier other")
GUIDE = "/listing/new"


def a_service(world: World) -> dict[str, Any]:
    return {"public_id": world.supplier.services[0].public_id}


def a_free_service(world: World) -> dict[str, Any]:
    """None of its weeks are promised to anybody, so it can go."""
    supplier = world.supplier
    draft = ServiceDraft("cut", Unit.PIECE)
    site_id = supplier.sites[0].public_id
    actor = world.actor("supplier owner")
    return {"public_id": put_service(world.database, actor, supplier.public_id, site_id, None, draft, world.now)}


def a_service_to_pause(world: World) -> dict[str, Any]:
    return {**a_service(world), "to": "paused"}


def a_site(world: World) -> dict[str, Any]:
    return {"public_id": world.supplier.sites[0].public_id}


def a_placement(world: World) -> dict[str, Any]:
    public_id = new_public_id()
    wage = Wage(1200, "EUR", WagePer.HOUR)
    starts = world.now.date() + timedelta(days=90)
    placements.offer(
        world.database,
        world.actor("supplier owner"),
        lambda sites, _: Placement(public_id, sites[0].id, "sew", (), 1, 0, starts, 12, wage, PlacementStatus.OPEN),
        world.now,
    )
    return {"public_id": public_id}


def a_closure(world: World) -> dict[str, Any]:
    """It has no address of its own: the service's weeks do."""
    first = world.now.date() + timedelta(days=200)
    supplier, site = world.supplier, world.supplier.sites[0]
    capacity.add_closure(
        world.database,
        world.actor("supplier owner"),
        supplier.public_id,
        site.public_id,
        Closure(first, first + timedelta(days=3), "holiday"),
        world.now,
    )
    return {}


def a_certificate(world: World) -> dict[str, Any]:
    world.post("supplier owner", "/listing/certificates", scheme="gots", number="S1")
    return {"number": 0}


def a_machine(world: World) -> dict[str, Any]:
    world.post("supplier owner", "/listing/machines", machine="weave:handloom", count="1")
    return {"number": 0}


def _papers(world: World) -> ProfileDraft:
    with world.database.reading() as db:
        return suppliers.get(db, world.supplier.id).profile


def paused(_world: World) -> dict[str, Any]:
    return {"to": "paused"}


def _resource(world: World) -> dict[str, Any]:
    return {"resource": world.supplier.services[0].public_id}


def _usual(world: World) -> dict[str, Any]:
    return {**_resource(world), "offered": "65"}


def _week(world: World) -> dict[str, Any]:
    monday = world.now.date() + timedelta(days=28 - world.now.date().weekday())
    return {**_usual(world), "monday": monday.isoformat()}


def weeks_of_a_service(world: World) -> dict[str, Any]:
    return {"public_id": world.supplier.public_id, "service_id": world.supplier.services[0].public_id}


def _stated(world: World) -> dict[str, Any]:
    return {"weeks": [{"week_start": _week(world)["monday"], "offered": 65}]}


def _closed_days(world: World) -> dict[str, Any]:
    first = world.now.date() + timedelta(days=100)
    return {**_resource(world), "from": first.isoformat(), "to": first.isoformat()}


def _removed(world: World) -> dict[str, Any]:
    return {**_resource(world), "first": (world.now.date() + timedelta(days=200)).isoformat()}


_ADDRESS = {"locality": "Prato", "country": "IT", "lat": "43.8777", "lon": "11.1022", "pin_confirmed": "1"}
_PROFILE = {"name": "Filatura Nuova", "kind": "sewing_room", **_ADDRESS}
_SITE = {"site_name": "Second room", "working_days": "0", **_ADDRESS}
_SEWING = {"process": "sew", "unit": "piece", "rule-0-quantity": "30", "rule-0-scope": "order"}
_PRESSING = {**_SEWING, "process": "press"}
_OFFER = {
    "process": "sew",
    "seats": "1",
    "months": "12",
    "starts_on": "2030-03-01",
    "wage": "14",
    "wage_currency": "EUR",
    "wage_per": "hour",
}


def _own(endpoint: str, **more: Any) -> list[Row]:
    """A page about whichever listing the persona keeps; who keeps none is led to the guide."""
    both = [Row(endpoint, turned_away=GUIDE)]
    return both + ([Row(endpoint, "POST", turned_away=GUIDE, **more)] if more else [])


ROWS = [
    Row("suppliers.listing"),
    Row("suppliers.guide"),
    Row("suppliers.guide", "POST", form=_PROFILE, leads=_LISTED),
    *_own("suppliers.guide_service", form=_SEWING),
    *_own("suppliers.guide_weeks", form={"usual": "70"}),
    *_own("suppliers.edit_profile", form=_PROFILE),
    *_own("suppliers.new_service", form=_PRESSING),
    *_own("suppliers.new_site", form=_SITE),
    *_own("suppliers.certificates", form={"scheme": "gots", "number": "X1"}),
    *_own("suppliers.machines", form={"machine": "weave:handloom", "count": "2"}),
    *(
        Row(f"suppliers.{name}", "POST", make=make, parties={SUPPLIER}, form=form, turned_away=GUIDE)
        for name, make, form in (
            ("remove_certificate", a_certificate, lambda world: {"key": repr(_papers(world).certificates[0])}),
            ("remove_machine", a_machine, lambda world: {"key": repr(_papers(world).machines[0])}),
        )
    ),
    *_own("placements.own", form=_OFFER),
    Row("suppliers.change_status", "POST", make=paused, turned_away=GUIDE),
    *(
        Row(endpoint, method, make=make, parties={SUPPLIER}, form=form, turned_away=GUIDE)
        for endpoint, make, form in (
            ("suppliers.edit_service", a_service, _SEWING),
            ("suppliers.edit_site", a_site, _SITE),
            ("suppliers.remove_service", a_free_service, {}),
        )
        for method in ("GET", "POST")
    ),
    Row("suppliers.change_service_status", "POST", make=a_service_to_pause, parties={SUPPLIER}, turned_away=GUIDE),
    Row("capacity.weeks"),
    Row("capacity.save_usual", "POST", form=_usual, parties={SUPPLIER}),
    Row("capacity.save_week", "POST", form=_week, parties={SUPPLIER}),
    Row("capacity.confirm", "POST", form=_resource, parties={SUPPLIER}),
    Row("capacity.add_closure", "POST", form=_closed_days, parties={SUPPLIER}),
    Row("capacity.remove_closure", "POST", make=a_closure, query=_removed, parties={SUPPLIER}),
    Row("capacity_api.state_weeks", "PUT", make=weeks_of_a_service, parties={SUPPLIER}, json=_stated),
]
