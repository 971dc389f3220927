"""All SQL of the check after a race of pools."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.notices.tables import NoticeRow


def count_notices(session: Session) -> dict[tuple[str, str, int], int]:
    """(path, kind, person) -> how often they were told."""
    columns = (NoticeRow.path, NoticeRow.kind, NoticeRow.person_id)
    query = select(*columns, func.count()).group_by(*columns)
    return {(path, kind, person): count for path, kind, person, count in session.execute(query)}
