"""Rows of services.csv: one service, its minimum rules, and the resource it draws on. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction

from marketplace.capacity.model import RATE_ONE
from marketplace.suppliers.model import (
    MAXIMUM_LEAD_DAYS,
    LeadDays,
    LoadLimits,
    MinimumRule,
    Price,
    ServiceDraft,
    Status,
    Tags,
)
from marketplace.text import clean_line, clean_text
from marketplace.transfer.escapes import read_text
from marketplace.transfer.lists import read_breaks
from marketplace.transfer.row import Row, Terms, currency, member, quantity, unit, whole
from marketplace.units import Quantity, Unit, parse_decimal
from marketplace.units.rules import format_number
from marketplace.vocabulary import Facet, vocabulary
from marketplace.vocabulary.model import Basis, fold

RULE_COLUMNS = ("min_quantity", "min_unit", "basis", "surcharge_percent")
_MAXIMUM_MINOR = 10**12
_BASIS_ALIASES = {
    "style x colour": "style_and_colour",
    "style x color": "style_and_colour",
    "style colour": "style_and_colour",
    "style color": "style_and_colour",
    "style and color": "style_and_colour",
    "style per colour": "style_and_colour",
    "style per color": "style_and_colour",
    "colour and style": "style_and_colour",
    "color and style": "style_and_colour",
    "color": "colour",
    "shade": "colour",
    "colourway": "colour",
    "colorway": "colour",
    "total": "order",
    "run": "order",
    "dye lot": "lot",
    "batch": "lot",
    "print": "design",
    "model": "style",
    "article": "style",
}


@dataclass(frozen=True, slots=True)
class ResourceSaid:
    """What a row says of its resource. None: the row does not say, so that what stands is kept.

    `usual` None with `usual_stated`: the file says that no usual week is published.
    """

    name: str | None = None
    unit: Unit | None = None
    rate: Fraction | None = None  # resource units for one unit of the job
    usual_stated: bool = False
    usual: Quantity | None = None
    confirmed_at: datetime | None = None


def read_rule(row: Row, service_unit: Unit, allowed: tuple[Unit, ...]) -> MinimumRule | None:
    """The minimum rule of a row; a blank minimum is 'not stated', never 0."""
    rule_unit = row.read("min_unit", unit, blank=service_unit, absent=service_unit)
    if allowed and rule_unit not in allowed:
        row.refuse("min_unit", f"this work is counted in {' or '.join(allowed)}, not {rule_unit}")
    amount = row.read("min_quantity", quantity(rule_unit), blank=None, absent=None)
    named = row.read("basis", _basis, blank=None, absent=None)
    surcharge = row.read("surcharge_percent", whole(0, 500), blank=None, absent=None)
    if not row.text("min_quantity"):
        if surcharge is not None:
            row.refuse("surcharge_percent", "says what is charged below the minimum, but no min_quantity is stated")
        return None
    if named is None:
        if not row.text("basis"):
            row.refuse("basis", f"is missing: what does the minimum count? One of {', '.join(Basis)}")
        return None
    return MinimumRule(amount, named, surcharge) if amount else None


def read_service(row: Row, process: str, base: ServiceDraft | None, terms: Terms) -> ServiceDraft | None:
    """Everything a row says of a service but for its resource; rules holds the row's own rule only."""
    allowed = vocabulary().processes[process].units
    unit_ = row.need("unit", unit, f"this work is counted in {' or '.join(allowed)}")
    if unit_ is None:
        return None
    if unit_ not in allowed:
        row.refuse("unit", f"{process} is counted in {' or '.join(allowed)}, not {unit_}")
        return None
    if base is not None and base.unit is not unit_:
        row.refuse("unit", f"stays “{base.unit}” once the service is listed; remove the service to count it otherwise")
        return None
    stands = base or ServiceDraft(process, unit_)
    rule = read_rule(row, unit_, allowed)
    maximum = row.read("max_quantity", quantity(unit_), blank=None, absent=stands.maximum)
    if rule and maximum and rule.quantity.unit is unit_ and rule.quantity.atoms > maximum.atoms:
        least, most = format_number(rule.quantity.atoms, unit_), format_number(maximum.atoms, unit_)
        row.refuse("max_quantity", f"min_quantity {least} is more than max_quantity {most}")
    lead = whole(0, MAXIMUM_LEAD_DAYS)
    none: frozenset[str] = frozenset()

    def tags(column: str, facet: Facet) -> frozenset[str]:
        return row.read(column, terms.terms(facet), blank=none, absent=stands.tags.of(facet))

    return ServiceDraft(
        process=process,
        unit=unit_,
        rules=(rule,) if rule else (),
        maximum=maximum,
        load=_read_load(row, unit_, stands.load),
        leads=LeadDays(
            sample=row.read("sample_lead_days", lead, blank=None, absent=stands.leads.sample),
            first=row.read("lead_days", lead, blank=None, absent=stands.leads.first),
            repeat=row.read("repeat_lead_days", lead, blank=None, absent=stands.leads.repeat),
        ),
        price=_read_price(row, unit_, stands.price),
        tags=Tags(tags("skills", Facet.SKILL), tags("materials", Facet.MATERIAL), tags("products", Facet.PRODUCT)),
        note=row.read("note", lambda text: clean_text(read_text(text)), blank="", absent=stands.note),
    )


def read_status(row: Row, stands: Status) -> Status:
    status = row.read("status", member(Status), blank=stands, absent=stands)
    if status is Status.CLOSED:
        row.refuse("status", "a service is published or paused; only a supplier can be closed")
    return status


def read_resource(row: Row, service_unit: Unit, known: Unit | None) -> ResourceSaid:
    """What a row says of the resource; `known` is the unit of the one it draws on already."""
    name = row.read("resource", clean_line, blank=None, absent=None)
    unit_ = row.read("resource_unit", unit, blank=None, absent=None)
    counted = unit_ or known or service_unit
    return ResourceSaid(
        name=name,
        unit=unit_,
        rate=row.read("rate", lambda text: _rate(text, service_unit, counted), blank=None, absent=None),
        usual_stated=row.has("weekly_capacity"),
        usual=row.read("weekly_capacity", quantity(counted, may_be_zero=True), blank=None, absent=None),
        confirmed_at=row.read("usual_confirmed", _instant, blank=None, absent=None),
    )


def stored_rate(rate: Fraction, service_unit: Unit, resource_unit: Unit) -> int:
    """Thousandths of a resource atom for one atom of the job.

    Errors: ValueError when the rate is finer than that, or 0.
    """
    thousandths = rate * RATE_ONE * resource_unit.atoms / service_unit.atoms
    if thousandths.denominator != 1 or thousandths < 1:
        raise ValueError(f"a rate from {service_unit} to {resource_unit} has at most the decimals of a thousandth")
    return int(thousandths)


def shown_rate(stored: int, service_unit: Unit, resource_unit: Unit) -> str:
    """Resource units for one unit of the job, as a plain decimal that stored_rate reads back."""
    rate = Fraction(stored * service_unit.atoms, RATE_ONE * resource_unit.atoms)
    scaled = int(rate * 10**9)
    text = f"{scaled // 10**9}.{scaled % 10**9:09d}"
    return text.rstrip("0").rstrip(".")


def _rate(text: str, service_unit: Unit, resource_unit: Unit) -> Fraction:
    rate = parse_decimal(text)
    stored_rate(rate, service_unit, resource_unit)
    return rate


def _read_load(row: Row, unit_: Unit, stands: LoadLimits | None) -> LoadLimits | None:
    if not row.has("load_min") and not row.has("load_max"):
        return stands
    low = row.read("load_min", quantity(unit_), blank=None, absent=None)
    high = row.read("load_max", quantity(unit_), blank=None, absent=None)
    if (low is None) != (high is None):
        row.refuse("load_min" if low is None else "load_max", "load_min and load_max come together")
    if low is None or high is None:
        return None
    if low.atoms > high.atoms:
        row.refuse("load_max", f"load_min {row.text('load_min')} is more than load_max {row.text('load_max')}")
    return LoadLimits(low.atoms, high.atoms)


def _read_price(row: Row, unit_: Unit, stands: Price | None) -> Price | None:
    if not any(row.has(column) for column in ("price_minor", "currency")):
        return stands
    minor = row.read("price_minor", whole(0, _MAXIMUM_MINOR), blank=None, absent=None)
    code = row.read("currency", currency, blank=None, absent=None)
    per = row.read("price_per", unit, blank=unit_, absent=unit_)
    setup = row.read("setup_minor", whole(0, _MAXIMUM_MINOR), blank=0, absent=stands.setup_minor if stands else 0)
    breaks = row.read("price_breaks", read_breaks, blank=(), absent=stands.breaks if stands else ())
    if not row.text("price_minor") and row.text("setup_minor"):
        row.refuse("price_minor", "is missing: setup_minor needs a price")
    if not row.text("price_minor") and row.text("price_breaks"):
        row.refuse("price_minor", "is missing: price_breaks need a price")
    if bool(row.text("price_minor")) and not row.text("currency"):
        row.refuse("currency", "is missing: a price needs its currency, such as EUR")
    if minor is None or code is None:
        return None
    return Price(code, minor, per, setup, breaks)


def _basis(text: str) -> Basis:
    """Errors: ValueError with the list."""
    key = fold(text.replace("×", " x ").replace("&", " and ").replace("+", " and ")).removeprefix("per ")
    try:
        return Basis(_BASIS_ALIASES.get(key, key.replace(" ", "_")))
    except ValueError:
        raise ValueError(f"“{text[:40]}” is not something a minimum counts: one of {', '.join(Basis)}") from None


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or (len(text) > 10 and found.tzinfo is None):
        raise ValueError(f"“{text[:40]}” is not a time: write 2027-03-01, or 2027-03-01T09:30:00+00:00")
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
