"""Documents as rows of columns. What a row can't say exactly makes its service `odd`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import attrgetter

import numpy as np

from marketplace.places.chords import earth_xyz
from marketplace.search.columns.calendars import Calendars
from marketplace.search.columns.layout import (
    BASES,
    EVER,
    HUGE,
    NAME_WORDS,
    NEVER,
    NO_RULE,
    NO_UNIT,
    NONE,
    RULES,
    SOFT,
    UNITS,
)
from marketplace.search.columns.table import Array, firsts
from marketplace.search.columns.values import Values
from marketplace.search.document import ServiceDocument, SiteDocument
from marketplace.units import Unit
from marketplace.vocabulary import Facet

_A, _F = 6_378_137.0, 1 / 298.257223563  # WGS84
_E2 = _F * (2 - _F)
_LARGEST = 1 << 36  # atoms; products of what is larger could leave 64 bits

Rows = dict[str, Array]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of some documents. Firsts and calendars count from the start of the batch; conditions stand with each
    service."""

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


def in_order(services: Sequence[ServiceDocument]) -> Sequence[ServiceDocument]:
    """The services of a site as their rows stand."""
    return services if len(services) == 1 else sorted(services, key=_PUBLIC_ID)


class _Coder:
    """Lists of numbers, row after row: making them arrays at once is cheaper than a look at each."""

    def __init__(self, values: Values, monday: date) -> None:
        numbers = [_Numbers(values, facet).__getitem__ for facet in _FACETS]
        self._process, self._skill, self._material, self._product, self._kind, self._language, self._scheme = numbers
        self._sites: list[int] = []
        self._names: list[bytes] = []
        self._site_values: list[int] = []  # beside those of the services
        self._services: list[int] = []
        self._service_values: list[int] = []
        self._rules: list[int] = []
        self._certs: list[int] = []
        self._calendars = Calendars(monday)

    def add(self, document: SiteDocument) -> None:
        point, services = document.point, document.services
        calendars: dict[int, int] = {}
        for service in in_order(services):
            self._service(service, calendars)
        before = len(self._site_values)
        self._site_values += map(self._language, document.languages)
        if document.kind:
            self._site_values.append(self._kind(document.kind))
        for cert in document.certificates:
            self._certs += (
                len(self._names),
                self._scheme(cert.scheme),
                cert.valid_from.toordinal() if cert.valid_from else NEVER,
                cert.valid_to.toordinal() if cert.valid_to else EVER,
            )
        self._names.append(document.name.casefold().encode())
        self._sites += (
            document.site_id,
            document.supplier_id,
            point is not None,
            point.lat_e7 if point else 0,
            point.lon_e7 if point else 0,
            document.is_verified,
            document.teaches_until.toordinal() if document.teaches_until else NEVER,
            len(services),
            len(self._site_values) - before,
        )

    def batch(self) -> Batch:
        sites = _columns(self._sites, _SITE_FIELDS)
        count = len(self._names)
        sites["live"] = np.ones(count, np.bool_)
        names = np.array(self._names, f"S{8 * NAME_WORDS}")
        sites["name"] = names.view(">u8").reshape(-1, NAME_WORDS).T.astype(np.uint64)
        sites["xyz"] = earth_xyz(sites["lat_e7"] / 1e7, sites["lon_e7"] / 1e7)
        sites["xyz"][:, sites["has_point"] == 0] = np.nan
        services, service_values = self._service_rows(sites["services"])
        units = np.append(self._calendars.units(), NO_UNIT)  # which the last place, that of no calendar, finds
        services["calendar_unit"] = units[services["calendar"]]
        site_values, sites["values"] = self._values_of_sites(sites.pop("others"), services, service_values)
        certs = _columns(self._certs, ("site", "scheme", "first", "last"))
        order = np.lexsort((certs["last"], certs["first"], certs["scheme"], certs["site"]))
        certs = {name: column[order] for name, column in certs.items()}
        sites["certs"] = np.bincount(certs["site"], minlength=count)
        for first, how_many in (("first_service", "services"), ("first_value", "values"), ("first_cert", "certs")):
            sites[first] = np.cumsum(sites[how_many]) - sites[how_many]
        return Batch(sites, services, self._calendars.rows(), site_values, service_values, certs)

    def _service(self, service: ServiceDocument, calendars: dict[int, int]) -> None:
        draft, tags, calendar, values = service.draft, service.tags, service.calendar, self._service_values
        before = len(values)
        if draft:
            values.append(self._process(draft.process))
        values += map(self._skill, tags.skills)
        values += map(self._material, tags.materials)
        values += map(self._product, tags.products)
        if draft is None:
            self._services += (len(values) - before, *_PLACEHOLDER)
            return
        row = NONE
        if calendar and (row := calendars.get(id(calendar), NONE)) == NONE:
            row = calendars[id(calendar)] = self._calendars.add(calendar)
        for rule in draft.rules:
            amount, percent = rule.quantity, rule.surcharge_percent
            self._rules += (
                UNITS[amount.unit] * 8 + BASES[rule.basis] + (0 if percent is None else SOFT),
                amount.atoms,
                NONE if percent is None else percent,
            )
        load, price, lead, rate = draft.load, draft.price, draft.leads.first, service.rate
        self._services += (
            len(values) - before,
            True,
            UNITS[draft.unit],
            draft.process.startswith("dye"),
            min(draft.maximum.atoms, HUGE) if draft.maximum else HUGE,
            len(draft.rules),
            _bounded(load.minimum) if load else 0,
            _bounded(load.maximum) if load else 0,
            NONE if lead is None else lead,
            row,
            _bounded(rate),
        )
        if price is None:
            self._services += _NO_PRICE
            return
        group = _price_group(price.currency, price.per)
        self._services += (group, UNITS[price.per], price.unit_minor, price.setup_minor, bool(price.breaks))

    def _service_rows(self, of_site: Array) -> tuple[Rows, Array]:
        """The rows of services, and their values one after the other."""
        rows = _columns(self._services, _SERVICE_FIELDS)
        rules = rows.pop("rules")
        count = len(rules)
        code, least, percent = _columns(self._rules, ("code", "least", "percent")).values()
        service, first = np.repeat(np.arange(count), rules), np.cumsum(rules) - rules
        place = np.arange(len(service)) - first[service]
        odd = rules > RULES
        odd[service[least > _LARGEST]] = True
        for name in ("rate", "load_low", "load_high"):
            odd |= rows[name] > _LARGEST
            rows[name] = np.minimum(rows[name], _LARGEST)
        fits = np.flatnonzero(place < RULES)
        cells = place[fits] * count + service[fits]
        for name, values, nothing in (("rule", code, NO_RULE), ("least", least, 0), ("percent", percent, NONE)):
            rows[name] = np.full((RULES, count), nothing, np.int64)
            rows[name].put(cells, values[fits])
        rows["odd"] = odd
        rows["site"] = np.repeat(np.arange(len(of_site)), of_site)
        rows["first_value"] = np.cumsum(rows["values"]) - rows["values"]
        return rows, np.array(self._service_values, np.uint16)

    def _values_of_sites(self, others: Array, services: Rows, service_values: Array) -> tuple[Array, Array]:
        """All values of each site, ascending, one site after the other; and how many each has."""
        other, offered = np.repeat(np.arange(len(others)), others), np.repeat(services["site"], services["values"])
        site = np.concatenate((other, offered))
        value = np.concatenate((np.array(self._site_values, np.uint16), service_values)).astype(np.int64)
        pairs = np.sort(site << 16 | value)  # np.unique takes three times as long
        pairs = pairs[firsts(pairs)]
        return (pairs & 0xFFFF).astype(np.uint16), np.bincount(pairs >> 16, minlength=len(others))


class _Numbers(dict[str, int]):
    """The numbers of a facet's terms, by term alone."""

    def __init__(self, values: Values, facet: Facet) -> None:
        super().__init__()
        self._values, self._facet = values, facet

    def __missing__(self, term: str) -> int:
        number = self[term] = self._values.number(self._facet, term)
        return number


def _bounded(atoms: int) -> int:
    """What is too large stays too large, and fits."""
    return atoms if atoms <= _LARGEST else _LARGEST + 1


_FACETS = (
    Facet.PROCESS,
    Facet.SKILL,
    Facet.MATERIAL,
    Facet.PRODUCT,
    Facet.KIND,
    Facet.LANGUAGE,
    Facet.CERTIFICATION,
)
_PUBLIC_ID = attrgetter("public_id")
_SITE_FIELDS = "site_id supplier_id has_point lat_e7 lon_e7 verified teaches services others".split()
_SERVICE_FIELDS = (
    "values offers unit dyes maximum rules load_low load_high lead calendar rate "
    "price_group price_per price_unit price_setup price_breaks"
).split()
_NO_PRICE = (NONE, 0, 0, 0, False)
_PLACEHOLDER = (False, 0, False, HUGE, 0, 0, 0, NONE, NONE, 0, *_NO_PRICE)

_UNIT_ORDER = {unit: position for position, unit in enumerate(sorted(Unit, key=lambda unit: unit.value))}


@lru_cache(maxsize=2000)
def _price_group(currency: str, per: Unit) -> int:
    return int.from_bytes(currency.encode()[:6], "big") * 16 + _UNIT_ORDER[per]


def _columns(flat: list[int], names: Sequence[str]) -> Rows:
    table = np.fromiter(flat, np.int64, len(flat)).reshape(-1, len(names))
    return dict(zip(names, table.T, strict=True))
