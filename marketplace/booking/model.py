"""Reservations: who was promised which weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from marketplace.capacity.model import ResourceId, WeekShare
from marketplace.suppliers.model import ServiceId, SupplierId

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
    COMPLETED = "completed"


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
    def atoms(self) -> int:
        return sum(share.atoms for share in self.weeks)
