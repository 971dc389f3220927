"""Which moves an enquiry and a quote allow, and by when an answer is due. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from marketplace.booking.model import Outcome
from marketplace.enquiries.model import QuoteState, State

RECORD_SPAN = timedelta(days=365)
RECORD_FROM = 3  # enquiries; fewer say nothing of a firm, and may give one studio away


class Party(StrEnum):
    STUDIO = "studio"
    SUPPLIER = "supplier"
    SYSTEM = "system"


class Move(StrEnum):
    """What can happen to an enquiry."""

    QUOTE = "quote"
    DECLINE = "decline"
    TIME_OUT = "time_out"
    WITHDRAW = "withdraw"
    ACCEPT = "accept"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Step:
    """Who may make a move, from which states, where it leads, and what becomes of a quote that is open."""

    by: Party
    before: frozenset[State]
    after: State
    quote_after: QuoteState | None = None  # None: there is none, in these states


_OPEN = frozenset({State.SENT, State.QUOTED})

STEPS: dict[Move, Step] = {
    Move.QUOTE: Step(Party.SUPPLIER, _OPEN, State.QUOTED, QuoteState.REPLACED),
    Move.DECLINE: Step(Party.SUPPLIER, _OPEN, State.DECLINED, QuoteState.WITHDRAWN),
    Move.TIME_OUT: Step(Party.SYSTEM, frozenset({State.SENT}), State.TIMED_OUT),
    Move.WITHDRAW: Step(Party.STUDIO, _OPEN, State.WITHDRAWN, QuoteState.LOST),
    Move.ACCEPT: Step(Party.STUDIO, frozenset({State.QUOTED}), State.ACCEPTED, QuoteState.ACCEPTED),
    Move.CLOSE: Step(Party.STUDIO, _OPEN, State.LOST, QuoteState.LOST),
}

OUTCOMES: dict[QuoteState, Outcome] = {
    QuoteState.WITHDRAWN: Outcome.WITHDRAWN,
    QuoteState.REPLACED: Outcome.CHANGED,
    QuoteState.EXPIRED: Outcome.EXPIRED,
    QuoteState.LOST: Outcome.CANCELLED,
}
"""Why the weeks of a quote are given back."""


def may(move: Move, state: State, by: Party) -> bool:
    step = STEPS[move]
    return by is step.by and state in step.before


def is_open(state: State) -> bool:
    """Whether the two sides still have something to settle."""
    return state in _OPEN


def after_working_days(start: datetime, days: int, working: frozenset[int] = frozenset(range(5))) -> datetime:
    """The same time of day, so many working days later: 5 days from a Friday is the next Friday."""
    end = start
    while days > 0:
        end += timedelta(days=1)
        days -= end.weekday() in working
    return end


def before_working_days(end: datetime, days: int, working: frozenset[int] = frozenset(range(5))) -> datetime:
    start = end
    while days > 0:
        start -= timedelta(days=1)
        days -= start.weekday() in working
    return start


def reminders_due(answer_by: datetime, now: datetime) -> int:
    """How many reminders should have gone out by now: one two working days before the end, one on its day."""
    if now >= answer_by:
        return 2
    if now.date() >= answer_by.date():
        return 2
    return 1 if now >= before_working_days(answer_by, 2) else 0


def median_hours(waits: Sequence[timedelta]) -> int | None:
    """The middle answer time in hours, rounded up: 'within 3 hours' stays true."""
    if not waits:
        return None
    return -(-int(median(wait.total_seconds() for wait in waits)) // 3600)
