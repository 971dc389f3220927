"""The one place that decides what an actor may do. The table is permissions.csv, which the docs show too.

A person's rights and a token's scope are two limits, and both hold: what a scope opens stands in the table's
column `scope`, and the gate before every route of the API looks at it (accounts/current.py).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from marketplace.accounts.model import Actor, OrganisationKind, Role, Scope
from marketplace.errors import Forbidden, NotFound, SignInNeeded

_CONFIRM_FIRST = "Confirm your e-mail address first: your account page sends you the link."


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do one action. Staff and owners: of an organisation of these kinds that the object belongs to."""

    anyone: bool
    person: bool
    moderator: bool
    members: Mapping[Role, frozenset[OrganisationKind]]
    needs_confirmed: bool  # only with an e-mail address that is confirmed
    scope: Scope | None  # what a token needs to do it; None: tokens can't
    what: str


@cache
def permissions() -> dict[str, Rule]:
    """Action -> who may do it."""
    text = resources.files(__package__).joinpath("permissions.csv").read_text("utf-8")
    return {row["action"]: _rule(row) for row in csv.DictReader(text.splitlines())}


def can(actor: Actor, action: str, *organisation_ids: int | None) -> bool:
    """Whether the actor may do this to something of one of these organisations: its owner's, or its parties'."""
    rule = permissions()[action]
    return _may(actor, rule, organisation_ids) and (_is_confirmed(actor) or not rule.needs_confirmed)


def authorize(actor: Actor, action: str, *organisation_ids: int | None) -> None:
    """Pass, or raise.

    Errors: SignInNeeded for anonymous actors; NotFound for others, who may not learn that the object exists;
    Forbidden for who might if their e-mail address were confirmed.
    """
    if can(actor, action, *organisation_ids):
        return
    if not actor.is_signed_in:
        raise SignInNeeded
    if _may(actor, permissions()[action], organisation_ids):
        raise Forbidden(_CONFIRM_FIRST)
    raise NotFound


def needs_sign_in(action: str) -> bool:
    return not permissions()[action].anyone


def check_scope(actor: Actor, action: str, *, writes: bool) -> None:
    """Pass, or raise: what a token may be used for, whatever its person may do.

    Errors: Forbidden.
    """
    rule = permissions()[action]
    if rule.anyone or actor.token_id is None:
        return
    wanted = rule.scope if writes else Scope.READ
    if wanted is None:
        raise Forbidden("This can't be done with a token. Do it on the site.")
    if wanted not in actor.scopes:
        raise Forbidden(f"This token lacks the scope {wanted.value}. Make one that has it, on your account's page.")


def _may(actor: Actor, rule: Rule, organisation_ids: tuple[int | None, ...]) -> bool:
    if rule.anyone:
        return True
    if actor.person is None or actor.person.is_suspended:
        return False
    if rule.person or (rule.moderator and actor.person.is_moderator):
        return True
    return any(m.organisation_id in organisation_ids and m.kind in rule.members[m.role] for m in actor.memberships)


def _is_confirmed(actor: Actor) -> bool:
    return actor.person is not None and actor.person.is_confirmed


def _rule(row: Mapping[str, str]) -> Rule:
    return Rule(
        anyone=row["anyone"] == "yes",
        person=row["person"] == "yes",
        moderator=row["moderator"] == "yes",
        members={role: _kinds(row[role.value]) for role in Role},
        needs_confirmed=row["confirmed"] == "yes",
        scope=Scope(row["scope"]) if row["scope"] else None,
        what=row["what"],
    )


def _kinds(cell: str) -> frozenset[OrganisationKind]:
    """'yes' is both kinds, else the names of those meant. Errors: ValueError for another word."""
    return frozenset(OrganisationKind) if cell == "yes" else frozenset(OrganisationKind(kind) for kind in cell.split())
