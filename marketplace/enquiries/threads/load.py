"""Load a thread as one side reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.accounts.model import Actor
from marketplace.enquiries import actions
from marketplace.enquiries.look import look_at_one
from marketplace.enquiries.rules import Party
from marketplace.enquiries.seen import Look
from marketplace.enquiries.threads import store
from marketplace.enquiries.threads.rules import Line, lines
from marketplace.errors import NotFound
from marketplace.files import store as files
from marketplace.files.model import StoredFile


@dataclass(frozen=True, slots=True)
class Thread:
    lines: list[Line]
    files: dict[int, StoredFile]


def find_file(session: Session, actor: Actor, enquiry_id: str, file_id: str, today: date) -> StoredFile:
    """A file of the brief, or of the enquiry's own thread. Errors: SignInNeeded, NotFound."""
    enquiry, party = actions.readable(session, actor, enquiry_id)
    look = look_at_one(session, enquiry, today)
    known = (*look.brief.files, *load_thread(session, look, party).files.values())
    found = next((each for each in known if each.public_id == file_id), None)
    if found is None:
        raise NotFound
    return found


def load_thread(session: Session, look: Look, party: Party) -> Thread:
    messages = store.list_thread(session, look.enquiry)
    found = lines(messages, look.enquiry, party, look.studio, look.supplier.profile.name)
    kept = files.list_by_ids(session, [file_id for message in messages for file_id in message.file_ids])
    return Thread(found, {file.id: file for file in kept})
