"""What a teaching operator and a learner make of a week's open capacity. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from marketplace.capacity.model import HORIZON_WEEKS, Calendar
from marketplace.capacity.rules import offered
from marketplace.placements.model import Placement, PlacementStatus
from marketplace.units import Week

_DAYS_A_MONTH = Fraction(365, 12)

NEXT: Mapping[PlacementStatus, frozenset[PlacementStatus]] = {
    PlacementStatus.OPEN: frozenset({PlacementStatus.PAUSED, PlacementStatus.FILLED, PlacementStatus.CLOSED}),
    PlacementStatus.PAUSED: frozenset({PlacementStatus.OPEN, PlacementStatus.FILLED, PlacementStatus.CLOSED}),
    PlacementStatus.FILLED: frozenset({PlacementStatus.CLOSED}),  # it opens by itself when a place gets free
    PlacementStatus.CLOSED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Team:
    """Who works a week. `hours` a week each; `efficiency`: standard minutes made in a hundred worked; a teacher makes
    `teacher_loss` percent less, a learner `learner_rate` standard minutes in a hundred worked."""

    operators: int
    hours: int = 40
    efficiency: int = 60
    teachers: int = 1
    teacher_loss: int = 10
    learners: int = 1
    learner_rate: int = 30

    @property
    def before(self) -> Fraction:
        """Standard minutes a week without teacher and learner."""
        return Fraction(self.operators * self.hours * 60 * self.efficiency, 100)

    @property
    def after(self) -> Fraction:
        """Standard minutes a week with both. 3 operators of 40 hours at 60 %, one teaching, one learner: 4,896."""
        one = Fraction(self.hours * 60, 100)
        made = (self.operators - self.teachers) * one * self.efficiency
        made += self.teachers * one * self.efficiency * Fraction(100 - self.teacher_loss, 100)
        return made + self.learners * one * self.learner_rate


@dataclass(frozen=True, slots=True)
class WeekChange:
    """Atoms of the resource's unit."""

    week: Week
    offered: int
    proposed: int


def is_taught(placement: Placement, today: date) -> bool:
    """Whether somebody learns there now: a place is taken, and its time is running."""
    return placement.seats_taken > 0 and placement.starts_on <= today < _end(placement)


def taught_until(placement: Placement) -> date | None:
    """The last day on which somebody learns there, or may still apply; None when nobody does and nobody may."""
    last = _end(placement) - timedelta(days=1)
    if placement.seats_taken > 0:
        return last
    if placement.seats_open == 0:
        return None
    return min(last, placement.closes_on) if placement.closes_on else last


def _end(placement: Placement) -> date:
    return placement.starts_on + timedelta(days=int(placement.months * _DAYS_A_MONTH))


def pieces(standard_minutes: Fraction, minutes_each: int) -> int:
    """Whole pieces that these minutes make."""
    return int(standard_minutes / minutes_each)


def weeks_of(placement: Placement, today: date) -> list[Week]:
    """The whole weeks of a placement that lie ahead, as far as weeks are planned."""
    first = Week.containing(max(placement.starts_on, today))
    if first.monday < max(placement.starts_on, today):
        first = first.plus(1)
    ends = placement.starts_on + timedelta(days=int(placement.months * _DAYS_A_MONTH))
    last = min(ends, Week.containing(today).plus(HORIZON_WEEKS).monday)
    return [first.plus(n) for n in range(max(0, (last - first.monday).days // 7))]


def proposal(placement: Placement, team: Team, calendar: Calendar, today: date) -> list[WeekChange]:
    """What each published week of the placement would offer: its share more or less, rounded down.

    In whatever the weeks are counted in: 4,320 minutes become 4,896 and 72 jackets become 81 by one ratio. A week
    that is shut stays shut.
    """
    ratio = team.after / team.before
    published = ((week, offered(calendar, week)) for week in weeks_of(placement, today))
    return [WeekChange(week, stands, int(stands * ratio)) for week, stands in published if stands is not None]
