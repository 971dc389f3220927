"""Quotes: sent, replaced, withdrawn, run out. A sent quote holds the weeks it would take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts.model import Actor
from marketplace.audit import store as audit
from marketplace.booking import holds
from marketplace.booking import store as reservations
from marketplace.booking.model import Held, Side
from marketplace.capacity.model import Plan
from marketplace.capacity.rules import plan
from marketplace.db import Database
from marketplace.enquiries import store
from marketplace.enquiries.actions import ended_text, own, path_of
from marketplace.enquiries.fit import Choice, holds_weeks
from marketplace.enquiries.look import look_at_one
from marketplace.enquiries.model import Enquiry, Quote, QuoteState
from marketplace.enquiries.quote_forms import QuoteForm
from marketplace.enquiries.rules import OUTCOMES, Move, Party
from marketplace.enquiries.seen import Look
from marketplace.enquiries.words import run_dates, weekday
from marketplace.errors import Conflict, Invalid
from marketplace.notices import store as notices
from marketplace.units import Quantity

ReadForm = Callable[[Quantity], QuoteForm]


def quote(database: Database, actor: Actor, enquiry_id: str, read: ReadForm, now: datetime) -> Quote:
    """Send a quote, in place of one that is still open; its weeks are held until it runs out.

    `read` makes the form, given the quantity that was asked.

    Errors: NotFound; Forbidden without a confirmed address; Invalid from `read`; Conflict when the enquiry has ended,
    the weeks don't take the run, or it would run on other days than the supplier was shown. Nothing changes then.
    """
    with database.writing() as session:
        enquiry = own(session, actor, enquiry_id, Party.SUPPLIER)
        look = look_at_one(session, enquiry, now.date())
        form = read(quantity_of(look))
        if not store.move(session, enquiry, Move.QUOTE, now):
            raise Conflict(ended_text(store.get_enquiry_by_id(session, enquiry.id)))
        old = store.find_sent_quote(session, enquiry.id)
        if old:
            _end(session, old, QuoteState.REPLACED, now)
        valid_until = now + timedelta(days=form.valid_days)
        held = _hold(session, look, form, valid_until, now)
        sent = store.add_quote(
            session,
            enquiry.id,
            form.offer,
            reservation_id=held.reservation.id if held else None,
            plan=held.plan if held else None,
            person_id=actor.person.id if actor.person else None,
            valid_until=valid_until,
            now=now,
        )
        after = {"state": sent.state.value, "enquiry": enquiry.public_id, "replaces": old.public_id if old else None}
        _note(session, actor, sent, enquiry, "quote.send", now, {}, after)
        _tell_sent(session, look, sent, old is not None, now)
        return sent


def withdraw_quote(database: Database, actor: Actor, quote_id: str, now: datetime) -> Quote:
    """The supplier takes an open quote back; its weeks are open again.

    Errors: NotFound; Conflict when it has ended.
    """
    with database.writing() as session:
        known = store.get_quote(session, quote_id)
        enquiry = store.get_enquiry_by_id(session, known.enquiry_id)
        own(session, actor, enquiry.public_id, Party.SUPPLIER)
        store.lock_enquiry(session, enquiry.id)
        if not _end(session, known, QuoteState.WITHDRAWN, now):
            raise Conflict("This quote has ended already: nothing was changed.")
        _note(session, actor, known, enquiry, "quote.withdraw", now, {"state": "sent"}, {"state": "withdrawn"})
        look = look_at_one(session, enquiry, now.date())
        text = f"{look.supplier.profile.name} has withdrawn the quote for “{look.content.title}”."
        notices.tell(session, enquiry.studio_id, "quote-withdrawn", text, path_of(enquiry), now)
        return store.get_quote(session, quote_id)


def expire(session: Session, quote: Quote, now: datetime) -> bool:
    """Mark a quote as run out, give its weeks back and tell both sides; False when somebody was first."""
    enquiry = store.lock_enquiry(session, quote.enquiry_id)
    if not _end(session, quote, QuoteState.EXPIRED, now):
        return False
    _note(session, None, quote, enquiry, "quote.expire", now, {"state": "sent"}, {"state": "expired"})
    look = look_at_one(session, enquiry, now.date())
    title, name = look.content.title, look.supplier.profile.name
    gone = " and its weeks are open again" if quote.reservation_id is not None else ""
    notices.tell(
        session,
        enquiry.studio_id,
        "quote-expired",
        f"The quote of {name} for “{title}” has expired. You can ask them for a new one.",
        path_of(enquiry),
        now,
    )
    notices.tell(
        session,
        look.supplier.organisation_id,
        "quote-expired",
        f"Your quote for “{title}” has expired{gone}. You can send a new one.",
        path_of(enquiry),
        now,
    )
    return True


def quantity_of(look: Look) -> Quantity:
    """What is quoted: the run, in the unit the service counts where the brief states it so.

    Errors: Invalid for a brief without a quantity.
    """
    run = look.choice.run
    if run is None:
        raise Invalid({"": "The brief states no quantity yet: ask the studio for it."})
    return run.quantity


def proposal(session: Session, look: Look, arrival: date | None, now: datetime) -> Plan | None:
    """When the run would be made if it were quoted now, on the real calendar. What an open quote of the same enquiry
    holds counts as free: sending again gives it back first."""
    choice = look.choice
    calendar, need = choice.fit.service.calendar, choice.need
    if not holds_weeks(choice) or calendar is None or need is None:
        return None
    old = look.open_quote(now)
    if old and old.reservation_id is not None:
        kept = reservations.get_by_id(session, old.reservation_id)
        taken = Counter(calendar.taken)
        taken.subtract({share.week: share.atoms for share in kept.weeks})
        calendar = replace(calendar, taken=taken)
    return plan(calendar, need, first_day(choice, arrival, now.date()), choice.draft.leads.first)


def first_day(choice: Choice, arrival: date | None, today: date) -> date:
    return max(arrival or choice.query.arrival, today)


def _hold(session: Session, look: Look, form: QuoteForm, valid_until: datetime, now: datetime) -> Held | None:
    if not holds_weeks(look.choice):
        return None
    assert look.choice.run is not None
    held = holds.hold(
        session,
        supplier=look.supplier,
        service=look.service,
        studio_id=look.enquiry.studio_id,
        run=look.choice.run,
        arrival=first_day(look.choice, form.arrival, now.date()),
        made_by=Side.SUPPLIER,
        expires_at=valid_until,
        now=now,
    )
    shown = (form.starts or held.plan.starts, form.ready or held.plan.ready)
    if shown != (held.plan.starts, held.plan.ready):
        found = run_dates(held.plan.starts, held.plan.last_worked, held.plan.ready)
        raise Conflict(
            f"The weeks you were shown have changed meanwhile: the run now {found}. Send it again to hold them."
        )
    return held


def _end(session: Session, quote: Quote, state: QuoteState, now: datetime) -> bool:
    if not store.end_quote(session, quote, state, now):
        return False
    if quote.reservation_id is not None:
        holds.release(session, quote.reservation_id, OUTCOMES[state], now)
    return True


def _tell_sent(session: Session, look: Look, sent: Quote, is_new: bool, now: datetime) -> None:
    when = ""
    if sent.starts and sent.last_worked and sent.ready:
        when = f": {run_dates(sent.starts, sent.last_worked, sent.ready)}"
    what = "a new quote in place of the last one" if is_new else "a quote"
    text = (
        f"{look.supplier.profile.name} sent {what} for “{look.content.title}”{when}. "
        f"It holds until {weekday(sent.valid_until.date())}."
    )
    notices.tell(session, look.enquiry.studio_id, "quote-sent", text, path_of(look.enquiry), now)


def _note(
    session: Session,
    actor: Actor | None,
    quote: Quote,
    enquiry: Enquiry,
    action: str,
    now: datetime,
    before: dict[str, str],
    after: dict[str, str | None],
) -> None:
    audit.record(
        session,
        now,
        actor,
        action,
        "quote",
        quote.public_id,
        organisation_id=enquiry.studio_id,
        before=before or None,
        after=after,
    )
