"""All SQL of threads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from marketplace.briefs.model import BriefId
from marketplace.db.ids import new_public_id
from marketplace.enquiries.model import Enquiry, EnquiryId, Message, MessageId, MessageKind
from marketplace.enquiries.tables import MessageFileRow, MessageRow
from marketplace.errors import NotFound


def add(
    session: Session,
    enquiry: Enquiry,
    *,
    organisation_id: int,
    person_id: int | None,
    kind: MessageKind,
    body: str,
    now: datetime,
    answers: Message | None = None,
    file_ids: Iterable[int] = (),
) -> Message:
    """Add a line. Answers are shared from the start."""
    row = MessageRow(
        public_id=new_public_id(),
        enquiry_id=enquiry.id,
        brief_id=enquiry.brief_id,
        organisation_id=organisation_id,
        person_id=person_id,
        kind=kind.value,
        is_shared=kind is MessageKind.ANSWER,
        answers_id=answers.id if answers else None,
        body=body,
        at=now,
    )
    session.add(row)
    session.flush()
    kept = tuple(file_ids)
    session.add_all(MessageFileRow(message_id=row.id, file_id=file_id) for file_id in kept)
    session.flush()
    return _message(row, kept)


def share(session: Session, message: Message) -> None:
    """From now on everybody asked about the brief reads it."""
    session.execute(update(MessageRow).where(MessageRow.id == message.id).values(is_shared=True))


def get(session: Session, enquiry: Enquiry, public_id: str) -> Message:
    """A line of this enquiry's own thread. Errors: NotFound."""
    query = select(MessageRow).where(MessageRow.public_id == public_id, MessageRow.enquiry_id == enquiry.id)
    row = session.scalar(query)
    if row is None:
        raise NotFound
    return _message(row, ())


def find(session: Session, public_id: str) -> Message | None:
    """A line of whatever thread: for moderators, to whom one was reported."""
    row = session.scalar(select(MessageRow).where(MessageRow.public_id == public_id))
    return _message(row, ()) if row else None


def list_thread(session: Session, enquiry: Enquiry) -> list[Message]:
    """The enquiry's own lines, and questions of others about the brief with their answers; oldest first."""
    shared = (MessageRow.brief_id == enquiry.brief_id) & MessageRow.is_shared.is_(True)
    query = select(MessageRow).where(or_(MessageRow.enquiry_id == enquiry.id, shared)).order_by(MessageRow.id)
    rows = list(session.scalars(query.execution_options(populate_existing=True)))
    files: dict[int, list[int]] = {}
    own = [row.id for row in rows if row.enquiry_id == enquiry.id]
    attached = select(MessageFileRow).where(MessageFileRow.message_id.in_(own)).order_by(MessageFileRow.file_id)
    for link in session.scalars(attached):
        files.setdefault(link.message_id, []).append(link.file_id)
    return [_message(row, tuple(files.get(row.id, ()))) for row in rows]


def has_answer(session: Session, question: Message) -> bool:
    return session.scalar(select(MessageRow.id).where(MessageRow.answers_id == question.id).limit(1)) is not None


def list_open_questions(session: Session, enquiry_ids: Iterable[int]) -> list[Message]:
    """Questions nobody has answered yet, oldest first."""
    answered = select(MessageRow.answers_id).where(MessageRow.answers_id.is_not(None))
    query = select(MessageRow).where(
        MessageRow.enquiry_id.in_(list(enquiry_ids)),
        MessageRow.kind == MessageKind.QUESTION.value,
        MessageRow.id.not_in(answered),
    )
    return [_message(row, ()) for row in session.scalars(query.order_by(MessageRow.id))]


def _message(row: MessageRow, file_ids: tuple[int, ...]) -> Message:
    return Message(
        id=MessageId(row.id),
        public_id=row.public_id,
        enquiry_id=EnquiryId(row.enquiry_id),
        brief_id=BriefId(row.brief_id),
        organisation_id=row.organisation_id,
        person_id=row.person_id,
        kind=MessageKind(row.kind),
        is_shared=row.is_shared,
        answers_id=MessageId(row.answers_id) if row.answers_id is not None else None,
        body=row.body,
        at=row.at,
        file_ids=file_ids,
    )
