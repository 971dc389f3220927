"""Applications and the states they pass through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

MOST_OPEN = 20  # of one person
MOST_FILES = 3
LONGEST_STATEMENT = 4000
LONGEST_WORDS = 1000
FILE_BYTES = 10_000_000
DRAWER_BYTES = 60_000_000  # all files of one person


class State(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    SEEN = "seen"
    INVITED = "invited"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"

    @property
    def is_live(self) -> bool:
        """Whether somebody has to do the next step."""
        return self in LIVE

    @property
    def is_over(self) -> bool:
        return self in (State.ACCEPTED, State.DECLINED, State.WITHDRAWN, State.EXPIRED)


LIVE = (State.SENT, State.SEEN, State.INVITED, State.OFFERED)
ENDED = (State.DECLINED, State.WITHDRAWN, State.EXPIRED)  # without a place: another application may follow


@dataclass(frozen=True, slots=True)
class Draft:
    """What an apprentice writes."""

    statement: str
    experience: str
    available_from: date | None
    availability: str


@dataclass(frozen=True, slots=True)
class Application:
    """`answer_by`: when the one whose turn it is has to have done the next step. `words`: what the firm said last: an
    invitation's when and where, an offer's terms, or the reason of a decline."""

    id: int
    public_id: str
    placement_id: int
    person_id: int
    state: State
    draft: Draft
    made_at: datetime
    sent_at: datetime | None
    answer_by: datetime | None
    reminded: int
    words: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Event:
    """A state that was reached. `by_firm`: False by the apprentice, None by the site itself."""

    state: State
    by_firm: bool | None
    words: str
    at: datetime
