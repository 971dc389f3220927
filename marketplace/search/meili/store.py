"""All SQL of the search server's state: which token its index may carry, and who feeds it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Update, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.changes import store as changes
from marketplace.db.rows import changed
from marketplace.search.meili.schema import VERSION
from marketplace.search.tables import SearchServerRow

_Row = SearchServerRow


def version_of(session: Session) -> str:
    """What an index has to be of: these settings, and what counts this database's positions."""
    counted_by = changes.identity(session)
    return f"{VERSION}-{counted_by}" if counted_by else VERSION


def list_tokens(session: Session, name: str) -> frozenset[str]:
    """The tokens that the index may carry; none before it was first built."""
    row = session.execute(select(_Row.applied, _Row.pending).where(_Row.name == name)).one_or_none()
    return frozenset(row) - {""} if row else frozenset()


def take_lead(session: Session, name: str, leader: str, now: datetime, until: datetime) -> bool:
    """Become or stay the one who feeds the index, unless another is; until `until`."""
    if session.get(_Row, name) is None:
        try:
            with session.begin_nested():
                session.add(_Row(name=name))
        except IntegrityError:
            pass  # another made it first
    free = or_(_Row.leader == leader, _Row.led_until.is_(None), _Row.led_until < now)
    return _one(session, update(_Row).where(_Row.name == name, free).values(leader=leader, led_until=until))


def intend(session: Session, name: str, leader: str, token: str, until: datetime) -> bool:
    """Note the token that the index is about to get; False when another leads."""
    mine = (_Row.name == name, _Row.leader == leader)
    return _one(session, update(_Row).where(*mine).values(pending=token, led_until=until))


def confirm(session: Session, name: str, leader: str, token: str) -> bool:
    """Note that the index has the token; False when another leads meanwhile.

    The one before stays known until the next is intended: a search may have read it in the index a moment ago.
    """
    mine = (_Row.name == name, _Row.leader == leader, _Row.pending == token)
    return _one(session, update(_Row).where(*mine).values(applied=token, pending=_Row.applied))


def give_up_lead(session: Session, name: str, leader: str) -> None:
    session.execute(update(_Row).where(_Row.name == name, _Row.leader == leader).values(leader="", led_until=None))


def _one(session: Session, query: Update) -> bool:
    return changed(session, query.execution_options(synchronize_session=False))
