"""Entries of a skills log, and the state of a skill in a region."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

MOST_ENTRIES = 2000  # of one person
MOST_EXPORTS = 50
MOST_MINUTES = 24 * 60
MOST_PIECES = 100_000


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """`operation` in the trade's words; `minutes` or `pieces`, or both."""

    operation: str
    process: str
    skill: str
    day: date
    minutes: int | None
    pieces: int | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """`firm` and `signer` are the names of that day: they stay when who they were of is gone."""

    id: int
    public_id: str
    person_id: int
    organisation_id: int | None
    firm: str
    draft: EntryDraft
    written_at: datetime
    signer: str
    signed_at: datetime | None

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None


@dataclass(frozen=True, slots=True)
class Export:
    """`document`: the signed JSON, word for word; `code` stands in its public address."""

    code: str
    person_id: int
    document: str
    made_at: datetime


class Standing(StrEnum):
    """How a skill stands in a region, the most pressing first."""

    AT_RISK = "at_risk"
    RARE = "rare"
    HELD = "held"
    TAUGHT = "taught"

    @property
    def label(self) -> str:
        return {
            "at_risk": "At risk: few hold it or they stop soon, and nobody teaches it",
            "rare": "Rare, and taught",
            "held": "Held, and nobody teaches it here now",
            "taught": "Held and taught",
        }[self.value]


@dataclass(frozen=True, slots=True)
class SkillState:
    """`is_trade`: a whole trade, such as sewing. Numbers of firms; `places`: open ones."""

    id: str
    is_trade: bool
    holds: int
    teaches: int
    places: int
    retiring: int
    standing: Standing
