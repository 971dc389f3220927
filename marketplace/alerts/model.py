"""Saved searches, what is known of each, and what is new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MAXIMUM_PER_PERSON = 50
MAXIMUM_NAME = 80
MOST_IN_MAIL = 20
MOST_IN_FEED = 50


class Frequency(StrEnum):
    """How often news goes out by mail."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def label(self) -> str:
        return {"at_once": "At once", "daily": "Daily", "weekly": "Weekly"}[self.value]


class State(StrEnum):
    ACTIVE = "active"
    STOPPED = "stopped"  # by its owner
    ENDED = "ended"  # it cannot be asked any more, such as when its date has passed


@dataclass(frozen=True, slots=True)
class Mark:
    """A state of the change log. Two are equal when nothing was committed between them.

    `seen` counts the changes at or after the position that could be seen: on PostgreSQL a transaction with an
    earlier number may still be running, and adds its change behind our back.
    """

    position: int
    seen: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person says of a saved search. `question`: the query string that asks it."""

    name: str
    question: str
    distance_unit: str  # "km" or "mi": how its mails and its feed give distances
    frequency: Frequency


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """`version` grows with every change, so that of two who change it at once the second notices."""

    id: int
    public_id: str
    person_id: int
    wanted: Wanted
    feed_token: str
    stop_token: str
    asked_at: datetime  # when its question was last set: what fitted then is no news
    stopped_at: datetime | None
    ended_at: datetime | None
    removed_at: datetime | None
    mailed_at: datetime | None
    version: int

    @property
    def state(self) -> State:
        if self.stopped_at:
            return State.STOPPED
        return State.ENDED if self.ended_at else State.ACTIVE


@dataclass(frozen=True, slots=True)
class Find:
    """A site that newly fits, with all that a mail says of it."""

    site_id: int
    slug: str
    name: str
    place: str
    metres: int | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class News:
    """A find, once it is written down. `told_at`: when it went into a mail, or another took its place."""

    id: int
    public_id: str
    find: Find
    found_at: datetime
    told_at: datetime | None
