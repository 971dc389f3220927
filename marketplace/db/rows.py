"""What every store asks of a statement."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import CursorResult, Executable
from sqlalchemy.orm import Session

E = TypeVar("E", bound=Executable)


def fresh(query: E) -> E:
    """The query, answered with what the database holds, also where this session has read the row before."""
    return query.execution_options(populate_existing=True)


def changed(session: Session, statement: Executable) -> bool:
    """Whether an UPDATE or DELETE met its one row: the database says who was first."""
    result = session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
