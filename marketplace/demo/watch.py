"""A saved search of the demonstration designer, with some news."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.tokens import new_token
from marketplace.alerts import store as alerts
from marketplace.alerts.forms import question_of, read_question
from marketplace.alerts.model import Frequency, Wanted
from marketplace.alerts.views import find_of
from marketplace.demo.people import DEMO_PEOPLE
from marketplace.search.decide import decide
from marketplace.search.sync import load_documents
from marketplace.suppliers import store as suppliers

_NEWS = 3
_DISTRICT = "demo-los-angeles-"  # all that lies in the circle
_QUESTION = (
    "near=Silver+Lake%2C+California%2C+United+States&lat=34.08668&lon=-118.27023&radius_km=40&process=sew&quantity=50"
)


def add_saved_search(session: Session, now: datetime) -> None:
    """Save a search for 50 pieces around the designer's studio a week ago. All that fits is known; some of it, as
    if it had come to fit in the days since, is news that a mail has told."""
    designer = next(person for person in DEMO_PEOPLE if person.studio)
    person = accounts.find_person_by_email(session, designer.email)
    assert person is not None
    asked = read_question(_QUESTION, now.date())
    near = [number for key, number in suppliers.list_ids_by_external_id(session).items() if key.startswith(_DISTRICT)]
    documents = (document for _, found in load_documents(session, near) for document in found)
    fits = [fit for fit in (decide(document, asked.query) for document in documents) if fit.fits]
    wanted = Wanted("Jackets, spring run", question_of(asked), "km", Frequency.DAILY)
    saved = alerts.add(session, person.id, wanted, new_token(), new_token(), now - timedelta(days=7))
    alerts.add_known(session, saved.id, [fit.document.site_id for fit in fits])
    for days, fit in zip(range(_NEWS, 0, -1), fits, strict=False):
        found_at = now - timedelta(days=days)
        news = alerts.add_news(session, saved.id, [find_of(fit, asked.query, wanted.distance_unit)], found_at)
        alerts.note_mailed(session, saved, news, found_at)
