"""All SQL of who belongs to an organisation, and who is invited to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.model import Invitation, Member, OrganisationKind, Role
from marketplace.accounts.tables import InvitationRow, MembershipRow, OrganisationRow, PersonRow


def find_organisation(session: Session, public_id: str) -> tuple[int, OrganisationKind] | None:
    """Its id and kind."""
    query = select(OrganisationRow.id, OrganisationRow.kind).where(OrganisationRow.public_id == public_id)
    found = session.execute(query).one_or_none()
    return (found[0], found[1]) if found else None


def list_members(session: Session, organisation_id: int) -> list[Member]:
    """Owners first, then by name."""
    query = (
        select(PersonRow.id, PersonRow.public_id, PersonRow.name, PersonRow.email, MembershipRow.role)
        .join(MembershipRow, MembershipRow.person_id == PersonRow.id)
        .where(MembershipRow.organisation_id == organisation_id)
        .order_by(MembershipRow.role, PersonRow.name, PersonRow.id)
    )
    return [Member(*row) for row in session.execute(query)]


def count_owners(session: Session, organisation_id: int) -> int:
    query = select(func.count()).where(
        MembershipRow.organisation_id == organisation_id, MembershipRow.role == Role.OWNER
    )
    return session.scalar(query) or 0


def set_role(session: Session, organisation_id: int, person_id: int, role: Role) -> None:
    own = (MembershipRow.organisation_id == organisation_id, MembershipRow.person_id == person_id)
    session.execute(update(MembershipRow).where(*own).values(role=role))


def remove_member(session: Session, organisation_id: int, person_id: int) -> None:
    own = (MembershipRow.organisation_id == organisation_id, MembershipRow.person_id == person_id)
    session.execute(delete(MembershipRow).where(*own))


def add_invitation(
    session: Session,
    organisation_id: int,
    email: str,
    token_hash: str,
    *,
    public_id: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Remember an invitation; an earlier one of the same address ends, and old ones are cleared away."""
    session.execute(
        delete(InvitationRow).where(
            InvitationRow.organisation_id == organisation_id,
            (InvitationRow.email == email) | (InvitationRow.expires_at <= now),
        )
    )
    session.add(
        InvitationRow(
            public_id=public_id,
            organisation_id=organisation_id,
            email=email,
            token_hash=token_hash,
            created_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()


def list_invitations(session: Session, organisation_id: int, now: datetime) -> list[Invitation]:
    query = select(InvitationRow).where(
        InvitationRow.organisation_id == organisation_id, InvitationRow.expires_at > now
    )
    return [_invitation(row) for row in session.scalars(query.order_by(InvitationRow.email))]


def find_invitation(session: Session, token_hash: str, now: datetime) -> Invitation | None:
    query = select(InvitationRow).where(InvitationRow.token_hash == token_hash, InvitationRow.expires_at > now)
    row = session.scalar(query)
    return _invitation(row) if row else None


def end_invitation(session: Session, organisation_id: int, public_id: str) -> bool:
    """Take an invitation away; of several who try at once one gets True."""
    result = session.execute(
        delete(InvitationRow).where(
            InvitationRow.organisation_id == organisation_id, InvitationRow.public_id == public_id
        )
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def end_invitations(session: Session, organisation_id: int) -> None:
    """Take all invitations of an organisation away."""
    session.execute(delete(InvitationRow).where(InvitationRow.organisation_id == organisation_id))


def _invitation(row: InvitationRow) -> Invitation:
    return Invitation(row.public_id, row.organisation_id, row.email, row.expires_at)
