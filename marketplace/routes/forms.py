"""Read a request for routes: the JSON of POST /api/v1/routes, of `selvedge route`, and of a kept route.

The page makes the same object from its fields, so that all ask in the same words and read the same sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from marketplace.errors import Invalid
from marketplace.places.model import Place
from marketplace.places.rules import MAXIMUM_RADIUS_M, MINIMUM_RADIUS_M
from marketplace.routes.ask import MOST_ROUTES, MOST_STEPS, Ask, AskedCloth, AskedStep, solver_step
from marketplace.routes.model import WEIGHT_ONE, DueAt, Loss, RankBy, Weights
from marketplace.routes.quantities import successors
from marketplace.search.forms import FindPlaces, Reader, read_date, read_origin
from marketplace.text import clean_line
from marketplace.units.model import CURRENCIES
from marketplace.vocabulary import Facet, vocabulary

FIELDS = (
    "near lat lon radius_km max_haul_km start due due_at pieces product colours sizes cloth piece_g sends_cloth "
    "currency steps weights rank_by k differ"
).split()
STEP_FIELDS = "process skills certifications before supplier without loss_percent".split()
CLOTH_FIELDS = "metres_per_piece width_cm gsm materials cut_waste_percent".split()
WEIGHT_FIELDS = "km money day kg_co2e".split()
RADIUS_DEFAULT_KM = 40

_MOST_PIECES = 1_000_000
_MOST_PARTS = 1000
_MOST_TERMS = 10
_MOST_LEFT_OUT = 20
_MOST_WEIGHT = 1000
_MOST_LOSS = 90
_MOST_UNKNOWN = 10
_MOST_METRES = 1000
_MOST_DAYS_AHEAD = 730
_ID = 64

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Read:
    """What was asked, or the places to choose from where a name means several."""

    ask: Ask | None
    choices: tuple[Place, ...] = ()


def read_ask(body: Mapping[str, Any], today: date, find_places: FindPlaces) -> Ask:
    """A request as programs send it; of several places of one name the most likely is taken.

    Errors: Invalid with a sentence for each wrong field. A field nobody knows is an error too.
    """
    found = read_request(body, today, find_places, choose_first=True).ask
    assert found is not None
    return found


def read_request(
    body: Mapping[str, Any], today: date, find_places: FindPlaces, *, choose_first: bool = False, is_kept: bool = False
) -> Read:
    """A request as people send it: where a place's name means several, they choose.

    `is_kept`: it was asked before, so that its days may have passed. Errors: as for read_ask.
    """
    wrong: dict[str, str] = {}
    fields = _Object(body, "", FIELDS, wrong)
    origin, choices = _origin(fields, find_places, choose_first)
    radius = fields.number("radius_km", Fraction(MINIMUM_RADIUS_M, 1000), Fraction(MAXIMUM_RADIUS_M, 1000), 3)
    haul = fields.number("max_haul_km", Fraction(0), Fraction(20 * MAXIMUM_RADIUS_M, 1000), 3)
    start = fields.parsed("start", read_date)
    due = fields.parsed("due", read_date)
    start = _start(start, due, today, wrong, is_kept=is_kept)
    pieces = fields.whole("pieces", 1, _MOST_PIECES)
    if pieces is None and "pieces" not in wrong:
        wrong["pieces"] = "is missing: how many do you want made?"
    colours = fields.whole("colours", 1, _MOST_PARTS) or 1
    sizes = fields.whole("sizes", 1, _MOST_PARTS) or 1
    if pieces and pieces < colours:
        wrong.setdefault("pieces", f"{pieces} can't be split into {colours} colours")
    asked_steps = _steps(fields, wrong)
    asked_cloth = _cloth(fields)
    asked_product = fields.term("product", Facet.PRODUCT)
    weights = _weights(fields)
    rank_by = fields.parsed("rank_by", _rank_by) or RankBy.WEIGHTED
    piece_g = fields.whole("piece_g", 1, 100_000)
    due_at = fields.parsed("due_at", _due_at)
    currency = fields.parsed("currency", _currency) or ""
    sends_cloth = fields.flag("sends_cloth")
    k = fields.whole("k", 1, MOST_ROUTES) or 5
    differ = fields.whole("differ", 0, MOST_STEPS)
    if wrong:
        raise Invalid(wrong)
    if origin is None:
        return Read(None, choices)
    return Read(
        Ask(
            origin=origin,
            radius_m=int(radius * 1000) if radius else RADIUS_DEFAULT_KM * 1000,
            max_haul_m=None if haul is None else int(haul * 1000),
            start=start,
            due=due,
            pieces=pieces or 0,
            product=asked_product,
            colours=colours,
            sizes=sizes,
            cloth=asked_cloth,
            piece_g=piece_g,
            steps=asked_steps,
            weights=weights,
            rank_by=rank_by,
            k=k,
            differ=2 if differ is None else differ,
            sends_cloth=sends_cloth,
            stated_due_at=due_at,
            currency=currency,
        )
    )


class _Object:
    """The fields of a JSON object, each read with a sentence for what is wrong with it; null is not given."""

    def __init__(self, body: Mapping[str, Any], path: str, known: Collection[str], wrong: dict[str, str]) -> None:
        self._body, self._path, self.wrong = body, path, wrong
        for name in [name for name in body if name not in known][:_MOST_UNKNOWN]:
            wrong[f"{path}{name[:60]}"] = f"is not a field here; these are: {', '.join(known)}"

    def get(self, name: str) -> Any:
        return self._body.get(name)

    def refuse(self, name: str, text: str) -> None:
        self.wrong.setdefault(self._path + name, text)

    def text(self, name: str) -> str:
        value = self.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.refuse(name, "must be a text")
            return ""
        return value.strip()

    def parsed(self, name: str, parse: Callable[[str], T]) -> T | None:
        text = self.text(name)
        if not text:
            return None
        try:
            return parse(text)
        except ValueError as error:
            self.refuse(name, str(error))
            return None

    def whole(self, name: str, low: int, high: int) -> int | None:
        value = self.get(name)
        if value is None:
            return None
        if not _is_number(value) or value != value // 1 or not low <= value <= high:
            self.refuse(name, f"must be a whole number between {low:,} and {high:,}")
            return None
        return int(value)

    def number(self, name: str, low: Fraction, high: Fraction, places: int) -> Fraction | None:
        value = self.get(name)
        if value is None:
            return None
        exact = Fraction(Decimal(str(value))) if _is_number(value) else None
        if exact is None or not low <= exact <= high:
            self.refuse(name, f"must be a number between {float(low):g} and {float(high):g}")
            return None
        if (exact * 10**places).denominator != 1:
            self.refuse(name, f"has too many decimals: at most {places}")
            return None
        return exact

    def flag(self, name: str) -> bool:
        value = self.get(name)
        if value is not None and not isinstance(value, bool):
            self.refuse(name, "must be true or false")
        return value is True

    def share_ppm(self, name: str, most: int) -> int | None:
        """A percentage, in millionths."""
        percent = self.number(name, Fraction(0), Fraction(most), 4)
        return None if percent is None else int(percent * 10_000)

    def inner(self, name: str, known: Collection[str]) -> _Object | None:
        value = self.get(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.refuse(name, "must be an object: {...}")
            return None
        return _Object(value, f"{self._path}{name}/", known, self.wrong)

    def texts(self, name: str, most: int) -> list[str]:
        value = self.get(name)
        if value is None:
            return []
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.refuse(name, "must be a list of texts")
            return []
        if len(value) > most:
            self.refuse(name, f"at most {most} at a time")
            return []
        return [item.strip() for item in value if item.strip()]

    def terms(self, name: str, facet: Facet) -> frozenset[str]:
        found = (self._term(name, facet, text) for text in self.texts(name, _MOST_TERMS))
        return frozenset(term for term in found if term)

    def term(self, name: str, facet: Facet) -> str:
        text = self.text(name)
        return self._term(name, facet, text) if text else ""

    def _term(self, name: str, facet: Facet, text: str) -> str:
        term = vocabulary().find(facet, text) if len(text) <= _ID else None
        if term is None:
            near = vocabulary().nearest(facet, text[:_ID])
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            self.refuse(name, f"“{text[:40]}” is not a {facet.value} we know{hint}")
            return ""
        return term.id


def _is_number(value: Any) -> bool:
    """Finite: inf and nan never come out of our own JSON reader, but a caller in Python may send them."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**18


def _origin(fields: _Object, find_places: FindPlaces, choose_first: bool) -> tuple[Place | None, tuple[Place, ...]]:
    """As a search reads its place."""
    given: dict[str, list[str]] = {}
    for name in ("lat", "lon"):
        value = fields.get(name)
        if value is not None and not _is_number(value):
            fields.refuse(name, "must be decimal degrees, as a number")
        elif value is not None:
            given[name] = [f"{Decimal(str(value)):f}"]
    near = fields.text("near")
    if near:
        given["near"] = [near]
    if not given and not {"near", "lat", "lon"} & set(fields.wrong):
        fields.refuse("near", "is missing: give the name of a place, or “lat” and “lon”")
    reader = Reader(given, ("near", "lat", "lon"))
    if {"near", "lat", "lon"} & set(fields.wrong):
        return None, ()
    found = read_origin(reader, find_places, choose_first)
    fields.wrong.update(reader.problems)
    return found


def _start(start: date | None, due: date | None, today: date, wrong: dict[str, str], *, is_kept: bool) -> date:
    if start and start < today and not is_kept:
        wrong.setdefault("start", f"has passed: today is {_day(today)}")
    if start and (start - today).days > _MOST_DAYS_AHEAD:
        wrong.setdefault("start", "lies more than two years ahead: nobody publishes weeks so far")
    first = max(start or today, today)
    if due and due < first and not is_kept:
        wrong.setdefault("due", f"is before work can start, on {_day(first)}")
    return first


def _rank_by(text: str) -> RankBy:
    try:
        return RankBy(text)
    except ValueError:
        raise ValueError(f"“{text[:40]}” is not a way to rank: use {', '.join(RankBy)}") from None


def _due_at(text: str) -> DueAt:
    try:
        return DueAt(text)
    except ValueError:
        raise ValueError(f"“{text[:40]}” is not a day to compare with: use {', '.join(DueAt)}") from None


def _currency(text: str) -> str:
    if text.upper() not in CURRENCIES:
        raise ValueError(f"“{text[:40]}” is not a currency we know: give its three letters, such as EUR")
    return text.upper()


def _weights(fields: _Object) -> Weights:
    """What is left out of given weights does not count."""
    inner = fields.inner("weights", WEIGHT_FIELDS)
    if inner is None:
        return Weights()
    values = {name: inner.number(name, Fraction(0), Fraction(_MOST_WEIGHT), 3) or 0 for name in WEIGHT_FIELDS}
    return Weights(**{name: int(value * WEIGHT_ONE) for name, value in values.items()})


def _cloth(fields: _Object) -> AskedCloth:
    inner = fields.inner("cloth", CLOTH_FIELDS)
    if inner is None:
        return AskedCloth()
    width, gsm = inner.whole("width_cm", 1, 1000), inner.whole("gsm", 1, 5000)
    for here, there, name in ((width, gsm, "gsm"), (gsm, width, "width_cm")):
        if here and not there:
            inner.refuse(name, "give the cloth's width (width_cm) and weight (gsm) together")
    return AskedCloth(
        metres_per_piece=inner.number("metres_per_piece", Fraction(1, 1000), Fraction(_MOST_METRES), 3),
        width_cm=width,
        gsm=gsm,
        materials=inner.terms("materials", Facet.MATERIAL),
        cut_waste_ppm=inner.share_ppm("cut_waste_percent", _MOST_LOSS),
    )


def _steps(fields: _Object, wrong: dict[str, str]) -> tuple[AskedStep, ...]:
    value = fields.get("steps")
    if not isinstance(value, list) or not value:
        fields.refuse("steps", 'must be a list of steps, such as [{"process": "cut"}, {"process": "sew"}]')
        return ()
    if len(value) > MOST_STEPS:
        fields.refuse("steps", f"at most {MOST_STEPS} steps")
        return ()
    read: list[AskedStep] = []
    befores: list[str] = []
    for place, row in enumerate(value):
        if not isinstance(row, Mapping):
            wrong[f"steps/{place}"] = "must be an object with the process"
            continue
        step = _Object(row, f"steps/{place}/", STEP_FIELDS, wrong)
        process = step.term("process", Facet.PROCESS)
        if not process:
            step.refuse("process", "is missing: which work is it?")
        before = step.text("before")
        loss = step.share_ppm("loss_percent", _MOST_LOSS)
        befores.append(step.term("before", Facet.PROCESS) if before else "")
        read.append(
            AskedStep(
                process,
                skills=step.terms("skills", Facet.SKILL),
                certifications=step.terms("certifications", Facet.CERTIFICATION),
                loss=None if loss is None else Loss(loss),
                only=step.text("supplier")[:_ID],
                without=frozenset(text[:_ID] for text in step.texts("without", _MOST_LEFT_OUT)),
            )
        )
    if any(name.startswith("steps") for name in wrong):
        return ()
    return _joined(read, befores, wrong)


def _joined(steps: list[AskedStep], befores: list[str], wrong: dict[str, str]) -> tuple[AskedStep, ...]:
    """Steps follow each other in the given order; one with `before` is a side branch that joins at a named step."""
    names = [step.process for step in steps]
    for place, (name, before) in enumerate(zip(names, befores, strict=True)):
        if names.count(name) > 1:
            wrong[f"steps/{place}/process"] = f"“{name}” stands here twice: name each step once"
        if before and before not in names:
            wrong[f"steps/{place}/before"] = f"“{before}” is none of the steps"
    if wrong:
        return ()
    joined = tuple(
        replace(step, before=names.index(before) if before else None)
        for step, before in zip(steps, befores, strict=True)
    )
    try:
        successors([solver_step(step) for step in joined])
    except ValueError as error:
        wrong["steps"] = str(error)
    return joined


def clean_label(text: str) -> str:
    """The name of a kept route. Errors: Invalid."""
    try:
        return clean_line(text, maximum=120)
    except ValueError as error:
        raise Invalid({"label": str(error)}) from None


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
