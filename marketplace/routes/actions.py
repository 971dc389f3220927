"""What a studio does with routes: keep one, put it away, have it back, ask all its suppliers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor, OrganisationKind
from marketplace.accounts.policy import authorize
from marketplace.audit import store as audit
from marketplace.briefs import store as briefs
from marketplace.db import Database
from marketplace.errors import Conflict, NotFound, SignInNeeded
from marketplace.routes import store
from marketplace.routes.store import KeptRoute

MOST_KEPT = 200
UNDO_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ToKeep:
    """A route with the request that found it, as texts."""

    label: str
    request: str
    services: str
    figures: str
    brief_id: str = ""  # public


def studio_of(actor: Actor) -> int:
    """The studio for which routes are kept. Errors: SignInNeeded; NotFound without a studio."""
    studios = actor.organisations(OrganisationKind.STUDIO)
    if not studios:
        if not actor.is_signed_in:
            raise SignInNeeded
        raise NotFound("Make a studio on your account's page first: routes are kept for studios.")
    authorize(actor, "route.keep", studios[0])
    return studios[0]


def keep(database: Database, actor: Actor, route: ToKeep, now: datetime) -> tuple[KeptRoute, bool]:
    """Keep a route; the same one twice is kept once. Also says whether it is new.

    Errors: SignInNeeded, NotFound; Conflict when too many are kept.
    """
    studio_id = studio_of(actor)
    with database.writing() as session:
        accounts.lock(session, f"routes:{studio_id}")  # of two at once the second sees the first
        same = store.find_same(session, studio_id, route.request, route.services)
        if same:
            return same, False
        _check_room(session, studio_id)
        kept = store.add(
            session,
            studio_id=studio_id,
            person_id=actor.person_id,
            brief_id=_brief_id(session, studio_id, route.brief_id),
            label=route.label,
            request=route.request,
            services=route.services,
            figures=route.figures,
            now=now,
        )
        _note(session, actor, kept, "keep", now)
        return kept, True


def remove(database: Database, actor: Actor, public_id: str, now: datetime) -> KeptRoute:
    """Put a route away; for a day it can be had back. Errors: SignInNeeded, NotFound."""
    with database.writing() as session:
        kept = get_own(session, actor, public_id)
        if kept.removed_at is None:
            store.set_removed(session, kept, now)
            _note(session, actor, kept, "remove", now)
        return kept


def restore(database: Database, actor: Actor, public_id: str, now: datetime) -> KeptRoute:
    """Errors: SignInNeeded; NotFound, also when the day is over; Conflict when too many are kept."""
    with database.writing() as session:
        kept = get_own(session, actor, public_id, now)
        if kept.removed_at is not None:
            accounts.lock(session, f"routes:{kept.studio_id}")
            _check_room(session, kept.studio_id)
            store.set_removed(session, kept, None)
            _note(session, actor, kept, "restore", now)
        return kept


def note_changes(database: Database, actor: Actor, public_id: str, figures: str, now: datetime) -> None:
    """The studio has seen what has changed: from now on these are the figures to compare with. Errors: NotFound."""
    with database.writing() as session:
        kept = get_own(session, actor, public_id)
        store.set_figures(session, kept, figures)
        _note(session, actor, kept, "update", now)


def get_own(session: Session, actor: Actor, public_id: str, now: datetime | None = None) -> KeptRoute:
    """Errors: SignInNeeded; NotFound, with `now` also for what was removed more than a day ago."""
    if not actor.is_signed_in:
        raise SignInNeeded
    kept = store.get(session, public_id)
    authorize(actor, "route.keep", kept.studio_id)
    if now and kept.removed_at and kept.removed_at < now - UNDO_FOR:
        raise NotFound
    return kept


def _check_room(session: Session, studio_id: int) -> None:
    if store.count_kept(session, studio_id) >= MOST_KEPT:
        raise Conflict(f"You keep {MOST_KEPT} routes, which is the most. Remove one first.")


def _brief_id(session: Session, studio_id: int, public_id: str) -> int | None:
    """The studio's own brief; none where it is another's or gone."""
    if not public_id:
        return None
    try:
        brief = briefs.get(session, public_id)
    except NotFound:
        return None
    return brief.id if brief.studio_id == studio_id else None


def _note(session: Session, actor: Actor, kept: KeptRoute, action: str, now: datetime) -> None:
    after: Mapping[str, str] = {"label": kept.label}
    audit.record(
        session,
        now,
        actor,
        f"route.{action}",
        "kept_route",
        kept.public_id,
        organisation_id=kept.studio_id,
        after=dict(after),
    )
