"""Documents as rows of columns. What a row can't say exactly makes its service `odd`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

import numpy as np

from marketplace.capacity.model import Calendar
from marketplace.capacity.rules import SCALE
from marketplace.search.columns.layout import (
    BASES,
    EVER,
    HUGE,
    NAME_WORDS,
    NEVER,
    NO_RULE,
    NONE,
    RULES,
    SOFT,
    UNITS,
    WEEKS,
)
from marketplace.search.columns.table import Array
from marketplace.search.columns.values import Values
from marketplace.search.document import ServiceDocument, SiteDocument
from marketplace.suppliers.model import Price, ServiceDraft
from marketplace.units import Unit, Week
from marketplace.vocabulary import Facet

_A, _F = 6_378_137.0, 1 / 298.257223563  # WGS84
_E2 = _F * (2 - _F)
_LARGEST = 1 << 36  # atoms; products of what is larger could leave 64 bits

Rows = dict[str, Array]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of some documents. Firsts and calendars count from the start of the batch."""

    sites: Rows
    services: Rows
    calendars: Rows
    site_values: Array
    service_values: Array
    certs: Rows


def encode(documents: Sequence[SiteDocument], values: Values, monday: date) -> Batch:
    """The rows of documents; `values` learns new terms. `monday`: the first week of the columns."""
    coder = _Coder(values, monday)
    for document in documents:
        coder.add(document)
    return coder.batch()


class _Coder:
    def __init__(self, values: Values, monday: date) -> None:
        self._values = values
        self._week = Week(monday)
        self._sites: list[tuple[int, ...]] = []
        self._names: list[bytes] = []
        self._services: list[tuple[int, ...]] = []
        self._calendars: list[tuple[int, ...]] = []
        self._exceptions: list[tuple[int, int, int, int]] = []
        self._site_values: list[list[int]] = []
        self._service_values: list[list[int]] = []
        self._certs: list[tuple[int, int, int]] = []

    def add(self, document: SiteDocument) -> None:
        number = self._values.number
        calendars: dict[int, int] = {}
        everything = {number(Facet.LANGUAGE, language) for language in document.languages}
        if document.kind:
            everything.add(number(Facet.KIND, document.kind))
        for service in sorted(document.services, key=lambda service: service.public_id):
            mine = self._terms(service)
            everything.update(mine)
            self._service_values.append(mine)
            self._services.append(self._service(service, calendars))
        certs = sorted(
            (
                number(Facet.CERTIFICATION, cert.scheme),
                cert.valid_from.toordinal() if cert.valid_from else NEVER,
                cert.valid_to.toordinal() if cert.valid_to else EVER,
            )
            for cert in document.certificates
        )
        self._certs += certs
        self._site_values.append(sorted(everything))
        self._names.append(document.name.casefold().encode()[: 8 * NAME_WORDS].ljust(8 * NAME_WORDS, b"\0"))
        point = document.point
        self._sites.append(
            (
                document.site_id,
                document.supplier_id,
                point is not None,
                point.lat_e7 if point else 0,
                point.lon_e7 if point else 0,
                document.is_verified,
                len(document.services),
                len(everything),
                len(certs),
            )
        )

    def batch(self) -> Batch:
        sites = _columns(
            self._sites,
            ("site_id", "supplier_id", "has_point", "lat_e7", "lon_e7", "verified", "services", "values", "certs"),
        )
        sites["live"] = np.ones(len(self._sites), np.bool_)
        sites["name"] = np.frombuffer(b"".join(self._names), ">u8").reshape(-1, NAME_WORDS).T.astype(np.uint64)
        sites["xyz"] = earth_xyz(sites["lat_e7"] / 1e7, sites["lon_e7"] / 1e7)
        sites["xyz"][:, sites["has_point"] == 0] = np.nan
        for first, count in (("first_service", "services"), ("first_value", "values"), ("first_cert", "certs")):
            sites[first] = np.cumsum(sites[count]) - sites[count]
        services = _columns(self._services, _SERVICE_FIELDS)
        for name in ("rule", "least", "percent"):
            services[name] = np.stack([services.pop(f"{name}{k}") for k in range(RULES)])
        services["site"] = np.repeat(np.arange(len(self._sites)), sites["services"])
        services["values"] = np.array([len(mine) for mine in self._service_values], np.int64)
        services["first_value"] = np.cumsum(services["values"]) - services["values"]
        return Batch(
            sites,
            services,
            self._calendar_rows(),
            np.fromiter(chain.from_iterable(self._site_values), np.uint16),
            np.fromiter(chain.from_iterable(self._service_values), np.uint16),
            _columns(self._certs, ("scheme", "first", "last")),
        )

    def _terms(self, service: ServiceDocument) -> list[int]:
        number, tags = self._values.number, service.tags
        found = [number(Facet.PROCESS, service.draft.process)] if service.draft else []
        found += [number(Facet.SKILL, term) for term in tags.skills]
        found += [number(Facet.MATERIAL, term) for term in tags.materials]
        found += [number(Facet.PRODUCT, term) for term in tags.products]
        return found

    def _service(self, service: ServiceDocument, calendars: dict[int, int]) -> tuple[int, ...]:
        draft = service.draft
        if draft is None:
            return _PLACEHOLDER
        calendar = NONE
        if service.calendar:
            calendar = calendars.get(id(service.calendar), NONE)
            if calendar == NONE:
                calendar = calendars[id(service.calendar)] = self._calendar(service.calendar)
        rules = [
            (
                UNITS[rule.quantity.unit] * 8 + BASES[rule.basis] + (0 if rule.surcharge_percent is None else SOFT),
                rule.quantity.atoms,
                NONE if rule.surcharge_percent is None else rule.surcharge_percent,
            )
            for rule in draft.rules[:RULES]
        ]
        rules += [_NO_RULE] * (RULES - len(rules))
        load = draft.load
        return (
            True,
            _is_odd(draft, service.rate),
            UNITS[draft.unit],
            draft.process.startswith("dye"),
            min(draft.maximum.atoms, HUGE) if draft.maximum else HUGE,
            *chain.from_iterable(rules),
            min(load.minimum, _LARGEST) if load else 0,
            min(load.maximum, _LARGEST) if load else 0,
            NONE if draft.leads.first is None else draft.leads.first,
            calendar,
            min(service.rate, _LARGEST),
            *_price(draft.price),
        )

    def _calendar(self, calendar: Calendar) -> int:
        row = len(self._calendars)
        days = sum(1 << day for day in calendar.working_days)
        worked = len(calendar.working_days)
        usual = (calendar.usual or 0) * SCALE // worked if worked and calendar.usual else 0
        confirmed = calendar.confirmed_at.date().toordinal() if calendar.confirmed_at else 0
        goes_on, shut = usual > 0, set[int]()
        for closure in calendar.closures:
            first = (closure.first - self._week.monday).days // 7
            last = (closure.last - self._week.monday).days // 7
            shut.update(range(max(first, 0), min(last, WEEKS - 1) + 1))
        for week, atoms in calendar.stated.items():
            position = (week.monday - self._week.monday).days // 7
            goes_on |= position >= WEEKS
            if 0 <= position < WEEKS and position not in shut:
                self._exceptions.append((row, position, atoms * SCALE // worked if worked else 0, days))
        self._exceptions += [(row, position, *self._shut_week(calendar, position, days)) for position in shut]
        self._calendars.append((UNITS[calendar.unit], confirmed, goes_on, usual, days))
        return row

    def _shut_week(self, calendar: Calendar, position: int, days: int) -> tuple[int, int]:
        """(scaled atoms a day, open days) of a week with closed days, as capacity.rules.offered."""
        week = self._week.plus(position)
        opened = days
        for closure in calendar.closures:
            first = max((closure.first - week.monday).days, 0)
            last = min((closure.last - week.monday).days, 6)
            if first <= last:
                opened &= ~(((2 << (last - first)) - 1) << first)
        count = opened.bit_count()
        if not count:
            return 0, 0
        amount = calendar.stated.get(week)
        if amount is None:
            amount = (calendar.usual or 0) * count // days.bit_count()
        return amount * SCALE // count, opened

    def _calendar_rows(self) -> Rows:
        rows = _columns(self._calendars, ("unit", "confirmed", "goes_on", "usual", "days"))
        per_day = np.repeat(rows.pop("usual")[None, :], WEEKS, axis=0)
        opened = np.repeat(rows.pop("days")[None, :], WEEKS, axis=0)
        if self._exceptions:
            row, week, amount, days = np.array(self._exceptions, np.int64).T
            per_day[week, row] = amount
            opened[week, row] = days
        before = np.zeros((WEEKS + 1, per_day.shape[1]), np.int64)
        np.cumsum(per_day * np.bitwise_count(opened), axis=0, out=before[1:])
        return {**rows, "per_day": per_day, "open": opened, "before": before}


_SERVICE_FIELDS = (
    "offers odd unit dyes maximum rule0 least0 percent0 rule1 least1 percent1 rule2 least2 percent2 load_low load_high "
    "lead calendar rate price_group price_per price_unit price_setup price_breaks"
).split()
_NO_RULE = (NO_RULE, 0, NONE)
_NO_PRICE = (NONE, 0, 0, 0, False)
_PLACEHOLDER = (False, False, 0, False, HUGE, *_NO_RULE * RULES, 0, 0, NONE, NONE, 0, *_NO_PRICE)


def _is_odd(draft: ServiceDraft, rate: int) -> bool:
    amounts = [rule.quantity.atoms for rule in draft.rules]
    amounts += [draft.load.minimum, draft.load.maximum] if draft.load else []
    return len(draft.rules) > RULES or rate > _LARGEST or max(amounts, default=0) > _LARGEST


_UNIT_ORDER = {unit: position for position, unit in enumerate(sorted(Unit, key=lambda unit: unit.value))}


def _price(price: Price | None) -> tuple[int, int, int, int, bool]:
    if price is None:
        return _NO_PRICE
    group = int.from_bytes(price.currency.encode()[:6], "big") * 16 + _UNIT_ORDER[price.per]
    return group, UNITS[price.per], price.unit_minor, price.setup_minor, bool(price.breaks)


def _columns(rows: Sequence[tuple[int, ...]], names: Iterable[str]) -> Rows:
    names = list(names)
    table = np.array(rows, np.int64).reshape(-1, len(names))
    return {name: table[:, position] for position, name in enumerate(names)}


def earth_xyz(lat: Array, lon: Array) -> Array:
    """Geocentric coordinates in metres of points on the WGS84 ellipsoid, degrees given. Shape (3, points)."""
    phi, lam = np.radians(lat), np.radians(lon)
    normal = _A / np.sqrt(1 - _E2 * np.sin(phi) ** 2)
    flat = normal * np.cos(phi)
    return np.stack((flat * np.cos(lam), flat * np.sin(lam), normal * (1 - _E2) * np.sin(phi)))


def earth_point(lat: float, lon: float) -> tuple[float, float, float]:
    """The same of one point, without arrays."""
    phi, lam = math.radians(lat), math.radians(lon)
    normal = _A / math.sqrt(1 - _E2 * math.sin(phi) ** 2)
    flat = normal * math.cos(phi)
    return flat * math.cos(lam), flat * math.sin(lam), normal * (1 - _E2) * math.sin(phi)
