"""Which step may follow, whose turn it is, and when it is time for a reminder. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from marketplace.applications.model import LIVE, State

# step -> the states it may be taken from
BY_APPRENTICE: Mapping[State, tuple[State, ...]] = {
    State.SENT: (State.DRAFT,),
    State.WITHDRAWN: (State.DRAFT, *LIVE),
    State.ACCEPTED: (State.OFFERED,),
}
BY_FIRM: Mapping[State, tuple[State, ...]] = {
    State.SEEN: (State.SENT,),
    State.INVITED: (State.SENT, State.SEEN),
    State.OFFERED: (State.SENT, State.SEEN, State.INVITED),
    State.DECLINED: LIVE,
}
LAST_CALL = timedelta(days=2)


def may_follow(state: State, to: State, *, by_firm: bool) -> bool:
    return state in (BY_FIRM if by_firm else BY_APPRENTICE).get(to, ())


def waits_for_firm(state: State) -> bool:
    """Whose turn it is; of a draft, the apprentice's."""
    return state in (State.SENT, State.SEEN, State.INVITED)


def reminders_due(answer_by: datetime, now: datetime, days: int) -> int:
    """How many reminders should have gone out by now: one at half the time, one two days before its end."""
    left = answer_by - now
    return (left <= timedelta(days=days) / 2) + (left <= LAST_CALL)


def soonest_reminder(now: datetime, days: int) -> datetime:
    """An application whose time ends after this needs no reminder yet."""
    return now + max(timedelta(days=days) / 2, LAST_CALL)
