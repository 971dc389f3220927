"""All SQL of notices and of how people want to be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.tokens import new_token
from marketplace.db import Base
from marketplace.db.ids import new_public_id
from marketplace.errors import NotFound
from marketplace.notices.model import DEFAULT, Frequency, Notice, Setting
from marketplace.notices.tables import NoticeRow, NoticeSettingRow

_INSERT = insert(Base.metadata.tables[NoticeRow.__tablename__])


def tell(session: Session, organisation_id: int, kind: str, text: str, path: str, now: datetime) -> None:
    """Tell every member of an organisation, in the transaction of what happened.

    `kind`: a short slug; `text`: one plain sentence; `path`: where to look, a path of this site.
    """
    _tell(session, accounts.list_member_ids(session, organisation_id), kind, text, path, now)


def tell_person(session: Session, person_id: int, kind: str, text: str, path: str, now: datetime) -> None:
    """Tell one person, in the transaction of what happened."""
    _tell(session, [person_id], kind, text, path, now)


def _tell(session: Session, person_ids: Sequence[int], kind: str, text: str, path: str, now: datetime) -> None:
    assert path.startswith("/"), "a path of this site"
    said = {"at": now, "kind": kind, "text": text, "path": path}
    if person_ids:
        session.execute(_INSERT, [{"public_id": new_public_id(), "person_id": one, **said} for one in person_ids])


def tell_each(session: Session, texts: Mapping[int, str], kind: str, path: str, now: datetime) -> None:
    """Tell the members of many organisations, each its own sentence, in the transaction of what happened."""
    assert path.startswith("/"), "a path of this site"
    rows = [
        {"public_id": new_public_id(), "person_id": person_id, "at": now, "kind": kind, "text": texts[of], "path": path}
        for of, person_id in accounts.list_members_of(session, texts)
    ]
    if rows:
        session.execute(insert(NoticeRow), rows)


# --- in the account


def count_unread(session: Session, person_id: int) -> int:
    query = select(func.count()).where(NoticeRow.person_id == person_id, NoticeRow.read_at.is_(None))
    return session.scalar(query) or 0


def count(session: Session, person_id: int) -> int:
    return session.scalar(select(func.count()).where(NoticeRow.person_id == person_id)) or 0


def list_page(session: Session, person_id: int, *, limit: int, offset: int = 0, unread: bool = False) -> list[Notice]:
    """Unread ones first, then the newest first."""
    query = select(NoticeRow).where(NoticeRow.person_id == person_id)
    if unread:
        query = query.where(NoticeRow.read_at.is_(None))
    order = (NoticeRow.read_at.is_not(None), NoticeRow.at.desc(), NoticeRow.id.desc())
    return [_notice(row) for row in session.scalars(query.order_by(*order).limit(limit).offset(offset))]


def mark_read(session: Session, person_id: int, public_id: str, now: datetime) -> Notice:
    """The first time counts. Errors: NotFound, also for somebody else's."""
    query = select(NoticeRow).where(NoticeRow.public_id == public_id, NoticeRow.person_id == person_id)
    row = session.scalar(query.with_for_update())
    if row is None:
        raise NotFound
    row.read_at = row.read_at or now
    session.flush()
    return _notice(row)


def mark_all_read(session: Session, person_id: int, until: datetime, now: datetime) -> None:
    """Those that came until then: what came later, nobody has seen yet."""
    unread = (NoticeRow.person_id == person_id, NoticeRow.read_at.is_(None), NoticeRow.at <= until)
    session.execute(update(NoticeRow).where(*unread).values(read_at=now))


# --- by mail


def list_waiting(session: Session) -> list[tuple[int, datetime, Setting]]:
    """(person, time of the oldest, how they want it) for everybody whom a mail may have to tell something."""
    oldest = (
        select(NoticeRow.person_id, func.min(NoticeRow.at).label("at"))
        .where(NoticeRow.mailed_at.is_(None))
        .group_by(NoticeRow.person_id)
        .subquery()
    )
    query = select(oldest.c.person_id, oldest.c.at, NoticeSettingRow).outerjoin(
        NoticeSettingRow, NoticeSettingRow.person_id == oldest.c.person_id
    )
    return [(row[0], row[1], _setting(row[2])) for row in session.execute(query.order_by(oldest.c.at))]


def oldest_waiting(session: Session, person_id: int) -> datetime | None:
    query = select(NoticeRow.at).where(NoticeRow.person_id == person_id, NoticeRow.mailed_at.is_(None))
    return session.scalar(query.order_by(NoticeRow.at).limit(1))


def give_up(session: Session, person_id: int, until: datetime, now: datetime) -> None:
    """No mail will tell those that came until then."""
    waiting = (NoticeRow.person_id == person_id, NoticeRow.mailed_at.is_(None), NoticeRow.at <= until)
    session.execute(update(NoticeRow).where(*waiting).values(mailed_at=now))


def take_waiting(session: Session, person_id: int, now: datetime) -> list[Notice]:
    """Note that a mail tells them, and return those that nobody has read yet, oldest first. What another worker
    has taken is not among them."""
    query = (
        select(NoticeRow)
        .where(NoticeRow.person_id == person_id, NoticeRow.mailed_at.is_(None))
        .order_by(NoticeRow.id)
        .with_for_update(skip_locked=True)
    )
    rows = list(session.scalars(query))
    for row in rows:
        row.mailed_at = now
    session.flush()
    return [_notice(row) for row in rows if row.read_at is None]


# --- how people want to be told


def get_setting(session: Session, person_id: int) -> Setting:
    return _setting(session.get(NoticeSettingRow, person_id))


def put_setting(session: Session, person_id: int, wanted: Setting) -> Setting:
    """Write it; the token stays, or is made the first time."""
    row = session.get(NoticeSettingRow, person_id)
    if row is None:
        accounts.lock(session, f"notice-setting:{person_id}")  # of two at once the second finds the first's
        row = session.get(NoticeSettingRow, person_id)
    if row is None:
        row = NoticeSettingRow(person_id=person_id, stop_token=new_token())
    row.frequency, row.timezone = wanted.frequency.value, wanted.timezone
    row.quiet_from, row.quiet_to = wanted.quiet_from, wanted.quiet_to
    session.add(row)
    session.flush()
    return _setting(row)


def with_token(session: Session, person_id: int) -> Setting:
    """The setting, with a token for the address in a mail."""
    setting = get_setting(session, person_id)
    return setting if setting.stop_token else put_setting(session, person_id, setting)


def get_person_by_stop_token(session: Session, token: str) -> int:
    """Errors: NotFound."""
    found = session.scalar(select(NoticeSettingRow.person_id).where(NoticeSettingRow.stop_token == token))
    if found is None:
        raise NotFound("This link is not known here. In your account you can stop the mails too.")
    return found


def export(session: Session, person_id: int) -> Sequence[Notice]:
    """All of a person's, oldest first."""
    query = select(NoticeRow).where(NoticeRow.person_id == person_id).order_by(NoticeRow.id)
    return [_notice(row) for row in session.scalars(query)]


def _notice(row: NoticeRow) -> Notice:
    return Notice(row.id, row.public_id, row.at, row.kind, row.text, row.path, row.read_at)


def _setting(row: NoticeSettingRow | None) -> Setting:
    if row is None:
        return DEFAULT
    return Setting(Frequency(row.frequency), row.quiet_from, row.quiet_to, row.timezone, row.stop_token)
