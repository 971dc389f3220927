"""Every cell of the table of rights, asked of the code that every action asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from marketplace.accounts.model import ANONYMOUS, Actor, Membership, OrganisationKind, Person, Role
from marketplace.accounts.policy import authorize, can, needs_sign_in, permissions
from marketplace.errors import Forbidden, NotFound, SignInNeeded

_HERE, _ELSEWHERE = 7, 8


def _actor(
    role: Role | None = None,
    organisation: int = _HERE,
    kind: OrganisationKind = OrganisationKind.SUPPLIER,
    **flags: bool,
) -> Actor:
    person = Person(
        id=1,
        public_id="p",
        email="a@b.example",
        name="A",
        **{"is_apprentice": False, "is_moderator": False, "is_confirmed": True, "is_suspended": False} | flags,
    )
    members = (Membership(organisation, kind, role),) if role else ()
    return Actor(person, members)


PERSONAS = {
    "anonymous": ANONYMOUS,
    "unconfirmed": _actor(is_confirmed=False),
    "person": _actor(),
    "apprentice": _actor(is_apprentice=True),
    "owner": _actor(Role.OWNER),
    "staff": _actor(Role.STAFF),
    "studio owner": _actor(Role.OWNER, kind=OrganisationKind.STUDIO),
    "studio staff": _actor(Role.STAFF, kind=OrganisationKind.STUDIO),
    "owner elsewhere": _actor(Role.OWNER, _ELSEWHERE),
    "staff elsewhere": _actor(Role.STAFF, _ELSEWHERE),
    "moderator": _actor(is_moderator=True),
    "suspended owner": _actor(Role.OWNER, is_suspended=True),
    "suspended moderator": _actor(is_moderator=True, is_suspended=True),
}
# What each persona may do to something of organisation _HERE. Written out: a change of the table is seen here.
PUBLIC = {"page.read", "catalogue.search", "account.enter", "alert.link"}
OWN = PUBLIC | {"account.own", "alert.own", "supplier.list"}
STAFF = OWN | {"supplier.edit", "capacity.publish", "placement.offer"}
STUDIO = OWN | {"studio.edit"}
MAY = {
    "anonymous": PUBLIC,
    "unconfirmed": OWN,
    "person": OWN,
    "apprentice": OWN,
    "owner": STAFF | {"supplier.status"},
    "staff": STAFF,
    "studio owner": STUDIO,
    "studio staff": STUDIO,
    "owner elsewhere": OWN,
    "staff elsewhere": OWN,
    "moderator": OWN,
    "suspended owner": PUBLIC,
    "suspended moderator": PUBLIC,
}


@pytest.mark.parametrize("name", PERSONAS)
def test_every_cell(name: str) -> None:
    allowed = {action for action in permissions() if can(PERSONAS[name], action, _HERE)}
    assert allowed & (STAFF | STUDIO | {"supplier.status"}) == MAY[name]


@pytest.mark.parametrize("name", PERSONAS)
def test_refusals_do_not_tell_what_exists(name: str) -> None:
    actor = PERSONAS[name]
    for action in permissions():
        if can(actor, action, _HERE):
            authorize(actor, action, _HERE)
        else:
            with pytest.raises(refusal_of(actor, action)):
                authorize(actor, action, _HERE)


def refusal_of(actor: Actor, action: str) -> type[Exception]:
    """Who lacks nothing but a confirmed address is told so; others learn nothing."""
    if actor.person is None:
        return SignInNeeded
    confirmed = replace(actor, person=replace(actor.person, is_confirmed=True))
    return Forbidden if can(confirmed, action, _HERE) else NotFound


def test_rights_in_an_organisation_need_one() -> None:
    assert not can(PERSONAS["owner"], "supplier.edit", None)


def test_an_unknown_action_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        can(PERSONAS["owner"], "supplier.burn")


def test_only_public_actions_need_no_sign_in() -> None:
    assert {action for action in permissions() if not needs_sign_in(action)} >= PUBLIC
    assert needs_sign_in("supplier.edit")
