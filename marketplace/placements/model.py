"""Paid places to learn a skill at a supplier's site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from marketplace.suppliers.model import SiteId
from marketplace.units.wages import Wage

MAXIMUM_SEATS = 50
MAXIMUM_MONTHS = 60
MAXIMUM_HOURS = 60
MAXIMUM_SKILLS = 12


class PlacementStatus(StrEnum):
    """Filled is said by the seats themselves; closed is for good."""

    OPEN = "open"
    PAUSED = "paused"
    FILLED = "filled"
    CLOSED = "closed"


class Level(StrEnum):
    """What somebody should bring."""

    BEGINNER = "beginner"
    SOME = "some"
    SKILLED = "skilled"

    @property
    def label(self) -> str:
        return {
            "beginner": "No experience needed",
            "some": "Some practice in the trade",
            "skilled": "Knows the trade, learns a skill of it",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Placement:
    """`process` is the trade taught, such as sewing; `skills` narrow it. `mentor`: who teaches, in the firm's words.
    No wage means unpaid, which only an old list may say; no `hours_week`, that nobody has said."""

    public_id: str
    site_id: SiteId
    process: str
    skills: tuple[str, ...]
    seats: int
    seats_taken: int
    starts_on: date
    months: int
    wage: Wage | None
    status: PlacementStatus
    note: str = ""
    hours_week: int | None = None
    level: Level = Level.BEGINNER
    mentor: str = ""
    languages: tuple[str, ...] = ()
    access: str = ""
    closes_on: date | None = None
    offered_at: datetime | None = None

    @property
    def seats_open(self) -> int:
        return max(0, self.seats - self.seats_taken) if self.status is PlacementStatus.OPEN else 0

    def is_shown(self, today: date) -> bool:
        """Whether it may be found: a place is free, and its last day to apply has not passed."""
        return self.seats_open > 0 and (self.closes_on is None or today <= self.closes_on)
