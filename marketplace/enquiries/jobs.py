"""The worker's part: reminders, enquiries whose time is over, quotes that ran out.

Each is one transaction that begins with a compare-and-swap of its row: of two workers one does it, and a killed
one leaves it to be done.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.briefs import store as briefs
from marketplace.db import Database
from marketplace.enquiries import store
from marketplace.enquiries.actions import path_of, studio_name, time_out
from marketplace.enquiries.model import Enquiry
from marketplace.enquiries.quote_actions import expire
from marketplace.enquiries.rules import after_working_days, reminders_due
from marketplace.enquiries.words import weekday
from marketplace.notices import store as notices
from marketplace.suppliers import store as suppliers

_AT_ONCE = 200
_MARGIN = timedelta(days=1)


def run_due(database: Database, now: datetime, *, most: int = _AT_ONCE) -> int:
    """Do what is due; returns how many enquiries and quotes were changed. Cheap when nothing is: two small queries."""
    with database.reading() as session:
        waiting = store.list_waiting(session, now, after_working_days(now, 2) + _MARGIN, most)
        lapsed = store.list_lapsed(session, now, most)
    done = 0
    for enquiry in waiting:
        if enquiry.answer_by <= now:
            with database.writing() as session:
                done += time_out(session, enquiry, now)
        elif reminders_due(enquiry.answer_by, now) > enquiry.reminded:
            with database.writing() as session:
                done += _remind(session, enquiry, now)
    for quote in lapsed:
        with database.writing() as session:
            done += expire(session, quote, now)
    return done


def _remind(session: Session, enquiry: Enquiry, now: datetime) -> bool:
    if not store.note_reminded(session, enquiry, reminders_due(enquiry.answer_by, now)):
        return False
    title = briefs.get_by_id(session, enquiry.brief_id).content.title
    day = "today" if enquiry.answer_by.date() == now.date() else f"by {weekday(enquiry.answer_by.date())}"
    notices.tell(
        session,
        suppliers.get(session, enquiry.supplier_id).organisation_id,
        "enquiry-reminder",
        f"{studio_name(session, enquiry.studio_id)} waits for your answer about “{title}”: quote or decline {day}, "
        "or the enquiry closes by itself.",
        path_of(enquiry),
        now,
    )
    return True
