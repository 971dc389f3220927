"""What people type and programs send about pools, to typed values. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from marketplace.errors import Invalid
from marketplace.places import Point
from marketplace.places.model import parse_coordinate
from marketplace.pools.actions import Wanted
from marketplace.pools.model import ClosingAction, ConfirmsAt, Key, Terms
from marketplace.pools.wishes import Wished
from marketplace.suppliers.rules import Cloth
from marketplace.text import clean_line, clean_text
from marketplace.units import Unit, parse_decimal, parse_quantity
from marketplace.units.model import CURRENCIES, minor_exponent
from marketplace.vocabulary import Facet, vocabulary

T = TypeVar("T")

OPEN_FIELDS = (
    "supplier service material colour design unit minimum maximum smallest closes_at starts reach_km currency "
    "unit_minor setup_minor closing extend_days confirms width_cm gsm piece_g note wishes"
).split()
PLEDGE_FIELDS = "quantity tolerance lat lon radius_km needed_by".split()
WISH_FIELDS = (
    "process material colour design unit quantity tolerance lat lon radius_km needed_by width_cm gsm note supplier "
    "service"
).split()
MOST_NOTE = 500
_MOST_KEY = 60
_MOST_MINOR = 100_000_000
_MOST_KM = 20_040
_FIRST, _LAST = date(2000, 1, 1), date(2200, 1, 1)
_CLOSES = time(17, tzinfo=UTC)  # of a day that was given without a time
_WHOLE = re.compile(r"[0-9]{1,9}")


class Fields:
    """Reads one field after the other and gathers what is wrong."""

    def __init__(self, given: Mapping[str, Any], known: Collection[str] | None = None) -> None:
        self._given = given
        self.problems = {
            str(name)[:60]: "is not a field of this request" for name in given if known and name not in known
        }

    def text(self, name: str) -> str:
        """Empty where nothing was given; a number of JSON as it is written."""
        value = self._given.get(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.problems[name] = "must be text or a number"
            return ""
        return str(value).strip()

    def read(self, name: str, how: Callable[[str], T], otherwise: T, *, needed: str = "") -> T:
        """`needed`: what is said when nothing was given."""
        text = self.text(name)
        if not text:
            if needed:
                self.problems.setdefault(name, needed)
            return otherwise
        try:
            return how(text)
        except (ValueError, OverflowError) as error:
            self.problems[name] = str(error)
            return otherwise

    def point(self) -> Point | None:
        lat = self.read("lat", lambda text: parse_coordinate(text, "latitude"), None)
        lon = self.read("lon", lambda text: parse_coordinate(text, "longitude"), None)
        if (lat is None) != (lon is None) and not self.problems.keys() & {"lat", "lon"}:
            self.problems["lon" if lon is None else "lat"] = "lat and lon belong together"
        return Point.of(lat, lon) if lat is not None and lon is not None else None

    def cloth(self) -> Cloth | None:
        width = self.read("width_cm", lambda text: whole(text, 1, 1000), None)
        gsm = self.read("gsm", lambda text: whole(text, 1, 5000), None)
        if (width is None) != (gsm is None) and not self.problems.keys() & {"width_cm", "gsm"}:
            self.problems["gsm" if gsm is None else "width_cm"] = "width and weight of the cloth belong together"
        return Cloth(width, gsm) if width and gsm else None

    def key(self, process: str) -> Key:
        """What one lot shares. The material as an identifier or a name."""
        words = [self.read(name, lambda text: clean_line(text, maximum=_MOST_KEY), "") for name in ("colour", "design")]
        return Key(process, self.read("material", material, ""), *words)

    def finish(self) -> None:
        """Errors: Invalid when anything was wrong."""
        if self.problems:
            raise Invalid(self.problems)


@dataclass(frozen=True, slots=True)
class Opening:
    supplier_id: str
    service_id: str
    terms: Terms
    wishes: tuple[str, ...]


def read_opening(given: Mapping[str, Any], process: str, unit: Unit, now: datetime, *, typed: bool = False) -> Opening:
    """A pool to open for a service of this process, counted in `unit` where nothing else is said.

    `typed`: a form, with prices in whole units of money. Errors: Invalid, a sentence for each wrong field.
    """
    fields = Fields(given, None if typed else OPEN_FIELDS)
    unit = fields.read("unit", read_unit, unit)
    amounts = {
        name: fields.read(name, lambda text: parse_quantity(text, unit).atoms, 0, needed=needed)
        for name, needed in (
            ("minimum", "how much makes the lot run?"),
            ("maximum", "how much does it hold?"),
            ("smallest", ""),
        )
    }
    closes_at = fields.read("closes_at", moment, now, needed="until when may designers join?")
    currency = fields.read("currency", read_currency, "EUR", needed="in which currency?")
    read_money: Callable[[str], int] = (
        (lambda text: money(text, currency)) if typed else (lambda text: whole(text, 0, _MOST_MINOR))
    )
    wishes = given.get("wishes") or []
    if isinstance(wishes, str):
        wishes = wishes.split()
    if not isinstance(wishes, list) or len(wishes) > 100 or not all(isinstance(wish, str) for wish in wishes):
        fields.problems["wishes"] = "must be a list of ids"
        wishes = []
    terms = Terms(
        key=fields.key(process),
        unit=unit,
        minimum=amounts["minimum"],
        maximum=amounts["maximum"],
        smallest=amounts["smallest"] or None,
        closes_at=closes_at,
        starts=fields.read("starts", day, closes_at.date() + timedelta(days=1)),
        reach_m=fields.read("reach_km", metres, None),
        currency=currency,
        unit_minor=fields.read("unit_minor", read_money, 0, needed=f"what does a {unit.singular} cost?"),
        setup_minor=fields.read("setup_minor", read_money, 0),
        closing=fields.read("closing", lambda text: _one_of(ClosingAction, text), ClosingAction.RELEASE),
        extend_days=fields.read("extend_days", lambda text: whole(text, 1, 60), 14),
        confirms=fields.read("confirms", lambda text: _one_of(ConfirmsAt, text), ConfirmsAt.CLOSING),
        cloth=fields.cloth(),
        piece_g=fields.read("piece_g", lambda text: whole(text, 1, 100_000), None),
        note=fields.read("note", lambda text: clean_text(text, maximum=MOST_NOTE), ""),
    )
    names = {name: fields.text(name) for name in ("supplier", "service")}
    fields.problems.update(
        {n: "which one? Give its id" for n, text in names.items() if not text and n not in fields.problems}
    )
    fields.finish()
    return Opening(names["supplier"], names["service"], terms, tuple(wishes))


def read_pledge(given: Mapping[str, Any], unit: Unit, *, typed: bool = False) -> Wanted:
    """Errors: Invalid naming each wrong field."""
    fields = Fields(given, None if typed else PLEDGE_FIELDS)
    wanted = Wanted(
        atoms=fields.read("quantity", lambda text: parse_quantity(text, unit).atoms, 0, needed="how much do you need?"),
        tolerance=fields.read("tolerance", lambda text: _tolerance(text, unit), 0),
        point=fields.point(),
        radius_m=fields.read("radius_km", metres, None),
        needed_by=fields.read("needed_by", day, None),
    )
    fields.finish()
    return wanted


def read_wish(given: Mapping[str, Any], *, typed: bool = False) -> Wished:
    """Errors: Invalid naming each wrong field."""
    fields = Fields(given, None if typed else WISH_FIELDS)
    unit = fields.read("unit", read_unit, Unit.METRE)
    process = fields.read("process", read_process, "", needed="what work?")
    wished = Wished(
        key=fields.key(process),
        unit=unit,
        atoms=fields.read("quantity", lambda text: parse_quantity(text, unit).atoms, 0, needed="how much do you need?"),
        tolerance=fields.read("tolerance", lambda text: _tolerance(text, unit), 0),
        point=fields.point(),
        radius_m=fields.read("radius_km", metres, None),
        needed_by=fields.read("needed_by", day, None),
        cloth=fields.cloth(),
        note=fields.read("note", lambda text: clean_text(text, maximum=MOST_NOTE), ""),
        supplier_id=fields.text("supplier"),
        service_id=fields.text("service"),
    )
    if wished.service_id and not wished.supplier_id:
        fields.problems.setdefault("supplier", "whose service is it? Give the supplier’s id too")
    fields.finish()
    return wished


def read_process(text: str) -> str:
    found = vocabulary().find(Facet.PROCESS, text[:64])
    if found is None:
        raise ValueError(f"“{text[:40]}” is not a kind of work we know")
    return found.id


def material(text: str) -> str:
    found = vocabulary().find(Facet.MATERIAL, text[:64])
    if found is None:
        raise ValueError(f"“{text[:40]}” is not a material we know")
    return found.id


def read_unit(text: str) -> Unit:
    return _one_of(Unit, text)


def read_currency(text: str) -> str:
    if text not in CURRENCIES:
        raise ValueError(f"“{text[:10]}” is not a currency we know: write its three letters, such as EUR")
    return text


def money(text: str, currency: str) -> int:
    """'4.20' in minor units."""
    minor = parse_decimal(text) * 10 ** minor_exponent(currency)
    if minor.denominator != 1 or minor > _MOST_MINOR:
        raise ValueError(f"“{text[:20]}” is not an amount in {currency}")
    return int(minor)


def whole(text: str, least: int, most: int) -> int:
    if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
        raise ValueError(f"must be a whole number from {least:,} to {most:,}")
    return int(text)


def metres(text: str) -> int:
    """Kilometres, to whole metres."""
    km = parse_decimal(text)
    if not 0 < km <= _MOST_KM:
        raise ValueError(f"must be more than 0 km and at most {_MOST_KM:,}")
    return int(km * 1000)


def day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ValueError("must be a date such as 2027-03-31") from None
    if not _FIRST <= found <= _LAST:
        raise ValueError("must lie between the years 2000 and 2200")
    return found


def moment(text: str) -> datetime:
    """'2027-03-12', at 17:00 UTC, or '2027-03-12T17:00:00+00:00'; without a zone it is UTC."""
    if len(text) == 10:
        return datetime.combine(day(text), _CLOSES)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("must be a date such as 2027-03-31, or a time such as 2027-03-31T17:00Z") from None
    if not _FIRST <= found.date() <= _LAST:
        raise ValueError("must lie between the years 2000 and 2200")
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _tolerance(text: str, unit: Unit) -> int:
    return 0 if not parse_decimal(text) else parse_quantity(text, unit).atoms


def _one_of(enum: Callable[[str], T], text: str) -> T:
    try:
        return enum(text)
    except ValueError:
        names: Any = enum
        raise ValueError(f"must be one of {', '.join(member.value for member in names)}") from None
