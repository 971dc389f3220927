"""All SQL of an order's messages and files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.db.ids import new_public_id
from marketplace.errors import NotFound
from marketplace.files import store as files
from marketplace.files.model import FileId, StoredFile
from marketplace.orders.model import Message
from marketplace.orders.tables import OrderFileRow, OrderMessageRow


def add(
    session: Session, order_id: int, organisation_id: int, person_id: int | None, body: str, now: datetime
) -> Message:
    row = OrderMessageRow(
        public_id=new_public_id(),
        order_id=order_id,
        organisation_id=organisation_id,
        person_id=person_id,
        body=body,
        at=now,
    )
    session.add(row)
    session.flush()
    return _message(row, ())


def attach(session: Session, order_id: int, message_id: int, file_id: FileId) -> None:
    session.add(OrderFileRow(order_id=order_id, file_id=file_id, message_id=message_id))
    session.flush()


def list_of(session: Session, order_id: int) -> list[Message]:
    """Oldest first."""
    links = select(OrderFileRow).where(OrderFileRow.order_id == order_id).order_by(OrderFileRow.file_id)
    attached: dict[int | None, list[int]] = {}
    for link in session.scalars(links):
        attached.setdefault(link.message_id, []).append(link.file_id)
    query = select(OrderMessageRow).where(OrderMessageRow.order_id == order_id)
    rows = session.scalars(query.order_by(OrderMessageRow.at, OrderMessageRow.id))
    return [_message(row, attached.get(row.id, ())) for row in rows]


def count(session: Session, order_id: int) -> int:
    return session.scalar(select(func.count()).where(OrderMessageRow.order_id == order_id)) or 0


def list_files(session: Session, order_id: int) -> list[StoredFile]:
    ids = session.scalars(select(OrderFileRow.file_id).where(OrderFileRow.order_id == order_id))
    return files.list_by_ids(session, [FileId(file_id) for file_id in ids])


def get_file(session: Session, order_id: int, public_id: str) -> StoredFile:
    """A file of this order. Errors: NotFound, also for a file of something else."""
    for file in list_files(session, order_id):
        if file.public_id == public_id:
            return file
    raise NotFound


def _message(row: OrderMessageRow, file_ids: Iterable[int]) -> Message:
    return Message(row.id, row.public_id, row.organisation_id, row.person_id, row.body, row.at, tuple(file_ids))
