"""The one place that decides what an actor may do. The table is permissions.csv, which the docs show too."""

from __future__ import annotations

import csv
from enum import StrEnum
from functools import cache
from importlib import resources

from marketplace.accounts.model import Actor, Role
from marketplace.errors import NotFound, SignInNeeded


class Who(StrEnum):
    ANYONE = "anyone"
    PERSON = "person"  # any signed-in person
    STAFF = "staff"  # of the organisation the object belongs to
    OWNER = "owner"
    MODERATOR = "moderator"


@cache
def permissions() -> dict[str, frozenset[Who]]:
    """Action -> who may do it."""
    text = resources.files(__package__).joinpath("permissions.csv").read_text("utf-8")
    return {
        row["action"]: frozenset(who for who in Who if row[who.value] == "yes")
        for row in csv.DictReader(text.splitlines())
    }


def can(actor: Actor, action: str, organisation_id: int | None = None) -> bool:
    """Whether the actor may do this, to something of that organisation."""
    allowed = permissions()[action]
    if Who.ANYONE in allowed:
        return True
    if actor.person is None or actor.person.is_suspended:
        return False
    if Who.PERSON in allowed or (Who.MODERATOR in allowed and actor.person.is_moderator):
        return True
    role = actor.role_in(organisation_id) if organisation_id is not None else None
    return (role is Role.OWNER and Who.OWNER in allowed) or (role is Role.STAFF and Who.STAFF in allowed)


def authorize(actor: Actor, action: str, organisation_id: int | None = None) -> None:
    """Pass, or raise.

    Errors: SignInNeeded for anonymous actors; NotFound for others, who may not learn that the object exists.
    """
    if can(actor, action, organisation_id):
        return
    if not actor.is_signed_in:
        raise SignInNeeded
    raise NotFound


def needs_sign_in(action: str) -> bool:
    return Who.ANYONE not in permissions()[action]
