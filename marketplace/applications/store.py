"""All SQL of applications."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from marketplace.applications.model import ENDED, LIVE, Application, Draft, Event, State
from marketplace.applications.tables import ApplicantRow, ApplicationEventRow, ApplicationFileRow, ApplicationRow
from marketplace.db.ids import new_public_id
from marketplace.db.rows import changed, fresh
from marketplace.errors import NotFound

_BATCH = 500


def add(session: Session, placement_id: int, person_id: int, draft: Draft, now: datetime) -> Application:
    row = ApplicationRow(
        public_id=new_public_id(),
        placement_id=placement_id,
        person_id=person_id,
        state=State.DRAFT,
        made_at=now,
        reminded=0,
        words="",
        **_columns(draft),
    )
    session.add(row)
    session.flush()
    _note(session, row.id, State.DRAFT, False, "", now)
    return _application(row)


def rewrite(session: Session, application: Application, draft: Draft) -> bool:
    """Change a draft; False when it is none any more."""
    query = update(ApplicationRow).where(ApplicationRow.id == application.id, ApplicationRow.state == State.DRAFT)
    return changed(session, query.values(**_columns(draft)))


def move(
    session: Session,
    application: Application,
    to: State,
    now: datetime,
    *,
    by_firm: bool | None,
    answer_by: datetime | None = None,
    words: str | None = None,
) -> bool:
    """Compare and swap, with its event; False when somebody was quicker, and nothing is changed then. Without `words`
    the last ones stay."""
    values: dict[str, Any] = {"state": to, "answer_by": answer_by, "ended_at": now if to.is_over else None}
    if to is State.SENT:
        values["sent_at"] = now
    if answer_by != application.answer_by:
        values["reminded"] = 0
    if words is not None:
        values["words"] = words
    query = update(ApplicationRow).where(ApplicationRow.id == application.id, ApplicationRow.state == application.state)
    if not changed(session, query.values(**values)):
        return False
    _note(session, application.id, to, by_firm, words or "", now)
    return True


def note_reminded(session: Session, application: Application, reminded: int) -> bool:
    """Compare and swap: False when another worker has reminded, or the state has changed."""
    stands = (
        ApplicationRow.id == application.id,
        ApplicationRow.state == application.state,
        ApplicationRow.reminded == application.reminded,
        ApplicationRow.answer_by == application.answer_by,
    )
    return changed(session, update(ApplicationRow).where(*stands).values(reminded=reminded))


def get(session: Session, public_id: str) -> Application:
    """Errors: NotFound."""
    row = session.scalar(fresh(select(ApplicationRow).where(ApplicationRow.public_id == public_id)))
    if row is None:
        raise NotFound
    return _application(row)


def find_open_of(session: Session, person_id: int, placement_id: int) -> Application | None:
    """The person's draft or live or accepted application to this placement; one that ended otherwise may be followed
    by another."""
    mine = (ApplicationRow.person_id == person_id, ApplicationRow.placement_id == placement_id)
    query = select(ApplicationRow).where(*mine, ApplicationRow.state.not_in(ENDED)).order_by(ApplicationRow.id.desc())
    row = session.scalar(fresh(query.limit(1)))
    return _application(row) if row else None


def list_of_person(session: Session, person_id: int) -> list[Application]:
    """Newest first."""
    query = select(ApplicationRow).where(ApplicationRow.person_id == person_id).order_by(ApplicationRow.id.desc())
    return [_application(row) for row in session.scalars(fresh(query))]


def list_received(session: Session, placement_ids: Iterable[int]) -> list[Application]:
    """What firms have been sent about these placements, newest first; drafts are nobody's business yet."""
    wanted = sorted(set(placement_ids))
    found: list[Application] = []
    for start in range(0, len(wanted), _BATCH):
        of = ApplicationRow.placement_id.in_(wanted[start : start + _BATCH])
        query = select(ApplicationRow).where(of, ApplicationRow.sent_at.is_not(None))
        found += [_application(row) for row in session.scalars(fresh(query))]
    return sorted(found, key=lambda each: each.id, reverse=True)


def list_live_of(session: Session, placement_id: int) -> list[Application]:
    """Those of a placement that wait for somebody, and drafts."""
    of = (ApplicationRow.placement_id == placement_id, ApplicationRow.state.in_((State.DRAFT, *LIVE)))
    query = select(ApplicationRow).where(*of).order_by(ApplicationRow.id)  # one order for all: nobody waits in a ring
    return [_application(row) for row in session.scalars(fresh(query))]


def placements_waited_for(session: Session) -> list[int]:
    """Placements that somebody's draft or live application is for."""
    query = select(ApplicationRow.placement_id).where(ApplicationRow.state.in_((State.DRAFT, *LIVE))).distinct()
    return sorted(session.scalars(query))


def list_due(session: Session, until: datetime, most: int) -> list[Application]:
    """Live ones whose time ends before then, the most pressing first."""
    due = (ApplicationRow.state.in_(LIVE), ApplicationRow.answer_by <= until)
    query = select(ApplicationRow).where(*due).order_by(ApplicationRow.answer_by, ApplicationRow.id).limit(most)
    return [_application(row) for row in session.scalars(fresh(query))]


def count_live_of(session: Session, person_id: int) -> int:
    mine = (ApplicationRow.person_id == person_id, ApplicationRow.state.in_((State.DRAFT, *LIVE)))
    return session.scalar(select(func.count()).select_from(ApplicationRow).where(*mine)) or 0


def count_state(session: Session, placement_id: int, state: State) -> int:
    of = (ApplicationRow.placement_id == placement_id, ApplicationRow.state == state)
    return session.scalar(select(func.count()).select_from(ApplicationRow).where(*of)) or 0


def list_events(session: Session, application_id: int) -> list[Event]:
    """In the order they happened."""
    query = select(ApplicationEventRow).where(ApplicationEventRow.application_id == application_id)
    rows = session.scalars(query.order_by(ApplicationEventRow.id))
    return [Event(row.state, row.by_firm, row.words, row.at) for row in rows]


# --- files


def find_drawer(session: Session, person_id: int) -> int | None:
    return session.scalar(select(ApplicantRow.organisation_id).where(ApplicantRow.person_id == person_id))


def add_drawer(session: Session, person_id: int, organisation_id: int) -> None:
    session.add(ApplicantRow(person_id=person_id, organisation_id=organisation_id))
    session.flush()


def list_file_ids(session: Session, application_id: int) -> list[int]:
    query = select(ApplicationFileRow.file_id).where(ApplicationFileRow.application_id == application_id)
    return sorted(session.scalars(query))


def add_file(session: Session, application_id: int, file_id: int) -> None:
    session.execute(insert(ApplicationFileRow).values(application_id=application_id, file_id=file_id))


def remove_files(session: Session, application_id: int, file_ids: Collection[int]) -> None:
    of = (ApplicationFileRow.application_id == application_id, ApplicationFileRow.file_id.in_(sorted(file_ids)))
    session.execute(delete(ApplicationFileRow).where(*of))


def _note(session: Session, application_id: int, state: State, by_firm: bool | None, words: str, now: datetime) -> None:
    event = {"application_id": application_id, "state": state, "by_firm": by_firm, "words": words, "at": now}
    session.execute(insert(ApplicationEventRow).values(**event))


def _columns(draft: Draft) -> dict[str, Any]:
    return {
        "statement": draft.statement,
        "experience": draft.experience,
        "available_from": draft.available_from,
        "availability": draft.availability,
    }


def _application(row: ApplicationRow) -> Application:
    return Application(
        id=row.id,
        public_id=row.public_id,
        placement_id=row.placement_id,
        person_id=row.person_id,
        state=row.state,
        draft=Draft(row.statement, row.experience, row.available_from, row.availability),
        made_at=row.made_at,
        sent_at=row.sent_at,
        answer_by=row.answer_by,
        reminded=row.reminded,
        words=row.words,
        ended_at=row.ended_at,
    )
