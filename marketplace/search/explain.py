"""Say why: what a hit meets and what it does not, in words with numbers. Pure.

`reasons` is the one place that says so; the page, the JSON and the terminal show what it answers, so that they
cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.capacity.model import STALE_DAYS, Calendar
from marketplace.places import Precision
from marketplace.places.rules import KM_PER_MILE, format_distance
from marketplace.search.decide import SERVICE_FACETS, SITE_FACETS, Limit, ServiceFit, SiteFit, open_in_window, values_of
from marketplace.search.order import price_key
from marketplace.search.query import SearchQuery
from marketplace.suppliers.model import ServiceTerms, Verification
from marketplace.suppliers.rules import load_text, rule_text
from marketplace.units import format_quantity
from marketplace.units.model import Money, format_money
from marketplace.vocabulary import Facet, vocabulary

# A point found by machine lay 0.75 km off in the median and 33 km at the 90th percentile (Open Supply Hub's
# lists geocoded twice); nearer to the edge than this, such a hit may really lie outside.
_LOOSE_M = {Precision.STREET: 500, Precision.POSTCODE: 3000, Precision.TOWN: 10_000}
WINDOW_WEEKS = 12  # how far open weeks are counted where no date is asked

DEGRADED_NOTE = (
    "The search engine is not answering as usual, so a simpler way answers. What is listed fits and its reasons are "
    "true; some of what fits may be missing."
)

_FACET_WORDS = {
    Facet.KIND: "Kind",
    Facet.PROCESS: "Work",
    Facet.SKILL: "Skill",
    Facet.MATERIAL: "Material",
    Facet.PRODUCT: "Product",
    Facet.CERTIFICATION: "Certificate",
    Facet.LANGUAGE: "Language",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence about one field of the query.

    `met` is False exactly where the field keeps the site out, and None where the answer holds on a condition:
    a surcharge, a rough pin, something nobody stated or confirmed.
    """

    field: str  # as the parameter of a search is called
    met: bool | None
    text: str


def reasons(fit: SiteFit, query: SearchQuery, distance_unit: str = "km") -> tuple[Reason, ...]:
    """All that is to be said of a site, with the service that answers the query best.

    Guarantee: each field asked about has a reason.
    """
    return (
        *_place_reasons(fit, query, distance_unit),
        *_site_term_reasons(fit, query),
        *service_term_reasons(fit.best, query),
        *_verified_reasons(fit, query),
        *_teaching_reasons(fit, query),
        *run_reasons(fit.best, query),
    )


def not_about_run(said: Iterable[Reason]) -> tuple[Reason, ...]:
    """Those reasons that are not about the run and its dates."""
    return tuple(reason for reason in said if reason.field not in (Limit.QUANTITY, Limit.BY))


def service_reasons(fit: ServiceFit, query: SearchQuery) -> tuple[Reason, ...]:
    """What one service says, whichever stands first."""
    return (*service_term_reasons(fit, query), *run_reasons(fit, query))


def service_term_reasons(fit: ServiceFit, query: SearchQuery) -> tuple[Reason, ...]:
    """The work, skills, materials and products asked for."""
    if not query.terms:
        return ()
    asked = ((facet, query.asked(facet)) for facet in SERVICE_FACETS)
    return tuple(_term_reason(facet, terms, fit.service.values(facet)) for facet, terms in asked if terms)


def run_reasons(fit: ServiceFit, query: SearchQuery) -> tuple[Reason, ...]:
    """The run against the minimums, then its dates."""
    if query.run is None and not query.has_window:
        return ()
    return (*_quantity_reasons(fit, query), *_date_reasons(fit, query))


def texts(said: Iterable[Reason]) -> list[str]:
    return [reason.text for reason in said]


def edge_note(fit: SiteFit, query: SearchQuery, distance_unit: str = "km") -> str | None:
    """A warning where the point is too rough to be sure that it lies inside."""
    loose_m = _LOOSE_M.get(fit.document.precision)
    if loose_m is None or fit.metres is None or query.circle is None:
        return None
    inside_m = query.circle.radius_m - fit.metres
    if not 0 <= inside_m < loose_m:
        return None
    return (
        f"Pin {fit.document.precision.label}, {_distance(inside_m, distance_unit)} inside your radius: may lie outside"
    )


def last_day(query: SearchQuery) -> date:
    """The last day on which open weeks are counted."""
    return query.by or query.arrival + timedelta(weeks=WINDOW_WEEKS)


def _place_reasons(fit: SiteFit, query: SearchQuery, unit: str) -> Iterator[Reason]:
    if query.circle is None:
        return
    radius_m = query.circle.radius_m
    if fit.metres is None:
        yield Reason(Limit.RADIUS, met=False, text="Not on the map: how far away it is, nobody knows")
        return
    away = f"{_distance(fit.metres, unit)} away"
    if fit.metres <= radius_m:
        yield Reason(Limit.RADIUS, met=True, text=f"{away}, within your {_distance(radius_m, unit)}")
    else:
        outside = _distance(fit.metres - radius_m, unit)
        yield Reason(Limit.RADIUS, met=False, text=f"{away}: {outside} outside your {_distance(radius_m, unit)}")
    if note := edge_note(fit, query, unit):
        yield Reason(Limit.RADIUS, met=None, text=note)


def _site_term_reasons(fit: SiteFit, query: SearchQuery) -> Iterator[Reason]:
    if not query.terms:
        return
    for facet in SITE_FACETS:
        if terms := query.asked(facet):
            has = values_of(fit.document, facet, query.job_day)
            expired = _expired(fit, query, terms) if facet is Facet.CERTIFICATION and not terms & has else None
            yield expired or _term_reason(facet, terms, has)
    if query.asked(Facet.CERTIFICATION) & values_of(fit.document, Facet.CERTIFICATION, query.job_day) and (
        not fit.document.is_verified
    ):
        yield Reason(Limit.CERTIFICATION, met=None, text="Certificates are the supplier's own word: not verified yet")


def _term_reason(facet: Facet, asked: frozenset[str], has: frozenset[str]) -> Reason:
    if both := asked & has:
        return Reason(facet.value, met=True, text=f"{_FACET_WORDS[facet]}: {_labels(facet, both, ', ')}")
    return Reason(facet.value, met=False, text=f"No {_labels(facet, asked, ' or ')}")


def _expired(fit: SiteFit, query: SearchQuery, asked: frozenset[str]) -> Reason | None:
    """A certificate asked for that is there, but not on the day of the job."""
    for certificate in fit.document.certificates:
        if certificate.scheme in asked:
            label = vocabulary().label(Facet.CERTIFICATION, certificate.scheme)
            if certificate.valid_to and certificate.valid_to < query.job_day:
                when = f"valid until {_day(certificate.valid_to)}, not on {_day(query.job_day)}"
            elif certificate.valid_from:
                when = f"valid from {_day(certificate.valid_from)}, not on {_day(query.job_day)}"
            else:
                continue
            return Reason(Limit.CERTIFICATION, met=False, text=f"{label}: {when}")
    return None


def _verified_reasons(fit: SiteFit, query: SearchQuery) -> Iterator[Reason]:
    """That a firm is verified is always worth saying; that it is not, where somebody asked."""
    if fit.document.is_verified:
        label = Verification(fit.document.verification).label
        yield Reason(Limit.VERIFIED, met=True, text=f"Verified: {label}")
    elif query.verified:
        yield Reason(Limit.VERIFIED, met=False, text="Not verified yet")


def _teaching_reasons(fit: SiteFit, query: SearchQuery) -> Iterator[Reason]:
    if query.teaching:
        met = fit.document.is_teaching(query.today)
        yield Reason(Limit.TEACHING, met, "Trains apprentices" if met else "Trains nobody now")


def _quantity_reasons(fit: ServiceFit, query: SearchQuery) -> Iterator[Reason]:
    if query.run is None:
        return
    if fit.verdict is None:
        yield Reason(Limit.QUANTITY, met=False, text="Lists no service with a minimum yet: ask")
        return
    for finding in fit.verdict.findings:
        yield Reason(Limit.QUANTITY, finding.met, finding.text)


def _date_reasons(fit: ServiceFit, query: SearchQuery) -> Iterator[Reason]:
    """When the run would be made, or what is open between the dates."""
    calendar = fit.service.calendar
    missing = False if query.has_window else None  # without dates asked for, nothing is missed
    if query.run is None and not query.has_window:
        return
    if calendar is None:
        yield Reason(Limit.BY, missing, "No open weeks published: ask for dates")
        return
    if query.run is None:
        between = f"from {_day(query.arrival)} to {_day(last_day(query))}"
        open_now = open_in_window(fit.service, query)
        text = f"{format_quantity(open_now)} open {between}" if open_now else f"Nothing open {between}"
        yield Reason(Limit.BY, met=open_now is not None, text=text)
    elif fit.plan is None:
        yield Reason(Limit.BY, missing, "The weeks published don't take this run: ask for dates")
    else:
        yield _plan_reason(fit, query)
        draft = fit.service.draft
        if draft and draft.leads.first is None:
            yield Reason(Limit.BY, met=None, text="Lead time not stated: the day ready counts working days only")
    if note := _stale_note(calendar, query.today):
        yield Reason(Limit.BY, met=None, text=note)


def _plan_reason(fit: ServiceFit, query: SearchQuery) -> Reason:
    assert fit.plan is not None
    ready = fit.plan.ready
    text = f"Starts {_weekday(fit.plan.starts)}, ready {_weekday(ready)}"
    if query.by is None or ready <= query.by:
        return Reason(Limit.BY, met=True, text=text)
    late = (ready - query.by).days
    return Reason(Limit.BY, met=False, text=f"{text}: {late} {'day' if late == 1 else 'days'} after your date")


def _stale_note(calendar: Calendar, today: date) -> str | None:
    if calendar.confirmed_at is None:
        return "Weeks never confirmed by the supplier"
    days = (today - calendar.confirmed_at.date()).days
    return f"Weeks not confirmed for {days} days" if days > STALE_DAYS else None


def minimum_text(draft: ServiceTerms) -> str:
    """'20 pieces per style, 60 pieces per order (+15 % below)'."""
    said = [
        rule_text(rule) + (f" (+{rule.surcharge_percent} % below)" if rule.surcharge_percent is not None else "")
        for rule in draft.rules
    ]
    said += [load_text(draft)] if draft.load else []
    return ", ".join(said) or "not stated"


def price_text(fit: ServiceFit, query: SearchQuery) -> str | None:
    """'about €640.00 for this run' or 'from €12.50 a piece'."""
    draft = fit.service.draft
    if draft is None or draft.price is None:
        return None
    price = draft.price
    converted = fit.verdict.converted if fit.verdict else None
    if converted and converted.unit is price.per:
        return f"about {format_money(Money(price_key(fit, query)[3], price.currency))} for this run"
    lowest = min((price.unit_minor, *(b.unit_minor for b in price.breaks)))
    return f"from {format_money(Money(lowest, price.currency))} a {price.per.singular}"


def _labels(facet: Facet, values: Iterable[str], between: str) -> str:
    return between.join(vocabulary().label(facet, value) for value in sorted(values))


def _distance(metres: int, unit: str) -> str:
    return f"{metres / 1000 / KM_PER_MILE:,.1f} miles" if unit == "mi" else format_distance(metres)


def _weekday(day: date) -> str:
    return f"{day:%a} {_day(day)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
