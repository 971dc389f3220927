"""What is new and when it is told, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.alerts.model import Frequency
from marketplace.alerts.rules import MORNING, compare, is_mail_due, last_morning, turning_point

MONDAY_6 = datetime(2027, 3, 1, 6, tzinfo=UTC)
MOMENT, HOUR, DAY = timedelta(microseconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("known", "fitting", "recent", "fresh", "added", "gone"),
    [
        ((), (), {}, (), (), ()),
        ((1, 2), (2, 1), {}, (), (), ()),
        ((1,), (1, 2), {}, (2,), (2,), ()),
        ((1, 2), (1,), {}, (), (), (2,)),
        ((1,), (2,), {}, (2,), (2,), (1,)),
        ((), (3, 1, 2), {}, (3, 1, 2), (1, 2, 3), ()),  # in the order of the results
        ((), (1,), {1: True}, (), (), ()),  # told this week: it waits
        ((), (1,), {1: False}, (), (1,), ()),  # its news waits for a mail: nothing more to say
        ((), (1, 2), {1: True, 3: True}, (2,), (2,), ()),
    ],
)
def test_difference(known, fitting, recent, fresh, added, gone) -> None:
    found = compare(set(known), fitting, recent)
    assert (found.fresh, found.known, found.gone) == (fresh, set(added), set(gone))
    assert bool(found) == bool(added or gone)


sites = st.lists(st.integers(1, 12), unique=True)


@given(sites, sites, st.dictionaries(st.integers(1, 12), st.booleans()))
def test_what_is_known_afterwards_fits_and_nothing_told_is_news(known, fitting, recent) -> None:
    found = compare(set(known), fitting, recent)
    after = (set(known) - found.gone) | found.known
    assert after <= set(fitting)
    assert not found.known & set(known)
    assert not set(found.fresh) & set(recent)
    # Only what was told this week is left out.
    assert set(fitting) - after == {site for site in fitting if site not in known and recent.get(site) is True}


@pytest.mark.parametrize(
    ("frequency", "found", "mailed", "now", "due"),
    [
        (Frequency.AT_ONCE, MONDAY_6, None, MONDAY_6, True),
        (Frequency.AT_ONCE, MONDAY_6, MONDAY_6, MONDAY_6, True),
        (Frequency.DAILY, MONDAY_6 - MOMENT, None, MONDAY_6, True),
        (Frequency.DAILY, MONDAY_6 - MOMENT, None, MONDAY_6 - MOMENT, False),
        (Frequency.DAILY, MONDAY_6, None, MONDAY_6 + HOUR, False),
        (Frequency.DAILY, MONDAY_6, None, MONDAY_6 + DAY - MOMENT, False),
        (Frequency.DAILY, MONDAY_6, None, MONDAY_6 + DAY, True),
        (Frequency.DAILY, MONDAY_6 - HOUR, MONDAY_6, MONDAY_6 + HOUR, False),  # this morning's mail has gone out
        (Frequency.DAILY, MONDAY_6 - HOUR, MONDAY_6 - MOMENT, MONDAY_6 + HOUR, True),
        (Frequency.WEEKLY, MONDAY_6 - HOUR, None, MONDAY_6, True),
        (Frequency.WEEKLY, MONDAY_6, None, MONDAY_6 + 6 * DAY, False),
        (Frequency.WEEKLY, MONDAY_6, None, MONDAY_6 + 7 * DAY - MOMENT, False),
        (Frequency.WEEKLY, MONDAY_6, None, MONDAY_6 + 7 * DAY, True),
        (Frequency.WEEKLY, MONDAY_6 - HOUR, None, MONDAY_6 + 2 * DAY, True),  # the worker slept on Monday
        (Frequency.WEEKLY, MONDAY_6 - HOUR, MONDAY_6, MONDAY_6 + 6 * DAY, False),
    ],
)
def test_mail_is_due(frequency, found, mailed, now, due) -> None:
    assert is_mail_due(frequency, [found], mailed, now) is due
    assert is_mail_due(frequency, [now, found], mailed, now) is due  # the oldest decides
    assert not is_mail_due(frequency, [], mailed, now)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2033, 1, 1), timezones=st.just(UTC)))
def test_mornings(now: datetime) -> None:
    morning = last_morning(now)
    assert morning.timetz() == MORNING
    assert timedelta(0) <= now - morning < DAY
    turn = turning_point(now)
    assert turn <= now
    assert turn.date() == now.date()
    assert turn.hour == (6 if now.hour >= 6 else 0)
