"""All SQL of saved searches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from marketplace.alerts.model import MOST_IN_FEED, Find, Mark, News, SavedSearch, Wanted
from marketplace.alerts.tables import SavedSearchKnownRow, SavedSearchNewsRow, SavedSearchRow
from marketplace.changes import store as changes
from marketplace.db.ids import new_public_id
from marketplace.db.rows import changed
from marketplace.errors import NotFound

_BATCH = 500
_ACTIVE = (
    SavedSearchRow.stopped_at.is_(None),
    SavedSearchRow.ended_at.is_(None),
    SavedSearchRow.removed_at.is_(None),
)
_RUN_SOON: dict[str, Any] = {"checked_position": None, "checked_seen": None}


# --- saved searches


def add(
    session: Session, person_id: int, wanted: Wanted, feed_token: str, stop_token: str, now: datetime
) -> SavedSearch:
    row = SavedSearchRow(
        public_id=new_public_id(),
        person_id=person_id,
        name=wanted.name,
        question=wanted.question,
        distance_unit=wanted.distance_unit,
        frequency=wanted.frequency,
        feed_token=feed_token,
        stop_token=stop_token,
        asked_at=now,
        checked_at=now,
        version=1,
    )
    session.add(row)
    session.flush()
    return _saved(row)


def change(session: Session, saved: SavedSearch, wanted: Wanted) -> None:
    _update(
        session,
        saved,
        name=wanted.name,
        question=wanted.question,
        distance_unit=wanted.distance_unit,
        frequency=wanted.frequency,
    )


def ask_anew(session: Session, saved: SavedSearch, now: datetime) -> None:
    """Begin again for another question: nothing is known, nothing was news."""
    _update(session, saved, asked_at=now, ended_at=None, **_RUN_SOON)
    session.execute(delete(SavedSearchKnownRow).where(SavedSearchKnownRow.saved_search_id == saved.id))
    session.execute(delete(SavedSearchNewsRow).where(SavedSearchNewsRow.saved_search_id == saved.id))


def stop(session: Session, saved: SavedSearch, now: datetime) -> None:
    """The first time counts."""
    _update(session, saved, stopped_at=saved.stopped_at or now)


def start(session: Session, saved: SavedSearch) -> None:
    """Go on from what was known: what has come to fit since is news."""
    _update(session, saved, stopped_at=None, ended_at=None, **_RUN_SOON)


def remove(session: Session, saved: SavedSearch, now: datetime) -> None:
    """Take it away; it can be restored until it is purged."""
    _update(session, saved, removed_at=now)


def restore(session: Session, saved: SavedSearch) -> None:
    _update(session, saved, removed_at=None, **_RUN_SOON)


def purge(session: Session, before: datetime) -> None:
    """Forget what was removed before then, with all its news."""
    session.execute(delete(SavedSearchRow).where(SavedSearchRow.removed_at < before))


def has_to_purge(session: Session, before: datetime) -> bool:
    return session.scalar(select(SavedSearchRow.id).where(SavedSearchRow.removed_at < before).limit(1)) is not None


def list_of(session: Session, person_id: int) -> list[SavedSearch]:
    """A person's saved searches, newest first; removed ones too, until they are purged."""
    query = select(SavedSearchRow).where(SavedSearchRow.person_id == person_id)
    return [_saved(row) for row in session.scalars(query.order_by(SavedSearchRow.id.desc()))]


def list_active(session: Session) -> list[SavedSearch]:
    """Everybody's searches that run, in the order they were saved."""
    return [_saved(row) for row in session.scalars(select(SavedSearchRow).where(*_ACTIVE).order_by(SavedSearchRow.id))]


def count_of(session: Session, person_id: int) -> int:
    """How many a person has, without removed ones."""
    mine = (SavedSearchRow.person_id == person_id, SavedSearchRow.removed_at.is_(None))
    return session.scalar(select(func.count()).select_from(SavedSearchRow).where(*mine)) or 0


def get_own(
    session: Session, person_id: int, public_id: str, *, lock: bool = False, removed: bool = False
) -> SavedSearch:
    """One of a person's. With `lock` nobody else changes it until our transaction ends; with `removed` it may be
    one that was removed.

    Errors: NotFound, also for somebody else's.
    """
    conditions = [SavedSearchRow.public_id == public_id, SavedSearchRow.person_id == person_id]
    if not removed:
        conditions.append(SavedSearchRow.removed_at.is_(None))
    return _get(session, conditions, lock)


def get_by_feed_token(session: Session, token: str) -> SavedSearch:
    """Errors: NotFound."""
    return _get(session, (SavedSearchRow.feed_token == token, SavedSearchRow.removed_at.is_(None)), lock=False)


def get_by_stop_token(session: Session, token: str, *, lock: bool = False) -> SavedSearch:
    """Errors: NotFound."""
    return _get(session, (SavedSearchRow.stop_token == token, SavedSearchRow.removed_at.is_(None)), lock)


# --- runs


def read_mark(session: Session) -> Mark:
    """The change log as this transaction sees it."""
    position = changes.current_position(session)
    return Mark(position, _changes_since(session, position) or 0)


def list_due(session: Session, turning_point: datetime, most: int) -> list[SavedSearch]:
    """Active searches that were not run since the turning point, or since something changed; oldest run first."""
    marks = select(SavedSearchRow.checked_position, SavedSearchRow.checked_seen).where(*_ACTIVE).distinct()
    moved = [
        and_(SavedSearchRow.checked_position == position, SavedSearchRow.checked_seen == seen)
        for position, seen in session.execute(marks)
        if position is not None and _changes_since(session, position) != seen
    ]
    due = or_(SavedSearchRow.checked_position.is_(None), SavedSearchRow.checked_at < turning_point, *moved)
    query = select(SavedSearchRow).where(*_ACTIVE, due).order_by(SavedSearchRow.checked_at, SavedSearchRow.id)
    return [_saved(row) for row in session.scalars(query.limit(most))]


def _changes_since(session: Session, position: int) -> int | None:
    """How many; None when the log was cut, which is another number than any that was seen."""
    page = changes.read_since(session, position)
    return None if page is None else len(page.changes)


def claim(session: Session, saved: SavedSearch, mark: Mark, now: datetime, *, ended: bool = False) -> bool:
    """Take the right to write what a run found. False when somebody changed or ran the search meanwhile: then
    what the run compared with is no longer so, and the next run finds out."""
    values: dict[str, Any] = {"checked_position": mark.position, "checked_seen": mark.seen, "checked_at": now}
    if ended:
        values["ended_at"] = now
    query = update(SavedSearchRow).where(
        SavedSearchRow.id == saved.id, SavedSearchRow.version == saved.version, *_ACTIVE
    )
    return changed(session, query.values(version=SavedSearchRow.version + 1, **values))


def list_known(session: Session, saved_search_id: int) -> set[int]:
    """The sites that fitted at the last run."""
    query = select(SavedSearchKnownRow.site_id).where(SavedSearchKnownRow.saved_search_id == saved_search_id)
    return set(session.scalars(query))


def add_known(session: Session, saved_search_id: int, site_ids: Iterable[int]) -> None:
    rows = [{"saved_search_id": saved_search_id, "site_id": site_id} for site_id in sorted(site_ids)]
    if rows:
        session.execute(insert(SavedSearchKnownRow), rows)


def forget_known(session: Session, saved_search_id: int, site_ids: Collection[int]) -> None:
    for batch in _batches(site_ids):
        of_this = SavedSearchKnownRow.saved_search_id == saved_search_id
        session.execute(delete(SavedSearchKnownRow).where(of_this, SavedSearchKnownRow.site_id.in_(batch)))


def note_mailed(session: Session, saved: SavedSearch, news: Collection[News], now: datetime) -> None:
    """Remember that these went into the mail that was just queued."""
    _update(session, saved, mailed_at=now)
    _settle(session, SavedSearchNewsRow.id.in_, [item.id for item in news], now)


# --- news


def add_news(session: Session, saved_search_id: int, finds: Sequence[Find], now: datetime) -> list[News]:
    """Write down what is new. Older news of the same sites that still waits for a mail is replaced by it."""
    of_this = SavedSearchNewsRow.saved_search_id == saved_search_id
    _settle(session, SavedSearchNewsRow.site_id.in_, [find.site_id for find in finds], now, of_this)
    rows = [
        SavedSearchNewsRow(
            public_id=new_public_id(),
            saved_search_id=saved_search_id,
            site_id=find.site_id,
            slug=find.slug,
            name=find.name,
            place=find.place,
            metres=find.metres,
            why="\n".join(find.why),
            found_at=now,
        )
        for find in finds
    ]
    session.add_all(rows)
    session.flush()
    return [_news(row) for row in rows]


def settle_all(session: Session, saved_search_id: int, now: datetime) -> None:
    """What waits for a mail waits no longer."""
    waiting = (SavedSearchNewsRow.saved_search_id == saved_search_id, SavedSearchNewsRow.told_at.is_(None))
    session.execute(update(SavedSearchNewsRow).where(*waiting).values(told_at=now))


def prune_news(session: Session, saved_search_id: int, before: datetime) -> None:
    """Forget told news from before then that no feed shows any more."""
    of_this = SavedSearchNewsRow.saved_search_id == saved_search_id
    shown = select(SavedSearchNewsRow.id).where(of_this).order_by(*_NEWEST_FIRST).limit(MOST_IN_FEED)
    session.execute(
        delete(SavedSearchNewsRow).where(
            of_this,
            SavedSearchNewsRow.found_at < before,
            SavedSearchNewsRow.told_at.is_not(None),
            SavedSearchNewsRow.id.not_in(shown.subquery().select()),
        )
    )


def list_recent(session: Session, saved_search_id: int, since: datetime) -> dict[int, bool]:
    """The sites that were news after `since`, each with whether that was told."""
    query = select(SavedSearchNewsRow.site_id, SavedSearchNewsRow.told_at).where(
        SavedSearchNewsRow.saved_search_id == saved_search_id, SavedSearchNewsRow.found_at > since
    )
    return {row.site_id: row.told_at is not None for row in session.execute(query.order_by(SavedSearchNewsRow.id))}


def list_untold(session: Session, saved_search_id: int) -> list[News]:
    """What waits for a mail, oldest first."""
    query = select(SavedSearchNewsRow).where(
        SavedSearchNewsRow.saved_search_id == saved_search_id, SavedSearchNewsRow.told_at.is_(None)
    )
    return [_news(row) for row in session.scalars(query.order_by(SavedSearchNewsRow.id))]


def list_newest(session: Session, saved_search_id: int, most: int = MOST_IN_FEED) -> list[News]:
    query = select(SavedSearchNewsRow).where(SavedSearchNewsRow.saved_search_id == saved_search_id)
    return [_news(row) for row in session.scalars(query.order_by(*_NEWEST_FIRST).limit(most))]


def find_last_of_each(session: Session, person_id: int) -> dict[int, News]:
    """Saved search -> its newest news, for one person's searches."""
    newest = (
        select(func.max(SavedSearchNewsRow.id))
        .join(SavedSearchRow, SavedSearchRow.id == SavedSearchNewsRow.saved_search_id)
        .where(SavedSearchRow.person_id == person_id)
        .group_by(SavedSearchNewsRow.saved_search_id)
    )
    rows = session.scalars(select(SavedSearchNewsRow).where(SavedSearchNewsRow.id.in_(newest)))
    return {row.saved_search_id: _news(row) for row in rows}


_NEWEST_FIRST = (SavedSearchNewsRow.found_at.desc(), SavedSearchNewsRow.id.desc())


def _get(session: Session, conditions: Sequence[ColumnElement[bool]], lock: bool) -> SavedSearch:
    query = select(SavedSearchRow).where(*conditions)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(query)
    if row is None:
        raise NotFound
    return _saved(row)


def _update(session: Session, saved: SavedSearch, **values: Any) -> None:
    """Change a row; whoever read it before can't claim it any more."""
    query = update(SavedSearchRow).where(SavedSearchRow.id == saved.id)
    session.execute(query.values(version=SavedSearchRow.version + 1, **values))


def _settle(
    session: Session, is_in: Any, ids: Collection[int], now: datetime, *conditions: ColumnElement[bool]
) -> None:
    for batch in _batches(ids):
        waiting = (is_in(batch), SavedSearchNewsRow.told_at.is_(None), *conditions)
        session.execute(update(SavedSearchNewsRow).where(*waiting).values(told_at=now))


def _batches(ids: Collection[int]) -> list[list[int]]:
    """SQLite takes a limited number of values in one statement."""
    ordered = sorted(ids)
    return [ordered[first : first + _BATCH] for first in range(0, len(ordered), _BATCH)]


def _saved(row: SavedSearchRow) -> SavedSearch:
    return SavedSearch(
        id=row.id,
        public_id=row.public_id,
        person_id=row.person_id,
        wanted=Wanted(row.name, row.question, row.distance_unit, row.frequency),
        feed_token=row.feed_token,
        stop_token=row.stop_token,
        asked_at=row.asked_at,
        stopped_at=row.stopped_at,
        ended_at=row.ended_at,
        removed_at=row.removed_at,
        mailed_at=row.mailed_at,
        version=row.version,
    )


def _news(row: SavedSearchNewsRow) -> News:
    find = Find(row.site_id, row.slug, row.name, row.place, row.metres, tuple(row.why.splitlines()))
    return News(row.id, row.public_id, find, row.found_at, row.told_at)
