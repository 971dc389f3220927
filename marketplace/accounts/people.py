"""Use cases of who keeps a workshop or a studio: invite, join, change a role, leave.

2026-11: an address is invited, not added: nobody finds themselves in a firm they never heard of, and an owner does
not learn whether an address has an account. Handing over needs no case of its own: make somebody an owner, then
leave. What takes rights away, or gives all of them, asks for the password again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from marketplace.accounts import limits, mails, member_store, store
from marketplace.accounts.access import check_password
from marketplace.accounts.model import Actor, Invitation, Member, OrganisationKind, Person, Role
from marketplace.accounts.policy import authorize, can
from marketplace.accounts.tokens import hash_token, new_token
from marketplace.audit import store as audit
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.errors import Conflict, NotFound, SignInNeeded
from marketplace.mail import store as mail_store

INVITATION_LASTS = timedelta(days=7)
_NO_INVITATION = (
    "This invitation has been used, was taken back, is too old, or was sent to another e-mail address. "
    "Sign in with that address, or ask for a new one."
)
_LAST_OWNER = "Somebody has to own it: make another person an owner first."


class Team(NamedTuple):
    organisation_id: int
    public_id: str
    kind: OrganisationKind
    members: list[Member]
    invitations: list[Invitation]  # those who may change the team see them
    may_change: bool


def list_teams(database: Database, actor: Actor, now: datetime) -> list[Team]:
    """Those the actor belongs to, the one joined last first."""
    with database.reading() as session:
        return [
            _team(session, actor, store.organisation_public_id(session, m.organisation_id), now)
            for m in actor.memberships
        ]


def get_member(database: Database, actor: Actor, public_id: str, person_id: str, now: datetime) -> tuple[Team, Member]:
    """Somebody of a team, for who may change them. Errors: NotFound."""
    with database.reading() as session:
        team = _team(session, actor, public_id, now)
        member = _member(team.members, person_id)
        _may_change(actor, team.organisation_id, member)
        return team, member


def invite(database: Database, actor: Actor, public_id: str, email: str, site_url: str, now: datetime) -> None:
    """Mail a link with which somebody joins as staff. An earlier invitation of that address ends.

    Errors: NotFound; Conflict when they belong already; TooMany.
    """
    with database.writing() as session:
        organisation_id, kind = _organisation(session, public_id)
        authorize(actor, "people.change", organisation_id)
        assert actor.person is not None
        if any(member.email == email for member in member_store.list_members(session, organisation_id)):
            raise Conflict("They belong already.")
        limits.take(session, ((limits.INVITE_ORGANISATION, public_id),), now)
        token = new_token()
        member_store.add_invitation(
            session,
            organisation_id,
            email,
            hash_token(token),
            public_id=new_public_id(),
            now=now,
            expires_at=now + INVITATION_LASTS,
        )
        mail = mails.invitation(site_url, token, actor.person.email, kind)
        mail_store.enqueue(session, recipient=email, subject=mail.subject, body=mail.body, now=now)
        _note(session, now, actor, organisation_id, public_id, {}, {"invited": email})


def take_back(database: Database, actor: Actor, public_id: str, invitation_id: str, now: datetime) -> None:
    """End an invitation. Errors: NotFound."""
    with database.writing() as session:
        organisation_id, _ = _organisation(session, public_id)
        authorize(actor, "people.change", organisation_id)
        if not member_store.end_invitation(session, organisation_id, invitation_id):
            raise NotFound
        _note(session, now, actor, organisation_id, public_id, {"invitation": invitation_id}, {})


def find_invitation(database: Database, actor: Actor, token: str, now: datetime) -> tuple[Invitation, OrganisationKind]:
    """What a link invites to. Errors: NotFound when it was used, is too old, or is another's."""
    with database.reading() as session:
        return _invitation(session, actor, token, now)


def join(database: Database, actor: Actor, token: str, now: datetime) -> OrganisationKind:
    """Belong, by the link from the mail. It also shows that the person reads mail at their address.

    Errors: NotFound when the link was used, is too old, or was sent to another address.
    """
    with database.writing() as session:
        invitation, kind = _invitation(session, actor, token, now)
        person = _person(actor)
        organisation_id = invitation.organisation_id
        store.lock(session, f"organisation:{organisation_id}")
        if not member_store.end_invitation(session, organisation_id, invitation.public_id):
            raise NotFound
        known = member_store.list_members(session, organisation_id)
        if all(member.person_id != person.id for member in known):
            store.add_membership(session, person.id, organisation_id, Role.STAFF, now)
        store.set_confirmed(session, person.id, now)
        public_id = store.organisation_public_id(session, organisation_id)
        _note(session, now, actor, organisation_id, public_id, {}, {"joined": person.public_id, "role": Role.STAFF})
        return kind


def change_role(
    database: Database, actor: Actor, public_id: str, person_id: str, role: Role, typed: str, now: datetime
) -> None:
    """Make somebody an owner, or staff. `typed` is the actor's password.

    Errors: NotFound; Invalid for a wrong password; TooMany; Conflict when no owner would be left.
    """
    check_password(database, _person(actor), typed, now)
    with database.writing() as session:
        organisation_id, member = _changeable(session, actor, public_id, person_id, only_owners=True)
        if member.role is role:
            return
        if member.role is Role.OWNER and member_store.count_owners(session, organisation_id) == 1:
            raise Conflict(_LAST_OWNER)
        member_store.set_role(session, organisation_id, member.person_id, role)
        before, after = {"role": member.role}, {"role": role}
        _note(session, now, actor, organisation_id, public_id, before, after, member.public_id)


def remove(database: Database, actor: Actor, public_id: str, person_id: str, typed: str, now: datetime) -> None:
    """Take somebody's rights away, or leave oneself. They are gone at the next request.

    Errors: NotFound; Invalid for a wrong password; TooMany; Conflict when no owner would be left.
    """
    check_password(database, _person(actor), typed, now)
    with database.writing() as session:
        organisation_id, member = _changeable(session, actor, public_id, person_id)
        if member.role is Role.OWNER and member_store.count_owners(session, organisation_id) == 1:
            raise Conflict(_LAST_OWNER)
        member_store.remove_member(session, organisation_id, member.person_id)
        _note(session, now, actor, organisation_id, public_id, {"role": member.role}, {}, member.public_id)


def _changeable(
    session: Session, actor: Actor, public_id: str, person_id: str, *, only_owners: bool = False
) -> tuple[int, Member]:
    """The organisation, locked, and one of its members, if the actor may change them by what stands now."""
    organisation_id, _ = _organisation(session, public_id)
    store.lock(session, f"organisation:{organisation_id}")  # two owners must not remove each other at once
    person = _person(actor)
    live = Actor(person, store.list_memberships(session, person.id))
    member = _member(member_store.list_members(session, organisation_id), person_id)
    if only_owners:
        authorize(live, "people.change", organisation_id)
    _may_change(live, organisation_id, member)
    return organisation_id, member


def _may_change(actor: Actor, organisation_id: int, member: Member) -> None:
    """Owners change everybody, each person themselves."""
    if member.person_id != actor.person_id:
        authorize(actor, "people.change", organisation_id)


def _team(session: Session, actor: Actor, public_id: str, now: datetime) -> Team:
    organisation_id, kind = _organisation(session, public_id)
    authorize(actor, "people.read", organisation_id)
    may_change = can(actor, "people.change", organisation_id)
    return Team(
        organisation_id,
        public_id,
        kind,
        member_store.list_members(session, organisation_id),
        member_store.list_invitations(session, organisation_id, now) if may_change else [],
        may_change,
    )


def _organisation(session: Session, public_id: str) -> tuple[int, OrganisationKind]:
    found = member_store.find_organisation(session, public_id)
    if found is None:
        raise NotFound
    return found


def _member(members: list[Member], person_id: str) -> Member:
    for member in members:
        if member.public_id == person_id:
            return member
    raise NotFound


def _invitation(session: Session, actor: Actor, token: str, now: datetime) -> tuple[Invitation, OrganisationKind]:
    found = member_store.find_invitation(session, hash_token(token), now)
    if found is None or found.email != _person(actor).email:
        raise NotFound(_NO_INVITATION)
    _, kind = _organisation(session, store.organisation_public_id(session, found.organisation_id))
    return found, kind


def _person(actor: Actor) -> Person:
    if actor.person is None:
        raise SignInNeeded
    return actor.person


def _note(
    session: Session,
    now: datetime,
    actor: Actor,
    organisation_id: int,
    public_id: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    person_id: str = "",
) -> None:
    """Write the audit event of one change of a team; `person_id` is whom it is about, if not the actor."""
    audit.record(
        session,
        now,
        actor,
        "people.change",
        "organisation",
        public_id,
        organisation_id=organisation_id,
        before=before,
        after={**after, "person": person_id} if person_id else after,
    )
