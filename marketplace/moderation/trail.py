"""The audit trail: all of it for moderators, one's own organisation's for its members."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.current import current_actor
from marketplace.audit import store as audit
from marketplace.audit.model import Event, Filter
from marketplace.errors import NotFound
from marketplace.moderation import actions, gate
from marketplace.moderation.trail_views import event_view
from marketplace.suppliers import store as suppliers
from marketplace.web.context import database, now
from marketplace.web.routes import does

blueprint = Blueprint("trail", __name__)

_PER_PAGE = 50
_LONGEST = 100
_NOBODY = -1  # an account that is not there did nothing


@blueprint.get("/moderation/audit")
@does("moderation.audit")
def everything() -> str:
    gate.check()
    return _page(shows_change=False)


@blueprint.post("/moderation/audit")
@does("moderation.audit")
def with_changes() -> str:
    """With what was before and after, which may be private: that somebody looked is written down."""
    gate.check()
    asked = {name: value for name, value in request.args.items() if value}
    actions.note_reading(database(), current_actor(), "audit", "trail", urlencode(asked)[:300], now())
    return _page(shows_change=True)


@blueprint.get("/account/trail")
@does("trail.own")
def own() -> str:
    """Who did what to one's own listing or studio; people outside of it are not named."""
    actor = current_actor()
    chosen = request.args.get("of", "")
    places: list[dict[str, Any]] = []
    with database().reading() as session:
        for membership in actor.memberships:
            supplier = suppliers.find_by_organisation(session, membership.organisation_id)
            studio = accounts.find_studio(session, membership.organisation_id)
            name = supplier.profile.name if supplier else studio.name if studio else "Not listed yet"
            public_id = accounts.organisation_public_id(session, membership.organisation_id)
            places.append({"id": public_id, "name": name, "organisation_id": membership.organisation_id})
        place = next((place for place in places if place["id"] == chosen), None)
        if chosen and place is None:
            raise NotFound
        place = place or (places[0] if places else None)
        events: list[Event] = []
        if place:
            found = audit.list_for_organisation(
                session, place["organisation_id"], most=_PER_PAGE + 1, before_id=_number("before")
            )
            events = list(found)
        members = set(accounts.list_member_ids(session, place["organisation_id"])) if place else set()
        names = _names(session, events, members)
    shown = events[:_PER_PAGE]
    older = {"of": chosen, "before": shown[-1].id} if len(events) > _PER_PAGE else None
    return render_template(
        "moderation/own_trail.html",
        places=places,
        place=place,
        events=[event_view(event, names, shows_change=True) for event in shown],
        older_url=f"{url_for('.own')}?{urlencode(older)}" if older else None,
    )


def _page(*, shows_change: bool) -> str:
    errors: dict[str, str] = {}
    typed = {name: request.args.get(name, "").strip()[:_LONGEST] for name in _FIELDS}
    with database().reading() as session:
        chosen = Filter(
            person_id=_person_id(session, typed["who"]),
            object_kind=typed["kind"] or None,
            object_id=typed["id"] or None,
            action=typed["action"] or None,
            since=_day(typed, "from", errors),
            until=_day(typed, "to", errors, days=1),
        )
        events = audit.list_chosen(session, chosen, most=_PER_PAGE + 1, before_id=_number("before"))
        names = _names(session, events, None)
    shown = events[:_PER_PAGE]
    asked = {name: value for name, value in typed.items() if value}
    before = {"before": request.args["before"]} if _number("before") else {}
    older = asked | {"before": str(shown[-1].id)} if len(events) > _PER_PAGE else None
    return render_template(
        "moderation/audit.html",
        events=[event_view(event, names, shows_change=shows_change) for event in shown],
        typed=typed,
        errors=errors,
        shows_change=shows_change,
        change_url=f"{url_for('.with_changes')}?{urlencode(asked | before)}",
        older_url=f"{url_for('.everything')}?{urlencode(older)}" if older else None,
    )


_FIELDS = ("who", "action", "kind", "id", "from", "to")


def _names(session: Session, events: list[Event], members: set[int] | None) -> dict[int, str]:
    """What to call each person: by name for moderators (members None) and among members."""
    names = {}
    for person_id in {event.person_id for event in events if event.person_id is not None}:
        person = accounts.find_person(session, person_id)
        if members is None or person_id in members:
            names[person_id] = f"{person.name} (account {person_id})" if person else f"account {person_id}, erased"
        else:
            names[person_id] = "a moderator" if person and person.is_moderator else "the other side"
    return names


def _person_id(session: Session, typed: str) -> int | None:
    """By e-mail address or by the number of the account."""
    if not typed:
        return None
    if typed.isascii() and typed.isdigit() and len(typed) < 16:
        return int(typed)
    person = accounts.find_person_by_email(session, typed.lower())
    return person.id if person else _NOBODY


def _day(typed: dict[str, str], name: str, errors: dict[str, str], *, days: int = 0) -> datetime | None:
    if not typed[name]:
        return None
    try:
        return datetime.combine(date.fromisoformat(typed[name]) + timedelta(days=days), time(), UTC)
    except (ValueError, OverflowError):
        errors[name] = "Write a day such as 2026-11-30."
        return None


def _number(name: str) -> int | None:
    typed = request.args.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else None
