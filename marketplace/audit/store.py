"""Write and read the audit trail. Rows are added and never changed, but for what an erased account leaves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.orm import Session

from marketplace.audit.model import By, Entry, Event, Filter
from marketplace.audit.rules import to_json
from marketplace.audit.tables import AuditRow
from marketplace.db import Base

_MOST = 200
_BATCH = 500
_FORGOTTEN = {"before": "{}", "after": "{}", "reason": ""}
# Of the table, not of the class: every action writes one, and the class would be asked about each column.
_INSERT = insert(Base.metadata.tables[AuditRow.__tablename__])


def record(
    session: Session,
    now: datetime,
    by: By | None,
    action: str,
    object_kind: str,
    object_public_id: str,
    *,
    organisation_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Add one event in the caller's transaction; `by` is None for what the system does by itself.

    `organisation_id` is whose trail it stands in. `before` and `after` hold what changed: dataclasses, dates, enums
    and their collections are put down as JSON. Never a password, a token or the hash of one.
    """
    entry = Entry(action, object_kind, object_public_id, organisation_id, before or {}, after or {}, reason)
    session.execute(_INSERT, _columns(now, by, entry))


def record_all(session: Session, now: datetime, by: By | None, entries: Iterable[Entry]) -> None:
    """As record, for many events at once, in one statement."""
    if rows := [_columns(now, by, entry) for entry in entries]:
        session.execute(_INSERT, rows)


def _columns(now: datetime, by: By | None, entry: Entry) -> dict[str, Any]:
    return {
        "at": now,
        "actor_id": by.person_id if by else None,
        "token_id": by.token_id if by else None,
        "request_id": by.request_id if by else "",
        "action": entry.action,
        "object_kind": entry.object_kind,
        "object_id": entry.object_id,
        "organisation_id": entry.organisation_id,
        "before": to_json(entry.before),
        "after": to_json(entry.after),
        "reason": entry.reason,
    }


def list_for_object(session: Session, object_kind: str, object_public_id: str, *, most: int = _MOST) -> list[Event]:
    """What happened to one thing, newest first."""
    chosen = select(AuditRow).where(AuditRow.object_kind == object_kind, AuditRow.object_id == object_public_id)
    return _events(session, chosen, most, None)


def list_for_organisation(
    session: Session, organisation_id: int, *, most: int = _MOST, before_id: int | None = None
) -> list[Event]:
    """What happened to everything of a firm or a studio, newest first; `before_id` is where the last page ended."""
    return _events(session, select(AuditRow).where(AuditRow.organisation_id == organisation_id), most, before_id)


def list_all(session: Session, *, most: int = _MOST, before_id: int | None = None) -> list[Event]:
    """The whole trail, newest first, a page at a time."""
    return _events(session, select(AuditRow), most, before_id)


def list_chosen(session: Session, chosen: Filter, *, most: int = _MOST, before_id: int | None = None) -> list[Event]:
    """Those that fit every part of the filter, newest first, a page at a time."""
    query = select(AuditRow)
    for column, value in (
        (AuditRow.actor_id, chosen.person_id),
        (AuditRow.object_kind, chosen.object_kind),
        (AuditRow.object_id, chosen.object_id),
        (AuditRow.action, chosen.action),
    ):
        if value is not None:
            query = query.where(column == value)
    if chosen.since:
        query = query.where(AuditRow.at >= chosen.since)
    if chosen.until:
        query = query.where(AuditRow.at < chosen.until)
    return _events(session, query, most, before_id)


def list_of_person(session: Session, person_id: int, *, most: int = 10_000) -> list[Event]:
    """What a person did, newest first."""
    return _events(session, select(AuditRow).where(AuditRow.actor_id == person_id), most, None)


def forget(session: Session, object_kind: str, object_public_id: str) -> None:
    """What was before and after goes with an erased account: the one change of rows there is. That something was done,
    when and by which number, stays."""
    about = (AuditRow.object_kind == object_kind, AuditRow.object_id == object_public_id)
    session.execute(update(AuditRow).where(*about).values(_FORGOTTEN))


def forget_kinds(session: Session, organisation_id: int, object_kinds: Iterable[str]) -> None:
    """As forget, for everything of these kinds that an organisation ever had, also what it removed since."""
    about = (AuditRow.organisation_id == organisation_id, AuditRow.object_kind.in_(list(object_kinds)))
    session.execute(update(AuditRow).where(*about).values(_FORGOTTEN))


def forget_own(session: Session, person_id: int, object_kinds: Iterable[str]) -> None:
    """As forget, for what a person did to things of these kinds that were theirs alone."""
    about = (AuditRow.actor_id == person_id, AuditRow.object_kind.in_(list(object_kinds)))
    session.execute(update(AuditRow).where(*about).values(_FORGOTTEN))


def _events(session: Session, query: Select[AuditRow], most: int, before_id: int | None) -> list[Event]:
    if before_id is not None:
        query = query.where(AuditRow.id < before_id)
    rows = session.scalars(query.order_by(AuditRow.id.desc()).limit(most))
    return [
        Event(
            id=row.id,
            at=row.at,
            person_id=row.actor_id,
            token_id=row.token_id,
            request_id=row.request_id,
            action=row.action,
            object_kind=row.object_kind,
            object_id=row.object_id,
            organisation_id=row.organisation_id,
            before=json.loads(row.before),
            after=json.loads(row.after),
            reason=row.reason,
        )
        for row in rows
    ]


def count_by_object(
    session: Session, object_kind: str, object_public_ids: Iterable[str]
) -> dict[str, tuple[int, datetime]]:
    """How many events each thing has, and when the last was: a number that grows with every change of it."""
    found: dict[str, tuple[int, datetime]] = {}
    ids = sorted(set(object_public_ids))
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        query = (
            select(AuditRow.object_id, func.count(), func.max(AuditRow.at))
            .where(AuditRow.object_kind == object_kind, AuditRow.object_id.in_(batch))
            .group_by(AuditRow.object_id)
        )
        found |= {object_id: (count, last) for object_id, count, last in session.execute(query)}
    return found
