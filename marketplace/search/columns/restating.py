"""Changed weeks put into the rows of a site that is otherwise as it was: by far the commonest change, since suppliers
confirm their weeks and every booking takes from them."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from operator import attrgetter

from marketplace.search.columns.calendars import Calendars
from marketplace.search.columns.layout import NONE
from marketplace.search.columns.rows import in_order
from marketplace.search.columns.table import Table
from marketplace.search.document import ServiceDocument, SiteDocument
from marketplace.units import Unit

_SITE = attrgetter(*(field.name for field in fields(SiteDocument) if field.name != "services"))
_SERVICE = attrgetter(*(field.name for field in fields(ServiceDocument) if field.name != "calendar"))


def only_weeks_differ(before: SiteDocument, after: SiteDocument) -> bool:
    """Whether two documents of a site are equal but for calendars, or altogether."""
    return (
        _SITE(before) == _SITE(after)
        and len(before.services) == len(after.services)
        and all(
            _SERVICE(old) == _SERVICE(new) and _unit(old) == _unit(new)
            for old, new in zip(before.services, after.services, strict=True)
        )
    )


def _unit(service: ServiceDocument) -> Unit | None:
    """What the weeks of a service count: a part of its conditions."""
    return service.calendar.unit if service.calendar else None


def restate(services: Table, calendars: Table, first: int, document: SiteDocument, monday: date, shared: int) -> bool:
    """Put the calendars of a site into the rows; `first` is the row of its first service, `monday` the first week of
    the columns. Returns whether calendars were added.

    The first `shared` calendars are the snapshot's: they are left as they are, for a calendar lies on some eighty
    pages, and each that is written to becomes the process's own. What was added since lies close together, and is
    written over when the same weeks change again.
    """
    made = Calendars(monday)
    places: dict[int, int] = {}
    wanted = []
    for service in in_order(document.services):
        calendar = service.calendar
        if calendar is not None and id(calendar) not in places:
            places[id(calendar)] = made.add(calendar)
        wanted.append(NONE if calendar is None else places[id(calendar)])
    column = services["calendar"][first : first + len(wanted)]
    present = column.tolist()
    pairs = set(zip(wanted, present, strict=True))
    own = dict(pairs)
    is_alike = len(pairs) == len(own) == len(set(present))
    if is_alike and all(row >= shared if place != NONE else row == NONE for place, row in pairs):
        if places:
            calendars.write([own[place] for place in places.values()], made.rows())
        return False
    start = calendars.append(made.rows()) if places else 0
    column[:] = [NONE if place == NONE else start + place for place in wanted]
    return True
