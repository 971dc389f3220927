"""Which snapshot of the index belongs to this database."""

from __future__ import annotations

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from marketplace.search.tables import SearchSnapshotRow


def snapshot_token(session: Session) -> str | None:
    """The token of the newest snapshot that was made from this database."""
    return session.scalar(select(SearchSnapshotRow.token))


def put_snapshot_token(session: Session, token: str) -> None:
    session.execute(delete(SearchSnapshotRow))
    session.execute(insert(SearchSnapshotRow).values(token=token))
