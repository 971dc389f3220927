"""What was promised of a week stays possible: a calendar never offers less than is reserved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from marketplace.capacity import store
from marketplace.capacity.model import Resource
from marketplace.capacity.rules import offered
from marketplace.errors import Conflict
from marketplace.suppliers.model import Site
from marketplace.units import Quantity, Week, format_quantity


def keep(session: Session, sites: Iterable[Site], today: date) -> None:
    """Call after calendars of the sites were changed: counts what they offer now against what is reserved.

    Weeks that are over stay as they were counted: a room that is smaller now made then what it made.

    Errors: Conflict, naming the week and the amount; the caller's transaction must not be committed then.
    """
    for resource in store.list_resources(session, sites):
        store.lock(session, resource.id)
        for monday, reserved, capacity in store.list_loads(session, resource.id, Week.containing(today)):
            now_offered = offered(resource.calendar, Week(monday)) or 0
            if now_offered < reserved:
                raise Conflict(_refusal(resource, Week(monday), reserved, now_offered))
            if now_offered != capacity:
                store.set_load_capacity(session, resource.id, monday, now_offered)


def _refusal(resource: Resource, week: Week, reserved: int, now_offered: int) -> str:
    unit = resource.calendar.unit
    day = f"{week.monday.day} {week.monday:%B %Y}"
    return (
        f"In the week of {day}, {format_quantity(Quantity(reserved, unit))} are held or booked already; "
        f"this would leave {format_quantity(Quantity(now_offered, unit))}. Offer at least what is reserved, or "
        "agree with the designers first."
    )
