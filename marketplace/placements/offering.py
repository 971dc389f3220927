"""Read what a firm says of a place it offers, from its form or from a program. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from marketplace.errors import Invalid
from marketplace.placements.forms import amount_text, read_amount
from marketplace.placements.model import (
    MAXIMUM_HOURS,
    MAXIMUM_MONTHS,
    MAXIMUM_SEATS,
    MAXIMUM_SKILLS,
    Level,
    Placement,
    PlacementStatus,
)
from marketplace.search.forms import read_date, read_whole
from marketplace.suppliers.model import Site
from marketplace.text import clean_line, clean_text
from marketplace.units.model import CURRENCIES
from marketplace.units.wages import MinimumWage, Wage, WagePer, minimum_for, wage_problem
from marketplace.vocabulary import Facet, vocabulary

T = TypeVar("T")
FIELDS = (
    "process skills site seats seats_taken starts_on months hours_week wage wage_currency wage_per level mentor "
    "languages access closes_on note"
).split()
Form = Mapping[str, Sequence[str]]


def read_offer(
    form: Form,
    public_id: str,
    sites: Sequence[Site],
    minimums: Iterable[MinimumWage],
    today: date,
    base: Placement | None = None,
) -> Placement:
    """The placement that a form describes; `base` is the one it changes.

    Errors: Invalid with a sentence for each field; also where the wage is below the least of the site's region.
    """
    reader = _Reader(form)
    process, skills = _taught(reader)
    site = _site(reader, sites, base)
    seats = reader.need("seats", lambda text: read_whole(text, 1, MAXIMUM_SEATS), 1)
    taken = base.seats_taken if base else 0
    taken = reader.read("seats_taken", lambda text: read_whole(text, 0, MAXIMUM_SEATS), taken)
    if taken > seats:
        reader.problems["seats" if "seats_taken" not in form else "seats_taken"] = f"{taken} of {seats} are taken"
    starts_on = reader.need("starts_on", read_date, today)
    if starts_on < today and (base is None or starts_on != base.starts_on):
        reader.problems.setdefault("starts_on", "has passed")
    hours = reader.read("hours_week", lambda text: read_whole(text, 1, MAXIMUM_HOURS), None)
    wage = _wage(reader, hours)
    address = site.draft.address
    if problem := wage_problem(wage, hours, minimum_for(minimums, address.country, address.region)):
        reader.problems.setdefault("wage", problem)
    closes_on = reader.read("closes_on", read_date, None)
    if closes_on and closes_on < today and (base is None or closes_on != base.closes_on):
        reader.problems["closes_on"] = "has passed"
    placement = Placement(
        public_id=public_id,
        site_id=site.id,
        process=process,
        skills=skills,
        seats=seats,
        seats_taken=taken,
        starts_on=starts_on,
        months=reader.need("months", lambda text: read_whole(text, 1, MAXIMUM_MONTHS), 1),
        wage=wage,
        status=base.status if base else PlacementStatus.OPEN,
        note=reader.read("note", lambda text: clean_text(text, maximum=1000), ""),
        hours_week=hours,
        level=reader.read("level", _level, Level.BEGINNER),
        mentor=reader.read("mentor", lambda text: clean_line(text, maximum=120), ""),
        languages=tuple(sorted(reader.terms(Facet.LANGUAGE, "languages"))),
        access=reader.read("access", lambda text: clean_text(text, maximum=500), ""),
        closes_on=closes_on,
        offered_at=base.offered_at if base else None,
    )
    if reader.problems:
        raise Invalid(reader.problems)
    return settled(placement)


def settled(placement: Placement) -> Placement:
    """Filled and open as the seats say."""
    is_full = placement.seats_taken >= placement.seats
    if placement.status in (PlacementStatus.OPEN, PlacementStatus.PAUSED) and is_full:
        return replace(placement, status=PlacementStatus.FILLED)
    if placement.status is PlacementStatus.FILLED and not is_full:
        return replace(placement, status=PlacementStatus.OPEN)
    return placement


def form_of(placement: Placement, site: Site | None = None) -> dict[str, list[str]]:
    """What a form shows of a placement; read_offer makes the same placement of it."""
    wage = placement.wage
    return {
        "process": [placement.process],
        "skills": list(placement.skills),
        "site": [site.public_id] if site else [],
        "seats": [str(placement.seats)],
        "seats_taken": [str(placement.seats_taken)],
        "starts_on": [placement.starts_on.isoformat()],
        "months": [str(placement.months)],
        "hours_week": [str(placement.hours_week)] if placement.hours_week else [],
        "wage": [amount_text(wage)] if wage else [],
        "wage_currency": [wage.currency] if wage else [],
        "wage_per": [wage.per.value] if wage else [],
        "level": [placement.level.value],
        "mentor": [placement.mentor],
        "languages": list(placement.languages),
        "access": [placement.access],
        "closes_on": [placement.closes_on.isoformat()] if placement.closes_on else [],
        "note": [placement.note],
    }


class _Reader:
    def __init__(self, form: Form) -> None:
        self.form = form
        self.problems: dict[str, str] = {}

    def texts(self, name: str) -> list[str]:
        return [text.strip() for text in self.form.get(name, ()) if text.strip()]

    def text(self, name: str) -> str:
        return (self.texts(name) or [""])[-1]

    def read(self, name: str, parse: Callable[[str], T], blank: Any) -> Any:
        """The value, `blank` where nothing or something wrong stands."""
        text = self.text(name)
        if not text:
            return blank
        try:
            return parse(text)
        except ValueError as error:
            self.problems[name] = str(error)
            return blank

    def need(self, name: str, parse: Callable[[str], T], stand_in: T) -> T:
        if not self.text(name):
            self.problems[name] = "is missing"
            return stand_in
        found: T = self.read(name, parse, stand_in)
        return found

    def terms(self, facet: Facet, name: str) -> list[str]:
        """In the order given, each once."""
        found: list[str] = []
        for text in self.texts(name):
            term = vocabulary().find(facet, text[:64])
            if term is None:
                self.problems[name] = f"“{text[:40]}” is not a {facet.value} we know: choose from the list"
            elif term.id not in found:
                found.append(term.id)
        return found


def _taught(reader: _Reader) -> tuple[str, tuple[str, ...]]:
    """The trade, and the skills of it. A trade may stand among the skills: both are words for what is learned."""
    words = vocabulary()
    process = words.find(Facet.PROCESS, reader.text("process")[:64])
    if reader.text("process") and process is None:
        reader.problems["process"] = "choose the trade you teach"
    skills: list[str] = []
    trades: list[str] = []
    for text in reader.texts("skills"):
        skill, trade = words.find(Facet.SKILL, text[:64]), words.find(Facet.PROCESS, text[:64])
        if skill is not None:
            skills += [skill.id] if skill.id not in skills else []
        elif trade is not None:
            trades.append(trade.id)
        else:
            reader.problems["skills"] = f"“{text[:40]}” is not a skill or a trade we know: choose from the list"
    if len(skills) > MAXIMUM_SKILLS:
        reader.problems["skills"] = f"at most {MAXIMUM_SKILLS}"
    if process is not None:
        return process.id, tuple(skills)
    of_skills = [each.id for each in words.processes.values() if skills and skills[0] in each.skills]
    of_skills.sort(key=lambda name: name == "sample")  # a sample room has every skill: any other trade says more
    found = next(iter([*trades, *of_skills]), "")
    if not found:
        reader.problems.setdefault("process", "choose the trade you teach")
    return found, tuple(skills)


def _site(reader: _Reader, sites: Sequence[Site], base: Placement | None) -> Site:
    """The site named, else the one it stands at, else the first."""
    wanted = reader.text("site")
    named = next((site for site in sites if site.public_id == wanted), None)
    if wanted and named is None:
        reader.problems["site"] = "choose one of your sites"
    stands = next((site for site in sites if base and site.id == base.site_id), sites[0])
    return named or stands


def _wage(reader: _Reader, hours: int | None) -> Wage | None:
    text, currency, per = reader.text("wage"), reader.text("wage_currency") or "EUR", reader.text("wage_per") or "hour"
    if not text:
        reader.problems["wage"] = "is missing: a place to learn is paid"
        return None
    if currency not in CURRENCIES or per not in set(WagePer):
        reader.problems["wage"] = "choose the currency and the period"
        return None
    minor = reader.read("wage", read_amount(currency), None)
    if per == WagePer.MONTH and hours is None:
        reader.problems.setdefault("hours_week", "is missing: a wage a month says little without the hours")
    return Wage(minor, currency, WagePer(per)) if minor else None


def _level(text: str) -> Level:
    if text not in set(Level):
        raise ValueError(f"must be one of {', '.join(Level)}")
    return Level(text)
