"""Weeks as pages show them: strips, heat maps and the owner's list. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from marketplace.capacity.model import STALE_DAYS, Calendar, Plan, WeekView
from marketplace.capacity.rules import open_days, view_weeks
from marketplace.units import Quantity, Week
from marketplace.units.rules import whole_or_decimal

STRIP_WEEKS = 12


def is_stale(calendar: Calendar, now: datetime) -> bool:
    """Whether nobody has confirmed the weeks for more than 14 days."""
    return calendar.confirmed_at is None or now - calendar.confirmed_at > timedelta(days=STALE_DAYS)


def weeks_view(
    calendar: Calendar, day: date, plan: Plan | None = None, weeks: int = STRIP_WEEKS
) -> list[dict[str, Any]]:
    """The next weeks of a calendar, for strips and heat maps. Levels compare with the fullest week shown."""
    shown = view_weeks(calendar, Week.containing(day), weeks)
    most = max((view.open or 0 for view in shown), default=0)
    run = {share.week for share in plan.weeks if share.atoms} if plan else set()
    return [_week(view, calendar, most, view.week in run) for view in shown]


def _week(view: WeekView, calendar: Calendar, most: int, is_run: bool) -> dict[str, Any]:
    closed = not open_days(calendar, view.week)
    note = next(
        (c.reason for c in calendar.closures if view.closed_days and c.first <= view.closed_days[0] <= c.last), None
    )
    state = "closed" if closed else "unknown" if view.open is None else "open" if view.open else "full"
    return {
        "monday": view.week.monday,
        "iso": view.week.iso,
        "open": whole_or_decimal(Quantity(view.open, calendar.unit)) if view.open is not None else None,
        "offered": None,
        "level": -(-view.open * 5 // most) if view.open and most else None,
        "state": state,
        "note": note,
        "run": is_run,
        "stated": view.is_stated,
        "closed_days": view.closed_days,
    }
