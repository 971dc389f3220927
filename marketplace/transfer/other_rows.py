"""One row of capacity.csv and of placements.csv. Pure."""

from __future__ import annotations

import hashlib
import re

from marketplace.placements.model import Placement, PlacementStatus, Wage, WagePer
from marketplace.suppliers.model import SiteId
from marketplace.text import clean_text
from marketplace.transfer.escapes import read_text
from marketplace.transfer.row import Row, Terms, currency, day, identifier, member, quantity, unit, whole
from marketplace.units import Unit, Week
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
    skill = row.read("skill", lambda text: terms.term(Facet.SKILL, text), blank="", absent=base.skill if base else "")
    seats = row.need("seats", whole(1, 1000), "") or 1
    taken = row.read("seats_taken", whole(0, 1000), blank=0, absent=base.seats_taken if base else 0)
    if taken > seats:
        row.refuse("seats_taken", f"seats_taken {taken} is more than seats {seats}")
    starts_on = row.need("starts_on", day, "write year-month-day, such as 2027-03-01")
    status = base.status if base else PlacementStatus.OPEN
    draft = Placement(
        public_id=placement_key(row, supplier, site),
        site_id=site_id,
        process=process,
        skill=skill,
        seats=seats,
        seats_taken=taken,
        starts_on=starts_on or day("2000-01-01"),
        months=row.need("months", whole(1, 120), "") or 1,
        wage=_read_wage(row, base.wage if base else None),
        status=row.read("status", member(PlacementStatus), blank=status, absent=status),
        note=row.read("note", lambda text: clean_text(read_text(text)), blank="", absent=base.note if base else ""),
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


def _week(text: str) -> Week:
    found = Week.parse(text)
    if not 2000 <= found.monday.year <= 2199:
        raise ValueError(f"“{text}” is too far away: weeks from 2000 to 2199")
    return found
