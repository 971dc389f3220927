"""Enquiries, threads and quotes as JSON: explicit lists of fields. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from marketplace.enquiries.compare import Row
from marketplace.enquiries.fit import Choice, reasons_of
from marketplace.enquiries.model import AnswerRecord, DecisionRecord, Message, Offer, Quote, Total
from marketplace.enquiries.money import Column, together, total_asked
from marketplace.enquiries.rules import Party
from marketplace.enquiries.seen import Look
from marketplace.enquiries.threads.rules import Line
from marketplace.enquiries.words import decline_text, state_text
from marketplace.files.model import StoredFile
from marketplace.search.explain import texts
from marketplace.units.rules import whole_or_decimal


def enquiry_json(look: Look, party: Party, now: datetime) -> dict[str, Any]:
    """What the list shows of an enquiry, to one of its sides."""
    enquiry, draft = look.enquiry, look.service.draft
    return {
        "id": enquiry.public_id,
        "url": f"/account/enquiries/{enquiry.public_id}",
        "side": party.value,
        "state": enquiry.state.value,
        "state_text": state_text(enquiry, look.quote, now),
        "brief": {
            "id": look.brief.public_id,
            "version": enquiry.brief_version,
            "title": look.content.title,
            "ready": look.readiness.is_ready,
            "missing": [question.text for question in look.readiness.missing],
        },
        "studio": {"name": look.studio},
        "supplier": {"id": look.supplier.public_id, "name": look.supplier.profile.name, "slug": look.supplier.slug},
        "service": {"id": look.service.public_id, "process": draft.process, "unit": draft.unit.value},
        "distance_km": round(look.metres / 1000, 3) if look.metres is not None else None,
        "sent_at": _time(enquiry.sent_at),
        "answer_by": _time(enquiry.answer_by),
        "answered_at": _time(enquiry.answered_at),
        "decided_at": _time(enquiry.decided_at),
        "decline": {
            "reason": enquiry.decline_reason.value,
            "text": decline_text(enquiry),
            "note": enquiry.decline_note,
        }
        if enquiry.decline_reason
        else None,
        "fit": fit_json(look.choice),
        "quotes": [quote_json(quote, now) | {"enquiry_id": enquiry.public_id} for quote in look.quotes],
    }


def fit_json(choice: Choice) -> dict[str, Any]:
    """Whether the run meets the service's minimums, and when it would be made on the weeks as they are now."""
    verdict, planned = choice.fit.verdict, choice.fit.plan
    return {
        "verdict": verdict.answer.value if verdict else None,
        "reasons": texts(reasons_of(choice)),
        "surcharge_percent": verdict.surcharge_percent if verdict else 0,
        "starts": _day(planned.starts) if planned else None,
        "last_worked": _day(planned.last_worked) if planned else None,
        "ready": _day(planned.ready) if planned else None,
    }


def quote_json(quote: Quote, now: datetime) -> dict[str, Any]:
    offer = quote.offer
    return {
        "id": quote.public_id,
        "state": quote.state.value,
        "open": quote.is_open(now),
        **offer_json(offer),
        "total": total_json(total_asked(offer)),
        "together_minor": together(offer).minor,
        "holds_weeks": quote.reservation_id is not None,
        "starts": _day(quote.starts),
        "last_worked": _day(quote.last_worked),
        "ready": _day(quote.ready),
        "sent_at": _time(quote.sent_at),
        "valid_until": _time(quote.valid_until),
        "ended_at": _time(quote.ended_at),
    }


def offer_json(offer: Offer) -> dict[str, Any]:
    return {
        "quantity": whole_or_decimal(offer.quantity),
        "unit": offer.quantity.unit.value,
        "currency": offer.currency,
        "unit_minor": offer.unit_minor,
        "setup_minor": offer.setup_minor,
        "sample_minor": offer.sample_minor,
        "breaks": [{"from_quantity": step.from_quantity, "unit_minor": step.unit_minor} for step in offer.breaks],
        "surcharge_percent": offer.surcharge_percent,
        "note": offer.note,
    }


def total_json(total: Total) -> dict[str, Any]:
    return {
        "work_minor": total.work.minor,
        "setup_minor": total.setup.minor,
        "surcharge_minor": total.surcharge.minor,
        "all_minor": total.all.minor,
        "each_minor": total.each.minor,
        "currency": total.all.currency,
    }


def message_json(line: Line, files: Mapping[int, StoredFile]) -> dict[str, Any]:
    """A line of a thread as one side reads it: somebody else's question names nobody."""
    message: Message = line.message
    return {
        "id": message.public_id,
        "kind": message.kind.value,
        "by": line.by,
        "shared": message.is_shared,
        "answers": line.answers,
        "body": message.body,
        "at": _time(message.at),
        "files": [
            {"id": file.public_id, "name": file.name, "bytes": file.size}
            for file in (files[file_id] for file_id in message.file_ids if file_id in files)
        ],
    }


def answer_record_json(record: AnswerRecord) -> dict[str, Any]:
    return {
        "enquiries": record.enquiries,
        "median_hours": record.median_hours,
        "answered_percent": record.answered_percent,
    }


def decision_record_json(record: DecisionRecord) -> dict[str, Any]:
    return {"quoted": record.quoted, "decided_percent": record.decided_percent}


def comparison_json(rows: Sequence[Row], now: datetime) -> list[dict[str, Any]]:
    return [
        enquiry_json(row.look, Party.STUDIO, now)
        | {
            "days": row.days,
            "answers": answer_record_json(row.record),
            "compared": [_column_json(column) for column in row.columns],
        }
        for row in rows
    ]


def _column_json(column: Column) -> dict[str, Any]:
    return {
        "quantity": whole_or_decimal(column.quantity),
        "unit": column.quantity.unit.value,
        "total": total_json(column.total) if column.total else None,
    }


def _time(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def thread_json(lines: Iterable[Line], files: Mapping[int, StoredFile]) -> list[dict[str, Any]]:
    return [message_json(line, files) for line in lines]
