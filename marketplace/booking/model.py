"""Reservations: who was promised which weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from marketplace.capacity.model import Plan, ResourceId, WeekShare
from marketplace.suppliers.model import ServiceId, SupplierId
from marketplace.units import Unit, Week

ReservationId = NewType("ReservationId", int)


class State(StrEnum):
    HELD = "held"  # until it expires
    FIRM = "firm"  # booked
    ENDED = "ended"


class Side(StrEnum):
    """The two parties of a run."""

    SUPPLIER = "supplier"
    STUDIO = "studio"


class Outcome(StrEnum):
    """Why a reservation ended."""

    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    CHANGED = "changed"  # another reservation took its place


@dataclass(frozen=True, slots=True)
class Reservation:
    """Weeks of a resource. `expires_at` only while held."""

    id: ReservationId
    public_id: str
    resource_id: ResourceId
    service_id: ServiceId
    supplier_id: SupplierId
    studio_id: int
    made_by: Side
    state: State
    outcome: Outcome | None
    created_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None
    weeks: tuple[WeekShare, ...]

    @property
    def is_active(self) -> bool:
        return self.state is not State.ENDED

    @property
    def atoms(self) -> int:
        return sum(share.atoms for share in self.weeks)


@dataclass(frozen=True, slots=True)
class Held:
    """A reservation just made, and when its work would run."""

    reservation: Reservation
    plan: Plan
    unit: Unit  # of the resource: what weeks are counted in


@dataclass(frozen=True, slots=True)
class Lapse:
    """A hold that others wait for: what it keeps of a week, and until when."""

    week: Week
    atoms: int
    expires_at: datetime
