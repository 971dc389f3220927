"""All SQL of bearer tokens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from marketplace.accounts import store
from marketplace.accounts.model import Actor, ApiToken, LiveToken, Membership, Scope
from marketplace.accounts.tables import ApiTokenRow, MembershipRow, OrganisationRow, PersonRow
from marketplace.db.rows import changed

# Every call with a token begins with it, so it is one statement and made once. A row for each membership.
_LIVE = (
    select(
        ApiTokenRow.id,
        ApiTokenRow.scopes,
        ApiTokenRow.last_used_at,
        PersonRow,
        MembershipRow.organisation_id,
        OrganisationRow.kind,
        MembershipRow.role,
    )
    .join(PersonRow, PersonRow.id == ApiTokenRow.person_id)
    .outerjoin(MembershipRow, MembershipRow.person_id == PersonRow.id)
    .outerjoin(OrganisationRow, OrganisationRow.id == MembershipRow.organisation_id)
    .where(ApiTokenRow.token_hash == bindparam("token_hash"), ApiTokenRow.revoked_at.is_(None))
    .where(or_(ApiTokenRow.expires_at.is_(None), ApiTokenRow.expires_at > bindparam("now")))
    .where(PersonRow.suspended_at.is_(None))
    .order_by(*store.MEMBERSHIP_ORDER)
)


def add(
    session: Session,
    person_id: int,
    *,
    public_id: str,
    name: str,
    token_hash: str,
    starts_with: str,
    scopes: frozenset[Scope],
    now: datetime,
    expires_at: datetime | None,
) -> None:
    session.add(
        ApiTokenRow(
            public_id=public_id,
            person_id=person_id,
            name=name,
            starts_with=starts_with,
            token_hash=token_hash,
            scopes=" ".join(sorted(scopes)),
            created_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()


def find_live(session: Session, token_hash: str, now: datetime) -> LiveToken | None:
    """Whom a token stands for, from live rows: None when it is revoked, expired, or the person suspended."""
    rows = session.execute(_LIVE, {"token_hash": token_hash, "now": now}).all()
    if not rows:
        return None
    token_id, scopes, used_at, person, *_ = rows[0]
    memberships = tuple(Membership(of, kind, role) for *_, of, kind, role in rows if of is not None)
    return LiveToken(Actor(store.person_of(person), memberships, token_id=token_id, scopes=_scopes(scopes)), used_at)


def note_used(session: Session, token_id: int, now: datetime, *, unless_since: datetime) -> None:
    """Note that a token was used, unless that was noted already since then."""
    stale = or_(ApiTokenRow.last_used_at.is_(None), ApiTokenRow.last_used_at < unless_since)
    session.execute(update(ApiTokenRow).where(ApiTokenRow.id == token_id, stale).values(last_used_at=now))


def list_own(session: Session, person_id: int) -> list[ApiToken]:
    """A person's tokens that are not revoked, expired ones too, newest first."""
    query = select(ApiTokenRow).where(ApiTokenRow.person_id == person_id, ApiTokenRow.revoked_at.is_(None))
    return [_token(row) for row in session.scalars(query.order_by(ApiTokenRow.id.desc()))]


def count_own(session: Session, person_id: int) -> int:
    query = select(func.count()).where(ApiTokenRow.person_id == person_id, ApiTokenRow.revoked_at.is_(None))
    return session.scalar(query) or 0


def find_own(session: Session, person_id: int, public_id: str) -> ApiToken | None:
    query = select(ApiTokenRow).where(
        ApiTokenRow.person_id == person_id, ApiTokenRow.public_id == public_id, ApiTokenRow.revoked_at.is_(None)
    )
    row = session.scalar(query)
    return _token(row) if row else None


def revoke(session: Session, person_id: int, public_id: str, now: datetime) -> bool:
    """Whether there was such a token of this person, not revoked yet."""
    query = (
        update(ApiTokenRow)
        .where(ApiTokenRow.person_id == person_id, ApiTokenRow.public_id == public_id)
        .where(ApiTokenRow.revoked_at.is_(None))
    )
    return changed(session, query.values(revoked_at=now))


def _scopes(kept: str) -> frozenset[Scope]:
    return frozenset(Scope(scope) for scope in kept.split())


def _token(row: ApiTokenRow) -> ApiToken:
    return ApiToken(
        id=row.id,
        public_id=row.public_id,
        name=row.name,
        starts_with=row.starts_with,
        scopes=_scopes(row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )
