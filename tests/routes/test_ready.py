"""Tables of ready days say what the plan of one job says; and earlier, or with more open, is never later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import numpy as np
import pytest
from route_worlds import MONDAY, ROUNDS, calendar

from marketplace.capacity.model import Calendar
from marketplace.capacity.rules import plan
from marketplace.routes.ready import NEVER, Jobs, daily_capacity, horizon_days
from marketplace.units import Unit, Week

_DAYS = 210


def _jobs(calendars: list[Calendar], needs: list[int], leads: list[int], start_day: int, days: int) -> Jobs:
    capacity = daily_capacity(calendars, MONDAY + timedelta(days=start_day), days)
    return Jobs(capacity, np.array(needs), np.array(leads))


def differences(jobs: Jobs, calendars: list[Calendar], needs: list[int], leads: list[int], start_day: int) -> int:
    start = MONDAY + timedelta(days=start_day)
    wrong = 0
    for row, (one, need, lead) in enumerate(zip(calendars, needs, leads, strict=True)):
        arrivals = np.arange(0, jobs.days, 3)
        ready = jobs.at(np.full(len(arrivals), row), arrivals)
        for arrival, day in zip(arrivals.tolist(), ready.tolist(), strict=True):
            planned = plan(one, need, start + timedelta(days=arrival), lead)
            in_time = planned is not None and (planned.last_worked - start).days < jobs.days
            wrong += day != ((planned.ready - start).days if planned and in_time else NEVER)
    return wrong


def _batch(seed: int) -> tuple[list[Calendar], list[int], list[int], int]:
    random = Random(seed)
    calendars = [calendar(random, Unit.PIECE, random.choice([7, 20, 100])) for _ in range(8)]
    needs = [random.choice([1, 20, 50, 333, 2000]) for _ in calendars]
    return calendars, needs, [random.choice([0, 1, 3, 30]) for _ in calendars], random.randrange(7)


def test_tables_are_the_plan() -> None:
    for seed in range(ROUNDS // 4):
        calendars, needs, leads, start_day = _batch(seed)
        jobs = _jobs(calendars, needs, leads, start_day, _DAYS)
        assert differences(jobs, calendars, needs, leads, start_day) == 0


def test_a_table_that_is_a_day_off_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    calendars, needs, leads, start_day = _batch(1)
    jobs = _jobs(calendars, needs, leads, start_day, _DAYS)
    jobs.lead = jobs.lead + 1
    assert differences(jobs, calendars, needs, leads, start_day)


def test_sums_too_large_to_lie_beside_each_other_are_looked_up_one_by_one() -> None:
    calendars, needs, leads, start_day = _batch(2)
    jobs = _jobs(calendars, needs, leads, start_day, _DAYS)
    rows, arrivals = np.repeat(np.arange(8), 10), np.tile(np.arange(0, 100, 10), 8)
    assert jobs.at(rows, arrivals).tolist() == jobs._one_by_one(rows, arrivals).tolist()
    big = [Calendar(Unit.KG, 10**10, {Week(MONDAY): 10**10})] * 5000
    huge = _jobs(big, [10**13 - 7] * 5000, [1] * 5000, 0, _DAYS)
    assert huge.at(np.array([4999]), np.array([0])).tolist() == [NEVER]
    whole = _jobs(big, [10**10] * 5000, [1] * 5000, 0, _DAYS)
    assert whole.at(np.array([0, 4999]), np.array([0, 4])).tolist() == [5, 11]


def test_earlier_is_never_later_and_more_open_is_never_later() -> None:
    for seed in range(ROUNDS // 4):
        calendars, needs, leads, start_day = _batch(seed)
        rows = np.repeat(np.arange(8), _DAYS)
        arrivals = np.tile(np.arange(_DAYS), 8)
        ready = _jobs(calendars, needs, leads, start_day, _DAYS).at(rows, arrivals).reshape(8, -1)
        assert (np.diff(ready, axis=1) >= 0).all()
        assert (ready >= np.arange(_DAYS) + 1).all()
        emptier = [replace(one, taken={}) for one in calendars]
        sooner = _jobs(emptier, needs, leads, start_day, _DAYS).at(rows, arrivals).reshape(8, -1)
        assert (sooner <= ready).all()


def test_the_horizon_ends_with_the_weeks_that_plan_looks_at() -> None:
    for offset in range(7):
        start = MONDAY + timedelta(days=offset)
        assert (start + timedelta(days=horizon_days(start))).weekday() == 0
        late = Calendar(Unit.PIECE, None, {Week(MONDAY).plus(103): 50, Week(MONDAY).plus(104): 50})
        last = plan(late, 50, start, 0)
        assert last is not None
        assert (last.ready - start).days <= horizon_days(start)
        jobs = _jobs([late, late], [50, 51], [0, 0], offset, horizon_days(start))
        assert jobs.at(np.array([0, 1]), np.array([0, 0])).tolist() == [(last.ready - start).days, NEVER]
