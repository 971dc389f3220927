"""Load a thread as one side reads it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.enquiries.rules import Party
from marketplace.enquiries.seen import Look
from marketplace.enquiries.threads import store
from marketplace.enquiries.threads.rules import Line, lines
from marketplace.files import store as files
from marketplace.files.model import StoredFile


@dataclass(frozen=True, slots=True)
class Thread:
    lines: list[Line]
    files: dict[int, StoredFile]


def load_thread(session: Session, look: Look, party: Party) -> Thread:
    messages = store.list_thread(session, look.enquiry)
    found = lines(messages, look.enquiry, party, look.studio, look.supplier.profile.name)
    kept = files.list_by_ids(session, [file_id for message in messages for file_id in message.file_ids])
    return Thread(found, {file.id: file for file in kept})
