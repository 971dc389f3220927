"""Enquiries and quotes as the pages show them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from flask import url_for

from marketplace.briefs.views import run_words
from marketplace.enquiries.compare import Row
from marketplace.enquiries.fit import Choice, reasons_of
from marketplace.enquiries.model import AnswerRecord, DecisionRecord, Offer, Quote, QuoteState, State
from marketplace.enquiries.money import COMPARED, reached_break, together, total_asked, unit_minor_at
from marketplace.enquiries.rules import Party, is_open
from marketplace.enquiries.seen import Look
from marketplace.enquiries.threads.load import Thread
from marketplace.enquiries.threads.rules import Line
from marketplace.enquiries.words import (
    BADGES,
    QUOTE_STATES,
    decline_text,
    hours_text,
    run_dates,
    state_text,
    weekday,
)
from marketplace.files.rules import size_text
from marketplace.places.rules import format_distance
from marketplace.search.decide import Limit
from marketplace.search.explain import texts
from marketplace.suppliers.model import PriceBreak
from marketplace.suppliers.rules import Answer
from marketplace.units import Money, Quantity, format_quantity
from marketplace.units.model import format_money
from marketplace.units.rules import format_number
from marketplace.vocabulary import Facet, vocabulary

_RANK = {Answer.YES: 0, Answer.SURCHARGE: 1, Answer.NO: 2}


def own_url(look: Look) -> str:
    return url_for("enquiries.enquiry", public_id=look.enquiry.public_id)


def enquiry_view(look: Look, party: Party, now: datetime) -> dict[str, Any]:
    """One enquiry, in a list or at the head of its page. `other` is who is on the other side."""
    enquiry = look.enquiry
    missing = look.readiness.missing
    quote = look.open_quote(now) or look.accepted_quote
    return {
        "id": enquiry.public_id,
        "url": own_url(look),
        "title": look.content.title,
        "other": look.studio if party is Party.SUPPLIER else look.supplier.profile.name,
        "supplier_url": f"/suppliers/{look.supplier.slug}",
        "work": vocabulary().label(Facet.PROCESS, look.service.draft.process),
        "run": run_words(look.content),
        "state": enquiry.state.value,
        "state_text": state_text(enquiry, look.quote, now),
        "badge": BADGES[enquiry.state],
        "is_open": is_open(enquiry.state),
        "is_waiting": enquiry.state is State.SENT,
        "distance": format_distance(look.metres) if look.metres is not None else "",
        "sent": enquiry.sent_at.date(),
        "answer_by": weekday(enquiry.answer_by.date()),
        "days_left": (enquiry.answer_by.date() - now.date()).days,
        "is_ready": not missing,
        "missing": [question.text for question in missing],
        "by": look.content.by,
        "decline": decline_text(enquiry),
        "fit": fit_view(look.choice, has_quote=quote is not None),
        "quote": quote_view(quote, now) if quote else None,
        "version": enquiry.brief_version,
        "newer": look.brief.version > enquiry.brief_version,
    }


def fit_view(choice: Choice, *, has_quote: bool = False) -> dict[str, Any]:
    """`but_dates`: the reasons where `when` says the days already. A quote says its own days, and what would fit beside
    the weeks it holds are others: then none are said here."""
    verdict, planned, said = choice.fit.verdict, choice.fit.plan, reasons_of(choice)
    if has_quote:
        planned, said = None, tuple(r for r in said if r.field != Limit.BY)
    return {
        "verdict": verdict.answer.value if verdict else None,
        "reasons": texts(said),
        "but_dates": texts(r for r in said if r.field != Limit.BY or r.met is not True or planned is None),
        "when": run_dates(planned.starts, planned.last_worked, planned.ready) if planned else "",
        "is_late": bool(planned and choice.query.by and planned.ready > choice.query.by),
    }


def inbox_key(look: Look, now: datetime) -> tuple[int, bool, int, int, datetime]:
    """Waiting ones first: those that can be priced, those that fit, then by the day an answer is due."""
    group = {State.SENT: 0, State.QUOTED: 1}.get(look.enquiry.state, 2)
    verdict = look.choice.fit.verdict
    rank = _RANK[verdict.answer] if verdict else 3
    due = look.enquiry.answer_by if group < 2 else now
    return group, not look.readiness.is_ready, rank, len(look.choice.fit.misses), due


def quote_view(quote: Quote, now: datetime) -> dict[str, Any]:
    offer, total = quote.offer, total_asked(quote.offer)
    step = reached_break(offer)
    is_over = quote.state is QuoteState.SENT and not quote.is_open(now)
    return {
        "id": quote.public_id,
        "state": quote.state.value,
        "state_text": QUOTE_STATES[QuoteState.EXPIRED if is_over else quote.state],
        "is_open": quote.is_open(now),
        "quantity": format_quantity(offer.quantity),
        "unit": offer.quantity.unit.singular,
        "each": format_money(total.each),
        "all": format_money(total.all),
        "together": format_money(together(offer)),
        "price": format_money(Money(unit_minor_at(offer, offer.quantity), offer.currency)),
        "price_below": format_money(Money(offer.unit_minor, offer.currency)) if step else "",
        "setup": format_money(total.setup) if offer.setup_minor else "",
        "sample": format_money(Money(offer.sample_minor, offer.currency)) if offer.sample_minor else "",
        "surcharge": f"{offer.surcharge_percent} % ({format_money(total.surcharge)})"
        if offer.surcharge_percent
        else "",
        "breaks": [
            (
                f"from {format_quantity(Quantity.of(step.from_quantity, offer.quantity.unit))}",
                format_money(Money(step.unit_minor, offer.currency)),
            )
            for step in offer.breaks
        ],
        "note": offer.note,
        "when": run_dates(quote.starts, quote.last_worked, quote.ready)
        if quote.starts and quote.last_worked and quote.ready
        else "",
        "holds_weeks": quote.reservation_id is not None,
        "valid_until": quote.valid_until,
        "sent": quote.sent_at.date(),
        "accept_url": f"/quotes/{quote.public_id}/accept",
        "withdraw_url": url_for("enquiries.withdraw_quote", public_id=quote.public_id),
    }


def sum_view(offer: Offer) -> dict[str, str]:
    """What the run would come to, before the quote is sent. `seen`: sent along, to know which sum stood there."""
    total, quantity, step = total_asked(offer), offer.quantity, reached_break(offer)
    units = format_number(quantity.atoms, quantity.unit)
    parts = [f"{units} × {format_money(Money(unit_minor_at(offer, quantity), offer.currency))}"]
    if offer.setup_minor:
        parts.append(f"{format_money(total.setup)} set-up")
    if offer.surcharge_percent:
        parts.append(f"{offer.surcharge_percent} % surcharge ({format_money(total.surcharge)})")
    return {
        "text": f"{' + '.join(parts)} = {format_money(total.all)}",
        "each": format_money(total.each),
        "sample": format_money(Money(offer.sample_minor, offer.currency)) if offer.sample_minor else "",
        "together": format_money(together(offer)),
        "break": _break_text(step, offer) if step else "",
        "seen": seen_of(offer),
    }


def seen_of(offer: Offer) -> str:
    return f"{offer.currency} {offer.unit_minor} {together(offer).minor}"


def _break_text(step: PriceBreak, offer: Offer) -> str:
    price = format_money(Money(step.unit_minor, offer.currency))
    start = format_quantity(Quantity.of(step.from_quantity, offer.quantity.unit))
    return f"your price from {start} on counts for this run: {price}"


def line_view(line: Line, thread: Thread, look: Look) -> dict[str, Any]:
    message = line.message
    return {
        "id": message.public_id,
        "kind": message.kind.value,
        "by": line.by,
        "is_own": line.is_own,
        "is_open": line.is_open,
        "is_shared": message.is_shared,
        "answers": line.answers,
        "body": message.body,
        "at": message.at,
        "files": [
            {
                "name": file.name,
                "size": size_text(file.size),
                "url": url_for("enquiries.file", public_id=look.enquiry.public_id, file_id=file.public_id),
            }
            for file in (thread.files[file_id] for file_id in message.file_ids if file_id in thread.files)
        ],
    }


def answers_text(record: AnswerRecord) -> str:
    """'Answers 9 of 10 enquiries, half of them within 3 hours'; empty while there are few."""
    if record.answered_percent is None:
        return ""
    half = f", half of them within {hours_text(record.median_hours)}" if record.median_hours is not None else ""
    return f"Answers {record.answered_percent} % of enquiries{half}"


def decides_text(record: DecisionRecord) -> str:
    if record.decided_percent is None:
        return ""
    return f"Says yes or no to {record.decided_percent} % of the quotes they get"


def comparison_view(rows: Iterable[Row], now: datetime) -> list[dict[str, Any]]:
    return [_row_view(row, now) for row in rows]


def _row_view(row: Row, now: datetime) -> dict[str, Any]:
    asked = row.columns[0] if row.columns else None
    others = {column.quantity.atoms // column.quantity.unit.atoms: column for column in row.columns[1:]}

    def each(whole: int) -> str:
        column = others.get(whole)
        if column is None and asked and asked.quantity == Quantity.of(whole, asked.quantity.unit):
            column = asked
        if column is None:
            return ""
        return format_money(column.total.each) if column.total else "not taken"

    quote = row.quote
    return enquiry_view(row.look, Party.STUDIO, now) | {
        "last_quote": quote_view(quote, now) if quote else None,
        "at": [each(whole) for whole in COMPARED],
        "starts": _day(quote.starts if quote else None),
        "ready": _day(quote.ready if quote else None),
        "days": row.days,
        "answers": answers_text(row.record),
    }


def _day(day: date | None) -> str:
    return weekday(day) if day else ""
