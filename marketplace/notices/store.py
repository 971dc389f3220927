"""All SQL of notices and of how people want to be told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.db.ids import new_public_id
from marketplace.notices.tables import NoticeRow


def tell(session: Session, organisation_id: int, kind: str, text: str, path: str, now: datetime) -> None:
    """Tell every member of an organisation, in the transaction of what happened.

    `kind`: a short slug; `text`: one plain sentence; `path`: where to look, a path of this site.
    """
    for person_id in accounts.list_member_ids(session, organisation_id):
        tell_person(session, person_id, kind, text, path, now)


def tell_person(session: Session, person_id: int, kind: str, text: str, path: str, now: datetime) -> None:
    """Tell one person, in the transaction of what happened."""
    session.add(NoticeRow(public_id=new_public_id(), person_id=person_id, at=now, kind=kind, text=text, path=path))
    session.flush()
