"""The mails of saved searches."""

from __future__ import annotations

from mail_case import NOON, SITE, TOKEN, Case

from marketplace.alerts import mails
from marketplace.alerts.model import MOST_IN_MAIL, Find, Frequency, News, SavedSearch, Wanted

_QUESTION = "process=sew&quantity=50&lat=43.88&lon=11.1&radius_km=20"
_SAVED = SavedSearch(
    id=1,
    public_id="5" * 32,
    person_id=1,
    wanted=Wanted("Jackets near Prato", _QUESTION, "km", Frequency.DAILY),
    feed_token="feed",
    stop_token=TOKEN,
    asked_at=NOON,
    stopped_at=None,
    ended_at=None,
    removed_at=None,
    mailed_at=None,
    version=1,
)
_WORDS = "Sewing and assembly, 50 pieces, within 20 km of Prato, Italy"


def _news(number: int) -> News:
    why = ("From 20 pieces per order: your 50 pieces fit", "Starts Mon 1 Mar 2027, ready Wed 10 Mar 2027")
    find = Find(number, f"aghi-{number}", f"Sartoria Aghi {number}", "Prato", 900 * number, why)
    return News(number, f"{number:032x}", find, NOON, None)


CASES = (
    Case("alerts-digest-one", mails.digest, (_SAVED, _WORDS, [_news(1)], 1, SITE)),
    Case("alerts-digest-two", mails.digest, (_SAVED, _WORDS, [_news(1), _news(2)], 7, SITE)),
    Case(
        "alerts-digest-many",
        mails.digest,
        (_SAVED, _WORDS, [_news(number) for number in range(1, MOST_IN_MAIL + 4)], 40, SITE),
    ),
    Case("alerts-last-notice", mails.last_notice, (_SAVED, "its date has passed", SITE)),
)
