"""What both sides are told of an application, one plain sentence each. Pure."""

from __future__ import annotations

from datetime import date, datetime

from marketplace.applications.model import State

LABELS = {
    State.DRAFT: "Draft: not sent yet",
    State.SENT: "Sent: the workshop has not opened it yet",
    State.SEEN: "Seen by the workshop",
    State.INVITED: "You are invited to meet",
    State.OFFERED: "The place is offered to you",
    State.ACCEPTED: "Accepted: the place is yours",
    State.DECLINED: "Declined",
    State.WITHDRAWN: "Withdrawn",
    State.EXPIRED: "Closed without an answer",
}
FIRM_LABELS = {
    State.SENT: "New",
    State.SEEN: "To answer",
    State.INVITED: "Invited",
    State.OFFERED: "Offered, waits for the apprentice",
    State.ACCEPTED: "Accepted",
    State.DECLINED: "Declined",
    State.WITHDRAWN: "Withdrawn",
    State.EXPIRED: "Closed without an answer",
}
FILLED = "All places are taken by now."
CLOSED = "The workshop has closed this placement."


def to_apprentice(state: State, title: str, firm: str, words: str, answer_by: datetime | None) -> str:
    """What an apprentice is told when the other side, or time, has moved their application."""
    said = f" {words}" if words else ""
    until = f" Answer by {day_text(answer_by.date())}." if answer_by else ""
    return {
        State.SEEN: f"{firm} has opened your application for “{title}”.",
        State.INVITED: f"{firm} invites you to meet about “{title}”.{said}",
        State.OFFERED: f"{firm} offers you the place “{title}”.{said}{until}",
        State.DECLINED: f"Your application for “{title}” at {firm} was declined:{said}",
        State.EXPIRED: f"Your application for “{title}” at {firm} is closed: nobody took the next step in time. "
        "That says nothing about you; other places are open.",
    }[state]


def to_firm(state: State, title: str, name: str, answer_by: datetime | None) -> str:
    """What a firm is told when an apprentice, or time, has moved an application."""
    until = f" Answer by {day_text(answer_by.date())}." if answer_by else ""
    return {
        State.SENT: f"{name} applies for “{title}”.{until}",
        State.WITHDRAWN: f"{name} has withdrawn the application for “{title}”.",
        State.ACCEPTED: f"{name} accepts the place “{title}”.",
        State.EXPIRED: f"The application of {name} for “{title}” is closed: the time for the next step is over.",
    }[state]


def accepted_hint(title: str) -> str:
    """Said once with an acceptance: nothing is changed without a yes."""
    return f"A learner changes your week: look at what “{title}” makes of your open capacity, and say yes or no."


def reminder(state: State, title: str, other: str, answer_by: datetime) -> str:
    """For whoever's turn it is."""
    day = day_text(answer_by.date())
    if state is State.OFFERED:
        return f"{other} waits for you: accept the place “{title}” by {day}, or leave it to somebody else."
    return f"{other} waits for your answer about “{title}”: invite, offer or decline by {day}, or it closes by itself."


def day_text(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
