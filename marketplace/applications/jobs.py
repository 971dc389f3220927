"""The worker's part: reminders, applications whose time is over, and those for places that are gone.

Each is one transaction that begins with a compare-and-swap: of two workers one does it, and a killed one leaves it to
be done.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.applications import store, words
from marketplace.applications.actions import (
    end_others,
    firm_path,
    note,
    own_path,
    place_of,
    tell_apprentice,
)
from marketplace.applications.model import Application, State
from marketplace.applications.rules import reminders_due, soonest_reminder, waits_for_firm
from marketplace.db import Database
from marketplace.notices import store as notices
from marketplace.placements import store as placements
from marketplace.placements.model import PlacementStatus
from marketplace.placements.views import title

_AT_ONCE = 200
_OVER = {PlacementStatus.FILLED: words.FILLED, PlacementStatus.CLOSED: words.CLOSED}


def run_due(database: Database, now: datetime, days: int, *, most: int = _AT_ONCE) -> int:
    """Do what is due; returns how many applications were changed or reminded of. Cheap when nothing is: 3 queries."""
    with database.reading() as session:
        due = store.list_due(session, soonest_reminder(now, days), most)
        waited_for = placements.by_ids(session, store.placements_waited_for(session))
    done = 0
    for placement_id, placement in waited_for.items():
        if placement.status in _OVER:
            with database.writing() as session:
                done += end_others(session, placement_id, _OVER[placement.status], now)
    for application in due:
        assert application.answer_by is not None
        with database.writing() as session:
            if application.answer_by <= now:
                done += _close(session, application, now)
            elif reminders_due(application.answer_by, now, days) > application.reminded:
                done += _remind(session, application, now, days)
    return done


def _close(session: Session, application: Application, now: datetime) -> bool:
    if not store.move(session, application, State.EXPIRED, now, by_firm=None, words=""):
        return False
    note(session, now, None, application, State.EXPIRED)
    tell_apprentice(session, application, State.EXPIRED, "", now)
    supplier, placement = place_of(session, application)
    text = words.to_firm(State.EXPIRED, title(placement), _name(session, application), None)
    notices.tell(session, supplier.organisation_id, "application", text, firm_path(application), now)
    return True


def _remind(session: Session, application: Application, now: datetime, days: int) -> bool:
    assert application.answer_by is not None
    if not store.note_reminded(session, application, reminders_due(application.answer_by, now, days)):
        return False
    supplier, placement = place_of(session, application)
    if waits_for_firm(application.state):
        name = _name(session, application)
        text = words.reminder(application.state, title(placement), name, application.answer_by)
        path = firm_path(application)
        notices.tell(session, supplier.organisation_id, "application-reminder", text, path, now)
    else:
        text = words.reminder(application.state, title(placement), supplier.profile.name, application.answer_by)
        person_id = application.person_id
        notices.tell_person(session, person_id, "application-reminder", text, own_path(application), now)
    return True


def _name(session: Session, application: Application) -> str:
    person = accounts.find_person(session, application.person_id)
    assert person is not None  # an account takes its applications with it
    return person.name
