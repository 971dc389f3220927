"""What a calendar tells of reservations, open weeks and orders. Pure.

Each party reads of the other what it may see anyway: the firm's or the studio's name, never a person's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from marketplace.booking.model import Reservation, Side, State
from marketplace.capacity.model import Resource
from marketplace.capacity.rules import view_weeks
from marketplace.feeds.model import OPEN_WEEKS, Event, Status
from marketplace.orders.model import Milestone, Order
from marketplace.orders.model import State as OrderState
from marketplace.units import Quantity, Unit, Week
from marketplace.units.rules import format_quantity


class Changes(NamedTuple):
    """How often something changed, and when last: from its trail."""

    times: int
    last: datetime


def reservation_events(
    reservation: Reservation, unit: Unit, work: str, other: str, changes: Changes
) -> Iterator[Event]:
    """One for each week that is held or booked. `other`: the other party's name."""
    is_held = reservation.state is State.HELD
    until = f" until {_day(reservation.expires_at.date())}" if is_held and reservation.expires_at else ""
    for share in reservation.weeks:
        amount = format_quantity(Quantity(share.atoms, unit))
        yield Event(
            uid=f"{reservation.public_id}-{share.week.monday:%Y%m%d}",
            first=share.week.monday,
            last=share.week.sunday,
            summary=f"{'Held' if is_held else 'Booked'}: {amount}, {work}, {other}",
            description=f"Held{until}; then the week is open again." if is_held else "",
            status=Status.TENTATIVE if is_held else Status.CONFIRMED,
            changed_at=changes.last,
            sequence=changes.times + (not is_held),  # booked by accepting a quote, whose trail is the order's
        )


def open_week_events(resource: Resource, work: str, today: date, changed_at: datetime) -> Iterator[Event]:
    """What anybody sees on the public page: how much of a week is still open. Weeks without any are left out."""
    first = Week.containing(today)
    for view in view_weeks(resource.calendar, first, OPEN_WEEKS):
        if view.open:
            yield Event(
                uid=f"{resource.public_id}-{view.week.monday:%Y%m%d}",
                first=view.week.monday,
                last=view.week.sunday,
                summary=f"Open: {format_quantity(Quantity(view.open, resource.calendar.unit))}, {work}",
                changed_at=changed_at,
                is_busy=False,
            )


def order_events(
    order: Order, milestones: Sequence[Milestone], side: Side, other: str, changes: Changes
) -> Iterator[Event]:
    """The day work starts, the day it is ready, and each step with a day. A cancelled order's stand as cancelled."""
    is_over = order.state is OrderState.CANCELLED
    title = f"{order.title} ({other})"
    path = f"/account/orders/{order.public_id}"
    days = [("starts", order.starts, "Work starts"), ("ready", order.ready, "Ready")]
    if order.delivered_on:
        days.append(("delivered", order.delivered_on, "Delivered"))
    for key, day, words in days:
        if day:
            yield Event(
                uid=f"{order.public_id}-{key}",
                first=day,
                last=day,
                summary=f"{words}: {title}",
                description=format_quantity(order.quantity),
                path=path,
                status=Status.CANCELLED if is_over else Status.CONFIRMED,
                changed_at=changes.last,
                sequence=changes.times,
                is_busy=False,
            )
    for step in milestones:
        if step.due:
            whose = "Yours" if step.side is side else "Theirs"
            yield Event(
                uid=f"{order.public_id}-{step.public_id}",
                first=step.due,
                last=step.due,
                summary=f"{'Done: ' if step.done_at else ''}{step.title}: {title}",
                description=whose if not step.done_at else f"{whose}, done on {_day(step.done_at.date())}",
                path=path,
                status=Status.CANCELLED if is_over else Status.CONFIRMED,
                changed_at=changes.last,
                sequence=changes.times,
                is_busy=False,
            )


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"
