"""All SQL of people, organisations, sessions, mail links and counted tries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, Delete, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.model import (
    Actor,
    Device,
    LiveSession,
    Membership,
    OrganisationKind,
    Person,
    Purpose,
    Role,
    SignedInDevice,
    Studio,
)
from marketplace.accounts.tables import (
    AttemptRow,
    MailTokenRow,
    MembershipRow,
    OrganisationRow,
    PersonRow,
    SessionRow,
    StudioRow,
)
from marketplace.db import Base
from marketplace.db.prepared import Prepared
from marketplace.places import Point

_PRUNED_AT_ONCE = 20
_membership = Base.metadata.tables[MembershipRow.__tablename__]
_MEMBER_IDS = Prepared(  # asked for whatever is told to anybody
    select(_membership.c.person_id)
    .where(_membership.c.organisation_id == bindparam("organisation_id"))
    .order_by(_membership.c.person_id)
)
# The one joined last first: of several workshops, or studios, that is the one whose pages a person sees.
MEMBERSHIP_ORDER = (MembershipRow.since.desc(), MembershipRow.organisation_id)


def lock(session: Session, key: str) -> None:
    """Wait until no other transaction holds this key; it is free again when ours ends.

    SQLite has one writer at a time, so there is nothing to do.
    """
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True)
        session.execute(select(func.pg_advisory_xact_lock(number)))


# --- people


def add_person(
    session: Session,
    *,
    public_id: str,
    email: str,
    name: str,
    password_hash: str,
    now: datetime,
    is_apprentice: bool = False,
    is_moderator: bool = False,
    confirmed_at: datetime | None = None,
) -> Person:
    row = PersonRow(
        public_id=public_id,
        email=email,
        name=name,
        password_hash=password_hash,
        is_apprentice=is_apprentice,
        is_moderator=is_moderator,
        created_at=now,
        confirmed_at=confirmed_at,
    )
    session.add(row)
    session.flush()
    return person_of(row)


def find_person(session: Session, person_id: int) -> Person | None:
    row = session.get(PersonRow, person_id)
    return person_of(row) if row else None


def find_person_by_email(session: Session, email: str) -> Person | None:
    row = session.scalar(select(PersonRow).where(PersonRow.email == email))
    return person_of(row) if row else None


def find_password_hash(session: Session, email: str) -> str | None:
    return session.scalar(select(PersonRow.password_hash).where(PersonRow.email == email))


def lock_person(session: Session, *, email: str) -> tuple[Person, str] | None:
    """The person and their password hash; nobody else changes them until our transaction ends."""
    query = select(PersonRow).where(PersonRow.email == email).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    return (person_of(row), row.password_hash) if row else None


def update_person(session: Session, person_id: int, *, name: str, is_apprentice: bool) -> None:
    row = session.get_one(PersonRow, person_id)
    row.name, row.is_apprentice = name, is_apprentice


def list_moderator_ids(session: Session) -> list[int]:
    working = (PersonRow.is_moderator.is_(True), PersonRow.suspended_at.is_(None))
    return list(session.scalars(select(PersonRow.id).where(*working).order_by(PersonRow.id)))


def find_person_by_public_id(session: Session, public_id: str) -> Person | None:
    row = session.scalar(select(PersonRow).where(PersonRow.public_id == public_id))
    return person_of(row) if row else None


def set_moderator(session: Session, person_id: int, is_moderator: bool) -> None:
    session.get_one(PersonRow, person_id).is_moderator = is_moderator
    session.flush()


def set_suspended(session: Session, person_id: int, at: datetime | None) -> None:
    """From `at` on the person can't get in; None lets them in again."""
    session.get_one(PersonRow, person_id).suspended_at = at
    session.flush()


def remove_person(session: Session, person_id: int) -> None:
    """With all that is theirs alone; what others count on stays without a person (the foreign keys say which)."""
    session.execute(delete(PersonRow).where(PersonRow.id == person_id))


def set_password_hash(session: Session, person_id: int, password_hash: str) -> None:
    session.get_one(PersonRow, person_id).password_hash = password_hash


def set_confirmed(session: Session, person_id: int, now: datetime) -> None:
    """Remember that the person can read mail at their address; the first time counts."""
    row = session.get_one(PersonRow, person_id)
    row.confirmed_at = row.confirmed_at or now


# --- organisations


def add_organisation(session: Session, kind: OrganisationKind, public_id: str, now: datetime) -> int:
    row = OrganisationRow(public_id=public_id, kind=kind, created_at=now)
    session.add(row)
    session.flush()
    return row.id


def remove_empty_organisation(session: Session, organisation_id: int) -> None:
    """With all that is kept under it. Nobody may belong to it."""
    assert not organisation_has_members(session, organisation_id)
    session.execute(delete(OrganisationRow).where(OrganisationRow.id == organisation_id))


def find_organisation_id(session: Session, public_id: str) -> int | None:
    return session.scalar(select(OrganisationRow.id).where(OrganisationRow.public_id == public_id))


def organisation_public_id(session: Session, organisation_id: int) -> str:
    return session.get_one(OrganisationRow, organisation_id).public_id


def add_membership(session: Session, person_id: int, organisation_id: int, role: Role, now: datetime) -> None:
    session.add(MembershipRow(person_id=person_id, organisation_id=organisation_id, role=role, since=now))
    session.flush()


def list_memberships(session: Session, person_id: int) -> tuple[Membership, ...]:
    """In MEMBERSHIP_ORDER."""
    query = (
        select(MembershipRow.organisation_id, OrganisationRow.kind, MembershipRow.role)
        .join(OrganisationRow, OrganisationRow.id == MembershipRow.organisation_id)
        .where(MembershipRow.person_id == person_id)
        .order_by(*MEMBERSHIP_ORDER)
    )
    return tuple(Membership(*row) for row in session.execute(query))


def list_member_ids(session: Session, organisation_id: int) -> list[int]:
    """The people who belong to an organisation."""
    return [person_id for (person_id,) in _MEMBER_IDS.rows(session, organisation_id=organisation_id)]


def list_members_of(session: Session, organisation_ids: Iterable[int]) -> list[tuple[int, int]]:
    """(organisation, person) of every member, in order."""
    query = select(MembershipRow.organisation_id, MembershipRow.person_id)
    query = query.where(MembershipRow.organisation_id.in_(sorted(set(organisation_ids))))
    rows = session.execute(query.order_by(MembershipRow.organisation_id, MembershipRow.person_id))
    return [(organisation_id, person_id) for organisation_id, person_id in rows]


def organisation_has_members(session: Session, organisation_id: int) -> bool:
    return bool(list_member_ids(session, organisation_id))


def organisations_with_members(session: Session) -> set[int]:
    return set(session.scalars(select(MembershipRow.organisation_id).distinct()))


def put_studio(session: Session, studio: Studio) -> None:
    """Write what a studio is called and where it is, new or changed."""
    row = session.get(StudioRow, studio.organisation_id) or StudioRow(organisation_id=studio.organisation_id)
    row.name, row.place = studio.name, studio.place
    row.lat_e7 = studio.point.lat_e7 if studio.point else None
    row.lon_e7 = studio.point.lon_e7 if studio.point else None
    session.add(row)
    session.flush()


def find_studio(session: Session, organisation_id: int) -> Studio | None:
    row = session.get(StudioRow, organisation_id)
    if row is None:
        return None
    point = Point(row.lat_e7, row.lon_e7) if row.lat_e7 is not None and row.lon_e7 is not None else None
    return Studio(row.organisation_id, row.name, row.place, point)


# --- sessions


def add_session(
    session: Session, person_id: int, token_hash: str, device: Device, now: datetime, lasts: timedelta
) -> None:
    """Remember a signed-in device; the person's ended ones are cleared away."""
    session.execute(delete(SessionRow).where(SessionRow.person_id == person_id, SessionRow.expires_at <= now))
    session.add(
        SessionRow(
            token_hash=token_hash,
            person_id=person_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + lasts,
            user_agent=device.user_agent,
            address=device.address,
        )
    )
    session.flush()


def find_live_session(session: Session, token_hash: str, now: datetime) -> LiveSession | None:
    """Whom a token stands for, from live rows: None when it is ended, expired, or the person suspended."""
    query = (
        select(SessionRow, PersonRow)
        .join(PersonRow, PersonRow.id == SessionRow.person_id)
        .where(SessionRow.token_hash == token_hash, SessionRow.expires_at > now, PersonRow.suspended_at.is_(None))
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    row, person = found
    actor = Actor(person_of(person), list_memberships(session, person.id), row.id)
    return LiveSession(actor, row.last_seen_at)


def note_seen(session: Session, session_id: int, now: datetime, *, unless_since: datetime) -> None:
    """Note that a device was used, unless that was noted already since then."""
    stale = update(SessionRow).where(SessionRow.id == session_id, SessionRow.last_seen_at < unless_since)
    session.execute(stale.values(last_seen_at=now))


def list_devices(session: Session, person_id: int, now: datetime) -> list[SignedInDevice]:
    """The person's signed-in devices, last used first."""
    query = (
        select(SessionRow)
        .where(SessionRow.person_id == person_id, SessionRow.expires_at > now)
        .order_by(SessionRow.last_seen_at.desc(), SessionRow.id.desc())
    )
    return [
        SignedInDevice(row.id, row.created_at, row.last_seen_at, row.user_agent, row.address)
        for row in session.scalars(query)
    ]


def end_session(session: Session, person_id: int, session_id: int) -> bool:
    """Whether there was such a session of this person."""
    query = delete(SessionRow).where(SessionRow.id == session_id, SessionRow.person_id == person_id)
    return _row_count(session, query) == 1


def end_sessions(session: Session, person_id: int) -> None:
    session.execute(delete(SessionRow).where(SessionRow.person_id == person_id))


# --- links in mails


def add_mail_token(
    session: Session, person_id: int, purpose: Purpose, token_hash: str, now: datetime, lasts: timedelta
) -> None:
    """Remember a link; the person's expired ones are cleared away."""
    session.execute(delete(MailTokenRow).where(MailTokenRow.person_id == person_id, MailTokenRow.expires_at <= now))
    session.add(MailTokenRow(token_hash=token_hash, person_id=person_id, purpose=purpose, expires_at=now + lasts))
    session.flush()


def find_person_of_token(session: Session, purpose: Purpose, token_hash: str, now: datetime) -> Person | None:
    """Whose link this is, while it works."""
    query = (
        select(PersonRow)
        .join(MailTokenRow, MailTokenRow.person_id == PersonRow.id)
        .where(
            MailTokenRow.token_hash == token_hash,
            MailTokenRow.purpose == purpose,
            MailTokenRow.expires_at > now,
            PersonRow.suspended_at.is_(None),
        )
    )
    row = session.scalar(query)
    return person_of(row) if row else None


def use_token(session: Session, purpose: Purpose, token_hash: str, now: datetime) -> bool:
    """Take a link out of use; of several who try at once one gets True."""
    query = delete(MailTokenRow).where(
        MailTokenRow.token_hash == token_hash, MailTokenRow.purpose == purpose, MailTokenRow.expires_at > now
    )
    return _row_count(session, query) == 1


def remove_tokens(session: Session, person_id: int, purpose: Purpose) -> None:
    session.execute(delete(MailTokenRow).where(MailTokenRow.person_id == person_id, MailTokenRow.purpose == purpose))


# --- counted tries


def add_attempt(session: Session, key: str, now: datetime) -> int:
    row = AttemptRow(key=key, at=now)
    session.add(row)
    session.flush()
    return row.id


def list_attempts(session: Session, key: str, *, since: datetime) -> list[datetime]:
    """When it was tried, oldest first."""
    query = select(AttemptRow.at).where(AttemptRow.key == key, AttemptRow.at > since).order_by(AttemptRow.at)
    return list(session.scalars(query))


def remove_attempts(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(AttemptRow).where(AttemptRow.id.in_(ids)))


def prune_attempts(session: Session, before: datetime) -> None:
    """Forget the oldest tries, some at once: every try adds at most two, so none stay for good."""
    oldest = session.execute(select(AttemptRow.id, AttemptRow.at).order_by(AttemptRow.id).limit(_PRUNED_AT_ONCE))
    old = [row.id for row in oldest if row.at <= before]
    if old:
        free = select(AttemptRow.id).where(AttemptRow.id.in_(old)).with_for_update(skip_locked=True)
        session.execute(delete(AttemptRow).where(AttemptRow.id.in_(free)))


def _row_count(session: Session, query: Delete) -> int:
    result = session.execute(query)
    assert isinstance(result, CursorResult)
    return result.rowcount


def person_of(row: PersonRow) -> Person:
    return Person(
        id=row.id,
        public_id=row.public_id,
        email=row.email,
        name=row.name,
        is_apprentice=row.is_apprentice,
        is_moderator=row.is_moderator,
        is_confirmed=row.confirmed_at is not None,
        is_suspended=row.suspended_at is not None,
    )
