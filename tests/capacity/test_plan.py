"""When would a job be ready: against a day-by-day oracle, and the worked examples."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.capacity.model import Calendar, Closure
from marketplace.capacity.rules import need_atoms, offered, open_between, plan, view_weeks
from marketplace.units import Unit, Week

DAY_0 = date(2027, 3, 1)


def calendar(usual: int | None = 20, stated: dict[date, int] | None = None, *closures: Closure) -> Calendar:
    return Calendar(Unit.PIECE, usual, {Week(day): n for day, n in (stated or {}).items()}, closures)


def test_three_operators_and_an_apprentice() -> None:
    """3 x 40 h x 60 min x 60 % = 4320 minutes = 72 jackets of 60 minutes; 4896 with teaching = 81."""
    minutes = Calendar(Unit.MINUTE, 4320)
    planned = plan(minutes, need_atoms(72, 60_000), DAY_0, 1)
    assert planned is not None
    assert planned.last_worked == date(2027, 3, 5)
    assert need_atoms(81, 60_000) <= 4896 < need_atoms(82, 60_000)


def test_lead_days_count_from_the_first_worked_day() -> None:
    planned = plan(calendar(), 4, DAY_0, 10)
    assert planned is not None
    assert (planned.starts, planned.last_worked, planned.ready) == (DAY_0, DAY_0, date(2027, 3, 11))


def test_what_a_job_takes_of_each_week_adds_up() -> None:
    planned = plan(calendar(), 50, date(2027, 3, 3), 2)
    assert planned is not None
    assert [share.atoms for share in planned.weeks] == [12, 20, 18]


def test_nothing_published_is_not_never() -> None:
    assert plan(calendar(usual=None), 1, DAY_0, 1) is None
    assert plan(calendar(usual=0), 1, DAY_0, 1) is None
    assert open_between(calendar(usual=None), DAY_0, date(2027, 4, 1)) is None
    assert open_between(calendar(usual=0), DAY_0, date(2027, 4, 1)) == 0


def test_a_usual_week_with_closed_days_offers_its_share() -> None:
    one_day = calendar(20, None, Closure(date(2027, 3, 8), date(2027, 3, 8)))
    assert offered(one_day, Week(date(2027, 3, 8))) == 16
    august = calendar(20, None, Closure(date(2027, 8, 2), date(2027, 8, 29), "summer"))
    assert [view.open for view in view_weeks(august, Week(date(2027, 7, 26)), 6)] == [20, 0, 0, 0, 0, 20]


def test_a_stated_week_is_the_suppliers_word_unless_every_day_is_closed() -> None:
    closed = Closure(date(2027, 3, 8), date(2027, 3, 14))
    assert offered(calendar(20, {date(2027, 3, 8): 20}, closed), Week(date(2027, 3, 8))) == 0


def test_week_53_of_2026() -> None:
    week_53 = Week.parse("2026-W53")
    planned = plan(calendar(None, {week_53.monday: 20}), 20, date(2026, 12, 28), 1)
    assert planned is not None
    assert (planned.last_worked, planned.ready) == (date(2027, 1, 1), date(2027, 1, 2))


def test_daylight_saving_changes_nothing() -> None:
    """The week of 22 March 2027 has 167 hours in London; days count, not hours."""
    planned = plan(calendar(), 20, date(2027, 3, 22), 1)
    assert planned is not None
    assert planned.last_worked == date(2027, 3, 26)


CALENDARS = st.builds(
    lambda usual, stated, closures, days: Calendar(
        Unit.PIECE,
        usual,
        {Week(DAY_0).plus(n): amount for n, amount in stated.items()},
        tuple(Closure(DAY_0 + timedelta(days=a), DAY_0 + timedelta(days=a + n)) for a, n in closures),
        frozenset(days),
    ),
    st.one_of(st.none(), st.integers(0, 60)),
    st.dictionaries(st.integers(0, 8), st.integers(0, 60), max_size=6),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)), max_size=3),
    st.sets(st.integers(0, 6), min_size=1),
)


@settings(max_examples=400, deadline=None)
@given(CALENDARS, st.integers(1, 200), st.integers(0, 40), st.integers(0, 20))
def test_plan_equals_a_day_by_day_walk(calendar: Calendar, need: int, arrives: int, lead: int) -> None:
    arrival = DAY_0 + timedelta(days=arrives)
    planned = plan(calendar, need, arrival, lead)
    walked = _walk(calendar, need, arrival, lead)
    assert (planned.ready if planned else None) == walked
    if planned:
        assert sum(share.atoms for share in planned.weeks) == need
        assert planned.ready >= arrival + timedelta(days=1)


@settings(max_examples=200, deadline=None)
@given(CALENDARS, st.integers(1, 100), st.integers(0, 30), st.integers(0, 20))
def test_arriving_later_is_never_ready_earlier(calendar: Calendar, need: int, arrives: int, lead: int) -> None:
    first = plan(calendar, need, DAY_0 + timedelta(days=arrives), lead)
    later = plan(calendar, need, DAY_0 + timedelta(days=arrives + 1), lead)
    if first is None:
        assert later is None
    elif later is not None:
        assert later.ready >= first.ready


def _walk(calendar: Calendar, need: int, arrival: date, lead: int) -> date | None:
    """The same with fractions, a day at a time."""
    done, first = Fraction(0), None
    day = arrival
    for _ in range(104 * 7):
        week = Week.containing(day)
        worked = [
            d
            for d in (week.monday + timedelta(days=n) for n in sorted(calendar.working_days))
            if not any(c.first <= d <= c.last for c in calendar.closures)
        ]
        amount = calendar.stated.get(week)
        if amount is None and calendar.usual is not None:
            amount = calendar.usual * len(worked) // len(calendar.working_days)
        if amount and day in worked:
            first = first or day
            done += Fraction(amount, len(worked))
            if done >= need:
                return max(day + timedelta(days=1), first + timedelta(days=lead))
        day += timedelta(days=1)
        if week.monday >= Week.containing(arrival).plus(103).monday and day.weekday() == 0:
            break
    return None


@pytest.mark.parametrize(("first", "last", "amount"), [(1, 5, 20), (1, 7, 20), (3, 10, 24), (6, 7, 0)])
def test_open_between_two_days(first: int, last: int, amount: int) -> None:
    assert open_between(calendar(), date(2027, 3, first), date(2027, 3, last)) == amount
