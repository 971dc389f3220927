"""Reports, verifications and merges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from marketplace.suppliers.model import SupplierId, Verification

MAXIMUM_REPORTS = 20  # of one person within a day
MAXIMUM_UNNAMED = 5  # about one placement within a day: of who sends them nothing is known


class Kind(StrEnum):
    """What can be reported."""

    SUPPLIER = "supplier"
    PLACEMENT = "placement"
    MESSAGE = "message"
    REVIEW = "review"

    @property
    def label(self) -> str:
        return {"supplier": "listing", "placement": "placement", "message": "message", "review": "review"}[self]


class Reason(StrEnum):
    NOT_TRUE = "not_true"
    NOT_THEIRS = "not_theirs"
    TWICE = "twice"
    GONE = "gone"
    RUDE = "rude"
    FRAUD = "fraud"
    PAY = "pay"
    UNPAID = "unpaid"
    UNSAFE = "unsafe"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            "not_true": "What it says is not true",
            "not_theirs": "It belongs to somebody else",
            "twice": "It is listed twice",
            "gone": "The firm is gone, or does other work",
            "rude": "It insults or harasses somebody",
            "fraud": "It tries to cheat or to get money",
            "pay": "Pay or conditions of a placement are not lawful",
            "unpaid": "Work there is not paid, or not as stated",
            "unsafe": "Work there is not safe",
            "other": "Something else",
        }[self]


OF_WORK = (Reason.UNPAID, Reason.UNSAFE, Reason.PAY)  # what may be said of a placement, also without a name


class State(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about. `organisation_id`: whose it is; `parties`: who alone may report it, None for everybody;
    `text`: its words, where they are not public."""

    kind: Kind
    public_id: str
    title: str
    path: str
    organisation_id: int
    parties: frozenset[int] | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    id: int
    public_id: str
    kind: Kind
    object_id: str
    reporter_id: int | None
    reason: Reason
    body: str
    state: State
    at: datetime
    handled_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Verified:
    """That a moderator saw documents, or the place, on a day."""

    public_id: str
    level: Verification
    seen_on: date
    person_id: int | None
    note: str
    at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class Merge:
    """`moved` is what rules.py put together: what to give back when it is undone."""

    public_id: str
    kept_id: SupplierId
    merged_id: SupplierId
    moved: dict[str, list[int] | list[list[str]] | str]
    at: datetime
    undone_at: datetime | None
