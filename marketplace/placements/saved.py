"""Saved searches for placements: whoever keeps one is told of each new place that fits, once.

What is told is a notice: how often mails come, quiet hours and the one click that stops them are those of all notices.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor, Person
from marketplace.accounts.policy import authorize
from marketplace.audit import store as audit
from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.errors import Conflict, Invalid
from marketplace.notices import store as notices
from marketplace.placements import saved_store as store
from marketplace.placements.forms import question_of, read_asked, read_question
from marketplace.placements.offers import list_offers
from marketplace.placements.saved_store import SavedSearch
from marketplace.placements.search import Found, Offer, search
from marketplace.placements.views import title, wage_text, words_of
from marketplace.places.rules import format_distance
from marketplace.search.forms import FindPlaces
from marketplace.text import clean_line

MOST = 20  # of one person
LONGEST_NAME = 80

list_of = store.list_of


@dataclass(slots=True)
class Follower:
    """What a worker remembers between its rounds. A new one runs every search; later rounds only when some listing has
    changed, or the day has."""

    position: int | None = None
    looked_at: datetime | None = None


def save(
    database: Database, actor: Actor, name: str, question: str, find_places: FindPlaces, now: datetime
) -> tuple[SavedSearch, int]:
    """Keep a search; returns how many places fit it now, which are no news.

    Errors: Invalid for a question that can't be asked; Conflict when there are too many.
    """
    person = person_of(actor)
    query, origin, _ = read_asked(question, find_places)
    try:
        kept_name = clean_line(name, maximum=LONGEST_NAME)
    except ValueError as error:
        raise Invalid({"name": str(error)}) from None
    words = words_of(query, origin.label if origin else "")
    with database.writing() as session:
        accounts.lock(session, f"placement-search:{person.id}")
        if store.count_of(session, person.id) >= MOST:
            raise Conflict(f"You have saved {MOST} searches, which is the most. Delete one first.")
        kept = store.add(session, person.id, kept_name or words[:LONGEST_NAME], question_of(query, origin), now)
        offers = chain.from_iterable(list_offers(session).values())
        fits = search(offers, query, now.date()).fits
        store.add_known(session, kept.id, {found.offer.id for found in fits})
        audit.record(session, now, actor, "placement.watch", "placement_search", kept.public_id, after={"words": words})
        return kept, len(fits)


def remove(database: Database, actor: Actor, public_id: str, now: datetime) -> None:
    """Errors: NotFound, also for somebody else's."""
    person = person_of(actor)
    with database.writing() as session:
        store.remove(session, person.id, public_id)
        audit.record(session, now, actor, "placement.watch", "placement_search", public_id, after={"removed": True})


def run_due(database: Database, follower: Follower, now: datetime) -> int:
    """Tell what is new; returns how many notices were written. Cheap when nothing has changed: one small query."""
    with database.reading() as session:
        position = changes.current_position(session)
        page = changes.read_since(session, follower.position) if follower.position is not None else None
        is_same_day = follower.looked_at is not None and follower.looked_at.date() == now.date()
        kept = [] if page is not None and not page.changes and is_same_day else store.list_all(session)
        offers = list(chain.from_iterable(list_offers(session).values())) if kept else []
    told = sum(_run(database, each, offers, now) for each in kept)
    follower.position, follower.looked_at = position, now
    return told


def person_of(actor: Actor) -> Person:
    """Errors: SignInNeeded."""
    authorize(actor, "placement.watch")
    assert actor.person is not None
    return actor.person


def as_json(kept: SavedSearch) -> dict[str, Any]:
    return {"id": kept.public_id, "name": kept.name, "query": kept.question, "saved_at": kept.saved_at.isoformat()}


def _run(database: Database, kept: SavedSearch, offers: list[Offer], now: datetime) -> int:
    try:
        query = read_question(kept.question)
    except Invalid:
        return 0  # a term of it is gone: it finds nothing, and says so on its page
    fits = search(offers, query, now.date()).fits
    with database.reading() as session:
        if not {found.offer.id for found in fits} - store.list_known(session, kept.id):
            return 0
    with database.writing() as session:
        if not store.lock(session, kept.id):
            return 0
        known = store.list_known(session, kept.id)
        news = [found for found in fits if found.offer.id not in known]
        store.add_known(session, kept.id, {found.offer.id for found in news})
        for found in news:
            _tell(session, kept, found, now)
        return len(news)


def _tell(session: Session, kept: SavedSearch, found: Found, now: datetime) -> None:
    offer, starts = found.offer, found.offer.placement.starts_on
    where = offer.locality + (f", {format_distance(found.metres)}" if found.metres is not None else "")
    text = (
        f"A place for “{kept.name}”: {title(offer.placement)} at {offer.supplier_name}, {where}; "
        f"{wage_text(offer.placement.wage)}, from {starts.day} {starts:%B %Y}."
    )
    path = f"/placements/{offer.placement.public_id}"
    notices.tell_person(session, kept.person_id, "placement-found", text, path, now)
