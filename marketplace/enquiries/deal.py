"""Acceptance, as far as the enquiry and the quote go. Orders make the booking of it, in the same transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.model import Actor
from marketplace.accounts.policy import authorize
from marketplace.audit import store as audit
from marketplace.enquiries import store
from marketplace.enquiries.model import Enquiry, Quote, QuoteState, State
from marketplace.enquiries.rules import Move
from marketplace.errors import Conflict

_ENDED = {
    QuoteState.ACCEPTED: "This quote was accepted already.",
    QuoteState.WITHDRAWN: "The supplier has withdrawn this quote. Ask them in the enquiry for a new one.",
    QuoteState.EXPIRED: "This quote has expired and its weeks were given back. Ask in the enquiry for a new one.",
    QuoteState.REPLACED: "The supplier has sent a newer quote in place of this one: look at that one.",
    QuoteState.LOST: "You have closed this enquiry. Send the supplier a new one.",
}


def take(session: Session, actor: Actor, quote: Quote, now: datetime) -> tuple[Quote, Enquiry]:
    """Accept a quote for the studio: mark it and its enquiry accepted. Returns both as they stand now.

    Errors: SignInNeeded, NotFound for anybody but the studio; Conflict with what to do when it can't be accepted.
    """
    enquiry = store.get_enquiry_by_id(session, quote.enquiry_id)
    authorize(actor, "quote.accept", enquiry.studio_id)
    # The enquiry first, here as everywhere: two who take rows in different orders wait for each other for ever.
    if not store.move(session, enquiry, Move.ACCEPT, now) or not store.end_quote(
        session, quote, QuoteState.ACCEPTED, now
    ):
        raise Conflict(why_not(session, quote, now))
    audit.record(
        session,
        now,
        actor,
        "quote.accept",
        "quote",
        quote.public_id,
        organisation_id=enquiry.studio_id,
        before={"state": QuoteState.SENT.value},
        after={"state": QuoteState.ACCEPTED.value, "enquiry": enquiry.public_id},
    )
    return store.get_quote(session, quote.public_id), store.get_enquiry_by_id(session, enquiry.id)


def why_not(session: Session, quote: Quote, now: datetime) -> str:
    """Why a quote can't be accepted, and what to do about it."""
    quote = store.get_quote(session, quote.public_id)
    if quote.state is QuoteState.SENT and quote.valid_until <= now:
        return _ENDED[QuoteState.EXPIRED]
    if quote.state is not QuoteState.SENT:
        return _ENDED[quote.state]
    enquiry = store.get_enquiry_by_id(session, quote.enquiry_id)
    if enquiry.state is State.QUOTED:
        return "This quote changed a moment ago: look at it again."
    return "This enquiry has ended: look at where it stands now."
