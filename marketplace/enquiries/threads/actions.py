"""Write to the other side; ask so that the answer goes to everybody; answer."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import IO

from sqlalchemy.orm import Session

from marketplace.accounts.model import Actor
from marketplace.audit import store as audit
from marketplace.briefs import store as briefs
from marketplace.db import Database
from marketplace.enquiries import store
from marketplace.enquiries.actions import path_of, readable, studio_name
from marketplace.enquiries.model import Enquiry, Message, MessageKind, State
from marketplace.enquiries.rules import Party
from marketplace.enquiries.threads import store as threads
from marketplace.errors import Conflict, Invalid
from marketplace.files.actions import Cabinet, keep, receive
from marketplace.notices import store as notices
from marketplace.suppliers import store as suppliers
from marketplace.text import clean_text

MOST_FILES = 5  # of one message
_MOST_BODY = 5000
# A question still helps those who are asked; in what ended otherwise it is nobody's business any more.
_TALKING = frozenset({State.SENT, State.QUOTED, State.ACCEPTED})

Upload = tuple[str, IO[bytes]]


def write(
    database: Database,
    actor: Actor,
    enquiry_id: str,
    kind: str,
    body: str,
    now: datetime,
    *,
    answers: str = "",
    uploads: Sequence[Upload] = (),
    cabinet: Cabinet | None = None,
) -> Message:
    """Write a message; as a supplier ask a question; as the studio answer one (`answers`, its public id).

    A question goes to everybody asked about the brief together with its answer, and without a name. Files go with
    messages only: a drawing would say who asks.

    Errors: NotFound; Forbidden without a confirmed address; Invalid, also for files that are not taken; Conflict in
    an enquiry that has ended.
    """
    with ExitStack() as stack:
        if uploads:  # before a stranger's megabytes are taken
            with database.reading() as session:
                _, party = readable(session, actor, enquiry_id, "enquiry.write")
            _read(kind, body, party, answers, len(uploads))
        received = [stack.enter_context(receive(_cabinet(cabinet), name, stream)) for name, stream in uploads]
        session = stack.enter_context(database.writing())
        enquiry, party = readable(session, actor, enquiry_id, "enquiry.write")
        chosen, said = _read(kind, body, party, answers, len(uploads))
        if enquiry.state not in _TALKING:
            raise Conflict("This enquiry has ended: nothing more can be written here.")
        organisation_id = _organisation(session, enquiry, party)
        question = _question(session, enquiry, answers) if chosen is MessageKind.ANSWER else None
        person_id = actor.person.id if actor.person else None
        files = [
            keep(session, _cabinet(cabinet), each, organisation_id=organisation_id, person_id=person_id, now=now)
            for each in received
        ]
        message = threads.add(
            session,
            enquiry,
            organisation_id=organisation_id,
            person_id=person_id,
            kind=chosen,
            body=said,
            now=now,
            answers=question,
            file_ids=[file.id for file in files],
        )
        if question:
            threads.share(session, question)
        audit.record(
            session,
            now,
            actor,
            f"enquiry.{chosen.value}",
            "message",
            message.public_id,
            organisation_id=organisation_id,
            after={"enquiry": enquiry.public_id, "files": len(files)},  # not what was said
        )
        _tell(session, enquiry, party, chosen, now)
        return message


def _read(kind: str, body: str, party: Party, answers: str, files: int) -> tuple[MessageKind, str]:
    problems: dict[str, str] = {}
    allowed = {MessageKind.MESSAGE, MessageKind.QUESTION if party is Party.SUPPLIER else MessageKind.ANSWER}
    if kind not in allowed:
        problems["kind"] = "choose " + " or ".join(sorted(allowed))
    said = ""
    try:
        said = clean_text(body, maximum=_MOST_BODY).strip()
    except ValueError as error:
        problems["body"] = str(error)
    if not said and "body" not in problems:
        problems["body"] = "write something first"
    if files > MOST_FILES:
        problems["file"] = f"at most {MOST_FILES} files with one message"
    if files and kind != MessageKind.MESSAGE:
        problems["file"] = "files go with messages only: questions and answers are read by everybody asked"
    if bool(answers) != (kind == MessageKind.ANSWER):
        problems["answers"] = "an answer names the question it answers, and nothing else does"
    if problems:
        raise Invalid(problems)
    return MessageKind(kind), said


def _question(session: Session, enquiry: Enquiry, public_id: str) -> Message:
    question = threads.get(session, enquiry, public_id)
    if question.kind is not MessageKind.QUESTION:
        raise Invalid({"answers": "only questions are answered so that everybody reads it"})
    return question


def _cabinet(cabinet: Cabinet | None) -> Cabinet:
    if cabinet is None:
        raise Invalid({"file": "files are sent by the page only"})
    return cabinet


def _organisation(session: Session, enquiry: Enquiry, party: Party) -> int:
    if party is Party.STUDIO:
        return enquiry.studio_id
    return suppliers.get(session, enquiry.supplier_id).organisation_id


def _tell(session: Session, enquiry: Enquiry, party: Party, kind: MessageKind, now: datetime) -> None:
    title = briefs.get_by_id(session, enquiry.brief_id).content.title
    supplier = suppliers.get(session, enquiry.supplier_id)
    studio = studio_name(session, enquiry.studio_id)
    if kind is MessageKind.ANSWER:
        for other in store.list_of_brief(session, enquiry.brief_id):
            if other.state not in (State.SENT, State.QUOTED):
                continue
            asker = other.id == enquiry.id
            text = (
                f"{studio} answered your question about “{title}”."
                if asker
                else f"{studio} answered a question about “{title}”: the answer is for you too."
            )
            told = suppliers.get(session, other.supplier_id).organisation_id
            notices.tell(session, told, "enquiry-answer", text, path_of(other), now)
    elif party is Party.STUDIO:
        text = f"{studio} wrote to you about “{title}”."
        notices.tell(session, supplier.organisation_id, "enquiry-message", text, path_of(enquiry), now)
    else:
        what = "asks a question" if kind is MessageKind.QUESTION else "wrote to you"
        text = f"{supplier.profile.name} {what} about “{title}”."
        notices.tell(session, enquiry.studio_id, "enquiry-message", text, path_of(enquiry), now)
