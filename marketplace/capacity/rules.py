"""When would this job be ready: cumulative open capacity, in whole numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from math import ceil

from marketplace.capacity.model import HORIZON_WEEKS, RATE_ONE, Calendar, Plan, WeekShare, WeekView
from marketplace.suppliers.model import LoadLimits, ServiceTerms
from marketplace.suppliers.rules import Run, Verdict, loads_needed, mixes_colours, per_atom
from marketplace.units import Unit, Week

# lcm(1..7): a week's capacity split evenly over its 1 to 7 open days stays a whole number.
SCALE = 420
_DAY, _SIX_DAYS, _WEEK = timedelta(days=1), timedelta(days=6), timedelta(weeks=1)


def closed_days(calendar: Calendar, week: Week) -> tuple[date, ...]:
    """The working days of a week on which the site is shut."""
    return tuple(day for day in _working_days(calendar, week) if _is_closed(calendar, day))


def open_days(calendar: Calendar, week: Week) -> tuple[date, ...]:
    return tuple(day for day in _working_days(calendar, week) if not _is_closed(calendar, day))


def offered(calendar: Calendar, week: Week) -> int | None:
    """Atoms offered in a week; None where nothing is published.

    A stated amount is for the whole week. A usual week with closed days offers its share, rounded down:
    a room that makes 20 in five days makes 16 in four.
    """
    stated = calendar.stated.get(week)
    if stated is not None:
        return stated if open_days(calendar, week) else 0
    if calendar.usual is None:
        return None
    worked = len(calendar.working_days)
    return calendar.usual * len(open_days(calendar, week)) // worked if worked else 0


def still_open(calendar: Calendar, week: Week) -> int | None:
    """Atoms of a week that nobody holds or has booked; None where nothing is published."""
    amount = offered(calendar, week)
    return None if amount is None else max(amount - calendar.taken.get(week, 0), 0)


def view_weeks(calendar: Calendar, first: Week, count: int) -> tuple[WeekView, ...]:
    return tuple(
        WeekView(
            week,
            still_open(calendar, week),
            calendar.taken.get(week, 0),
            closed_days(calendar, week),
            week in calendar.stated,
        )
        for week in (first.plus(n) for n in range(count))
    )


def need_atoms(job_atoms: int, rate: int) -> int:
    """Resource atoms a job takes, rounded up."""
    return -(-job_atoms * rate // RATE_ONE)


def resource_need(draft: ServiceTerms, run: Run, verdict: Verdict, rate: int, unit: Unit) -> int | None:
    """What a run takes of a resource that counts in `unit`, in its atoms; None where that can't be counted.

    Machines that are counted in loads take whole loads of each colour.
    """
    if verdict.converted is None:
        return None
    if unit is Unit.LOAD and draft.unit is not Unit.LOAD:
        if draft.load is None:
            return None
        if run.split:
            lots = (run.quantity.atoms,) if mixes_colours(draft) else run.split.colours
            return _loads_of_lots(draft, draft.load, run, lots)
        each = -(-verdict.converted.atoms // run.colours)
        loads = loads_needed(draft.load, each)
        return loads * run.colours if loads else None
    return need_atoms(verdict.converted.atoms, rate)


def _loads_of_lots(draft: ServiceTerms, load: LoadLimits, run: Run, lots: tuple[int, ...]) -> int | None:
    factor = per_atom(run, draft.unit)
    if factor is None:
        return None
    each = [loads_needed(load, ceil(atoms * factor)) for atoms in lots]
    return sum(loads for loads in each if loads) if all(each) else None


def plan(calendar: Calendar, need: int, arrival: date, lead_days: int | None) -> Plan | None:
    """Plan a job that may start on the day it arrives; None when no published week within two years fits it.

    A week's open capacity is spread evenly over its open working days. The job ends on the first day on
    which the capacity since arrival reaches `need`; ready = max(last worked day + 1, first worked day +
    lead days): lead time is latency, capacity is throughput, and both apply. Non-decreasing in arrival.

    Units: need in resource atoms; lead_days in calendar days.
    """
    wanted = need * SCALE
    done = told = 0
    starts: date | None = None
    shares: list[WeekShare] = []
    for monday, per_day, days in islice(_weeks(calendar, arrival), HORIZON_WEEKS):
        if monday < arrival:
            days = [day for day in days if day >= arrival]
        if not per_day or not days:
            continue
        starts = starts or days[0]
        if done + per_day * len(days) >= wanted:
            last = days[-(-(wanted - done) // per_day) - 1]
            shares.append(WeekShare(_week(monday), need - told))
            return Plan(starts, last, max(last + _DAY, starts + timedelta(days=lead_days or 0)), tuple(shares))
        done += per_day * len(days)
        shares.append(WeekShare(_week(monday), done // SCALE - told))
        told = done // SCALE
    return None


def plan_within(calendar: Calendar, need: int, week: Week, arrival: date, lead_days: int | None) -> Plan | None:
    """Plan a job in one week only; None when it doesn't fit there. Units as for plan."""
    found = plan(calendar, need, max(arrival, week.monday), lead_days)
    return found if found and all(share.week == week for share in found.weeks) else None


def open_between(calendar: Calendar, first: date, last: date) -> int | None:
    """Whole atoms open from `first` to `last`, both included; None when nothing is published for any of it."""
    total = 0
    published = False
    for monday, per_day, days in _weeks(calendar, first):
        if monday > last:
            return total // SCALE if published else None
        if per_day is not None:
            published = True
            whole = first <= monday and monday + _SIX_DAYS <= last
            total += per_day * (len(days) if whole else sum(first <= day <= last for day in days))
    return None  # the weeks never end


def _weeks(calendar: Calendar, first: date) -> Iterator[tuple[date, int | None, Sequence[date]]]:
    """Every week from a day on: (Monday, scaled capacity a day or None where nothing is published, open days).

    The same as `offered` and `open_days` week by week, for walks over many weeks.
    """
    stated = {week.monday: atoms for week, atoms in calendar.stated.items()}
    taken = {week.monday: atoms for week, atoms in calendar.taken.items()}
    usual, worked = calendar.usual, len(calendar.working_days)
    monday = first - timedelta(days=first.weekday())
    closures = [closure for closure in calendar.closures if closure.last >= monday]
    while True:
        days: Sequence[date] = _days(monday, calendar.working_days)
        for closure in closures:
            if closure.first <= monday + _SIX_DAYS and monday <= closure.last:
                days = [day for day in days if not closure.first <= day <= closure.last]
        amount = stated.get(monday)
        if amount is None and usual is not None:
            amount = usual if len(days) == worked else usual * len(days) // worked
        if amount is not None:
            if taken:
                amount = max(amount - taken.get(monday, 0), 0)
            amount = amount * SCALE // len(days) if days else 0
        yield monday, amount, days
        monday += _WEEK


def _working_days(calendar: Calendar, week: Week) -> tuple[date, ...]:
    return _days(week.monday, calendar.working_days)


@lru_cache(maxsize=4096)  # two years of weeks, in the few ways in which a week is worked
def _days(monday: date, working: frozenset[int]) -> tuple[date, ...]:
    return tuple(monday + timedelta(days=offset) for offset in sorted(working))


@lru_cache(maxsize=1024)
def _week(monday: date) -> Week:
    return Week(monday)


def _is_closed(calendar: Calendar, day: date) -> bool:
    return any(closure.first <= day <= closure.last for closure in calendar.closures)
