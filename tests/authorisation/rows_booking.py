"""Holds and bookings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from personas import STUDIO, SUPPLIER
from rows import Row
from world import World

from marketplace.booking import holds
from marketplace.booking.model import Side
from marketplace.suppliers.rules import Run
from marketplace.units import Quantity, Unit


def a_hold_of_the_studio(world: World) -> dict[str, Any]:
    supplier = world.supplier
    with world.database.writing() as db:
        held = holds.hold(
            db,
            supplier=supplier,
            service=supplier.services[0],
            studio_id=world.organisations[STUDIO],
            run=Run(Quantity.of(30, Unit.PIECE)),
            arrival=world.now.date() + timedelta(days=14),
            made_by=Side.STUDIO,
            expires_at=world.now + timedelta(days=2),
            now=world.now,
        )
    return {"public_id": held.reservation.public_id}


def _wanted(world: World) -> dict[str, Any]:
    return {
        "supplier": world.supplier.public_id,
        "service": world.supplier.services[0].public_id,
        "quantity": 25,
        "from": (world.now.date() + timedelta(days=60)).isoformat(),
    }


_BOTH = {STUDIO, SUPPLIER}
_STUDIO_SIDE = frozenset({"designer", "designer staff"})

ROWS = [
    Row("booking_api.hold", "POST", json=_wanted),
    Row("booking_api.reservations"),
    Row("booking_api.reservation", make=a_hold_of_the_studio, parties=_BOTH),
    # The side that holds the weeks can't agree to its own hold.
    Row("booking_api.confirm", "POST", make=a_hold_of_the_studio, parties=_BOTH, never=_STUDIO_SIDE),
    Row("booking_api.end", "DELETE", make=a_hold_of_the_studio, parties=_BOTH),
]
