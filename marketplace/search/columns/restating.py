"""Changed weeks put into the rows of a site that is otherwise as it was: by far the commonest change, since suppliers
confirm their weeks and every booking takes from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from operator import attrgetter

from marketplace.search.columns.calendars import Calendars
from marketplace.search.columns.layout import NONE
from marketplace.search.columns.rows import in_order
from marketplace.search.columns.table import Array, Table
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


def restate(
    services: Table, calendars: Table, sites: Iterable[tuple[int, SiteDocument]], monday: date, shared: int
) -> int:
    """Put the calendars of sites into the rows, all at once: to encode one takes as long as to encode ten. Each comes
    with the row of its first service; `monday` is the first week of the columns. Returns of how many sites calendars
    were added.

    The first `shared` calendars are the snapshot's: they are left as they are, for a calendar lies on some eighty
    pages, and each that is written to becomes the process's own. What was added since lies close together, and is
    written over when the same weeks change again.
    """
    made = Calendars(monday)
    written: dict[int, int] = {}  # place among those made -> the row it is written over
    added: list[tuple[int, list[int]]] = []  # first service of a site, places of its calendars
    for first, document in sites:
        wanted = _places(made, document)
        present = services["calendar"][first : first + len(wanted)].tolist()
        pairs = set(zip(wanted, present, strict=True))
        own = dict(pairs)
        is_alike = len(pairs) == len(own) == len(set(present))
        if is_alike and all(row >= shared if place != NONE else row == NONE for place, row in pairs):
            written |= {place: row for place, row in pairs if place != NONE}
        else:
            added.append((first, wanted))
    rows = made.rows()
    if written:
        calendars.write(list(written.values()), _some(rows, list(written)))
    fresh = sorted({place for _, wanted in added for place in wanted if place != NONE})
    start = calendars.append(_some(rows, fresh)) if fresh else 0
    row_of = {place: start + number for number, place in enumerate(fresh)} | {NONE: NONE}
    for first, wanted in added:
        services["calendar"][first : first + len(wanted)] = [row_of[place] for place in wanted]
    return len(added)


def _places(made: Calendars, document: SiteDocument) -> list[int]:
    """Where the calendar of each service of a site is made; NONE where it has none."""
    places: dict[int, int] = {}
    wanted = []
    for service in in_order(document.services):
        calendar = service.calendar
        if calendar is not None and id(calendar) not in places:
            places[id(calendar)] = made.add(calendar)
        wanted.append(NONE if calendar is None else places[id(calendar)])
    return wanted


def _some(rows: Mapping[str, Array], places: list[int]) -> Mapping[str, Array]:
    if places == list(range(rows["confirmed"].shape[-1])):
        return rows
    return {name: values[..., places] for name, values in rows.items()}
