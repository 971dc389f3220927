"""Enquiries, quotes and what is said between the two sides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from marketplace.booking.model import ReservationId
from marketplace.briefs.model import BriefId
from marketplace.suppliers.model import PriceBreak, ServiceId, SupplierId
from marketplace.units import Money, Quantity

EnquiryId = NewType("EnquiryId", int)
QuoteId = NewType("QuoteId", int)
MessageId = NewType("MessageId", int)


class State(StrEnum):
    """Where an enquiry stands. Quoted ones stay quoted when the quote runs out: an answer was given."""

    SENT = "sent"
    QUOTED = "quoted"
    DECLINED = "declined"
    TIMED_OUT = "timed_out"
    WITHDRAWN = "withdrawn"  # by the studio
    ACCEPTED = "accepted"
    LOST = "lost"  # the studio closed it: another offer was chosen, or none


class QuoteState(StrEnum):
    SENT = "sent"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"  # by the supplier
    EXPIRED = "expired"
    REPLACED = "replaced"  # by a newer quote of the same enquiry
    LOST = "lost"  # the studio closed the enquiry


class Reason(StrEnum):
    """Why a supplier declines; `other` needs a note."""

    FULL = "full"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    NOT_OUR_WORK = "not_our_work"
    DATES = "dates"
    UNCLEAR = "unclear"
    OTHER = "other"


class MessageKind(StrEnum):
    MESSAGE = "message"
    QUESTION = "question"  # everybody asked about the brief reads it, without the asker's name
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Enquiry:
    """One version of a brief put to one service. `answered_at`: when it was first quoted or declined."""

    id: EnquiryId
    public_id: str
    brief_id: BriefId
    brief_version: int
    studio_id: int
    supplier_id: SupplierId
    service_id: ServiceId
    person_id: int | None
    state: State
    sent_at: datetime
    answer_by: datetime
    reminded: int
    answered_at: datetime | None
    decided_at: datetime | None
    decline_reason: Reason | None
    decline_note: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What a supplier asks for a run. Money in minor units of one currency; breaks in whole units."""

    quantity: Quantity
    currency: str
    unit_minor: int
    setup_minor: int = 0
    breaks: tuple[PriceBreak, ...] = ()
    sample_minor: int = 0
    surcharge_percent: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """An offer as sent. With a reservation it holds weeks; without, the supplier publishes none."""

    id: QuoteId
    public_id: str
    enquiry_id: EnquiryId
    reservation_id: ReservationId | None
    person_id: int | None
    state: QuoteState
    offer: Offer
    starts: date | None
    last_worked: date | None
    ready: date | None
    sent_at: datetime
    valid_until: datetime
    ended_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether it can be accepted."""
        return self.state is QuoteState.SENT and now < self.valid_until


@dataclass(frozen=True, slots=True)
class Total:
    """What a run costs: the work, the set-up, the surcharge, together and for one unit (rounded up)."""

    work: Money
    setup: Money
    surcharge: Money
    all: Money
    each: Money


@dataclass(frozen=True, slots=True)
class Message:
    """A line of a thread. `answers_id`: the question it answers."""

    id: MessageId
    public_id: str
    enquiry_id: EnquiryId
    brief_id: BriefId
    organisation_id: int
    person_id: int | None
    kind: MessageKind
    is_shared: bool
    answers_id: MessageId | None
    body: str
    at: datetime
    file_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """How a supplier answers enquiries, over the last twelve months; the figures are kept back while there are few."""

    enquiries: int
    median_hours: int | None = None
    answered_percent: int | None = None


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """How often a studio tells suppliers what came of their quotes."""

    quoted: int
    decided_percent: int | None = None
