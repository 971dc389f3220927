"""All SQL of private files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from marketplace.errors import NotFound
from marketplace.files.model import FileId, StoredFile
from marketplace.files.tables import FileRow

_BATCH = 500  # below every engine's limit on bound parameters


def add(
    session: Session,
    *,
    public_id: str,
    organisation_id: int,
    person_id: int | None,
    name: str,
    media_type: str,
    size: int,
    sha256: str,
    now: datetime,
) -> StoredFile:
    row = FileRow(
        public_id=public_id,
        organisation_id=organisation_id,
        person_id=person_id,
        name=name,
        media_type=media_type,
        size=size,
        sha256=sha256,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return _file(row)


def get(session: Session, file_id: FileId) -> StoredFile:
    """Errors: NotFound."""
    row = session.get(FileRow, file_id)
    if row is None:
        raise NotFound
    return _file(row)


def list_by_ids(session: Session, ids: Iterable[int]) -> list[StoredFile]:
    """Those that exist, in the order they came."""
    wanted = sorted(set(ids))
    found: list[StoredFile] = []
    for start in range(0, len(wanted), _BATCH):
        query = select(FileRow).where(FileRow.id.in_(wanted[start : start + _BATCH])).order_by(FileRow.id)
        found.extend(_file(row) for row in session.scalars(query))
    return found


def list_after(session: Session, file_id: int, most: int = _BATCH) -> list[StoredFile]:
    """The next files after this one, in the order they came."""
    query = select(FileRow).where(FileRow.id > file_id).order_by(FileRow.id).limit(most)
    return [_file(row) for row in session.scalars(query)]


def bytes_of(session: Session, organisation_id: int) -> int:
    """What an organisation's files take."""
    query = select(func.coalesce(func.sum(FileRow.size), 0)).where(FileRow.organisation_id == organisation_id)
    return int(session.scalar(query) or 0)


def remove(session: Session, ids: Iterable[int]) -> None:
    """Forget files for good; the worker removes their bytes."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _BATCH):
        session.execute(delete(FileRow).where(FileRow.id.in_(wanted[start : start + _BATCH])))


def known_among(session: Session, public_ids: Iterable[str]) -> set[str]:
    """Those of the names that have a row."""
    names = sorted(set(public_ids))
    found: set[str] = set()
    for start in range(0, len(names), _BATCH):
        query = select(FileRow.public_id).where(FileRow.public_id.in_(names[start : start + _BATCH]))
        found.update(session.scalars(query))
    return found


def _file(row: FileRow) -> StoredFile:
    return StoredFile(
        id=FileId(row.id),
        public_id=row.public_id,
        organisation_id=row.organisation_id,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        created_at=row.created_at,
    )
