"""Lines of people who wait for weeks, and how often short notice may reach somebody. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from marketplace.capacity.model import Plan, Resource, Use
from marketplace.capacity.rules import plan, resource_need
from marketplace.suppliers.model import Service
from marketplace.suppliers.rules import Answer, Run, judge
from marketplace.units import Quantity, Week
from marketplace.waiting.model import MOST_WEEKS, State, Waiting

MOST_NOTICES_A_WEEK = 3  # how often one person hears of short notices
MOST_POSTED_A_WEEK = 5  # by one supplier
_WEEK = timedelta(weeks=1)


def run_of(waiting: Waiting, service: Service) -> Run:
    return Run(Quantity(waiting.atoms, service.draft.unit))


def last_day(waiting: Waiting) -> date:
    """The last day on which the work may still be done."""
    return waiting.last_monday + timedelta(days=6)


def is_over(waiting: Waiting, today: date) -> bool:
    """Whether the weeks that were waited for have passed."""
    return last_day(waiting) < today


def fits(waiting: Waiting, found: Plan | None) -> bool:
    """Whether all the work falls into the weeks that were asked for."""
    return found is not None and found.last_worked <= last_day(waiting)


def plan_for(waiting: Waiting, service: Service, resource: Resource, use: Use, today: date) -> Plan | None:
    """When the run would be made in what is open of the weeks, or None when they have no room for it.

    The real hold decides; this tells without writing whether it is worth trying.
    """
    run = run_of(waiting, service)
    verdict = judge(service.draft, run)
    if verdict.answer is Answer.NO:
        return None
    need = resource_need(service.draft, run, verdict, use.rate, resource.calendar.unit)
    if not need:
        return None
    found = plan(resource.calendar, need, max(waiting.first_monday, today), service.draft.leads.first)
    return found if fits(waiting, found) else None


def place_of(waiting: Waiting, line: Sequence[Waiting]) -> int:
    """The place in the line, from 1: those who joined earlier and still wait."""
    return 1 + sum(other.state is State.WAITING and other.id < waiting.id for other in line)


def weeks_problem(first: Week, last: Week, today: date) -> dict[str, str]:
    """Why a stretch of weeks can't be waited for: field -> sentence."""
    if last.monday < first.monday:
        return {"last_week": "is before the first week"}
    if first.monday < Week.containing(today).monday:
        return {"first_week": "has passed"}
    if (last.monday - first.monday).days // 7 + 1 > MOST_WEEKS:
        return {"last_week": f"at most {MOST_WEEKS} weeks in one place of a line"}
    return {}


def week_before(now: datetime) -> datetime:
    return now - _WEEK


def ends_at(week: Week) -> datetime:
    """When a short notice about a week is over: at its end."""
    return datetime.combine(week.monday + _WEEK, time(), tzinfo=UTC)
