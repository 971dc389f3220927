"""The worker's part: run what is due, write down what is new, queue the mails.

A run reads and compares first, then writes in one transaction: what is new, what is known and the mail, or nothing.
Only who finds the search unchanged since it was read may write, so two workers and a kill at any moment neither
lose news nor tell it twice.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.alerts import mails, store
from marketplace.alerts.forms import read_question
from marketplace.alerts.model import Find, Mark, News, SavedSearch
from marketplace.alerts.rules import TOLD_AGAIN_AFTER, Difference, compare, is_mail_due, turning_point
from marketplace.alerts.views import find_of, problem_in_words, words_of
from marketplace.db import Database
from marketplace.errors import Invalid, SelvedgeError
from marketplace.mail import store as mail_store
from marketplace.search.decide import decide
from marketplace.search.forms import Asked
from marketplace.search.sync import LiveIndex

log = logging.getLogger(__name__)

RESTORABLE = timedelta(days=1)  # how long a removed search can be had back
_AT_ONCE = 200  # searches of one call: mails go out in between


@dataclass(frozen=True, slots=True)
class _Run:
    """What a run read and found. `order`: the place of each site that fits; `waiting`: what was news before, waits for
    a mail and still fits."""

    asked: Asked
    order: dict[int, int]
    difference: Difference
    finds: tuple[Find, ...]
    waiting: tuple[News, ...]


def run_due(database: Database, live: LiveIndex, site_url: str, now: datetime, *, most: int = _AT_ONCE) -> int:
    """Run the saved searches that are due; returns how many. Cheap when none is: three small queries.

    Cost: one search for each, plus one decision for each site that is new.
    """
    with database.reading() as session:
        mark = store.read_mark(session)
        due = store.list_due(session, turning_point(now), most)
        has_to_purge = store.has_to_purge(session, now - RESTORABLE)
    if has_to_purge:
        with database.writing() as session:
            store.purge(session, now - RESTORABLE)
    quiet = []
    for saved in due:
        try:
            wrote = _run(database, live, saved, mark, site_url, now)
        except SelvedgeError:
            raise  # the database is away: so it is for all the others
        except Exception:
            # One that can't be run must not keep the others from it. It stays as it was, and is tried again
            # when something changes.
            log.exception("saved search %s failed", saved.id)
            wrote = False
        if not wrote:
            quiet.append(saved)
    if quiet:  # most of them, each time: one transaction, not hundreds
        with database.writing() as session:
            for saved in quiet:
                store.claim(session, saved, mark, now)
    return len(due)


def _run(database: Database, live: LiveIndex, saved: SavedSearch, mark: Mark, site_url: str, now: datetime) -> bool:
    """Run one; False when there is nothing to write but that it was run."""
    try:
        asked = read_question(saved.wanted.question, now.date())
    except Invalid as error:
        _end(database, saved, mark, problem_in_words(error), site_url, now)
        return True
    run = _look(database, live, saved, asked, now)
    if not run.difference and not _is_mail_due(saved, run.waiting, now):
        return False
    with database.writing() as session:
        if not store.claim(session, saved, mark, now):
            return True
        store.forget_known(session, saved.id, run.difference.gone)
        store.add_known(session, saved.id, run.difference.known)
        fresh = store.add_news(session, saved.id, run.finds, now)
        if fresh:
            store.prune_news(session, saved.id, now - TOLD_AGAIN_AFTER)
        _tell(session, saved, run, fresh, site_url, now)
    return True


def _look(database: Database, live: LiveIndex, saved: SavedSearch, asked: Asked, now: datetime) -> _Run:
    fitting = live.site_ids(asked.query)
    with database.reading() as session:
        known = store.list_known(session, saved.id)
        recent = store.list_recent(session, saved.id, now - TOLD_AGAIN_AFTER)
        untold = store.list_untold(session, saved.id)
    difference = compare(known, fitting, recent)
    fits = [decide(document, asked.query) for document in live.documents(difference.fresh)]
    finds = tuple(find_of(fit, asked.query, saved.wanted.distance_unit) for fit in fits if fit.fits)
    if len(finds) < len(difference.fresh):  # changed once more since the search: the next run sees to it
        lost = frozenset(difference.fresh) - {find.site_id for find in finds}
        difference = Difference(difference.fresh, difference.known - lost, difference.gone)
    order = {site_id: place for place, site_id in enumerate(fitting)}
    waiting = tuple(news for news in untold if news.find.site_id in order)
    return _Run(asked, order, difference, finds, waiting)


def _tell(session: Session, saved: SavedSearch, run: _Run, fresh: Sequence[News], site_url: str, now: datetime) -> None:
    """Queue the mail that is due, with all that is news now."""
    replaced = {news.find.site_id for news in fresh}
    news = [*(news for news in run.waiting if news.find.site_id not in replaced), *fresh]
    if not _is_mail_due(saved, news, now):
        return
    news.sort(key=lambda item: run.order[item.find.site_id])
    words = words_of(run.asked, saved.wanted.distance_unit)
    if _enqueue(session, saved, mails.digest(saved, words, news, len(run.order), site_url), now):
        store.note_mailed(session, saved, news, now)


def _is_mail_due(saved: SavedSearch, news: Sequence[News], now: datetime) -> bool:
    return is_mail_due(saved.wanted.frequency, [item.found_at for item in news], saved.mailed_at, now)


def _end(database: Database, saved: SavedSearch, mark: Mark, problem: str, site_url: str, now: datetime) -> None:
    """A question that can't be asked any more: one last mail says so."""
    with database.writing() as session:
        if store.claim(session, saved, mark, now, ended=True):
            store.settle_all(session, saved.id, now)
            _enqueue(session, saved, mails.last_notice(saved, problem, site_url), now)


def _enqueue(session: Session, saved: SavedSearch, mail: mails.MailText, now: datetime) -> bool:
    """Whether there is somebody to write to: an address that nobody confirmed may be anybody's."""
    person = accounts.find_person(session, saved.person_id)
    if person is None or not person.is_confirmed or person.is_suspended:
        return False
    mail_store.enqueue(
        session,
        recipient=person.email,
        subject=mail.subject,
        body=mail.body,
        now=now,
        unsubscribe_url=mail.unsubscribe_url,
    )
    return True
