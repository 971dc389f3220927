"""A site's document as the search server keeps it: its words, its terms, and coarse numbers. Pure.

Every number is a bound that the exact rules can only tighten: a site the rules let in is never left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from marketplace.capacity.model import HORIZON_WEEKS
from marketplace.capacity.rules import need_atoms, offered
from marketplace.search.document import ServiceDocument, SiteDocument, weighted_texts
from marketplace.search.meili.filters import MAXIMUM_NUMBER
from marketplace.search.meili.marks import marked_text
from marketplace.search.meili.schema import KEY, POSITION_ID, WEIGHTS
from marketplace.search.words import cut
from marketplace.units import Unit, Week
from marketplace.vocabulary import Facet

ANY = "any"  # stands for whichever process
STEPS = (1, 10, 25, 50, 100, 250, 500, 1000, 2500, 10_000)  # run sizes in whole units, with a date each
_FIRST_DAY, _LAST_DAY = 0, 99_991_231


def day_number(day: date) -> int:
    """A day as a number that sorts: 2027-03-31 -> 20270331."""
    return day.year * 10_000 + day.month * 100 + day.day


@dataclass(frozen=True, slots=True)
class Position:
    """Up to where the index is fed: by which settings, with which token, since which day."""

    position: int
    version: str
    token: str
    built: str  # ISO date: bounds on dates grow loose with time

    def record(self) -> dict[str, Any]:
        fields = {"position": self.position, "version": self.version, "token": self.token, "built": self.built}
        return {KEY: POSITION_ID, "position": fields}


def record(document: SiteDocument, today: date) -> dict[str, Any]:
    """What is sent for one site."""
    found: dict[str, Any] = {
        KEY: document.site_id,
        "supplier": document.supplier_id,
        "verified": int(document.is_verified),
        "teaches_until": day_number(document.teaches_until) if document.teaches_until else _FIRST_DAY,
        Facet.KIND.value: [document.kind] if document.kind else [],
        Facet.LANGUAGE.value: sorted(document.languages),
        **_certificates(document),
        **_services(document, today),
        **_words(document),
    }
    for facet in (Facet.PROCESS, Facet.SKILL, Facet.MATERIAL, Facet.PRODUCT):
        found[facet.value] = sorted(set().union(*(service.values(facet) for service in document.services)))
    if document.point:
        found["_geo"] = {"lat": document.point.lat, "lng": document.point.lon}
    return found


def _words(document: SiteDocument) -> dict[str, str]:
    """The words of a document by weight, each where it counts most."""
    seen: set[str] = set()
    texts = sorted(weighted_texts(document), key=lambda pair: -pair[0])
    found: dict[str, list[str]] = {f"words_{weight}": [] for weight in WEIGHTS}
    for weight, text in texts:
        for word in cut(text):
            if word not in seen:
                seen.add(word)
                found[f"words_{int(weight)}"].append(word)
    return {name: marked_text(words) for name, words in found.items() if words}


def _certificates(document: SiteDocument) -> dict[str, Any]:
    """From when until when at least one certificate of a scheme may be valid."""
    since: dict[str, int] = {}
    until: dict[str, int] = {}
    for one in document.certificates:
        first = day_number(one.valid_from) if one.valid_from else _FIRST_DAY
        last = day_number(one.valid_to) if one.valid_to else _LAST_DAY
        since[one.scheme] = min(since.get(one.scheme, first), first)
        until[one.scheme] = max(until.get(one.scheme, last), last)
    return {"valid_since": since, "valid_until": until}


def _services(document: SiteDocument, today: date) -> dict[str, Any]:
    least: dict[str, dict[str, int]] = {}
    most: dict[str, dict[str, int]] = {}
    ready: dict[str, dict[str, dict[str, int]]] = {}
    opens: dict[str, int] = {}
    for service in document.services:
        draft = service.draft
        if draft is None:
            continue
        unit = draft.unit.value
        smallest, largest = _smallest(service), draft.maximum.atoms if draft.maximum else MAXIMUM_NUMBER
        dates = dict(_ready_days(service, today))
        first = _first_open_day(service, today)
        for process in (ANY, draft.process):
            _least(least.setdefault(process, {}), unit, smallest)
            most.setdefault(process, {})[unit] = max(most.get(process, {}).get(unit, 0), largest)
            if first is not None:
                _least(opens, process, first)
            for step, day in dates.items():
                _least(ready.setdefault(process, {}).setdefault(unit, {}), step, day)
    return {"least": least, "most": most, "ready": ready, "opens": opens}


def _least(found: dict[str, int], key: str, number: int) -> None:
    found[key] = min(found.get(key, number), number)


def _smallest(service: ServiceDocument) -> int:
    """No smaller run is taken: the largest minimum without a surcharge, as if the run were not divided."""
    assert service.draft is not None
    unit = service.draft.unit
    return max(
        (
            rule.quantity.atoms
            for rule in service.draft.rules
            if rule.quantity.unit is unit and rule.surcharge_percent is None
        ),
        default=0,
    )


def _ready_days(service: ServiceDocument, today: date) -> Iterator[tuple[str, int]]:
    """For runs from each size on, a day before which none can be ready."""
    assert service.draft is not None
    if service.calendar is None:
        return
    unit = service.draft.unit
    in_loads = service.calendar.unit is Unit.LOAD and unit is not Unit.LOAD
    needs = [1 if in_loads else need_atoms(step * unit.atoms if step > 1 else 1, service.rate) for step in STEPS]
    lead = timedelta(days=service.draft.leads.first or 0)
    opened: date | None = None
    total = 0
    waiting = list(zip(STEPS, needs, strict=True))
    end = _first_week(today)
    for week, amount in _weeks(service, today):
        end = week.plus(1)
        if amount and opened is None:
            opened = week.monday
        total += amount
        while waiting and opened is not None and total >= waiting[0][1]:
            yield str(waiting.pop(0)[0]), day_number(max(week.monday, opened + lead))
        if not waiting:
            return
    for step, _ in waiting:  # beyond what was looked at: perhaps right after it
        yield str(step), day_number(end.monday)


def _first_open_day(service: ServiceDocument, today: date) -> int | None:
    if service.calendar is None:
        return None
    end = _first_week(today)
    for week, amount in _weeks(service, today):
        if amount:
            return day_number(week.monday)
        end = week.plus(1)
    return day_number(end.monday)


def _weeks(service: ServiceDocument, today: date) -> Iterator[tuple[Week, int]]:
    assert service.calendar is not None
    week = _first_week(today)
    for _ in range(HORIZON_WEEKS + 1):
        yield week, offered(service.calendar, week) or 0
        week = week.plus(1)


def _first_week(today: date) -> Week:
    """A week early: another machine's clock, or time zone, may still be in it."""
    return Week.containing(today).plus(-1)
