"""What is said when weeks can't be had. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from marketplace.booking.model import Lapse, Outcome, Reservation
from marketplace.capacity.model import Calendar
from marketplace.capacity.rules import open_between
from marketplace.units import Quantity, Week, format_quantity

_MOST_LAPSES = 3


def refusal_text(
    calendar: Calendar,
    need: int,
    start: date,
    weeks: Sequence[Week],
    ready: date | None,
    by: date | None,
    lapses: Sequence[Lapse],
) -> str:
    """What is asked, what is left in those weeks from `start` on, and what would be free if which hold lapses when.

    `ready`: when the run could be ready at the earliest, where it could.
    """
    left = open_between(calendar, max(start, weeks[0].monday), weeks[-1].sunday) or 0
    asked, rest = (format_quantity(Quantity(atoms, calendar.unit)) for atoms in (need, left))
    if len(weeks) == 1:
        where = f"in the week of {_day(weeks[0].monday)}"
    else:
        where = f"in the weeks of {_day(weeks[0].monday)} to {_day(weeks[-1].monday)}"
    if ready and by:
        said = [f"Ready on {_day(ready)} at the earliest, after your date of {_day(by)}: {rest} are left {where}."]
    else:
        said = [f"You need {asked}; {rest} are left {where}."]
    for lapse in lapses[:_MOST_LAPSES]:
        amount = format_quantity(Quantity(lapse.atoms, calendar.unit))
        at = f"{_day(lapse.expires_at.date())}, {lapse.expires_at:%H:%M} UTC"
        said.append(f"{amount} more of the week of {_day(lapse.week.monday)} would be free if a hold lapses on {at}.")
    return " ".join(said)


def expired_text(reservation: Reservation) -> str:
    """Why a hold can't be booked any more, and what to do."""
    match reservation.outcome:
        case Outcome.WITHDRAWN | Outcome.CANCELLED | Outcome.CHANGED:
            return "These weeks were given back already. Ask for a new quote or hold them again."
        case _:
            return "The hold has expired and the weeks may be somebody else's. Ask for a new quote or hold them again."


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
