"""Who waits for which weeks, and what suppliers post at short notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from marketplace.suppliers.model import ServiceId, SupplierId

MOST_PER_STUDIO = 20  # places in lines that a studio keeps at one time
MOST_WEEKS = 26  # how long a stretch of weeks one place in a line covers


class State(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"  # weeks are held in their name until `offer_until`
    TAKEN = "taken"
    LAPSED = "lapsed"  # they did not answer in time, or the weeks have passed
    LEFT = "left"

    @property
    def is_open(self) -> bool:
        return self in (State.WAITING, State.OFFERED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """`atoms` of the service's unit, to be worked in the weeks from `first_monday` to `last_monday`."""

    id: int
    public_id: str
    supplier_id: SupplierId
    service_id: ServiceId
    studio_id: int
    first_monday: date
    last_monday: date
    atoms: int
    state: State
    joined_at: datetime
    offer_until: datetime | None = None
    reservation_id: int | None = None


@dataclass(frozen=True, slots=True)
class ShortNotice:
    id: int
    public_id: str
    supplier_id: SupplierId
    service_id: ServiceId
    monday: date
    body: str
    posted_at: datetime
    ends_at: datetime
    told: int
    told_at: datetime | None
