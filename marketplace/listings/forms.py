"""Read the listing forms: typed text to drafts, or a sentence per field. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from marketplace.errors import Invalid
from marketplace.places import Point
from marketplace.places.countries import find_country
from marketplace.places.model import parse_coordinate
from marketplace.suppliers.model import (
    MAXIMUM_LEAD_DAYS,
    Address,
    Certificate,
    LeadDays,
    LoadLimits,
    Machine,
    MinimumRule,
    Price,
    PriceBreak,
    ProfileDraft,
    ServiceDraft,
    Tags,
)
from marketplace.text import clean_line, clean_name, clean_text, clean_url
from marketplace.units import Unit, parse_decimal, parse_quantity
from marketplace.units.model import CURRENCIES, minor_exponent
from marketplace.vocabulary import Facet, vocabulary
from marketplace.vocabulary.model import Basis

MAXIMUM_ROWS = 12
MAXIMUM_TERMS = 200
_MAXIMUM_MINOR = 10**10

T = TypeVar("T")
Form = MultiDict[str, str]


class Reader:
    """Collects what is wrong, field by field, so that people see all of it at once."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self.problems: dict[str, str] = {}

    def text(self, name: str, clean: Callable[[str], str] = clean_line) -> str:
        try:
            return clean(self._form.get(name, ""))
        except ValueError as error:
            self.problems[name] = str(error)
            return ""

    def optional(self, name: str, parse: Callable[[str], T]) -> T | None:
        text = self._form.get(name, "").strip()
        if not text:
            return None
        try:
            return parse(text)
        except ValueError as error:
            self.problems[name] = str(error)
            return None

    def needed(self, name: str, parse: Callable[[str], T], missing: str) -> T | None:
        value = self.optional(name, parse)
        if value is None and name not in self.problems:
            self.problems[name] = missing
        return value

    def terms(self, name: str, facet: Facet) -> frozenset[str]:
        known = vocabulary().terms[facet]
        values = frozenset(self._form.getlist(name))
        if len(values) > MAXIMUM_TERMS or not values <= known.keys():
            self.problems[name] = "choose from the list"
            return frozenset()
        return values

    def rows(self, prefix: str, first: str) -> list[str]:
        """Prefixes of the repeated rows that were sent: 'rule-0-', 'rule-1-', ..."""
        return [f"{prefix}-{n}-" for n in range(MAXIMUM_ROWS) if f"{prefix}-{n}-{first}" in self._form]

    def finish(self) -> None:
        if self.problems:
            raise Invalid(self.problems)


def read_profile(form: Form, before: ProfileDraft | None) -> tuple[ProfileDraft, Address, Point | None, bool]:
    """Name, address, point and whether the person says that the pin is at the door.

    Errors: Invalid with a sentence per field.
    """
    reader = Reader(form)
    name = reader.text("name", clean_name)
    kind = reader.needed("kind", _term(Facet.KIND), "choose what kind of workshop it is") or ""
    address, point = _place(reader)
    draft = before or ProfileDraft("", "")
    draft = replace(
        draft,
        name=name,
        kind=kind,
        description=reader.text("description", clean_text),
        website=reader.text("website", clean_url),
        tags=replace(draft.tags, languages=reader.terms("language", Facet.LANGUAGE)),
    )
    reader.finish()
    return draft, address, point, bool(form.get("pin_confirmed"))


def read_site(form: Form) -> tuple[str, Address, Point | None, bool, frozenset[int]]:
    """Name, address, point, whether the pin is said to be at the door, and the working days (0 is Monday).

    Errors: Invalid with a sentence per field.
    """
    reader = Reader(form)
    name = reader.text("site_name", lambda text: clean_line(text, maximum=80))
    address, point = _place(reader)
    days = frozenset(form.getlist("working_days"))
    if not days or not days <= set("0123456"):
        reader.problems["working_days"] = "choose at least one day"
    reader.finish()
    return name, address, point, bool(form.get("pin_confirmed")), frozenset(int(day) for day in days)


def _place(reader: Reader) -> tuple[Address, Point | None]:
    country = reader.needed("country", _country, "choose the country") or ""
    address = Address(
        street=reader.text("street"),
        locality=reader.text("locality", clean_name),
        region=reader.text("region"),
        postal_code=reader.text("postal_code"),
        country=country,
    )
    lat = reader.optional("lat", lambda text: parse_coordinate(text, "latitude"))
    lon = reader.optional("lon", lambda text: parse_coordinate(text, "longitude"))
    for given, other, label in ((lat, lon, "lon"), (lon, lat, "lat")):
        if given is not None and other is None and label not in reader.problems:
            reader.problems[label] = "give latitude and longitude together, or neither"
    point = Point.of(lat, lon) if lat is not None and lon is not None else None
    return address, point


def read_service(form: Form, before: ServiceDraft | None) -> ServiceDraft:
    """One service with its rules, lead times, price and terms.

    Errors: Invalid with a sentence per field.
    """
    reader = Reader(form)
    process = reader.needed("process", _term(Facet.PROCESS), "choose what you do") or ""
    unit = reader.needed("unit", _unit, "choose what you count in") or Unit.PIECE
    if process and unit not in vocabulary().processes[process].units:
        fits = ", ".join(u.label for u in vocabulary().processes[process].units)
        reader.problems.setdefault("unit", f"this work is counted in {fits}")
    maximum = reader.optional("max_quantity", lambda text: parse_quantity(text, unit))
    rules = _rules(reader, form, unit)
    for rule in rules:
        if maximum and rule.quantity.unit is unit and rule.quantity.atoms > maximum.atoms:
            reader.problems["max_quantity"] = "is below your minimum: raise it, or lower the minimum"
    draft = ServiceDraft(
        process=process,
        unit=unit,
        rules=rules,
        maximum=maximum,
        load=_load(reader, unit),
        leads=LeadDays(
            sample=reader.optional("sample_lead_days", _lead_days),
            first=reader.optional("lead_days", _lead_days),
            repeat=reader.optional("repeat_lead_days", _lead_days),
        ),
        price=_price(reader, unit),
        tags=Tags(
            skills=reader.terms("skill", Facet.SKILL),
            materials=reader.terms("material", Facet.MATERIAL),
            products=reader.terms("product", Facet.PRODUCT),
        ),
        note=reader.text("note", clean_text),
    )
    reader.finish()
    return draft


def read_certificate(form: Form) -> Certificate:
    """Errors: Invalid with a sentence per field."""
    reader = Reader(form)
    scheme = reader.needed("scheme", _term(Facet.CERTIFICATION), "choose the certificate") or ""
    valid_from, valid_to = reader.optional("valid_from", read_date), reader.optional("valid_to", read_date)
    if valid_from and valid_to and valid_to < valid_from:
        reader.problems["valid_to"] = "is before the first day"
    certificate = Certificate(
        scheme=scheme,
        number=reader.text("number"),
        scope=reader.text("scope"),
        holder=reader.text("holder"),
        issuer=reader.text("issuer"),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    reader.finish()
    return certificate


MACHINE_NUMBERS = ("width_cm", "gauge", "load_min_kg", "load_max_kg", "heads", "colours", "field_cm")


def read_machine(form: Form) -> Machine:
    """Errors: Invalid with a sentence per field."""
    reader = Reader(form)
    choice = reader.needed("machine", _machine, "choose the machine") or ("", "")
    limits = {name: reader.optional(name, _whole(1, 100_000)) for name in MACHINE_NUMBERS}
    low, high = limits["load_min_kg"], limits["load_max_kg"]
    if low and high and low > high:
        reader.problems["load_max_kg"] = "is below the smallest load"
    machine = Machine(
        family=choice[0],
        name=choice[1],
        count=reader.optional("count", _whole(1, 10_000)) or 1,
        note=reader.text("note"),
        **limits,
    )
    reader.finish()
    return machine


def read_date(text: str) -> date:
    """An ISO date of this century or the next.

    Errors: ValueError.
    """
    if not re.fullmatch(r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError("write the date as year-month-day, such as 2027-03-31")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("there is no such day") from None


def _rules(reader: Reader, form: Form, unit: Unit) -> tuple[MinimumRule, ...]:
    surcharge = reader.optional("surcharge_percent", _whole(0, 500))
    rules: list[MinimumRule] = []
    for row in reader.rows("rule", "quantity"):
        quantity = reader.optional(row + "quantity", lambda text: parse_quantity(text, unit))
        if quantity is None:
            continue
        basis = reader.needed(row + "scope", _basis, "choose what the minimum counts")
        if basis is None:
            continue
        if any(rule.basis is basis for rule in rules):
            reader.problems[row + "scope"] = f"you have a minimum {basis.label} already"
            continue
        rules.append(MinimumRule(quantity, basis, surcharge))
    return tuple(rules)


def _load(reader: Reader, unit: Unit) -> LoadLimits | None:
    low = reader.optional("load_min", lambda text: parse_quantity(text, unit))
    high = reader.optional("load_max", lambda text: parse_quantity(text, unit))
    if low is None and high is None:
        return None
    if low is None or high is None:
        reader.problems["load_max" if high is None else "load_min"] = "give the smallest and the largest load"
        return None
    if low.atoms > high.atoms:
        reader.problems["load_max"] = "is below the smallest load"
        return None
    return LoadLimits(low.atoms, high.atoms)


def _price(reader: Reader, unit: Unit) -> Price | None:
    currency = reader.optional("currency", _currency) or "EUR"

    def money(text: str) -> int:
        return read_money(text, currency)

    unit_minor = reader.optional("price_unit", money)
    setup = reader.optional("price_setup", money)
    breaks: dict[int, int] = {}
    for row in reader.rows("break", "from"):
        start = reader.optional(row + "from", _whole(1, 10_000_000))
        price = reader.optional(row + "price", money)
        if (start is None) != (price is None):
            reader.problems.setdefault(
                row + ("price" if price is None else "from"), "give the quantity and the price, or neither"
            )
        elif start is not None and price is not None:
            breaks[start] = price
    if unit_minor is None:
        if (setup or breaks) and "price_unit" not in reader.problems:
            reader.problems["price_unit"] = "give the price for one too"
        return None
    return Price(currency, unit_minor, unit, setup or 0, tuple(PriceBreak(s, p) for s, p in sorted(breaks.items())))


def read_money(text: str, currency: str) -> int:
    """An amount such as 12.50 in whole minor units.

    Errors: ValueError.
    """
    minor: Fraction = parse_decimal(text) * 10 ** minor_exponent(currency)
    if minor.denominator != 1:
        raise ValueError(f"{currency} has {minor_exponent(currency)} decimals")
    if minor > _MAXIMUM_MINOR:
        raise ValueError("is too much")
    return int(minor)


def _term(facet: Facet) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in vocabulary().terms[facet]:
            raise ValueError("choose from the list")
        return text

    return parse


def _unit(text: str) -> Unit:
    if text not in set(Unit):
        raise ValueError("choose from the list")
    return Unit(text)


def _basis(text: str) -> Basis:
    if text not in set(Basis):
        raise ValueError("choose from the list")
    return Basis(text)


def _currency(text: str) -> str:
    if text not in CURRENCIES:
        raise ValueError("choose from the list")
    return text


def _country(text: str) -> str:
    country = find_country(text)
    if country is None:
        raise ValueError("choose from the list")
    return country.alpha2


def _machine(text: str) -> tuple[str, str]:
    family, _, name = text.partition(":")
    if name not in vocabulary().machines.get(family, ()):
        raise ValueError("choose from the list")
    return family, name


def _lead_days(text: str) -> int:
    return _whole(0, MAXIMUM_LEAD_DAYS)(text)


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        number = parse_decimal(text)
        if number.denominator != 1 or not low <= number <= high:
            raise ValueError(f"must be a whole number between {low} and {high:,}")
        return int(number)

    return parse
