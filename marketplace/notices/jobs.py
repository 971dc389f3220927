"""The worker's part: what waits becomes mails, bundled, outside of quiet hours.

A mail is queued in the transaction that notes which notices it tells, so a kill at any moment neither loses one
nor tells it twice; rows that another worker has taken are passed over.
"""

from __future__ import annotations

from datetime import datetime

from marketplace.accounts import store as accounts
from marketplace.db import Database
from marketplace.mail import store as mail_store
from marketplace.notices import mails, store
from marketplace.notices.model import Frequency, Setting
from marketplace.notices.rules import GIVEN_UP_AFTER, is_due, zone_of


def mail_due(database: Database, site_url: str, site_timezone: str, now: datetime) -> int:
    """Queue the mails that are due; returns how many. Cheap when none is: one query."""
    with database.reading() as session:
        waiting = store.list_waiting(session)
    return sum(
        _mail(database, person_id, site_url, site_timezone, now)
        for person_id, oldest, setting in waiting
        if setting.frequency is Frequency.NEVER
        or oldest <= now - GIVEN_UP_AFTER
        or is_due(setting, zone_of(setting, site_timezone), oldest, now)
    )


def _mail(database: Database, person_id: int, site_url: str, site_timezone: str, now: datetime) -> bool:
    """Tell one person what waits, as they want it at this moment; whether a mail was queued."""
    with database.writing() as session:
        setting = store.get_setting(session, person_id)
        person = accounts.find_person(session, person_id)
        if person is None:
            return False
        if setting.frequency is Frequency.NEVER:
            store.take_waiting(session, person_id, now)
            return False
        if not person.is_confirmed or person.is_suspended:
            # An address that nobody confirmed may be anybody's: what waits is told once it is, or not at all.
            store.give_up(session, person_id, now - GIVEN_UP_AFTER, now)
            return False
        if not _is_still_due(setting, site_timezone, store.oldest_waiting(session, person_id), now):
            return False
        notices = store.take_waiting(session, person_id, now)
        if not notices:
            return False  # read in the meantime, or told by another worker
        mail = mails.bundle(notices, store.with_token(session, person_id).stop_token, site_url)
        mail_store.enqueue(
            session,
            recipient=person.email,
            subject=mail.subject,
            body=mail.body,
            now=now,
            unsubscribe_url=mail.unsubscribe_url,
        )
        return True


def _is_still_due(setting: Setting, site_timezone: str, oldest: datetime | None, now: datetime) -> bool:
    return oldest is not None and is_due(setting, zone_of(setting, site_timezone), oldest, now)
