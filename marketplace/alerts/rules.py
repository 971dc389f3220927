"""What is new, and when it is told. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from marketplace.alerts.model import Frequency

TOLD_AGAIN_AFTER = timedelta(days=7)
MORNING = time(6, tzinfo=UTC)  # daily and weekly mails go out then, weekly ones on Mondays
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a run found: `fresh` sites are news, `known` joins the known set, `gone` leaves it."""

    fresh: tuple[int, ...]
    known: frozenset[int]
    gone: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.known or self.gone)


def compare(known: Collection[int], fitting: Sequence[int], recent: Mapping[int, bool]) -> Difference:
    """What has changed since the last run.

    `recent`: the sites that were news less than seven days ago, each with whether that was told. One that comes
    back while its news still waits for a mail is known again; one that was told waits until it may be news.
    """
    here = frozenset(fitting)
    back = [site for site in fitting if site not in known]
    fresh = tuple(site for site in back if site not in recent)
    waiting_for_a_mail = (site for site in back if recent.get(site) is False)
    return Difference(fresh, frozenset((*fresh, *waiting_for_a_mail)), frozenset(known) - here)


def is_mail_due(
    frequency: Frequency, found_at: Collection[datetime], mailed_at: datetime | None, now: datetime
) -> bool:
    """Whether news found at these times goes out now. Daily and weekly mails wait for a morning that came after
    the first of it, and there is one mail for each such morning at most."""
    if not found_at:
        return False
    if frequency is Frequency.AT_ONCE:
        return True
    morning = last_morning(now) if frequency is Frequency.DAILY else _last_monday_morning(now)
    return min(found_at) < morning and (mailed_at is None or mailed_at < morning)


def turning_point(now: datetime) -> datetime:
    """The last moment at which time alone may have changed an answer (midnight UTC) or made a mail due."""
    return max(datetime.combine(now.date(), time(tzinfo=UTC)), last_morning(now))


def last_morning(now: datetime) -> datetime:
    morning = datetime.combine(now.date(), MORNING)
    return morning if morning <= now else morning - _DAY


def _last_monday_morning(now: datetime) -> datetime:
    morning = last_morning(now)
    return morning - _DAY * morning.weekday()
