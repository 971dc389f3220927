"""States and reasons in plain words. Pure."""

from __future__ import annotations

from datetime import date, datetime

from marketplace.enquiries.model import Enquiry, Quote, QuoteState, Reason, State

REASONS: dict[Reason, str] = {
    Reason.FULL: "No room in the time asked for",
    Reason.TOO_SMALL: "The run is too small for us",
    Reason.TOO_LARGE: "The run is too large for us",
    Reason.NOT_OUR_WORK: "This is not work we do",
    Reason.DATES: "The dates can't be met",
    Reason.UNCLEAR: "The brief leaves too much open",
    Reason.OTHER: "Another reason",
}

STATES: dict[State, str] = {
    State.SENT: "Waiting for an answer",
    State.QUOTED: "Quoted",
    State.DECLINED: "Declined",
    State.TIMED_OUT: "Closed without an answer",
    State.WITHDRAWN: "Withdrawn by the studio",
    State.ACCEPTED: "Accepted",
    State.LOST: "Closed by the studio",
}

QUOTE_STATES: dict[QuoteState, str] = {
    QuoteState.SENT: "Open",
    QuoteState.ACCEPTED: "Accepted",
    QuoteState.WITHDRAWN: "Withdrawn by the supplier",
    QuoteState.EXPIRED: "Expired",
    QuoteState.REPLACED: "Replaced by a newer quote",
    QuoteState.LOST: "Closed by the studio",
}

BADGES: dict[State, str] = {
    State.SENT: "",
    State.QUOTED: "surcharge",
    State.DECLINED: "no",
    State.TIMED_OUT: "no",
    State.WITHDRAWN: "",
    State.ACCEPTED: "yes",
    State.LOST: "",
}


def state_text(enquiry: Enquiry, quote: Quote | None, now: datetime) -> str:
    """Where it stands, the last quote's own end included: 'Quote expired'."""
    if enquiry.state is not State.QUOTED or quote is None or quote.is_open(now):
        return STATES[enquiry.state]
    if quote.state is QuoteState.WITHDRAWN:
        return "Quote withdrawn"
    return "Quote expired"


def decline_text(enquiry: Enquiry) -> str:
    """The reason as the supplier gave it."""
    if enquiry.decline_reason is None:
        return ""
    text = REASONS[enquiry.decline_reason]
    return f"{text}: {enquiry.decline_note}" if enquiry.decline_note else text


def weekday(day: date) -> str:
    """'Mon 9 March 2027'."""
    return f"{day:%a} {day.day} {day:%B %Y}"


def run_dates(starts: date, last_worked: date, ready: date) -> str:
    """'starts Mon 9 March 2027, finished Fri 20 March 2027'; the day goods can leave where that is later."""
    text = f"starts {weekday(starts)}, finished {weekday(last_worked)}"
    return text if (ready - last_worked).days <= 1 else f"{text}, ready {weekday(ready)}"


def hours_text(hours: int) -> str:
    """'3 hours', '2 days'."""
    if hours < 1:
        return "less than an hour"
    if hours < 48:
        return f"{hours} hour{'' if hours == 1 else 's'}"
    return f"{-(-hours // 24)} days"
