"""One's own account, tokens, and who keeps a workshop or a studio."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from personas import PERSONAS, STUDIO, SUPPLIER
from rows import Row
from world import PASSWORD, World

from marketplace.accounts import api_tokens, member_store, people
from marketplace.accounts import store as accounts
from marketplace.accounts.forms import TokenForm
from marketplace.accounts.model import Scope
from marketplace.accounts.tokens import hash_token, new_token
from marketplace.db.ids import new_public_id

_STUDIOS = {"new designer", "designer", "designer staff", "designer other"}
_KEEPERS = _STUDIOS | {"new supplier", "supplier owner", "supplier staff", "supplier other"}
_SIGNED_IN = {persona.name for persona in PERSONAS if persona.is_signed_in}
# Whoever has no studio makes one with the same form; whoever keeps nothing sees an empty list.
WITHOUT_STUDIO = frozenset(_SIGNED_IN - _STUDIOS)
KEEPS_NOTHING = frozenset(_SIGNED_IN - _KEEPERS)


def _organisation(world: World, key: str) -> str:
    with world.database.reading() as db:
        return accounts.organisation_public_id(db, world.organisations[key])


def the_studio(world: World) -> dict[str, Any]:
    return {"public_id": _organisation(world, STUDIO)}


def the_workshop(world: World) -> dict[str, Any]:
    return {"public_id": _organisation(world, SUPPLIER)}


def a_colleague(world: World) -> dict[str, Any]:
    return {**the_workshop(world), "person_id": world.people["supplier staff"].public_id}


def a_device(world: World) -> dict[str, Any]:
    rows = world.cast.sql("SELECT id FROM session WHERE person_id = :id", id=world.people["designer"].id)
    return {"session_id": str(rows[0][0])}


def a_token(world: World) -> dict[str, Any]:
    form = TokenForm("Sheet", frozenset({Scope.READ}), 30)
    world.cast.sql("UPDATE api_token SET revoked_at = created_at WHERE person_id = -1")
    actor = world.actor("designer")
    api_tokens.make(world.database, actor, form, world.now)
    return {"public_id": api_tokens.list_own(world.database, actor)[0].public_id}


def an_invitation(world: World) -> dict[str, Any]:
    people.invite(
        world.database,
        world.actor("designer"),
        _organisation(world, STUDIO),
        "nina@example.com",
        "http://127.0.0.1:8000",
        world.now,
    )
    with world.database.reading() as db:
        invited = member_store.list_invitations(db, world.organisations[STUDIO], world.now)
    return {**the_studio(world), "invitation_id": invited[-1].public_id}


def an_invitation_of_the_apprentice(world: World) -> dict[str, Any]:
    token = new_token()
    with world.database.writing() as db:
        member_store.add_invitation(
            db,
            world.organisations[SUPPLIER],
            world.people["apprentice"].email,
            hash_token(token),
            public_id=new_public_id(),
            now=world.now,
            expires_at=world.now + timedelta(days=1),
        )
    return {"token": token}


_OWN_PASSWORD = {"current": PASSWORD, "password": "seven bobbins in a row"}
_ONLY_OWN = frozenset({"new supplier"})  # staff change nobody but themselves
# Nobody leaves while they moderate, or while others work in what only they own: the other owner is suspended.
_STAY = frozenset({"moderator", "designer", "supplier owner"})

ROWS = [
    Row("accounts.account"),
    Row("accounts.profile", "POST", form={"name": "Another name"}),
    Row("accounts.password", "POST", form=_OWN_PASSWORD),
    Row("accounts.send_confirmation", "POST", events=0),  # a mail changes nothing yet
    Row("accounts.sign_out", "POST"),
    Row("accounts.sign_out_everywhere", "POST"),
    Row("accounts.end_session", "POST", make=a_device, owner="designer"),
    Row("privacy.data"),
    Row("privacy.copy", "POST", events=0),
    Row("privacy.delete", "POST", form={"password": PASSWORD}, never=_STAY),
    Row("accounts.studio", also=WITHOUT_STUDIO),
    Row("accounts.studio_post", "POST", form={"name": "Another studio"}, also=WITHOUT_STUDIO),
    Row("accounts.tokens"),
    Row("accounts.make_token", "POST", form={"name": "Sheet", "scope": "read", "days": "30"}),
    Row("accounts.revoke_token", "POST", make=a_token, owner="designer"),
    Row("accounts.team", also=KEEPS_NOTHING),
    Row("accounts.invite", "POST", make=the_studio, parties={STUDIO}, form={"email": "nora@example.com"}),
    Row("accounts.invite", "POST", make=the_workshop, parties={SUPPLIER}, form={"email": "nora@example.com"}),
    Row("accounts.take_back", "POST", make=an_invitation, parties={STUDIO}),
    Row("accounts.member", make=a_colleague, parties={SUPPLIER}, never=_ONLY_OWN),
    Row(
        "accounts.change_member",
        "POST",
        make=a_colleague,
        parties={SUPPLIER},
        form={"to": "remove", "current": PASSWORD},
        never=_ONLY_OWN,
    ),
    Row(
        "accounts.change_member",
        "POST",
        make=a_colleague,
        parties={SUPPLIER},
        form={"to": "owner", "current": PASSWORD},
        never=_ONLY_OWN | {"supplier staff"},  # nobody makes themselves an owner
    ),
    Row("accounts.invitation", make=an_invitation_of_the_apprentice, owner="apprentice"),
    Row("accounts.join", "POST", make=an_invitation_of_the_apprentice, owner="apprentice"),
]
