"""What a person is told, and how they want to be told it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST_IN_MAIL = 30
PER_PAGE = 30
MAXIMUM_PER_PAGE = 100


class Frequency(StrEnum):
    """When notices go out by mail."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Notice:
    """`text` is one plain sentence, `path` where to look on this site."""

    id: int
    public_id: str
    at: datetime
    kind: str
    text: str
    path: str
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """Quiet hours in minutes of the day in the person's time zone; two equal ones mean none.

    An empty `timezone` is the site's. `stop_token` stands in the address that ends the mails.
    """

    frequency: Frequency = Frequency.AT_ONCE
    quiet_from: int = 20 * 60
    quiet_to: int = 7 * 60
    timezone: str = ""
    stop_token: str = ""


DEFAULT = Setting()
