"""Resources, weeks and calendars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NewType

from marketplace.suppliers.model import ServiceId, SiteId
from marketplace.units import Unit, Week

ResourceId = NewType("ResourceId", int)

HORIZON_WEEKS = 104  # how far ahead a job is planned: two years
STALE_DAYS = 14  # capacity confirmed longer ago is shown as not confirmed
RATE_ONE = 1000


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which a site does not work, both ends included."""

    first: date
    last: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What one resource offers: whole atoms of its unit a week.

    `stated` weeks are the supplier's word for the whole week, closures or not. Other weeks offer the
    `usual` amount, less the share of their closed days; None means nothing is published for them.
    `taken` is what is held or booked of a week; the rest is open.
    """

    unit: Unit
    usual: int | None
    stated: Mapping[Week, int] = field(default_factory=dict)
    closures: tuple[Closure, ...] = ()
    working_days: frozenset[int] = frozenset(range(5))
    confirmed_at: datetime | None = None
    taken: Mapping[Week, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resource:
    id: ResourceId
    public_id: str
    site_id: SiteId
    name: str
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Use:
    """How a service draws on a resource: `rate` thousandths of a resource atom for one atom of the job.

    A room that publishes pieces of its usual product has rate 1000 (one for one); one that publishes
    standard minutes has 1000 x the minutes of a piece.
    """

    service_id: ServiceId
    resource_id: ResourceId
    rate: int = RATE_ONE


@dataclass(frozen=True, slots=True)
class WeekShare:
    """What a job takes from one week, in resource atoms."""

    week: Week
    atoms: int


@dataclass(frozen=True, slots=True)
class Plan:
    """When a job runs. `ready` is the day the goods can leave: what a designer calls finished."""

    starts: date
    last_worked: date
    ready: date
    weeks: tuple[WeekShare, ...]


@dataclass(frozen=True, slots=True)
class WeekView:
    """One week as people see it. `open` in atoms, what is `taken` left out; None where nothing is published."""

    week: Week
    open: int | None
    taken: int
    closed_days: tuple[date, ...]
    is_stated: bool
