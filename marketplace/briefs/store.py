"""All SQL of briefs and shortlists."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.briefs.document import from_document, to_document
from marketplace.briefs.model import Brief, BriefId, BriefState, Content, Shortlisted, Version
from marketplace.briefs.tables import BriefFileRow, BriefRow, BriefVersionRow, ShortlistRow
from marketplace.errors import NotFound
from marketplace.files import store as files
from marketplace.files.model import FileId, StoredFile
from marketplace.suppliers.model import SupplierId

PER_PAGE = 50

# --- briefs


def add(
    session: Session,
    *,
    public_id: str,
    studio_id: int,
    person_id: int | None,
    content: Content,
    changes: Sequence[str],
    now: datetime,
    repeats_id: BriefId | None = None,
) -> Brief:
    """A new brief and its first version."""
    row = BriefRow(
        public_id=public_id,
        studio_id=studio_id,
        state=BriefState.OPEN,
        version=1,
        created_at=now,
        changed_at=now,
        repeats_id=repeats_id,
    )
    session.add(row)
    session.flush()
    _add_version(session, row, person_id, content, changes, now)
    return _brief(session, row)


def get(session: Session, public_id: str) -> Brief:
    """With what its newest version says. Errors: NotFound."""
    return _brief(session, _row(session, select(BriefRow).where(BriefRow.public_id == public_id)))


def get_by_id(session: Session, brief_id: BriefId) -> Brief:
    """Errors: NotFound."""
    return _brief(session, _row(session, select(BriefRow).where(BriefRow.id == brief_id)))


def lock(session: Session, public_id: str) -> Brief:
    """The brief; nobody else changes it until our transaction ends. Errors: NotFound."""
    query = select(BriefRow).where(BriefRow.public_id == public_id).with_for_update()
    return _brief(session, _row(session, query.execution_options(populate_existing=True)))


def list_for_studio(
    session: Session, studio_id: int, state: BriefState, *, first: int = 0, most: int = PER_PAGE
) -> list[Brief]:
    """Last changed first, from the one at `first` on."""
    query = select(BriefRow).where(BriefRow.studio_id == studio_id, BriefRow.state == state)
    query = query.order_by(BriefRow.changed_at.desc(), BriefRow.id.desc()).offset(first).limit(most)
    rows = list(session.scalars(query))
    contents, attached = _contents(session, rows), _files_of(session, [row.id for row in rows])
    return [_make(row, contents[row.id], attached.get(row.id, ())) for row in rows]


def count_for_studio(session: Session, studio_id: int) -> dict[BriefState, int]:
    """How many there are in each state."""
    query = select(BriefRow.state, func.count()).where(BriefRow.studio_id == studio_id).group_by(BriefRow.state)
    found = {BriefState(state): count for state, count in session.execute(query)}
    return {state: found.get(state, 0) for state in BriefState}


def list_repeats(session: Session, brief_id: BriefId) -> list[Brief]:
    """The runs that repeat this one, oldest first."""
    rows = session.scalars(select(BriefRow).where(BriefRow.repeats_id == brief_id).order_by(BriefRow.id))
    return [_brief(session, row) for row in rows]


def save_version(
    session: Session, brief: Brief, person_id: int | None, content: Content, changes: Sequence[str], now: datetime
) -> Brief:
    """Add a version after the newest one. The caller has locked the brief."""
    row = session.get_one(BriefRow, brief.id)
    row.version, row.changed_at = brief.version + 1, now
    _add_version(session, row, person_id, content, changes, now)
    return _brief(session, row)


def set_state(session: Session, brief_id: BriefId, state: BriefState, now: datetime) -> None:
    row = session.get_one(BriefRow, brief_id)
    row.state, row.changed_at = state, now
    session.flush()


# --- versions


def get_version(session: Session, brief_id: BriefId, version: int) -> Content:
    """What a brief said in one of its versions. Errors: NotFound."""
    row = session.get(BriefVersionRow, (brief_id, version))
    if row is None:
        raise NotFound
    return from_document(json.loads(row.content))


def list_versions(session: Session, brief_id: BriefId, after: int = 0) -> list[Version]:
    """Newest first; with `after`, those that were saved after that one."""
    query = select(BriefVersionRow).where(BriefVersionRow.brief_id == brief_id, BriefVersionRow.version > after)
    return [_version(session, row) for row in session.scalars(query.order_by(BriefVersionRow.version.desc()))]


def find_whole_version(session: Session, brief_id: BriefId, version: int) -> Version | None:
    row = session.get(BriefVersionRow, (brief_id, version))
    return _version(session, row) if row else None


def _version(session: Session, row: BriefVersionRow) -> Version:
    person = accounts.find_person(session, row.person_id) if row.person_id is not None else None
    return Version(
        number=row.version,
        at=row.at,
        person=person.name if person else "",
        changes=tuple(json.loads(row.changes)) if row.changes else (),
        content=from_document(json.loads(row.content)),
    )


def _add_version(
    session: Session, row: BriefRow, person_id: int | None, content: Content, changes: Sequence[str], now: datetime
) -> None:
    session.add(
        BriefVersionRow(
            brief_id=row.id,
            version=row.version,
            at=now,
            person_id=person_id,
            changes=json.dumps(list(changes), ensure_ascii=False),
            content=json.dumps(to_document(content), ensure_ascii=False),
        )
    )
    session.flush()


# --- files


def add_file(session: Session, brief_id: BriefId, file_id: FileId) -> None:
    session.add(BriefFileRow(brief_id=brief_id, file_id=file_id))
    session.flush()


def set_file_removed(session: Session, brief_id: BriefId, file_id: FileId, removed_at: datetime | None) -> None:
    """Take a file off a brief, or (with None) put it back. Errors: NotFound when it never was there."""
    row = session.get(BriefFileRow, (brief_id, file_id))
    if row is None:
        raise NotFound
    row.removed_at = removed_at
    session.flush()


def list_removed_files(session: Session, brief_id: BriefId) -> list[StoredFile]:
    """Files that were taken off and can still be put back."""
    query = select(BriefFileRow.file_id).where(BriefFileRow.brief_id == brief_id, BriefFileRow.removed_at.is_not(None))
    return files.list_by_ids(session, session.scalars(query))


def purge_files(session: Session, before: datetime) -> int:
    """Forget files that were taken off before then, but for those that another brief still has; returns how many."""
    return _remove_files(session, BriefFileRow.removed_at.is_not(None) & (BriefFileRow.removed_at < before))


def empty(session: Session, studio_id: int, asked: Collection[int]) -> None:
    """Forget what a studio kept for itself: its shortlist, and its briefs with their files but for those that
    suppliers were asked about, which they go on reading."""
    session.execute(delete(ShortlistRow).where(ShortlistRow.studio_id == studio_id))
    own = select(BriefRow.id).where(BriefRow.studio_id == studio_id)
    for brief_id in set(session.scalars(own)) - set(asked):
        _remove_files(session, BriefFileRow.brief_id == brief_id)
        session.execute(delete(BriefRow).where(BriefRow.id == brief_id))


def _remove_files(session: Session, links: ColumnElement[bool]) -> int:
    """Take files off their briefs for good; how many of them no other brief has, which are forgotten."""
    taken_off = set(session.scalars(select(BriefFileRow.file_id).where(links)))
    if not taken_off:
        return 0
    session.execute(delete(BriefFileRow).where(links))
    still = set(session.scalars(select(BriefFileRow.file_id).where(BriefFileRow.file_id.in_(taken_off))))
    files.remove(session, taken_off - still)
    return len(taken_off - still)


def _files_of(session: Session, brief_ids: Iterable[int]) -> dict[int, tuple[StoredFile, ...]]:
    query = select(BriefFileRow).where(BriefFileRow.brief_id.in_(list(brief_ids)), BriefFileRow.removed_at.is_(None))
    links = list(session.scalars(query.order_by(BriefFileRow.file_id)))
    stored = {file.id: file for file in files.list_by_ids(session, [link.file_id for link in links])}
    found: dict[int, tuple[StoredFile, ...]] = {}
    for link in links:
        found[link.brief_id] = (*found.get(link.brief_id, ()), stored[FileId(link.file_id)])
    return found


# --- shortlists


def list_shortlist(session: Session, studio_id: int) -> list[Shortlisted]:
    """Last added first; those that were taken off less than a day ago too."""
    query = select(ShortlistRow).where(ShortlistRow.studio_id == studio_id)
    rows = session.scalars(query.order_by(ShortlistRow.added_at.desc(), ShortlistRow.supplier_id))
    return [_shortlisted(row) for row in rows]


def find_shortlisted(session: Session, studio_id: int, supplier_id: SupplierId) -> Shortlisted | None:
    """Also when it was taken off and can be had back."""
    row = session.get(ShortlistRow, (studio_id, supplier_id))
    return _shortlisted(row) if row else None


def put_shortlisted(session: Session, studio_id: int, item: Shortlisted) -> None:
    """Add a supplier, or change what is kept about it."""
    row = session.get(ShortlistRow, (studio_id, item.supplier_id))
    if row is None:
        row = ShortlistRow(studio_id=studio_id, supplier_id=item.supplier_id)
        session.add(row)
    row.note, row.added_at, row.removed_at = item.note, item.added_at, item.removed_at
    session.flush()


def purge_shortlist(session: Session, before: datetime) -> None:
    """Forget suppliers that were taken off before then."""
    session.execute(delete(ShortlistRow).where(ShortlistRow.removed_at < before))


def has_to_purge(session: Session, before: datetime) -> bool:
    """Whether anything that was taken off before then is still kept."""
    kept = (
        select(BriefFileRow.brief_id).where(BriefFileRow.removed_at < before).exists(),
        select(ShortlistRow.studio_id).where(ShortlistRow.removed_at < before).exists(),
    )
    return bool(session.scalar(select(kept[0] | kept[1])))


def _shortlisted(row: ShortlistRow) -> Shortlisted:
    return Shortlisted(SupplierId(row.supplier_id), row.note, row.added_at, row.removed_at)


# --- rows to models


def _row(session: Session, query: Select[BriefRow]) -> BriefRow:
    row = session.scalar(query)
    if row is None:
        raise NotFound
    return row


def _brief(session: Session, row: BriefRow) -> Brief:
    content = get_version(session, BriefId(row.id), row.version)
    return _make(row, content, _files_of(session, [row.id]).get(row.id, ()))


def _contents(session: Session, rows: Sequence[BriefRow]) -> dict[int, Content]:
    """What the newest version of each says."""
    query = (
        select(BriefVersionRow.brief_id, BriefVersionRow.content)
        .join(BriefRow, (BriefRow.id == BriefVersionRow.brief_id) & (BriefRow.version == BriefVersionRow.version))
        .where(BriefRow.id.in_([row.id for row in rows]))
    )
    return {brief_id: from_document(json.loads(text)) for brief_id, text in session.execute(query)}


def _make(row: BriefRow, content: Content, attached: tuple[StoredFile, ...]) -> Brief:
    return Brief(
        id=BriefId(row.id),
        public_id=row.public_id,
        studio_id=row.studio_id,
        state=BriefState(row.state),
        version=row.version,
        content=content,
        files=attached,
        repeats_id=BriefId(row.repeats_id) if row.repeats_id is not None else None,
        created_at=row.created_at,
        changed_at=row.changed_at,
    )
