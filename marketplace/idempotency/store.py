"""All SQL of keys and the answers kept with them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.db import Base
from marketplace.idempotency.model import Kept
from marketplace.idempotency.tables import IdempotencyRow

_PRUNED_AT_ONCE = 1000
_keys = Base.metadata.tables[IdempotencyRow.__tablename__]
# The row itself says whether it is new: psycopg counts no rows of an INSERT that SQLAlchemy sends this way.
_CLAIM = {
    "sqlite": sqlite.insert(_keys).on_conflict_do_nothing().returning(_keys.c.key),
    "postgresql": postgresql.insert(_keys).on_conflict_do_nothing().returning(_keys.c.key),
}
_KEEP = (
    update(_keys)
    .where(_keys.c.person_id == bindparam("of"), _keys.c.key == bindparam("claimed"))
    .values(status=bindparam("status"), body=bindparam("body"))
)


def claim(session: Session, person_id: int, key: str, fingerprint: str, now: datetime) -> bool:
    """Take a key; whether it was free.

    The first statement of its transaction. Of several calls at once one gets it, the others wait here until that
    one's transaction ends: committed, they find its answer; rolled back, the next one gets the key.
    """
    claimed = _CLAIM[session.get_bind().dialect.name]
    values = {"person_id": person_id, "key": key, "fingerprint": fingerprint, "status": 0, "body": ""}
    return session.execute(claimed, {**values, "created_at": now}).one_or_none() is not None


def get(session: Session, person_id: int, key: str) -> Kept:
    """What is kept with a key that was not free."""
    query = select(IdempotencyRow.fingerprint, IdempotencyRow.status, IdempotencyRow.body).where(
        IdempotencyRow.person_id == person_id, IdempotencyRow.key == key
    )
    return Kept(*session.execute(query).one())


def keep(session: Session, person_id: int, key: str, status: int, body: str) -> None:
    """Put the answer to the key, in the transaction of its effect."""
    session.execute(_KEEP, {"of": person_id, "claimed": key, "status": status, "body": body})


def list_bodies(session: Session) -> list[str]:
    """Every answer that is kept; for checks."""
    return list(session.scalars(select(IdempotencyRow.body)))


def prune(session: Session, before: datetime) -> int:
    """Forget answers that are older, some at a time; returns how many."""
    old = (
        select(IdempotencyRow.person_id, IdempotencyRow.key)
        .where(IdempotencyRow.created_at < before)
        .limit(_PRUNED_AT_ONCE)
    )
    keys = list(session.execute(old))
    for person_id, key in keys:
        session.execute(delete(IdempotencyRow).where(IdempotencyRow.person_id == person_id, IdempotencyRow.key == key))
    return len(keys)
