"""Who reads what of a thread, and under which name. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from marketplace.enquiries.model import Enquiry, Message, MessageKind
from marketplace.enquiries.rules import Party

OTHER_SUPPLIER = "A supplier who was asked too"


@dataclass(frozen=True, slots=True)
class Line:
    """A message as one side reads it. `is_own`: written by the reader's side. `answers`: the public id of the
    question it answers. `is_open`: a question of this thread that waits for its answer."""

    message: Message
    by: str
    is_own: bool
    answers: str | None
    is_open: bool


def lines(messages: Iterable[Message], enquiry: Enquiry, party: Party, studio: str, supplier: str) -> list[Line]:
    """The thread of an enquiry; what others asked stands there without their name."""
    found = list(messages)
    ids = {message.id: message.public_id for message in found}
    answered = {message.answers_id for message in found}
    return [
        Line(
            message=message,
            by=_name(message, enquiry, studio, supplier),
            is_own=_is_own(message, enquiry, party),
            answers=ids.get(message.answers_id) if message.answers_id is not None else None,
            is_open=message.kind is MessageKind.QUESTION and message.id not in answered,
        )
        for message in found
    ]


def _name(message: Message, enquiry: Enquiry, studio: str, supplier: str) -> str:
    if message.organisation_id == enquiry.studio_id:
        return studio
    return supplier if message.enquiry_id == enquiry.id else OTHER_SUPPLIER


def _is_own(message: Message, enquiry: Enquiry, party: Party) -> bool:
    by_studio = message.organisation_id == enquiry.studio_id
    return by_studio if party is Party.STUDIO else not by_studio and message.enquiry_id == enquiry.id
