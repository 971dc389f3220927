"""One row of capacity.csv and of placements.csv. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from marketplace.placements.model import (
    MAXIMUM_HOURS,
    MAXIMUM_MONTHS,
    MAXIMUM_SEATS,
    Level,
    Placement,
    PlacementStatus,
)
from marketplace.suppliers.model import SiteId
from marketplace.text import clean_line, clean_text
from marketplace.transfer.escapes import read_text, split_list, unescape
from marketplace.transfer.row import Row, Terms, currency, day, identifier, member, quantity, unit, whole
from marketplace.units import Unit, Week
from marketplace.units.wages import Wage, WagePer
from marketplace.vocabulary import Facet

_PUBLIC_ID = re.compile("[0-9a-f]{32}")


def read_week(row: Row) -> Week | None:
    return row.need("week_start", _week, "write the Monday, such as 2027-03-01, or 2027-W09")


def read_open(row: Row, counted: Unit) -> int | None:
    """The open quantity in atoms of the resource's unit."""
    given = row.need("unit", unit, f"this capacity is counted in {counted}")
    if given is not None and given is not counted:
        row.refuse("unit", f"this capacity is counted in {counted}, not {given}")
    if not row.text("open_quantity"):
        row.refuse("open_quantity", "is missing: write 0 for a week without capacity, or leave the row out")
        return None
    found = row.read("open_quantity", quantity(counted, may_be_zero=True), blank=None, absent=None)
    return found.atoms if found is not None else None


def read_placement(
    row: Row, supplier: str, site: str, site_id: SiteId, base: Placement | None, terms: Terms
) -> Placement:
    """The placement of a row, on top of the listed one. Its public id comes from the external id, or from
    what it is: the same place offered again is the same placement."""
    process = row.need("process", lambda text: terms.term(Facet.PROCESS, text), "") or ""
    skills = row.read("skill", _terms(terms, Facet.SKILL), blank=(), absent=base.skills if base else ())
    seats = row.need("seats", whole(1, MAXIMUM_SEATS), "") or 1
    taken = row.read("seats_taken", whole(0, MAXIMUM_SEATS), blank=0, absent=base.seats_taken if base else 0)
    if taken > seats:
        row.refuse("seats_taken", f"seats_taken {taken} is more than seats {seats}")
    starts_on = row.need("starts_on", day, "write year-month-day, such as 2027-03-01")
    status = base.status if base else PlacementStatus.OPEN
    level = base.level if base else Level.BEGINNER
    draft = Placement(
        public_id=placement_key(row, supplier, site),
        site_id=site_id,
        process=process,
        skills=skills,
        seats=seats,
        seats_taken=taken,
        starts_on=starts_on or day("2000-01-01"),
        months=row.need("months", whole(1, MAXIMUM_MONTHS), "") or 1,
        wage=_read_wage(row, base.wage if base else None),
        status=row.read("status", member(PlacementStatus), blank=status, absent=status),
        hours_week=row.read(
            "hours_week", whole(1, MAXIMUM_HOURS), blank=None, absent=base.hours_week if base else None
        ),
        level=row.read("level", member(Level), blank=level, absent=level),
        mentor=row.read(
            "mentor", lambda text: clean_line(text, maximum=120), blank="", absent=base.mentor if base else ""
        ),
        languages=row.read("languages", _terms(terms, Facet.LANGUAGE), blank=(), absent=base.languages if base else ()),
        access=row.read("access", _words, blank="", absent=base.access if base else ""),
        closes_on=row.read("closes_on", day, blank=None, absent=base.closes_on if base else None),
        offered_at=base.offered_at if base else None,
        note=row.read("note", _words, blank="", absent=base.note if base else ""),
    )
    row.read("external_id", identifier, blank="", absent="")
    return draft


def placement_key(row: Row, supplier: str, site: str) -> str:
    """The public id: the external id where it is one, else derived from the row."""
    given = row.text("external_id")
    if _PUBLIC_ID.fullmatch(given):
        return given
    own = (given,) if given else tuple(row.text(column) for column in ("process", "skill", "starts_on"))
    text = "\n".join(("placement", supplier, site, *own))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _read_wage(row: Row, stands: Wage | None) -> Wage | None:
    if not row.has("wage_minor"):
        return stands
    minor = row.read("wage_minor", whole(1, 10**10), blank=None, absent=None)
    code = row.read("currency", currency, blank=None, absent=None)
    per = row.read("wage_per", member(WagePer), blank=None, absent=None)
    if not row.text("wage_minor"):
        return None
    if not row.text("currency"):
        row.refuse("currency", "is missing: a wage needs its currency, such as EUR")
    if not row.text("wage_per"):
        row.refuse("wage_per", "is missing: hour or month")
    return Wage(minor, code, per) if minor is not None and code and per else None


def _terms(terms: Terms, facet: Facet) -> Callable[[str], tuple[str, ...]]:
    """A list of terms, in the order given, each once."""
    return lambda text: tuple(dict.fromkeys(terms.term(facet, unescape(item)) for item in split_list(text)))


def _words(text: str) -> str:
    return clean_text(read_text(text))


def _week(text: str) -> Week:
    found = Week.parse(text)
    if not 2000 <= found.monday.year <= 2199:
        raise ValueError(f"“{text}” is too far away: weeks from 2000 to 2199")
    return found
