"""Orders: booked runs, their milestones, payments, changes, messages, records and reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from marketplace.booking.model import Side
from marketplace.units import Quantity, Unit

OrderId = NewType("OrderId", int)


class State(StrEnum):
    BOOKED = "booked"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    DISPUTED = "disputed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        return self in (State.COMPLETED, State.CANCELLED)


class Move(StrEnum):
    """What can happen to an order as a whole."""

    DELIVER = "deliver"
    TAKE_BACK = "take_back"  # a delivery that was recorded by mistake
    COMPLETE = "complete"
    CANCEL = "cancel"
    DISPUTE = "dispute"
    END_DISPUTE = "end_dispute"  # by who began it: the order goes on from where it stood
    SETTLE_COMPLETE = "settle_complete"
    SETTLE_CANCEL = "settle_cancel"


class Who(StrEnum):
    SUPPLIER = "supplier"
    STUDIO = "studio"
    MODERATOR = "moderator"
    SYSTEM = "system"  # time itself


class MilestoneKind(StrEnum):
    SAMPLE = "sample"
    APPROVAL = "approval"
    BULK = "bulk"
    DELIVERY = "delivery"
    OTHER = "other"


class PaymentKind(StrEnum):
    DEPOSIT = "deposit"
    PART = "part"
    BALANCE = "balance"
    SAMPLE = "sample"


class ChangeState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Order:
    """`supplier_organisation_id` and `studio_id` are the two parties."""

    id: OrderId
    public_id: str
    quote_id: int
    enquiry_id: int
    brief_id: int
    supplier_id: int
    supplier_organisation_id: int
    studio_id: int
    reservation_id: int | None
    state: State
    title: str
    quantity: Quantity
    currency: str
    total_minor: int
    starts: date | None
    ready: date | None
    created_at: datetime
    delivered_on: date | None = None
    delivered_quantity: int | None = None
    delivered_at: datetime | None = None
    disputed_by: Side | None = None
    studio_note: str = ""
    supplier_note: str = ""
    ended_at: datetime | None = None
    cancelled_by: Side | None = None
    reason: str = ""
    lots: str = ""

    def organisation_of(self, side: Side) -> int:
        return self.supplier_organisation_id if side is Side.SUPPLIER else self.studio_id

    @property
    def unit(self) -> Unit:
        return self.quantity.unit


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What an accepted quote says."""

    quote_id: int
    enquiry_id: int
    brief_id: int
    supplier_id: int
    supplier_organisation_id: int
    studio_id: int
    reservation_id: int | None
    title: str
    quantity: Quantity
    currency: str
    total_minor: int
    starts: date | None
    ready: date | None
    lots: str = ""


@dataclass(frozen=True, slots=True)
class MilestoneDraft:
    kind: MilestoneKind
    side: Side
    title: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Milestone:
    id: int
    public_id: str
    position: int
    kind: MilestoneKind
    side: Side
    title: str
    due: date | None
    done_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class PaymentDraft:
    kind: PaymentKind
    amount_minor: int
    due: date | None = None
    paid_on: date | None = None
    received_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    id: int
    public_id: str
    kind: PaymentKind
    amount_minor: int
    due: date | None
    paid_on: date | None
    paid_at: datetime | None
    received_on: date | None
    received_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class Totals:
    """Minor units of the order's currency. `open`: what nobody has said is paid or received yet."""

    total: int
    paid: int
    received: int

    @property
    def open(self) -> int:
        return max(0, self.total - self.paid)


@dataclass(frozen=True, slots=True)
class Change:
    """Other dates, quantity or total, proposed by the supplier. `quantity` in atoms of the order's unit."""

    id: int
    public_id: str
    state: ChangeState
    arrival: date
    quantity: int
    total_minor: int
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    id: int
    public_id: str
    organisation_id: int
    person_id: int | None
    body: str
    at: datetime
    file_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    id: int
    public_id: str
    order_id: int
    author_id: int
    about_id: int
    rating: int
    body: str
    written_at: datetime
    shown_from: datetime
    answer: str
    answered_at: datetime | None
    hidden_at: datetime | None

    def is_shown(self, now: datetime) -> bool:
        return self.hidden_at is None and self.shown_from <= now


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many: nothing where there is nothing to count."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        return self.part * 100 // self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Record:
    """What the orders of one side say of it, over the last 24 months: facts, no opinions."""

    completed: int
    cancelled: int  # by this side
    on_time: Share
    right_quantity: Share
    paid_on_time: Share
    reviews: Share  # sum of the shown ratings, of so many

    @property
    def average(self) -> float | None:
        return round(self.reviews.part / self.reviews.whole, 1) if self.reviews.whole else None
