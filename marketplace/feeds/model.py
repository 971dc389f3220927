"""What a calendar holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

OPEN_WEEKS = 26  # so many from this week on
KEPT_DAYS = 92  # how long what is over stays in the calendar


class Status(StrEnum):
    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Event:
    """Whole days from `first` to `last`, both included. `uid` never changes; `sequence` grows with every change of
    what it tells, `changed_at` is when that was. `is_busy`: whether it takes the days from anybody."""

    uid: str
    first: date
    last: date
    summary: str
    changed_at: datetime
    description: str = ""
    path: str = ""
    status: Status = Status.CONFIRMED
    sequence: int = 0
    is_busy: bool = True


@dataclass(frozen=True, slots=True)
class Feed:
    """The secret address of an organisation's calendar."""

    organisation_id: int
    token: str
    created_at: datetime
