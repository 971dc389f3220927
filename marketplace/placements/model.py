"""Paid places to learn a skill at a supplier's site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketplace.suppliers.model import SiteId


class PlacementStatus(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    FILLED = "filled"
    CLOSED = "closed"


class WagePer(StrEnum):
    HOUR = "hour"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Wage:
    minor: int
    currency: str
    per: WagePer


@dataclass(frozen=True, slots=True)
class Placement:
    """`process` is the trade taught, such as sewing; `skill` narrows it. No wage means unpaid."""

    public_id: str
    site_id: SiteId
    process: str
    skill: str
    seats: int
    seats_taken: int
    starts_on: date
    months: int
    wage: Wage | None
    status: PlacementStatus
    note: str = ""

    @property
    def seats_open(self) -> int:
        return max(0, self.seats - self.seats_taken) if self.status is PlacementStatus.OPEN else 0
