"""The page's fields to the JSON of a request, and back: so page and programs are read by the same rules. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from marketplace.briefs.model import Content
from marketplace.briefs.rules import CLOTH_STEPS
from marketplace.routes.ask import MOST_STEPS, Ask
from marketplace.routes.outlines import Outline
from marketplace.units import Unit
from marketplace.vocabulary import Facet, vocabulary

_NUMBERS = {
    "lat": "lat",
    "lon": "lon",
    "radius_km": "radius_km",
    "max_haul_km": "max_haul_km",
    "pieces": "pieces",
    "colours": "colours",
    "sizes": "sizes",
    "piece_g": "piece_g",
    "metres": "cloth/metres_per_piece",
    "width_cm": "cloth/width_cm",
    "gsm": "cloth/gsm",
}
_TEXTS = ("near", "start", "due", "rank_by", "currency", "product")
_STEP_FIELDS = ("step", "skill", "before", "only", "not")
FIELDS = frozenset(
    [*_NUMBERS, *_TEXTS, "material", "sends_cloth"]
    + [f"{name}-{place}" for name in _STEP_FIELDS for place in range(MOST_STEPS)]
)
_LONGEST = 200


@dataclass(slots=True)
class TypedStep:
    """A row of the form. `left_out` are public ids of suppliers."""

    process: str = ""
    skill: str = ""
    before: str = ""
    only: str = ""
    left_out: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Typed:
    """The form as it was typed: texts by field, and its steps in order."""

    texts: dict[str, str] = field(default_factory=dict)
    steps: list[TypedStep] = field(default_factory=list)

    def get(self, name: str) -> str:
        return self.texts.get(name, "").strip()

    @property
    def is_complete(self) -> bool:
        """Whether enough is there to look for routes: a place, how many, and a step."""
        has_place = bool(self.get("near") or (self.get("lat") and self.get("lon")))
        return has_place and bool(self.get("pieces")) and any(step.process for step in self.steps)


def typed_form(given: Mapping[str, Sequence[str]]) -> Typed:
    """What a query string says, each field once but for the suppliers that are left out."""

    def last(name: str) -> str:
        values = given.get(name) or [""]
        return values[-1].strip()[:_LONGEST]

    steps = []
    for place in range(MOST_STEPS):
        left_out = [text.strip()[:_LONGEST] for text in given.get(f"not-{place}", ()) if text.strip()]
        process, skill, before, only = (last(f"{name}-{place}") for name in _STEP_FIELDS[:-1])
        step = TypedStep(process, skill, before, only, left_out)
        if step.process:
            steps.append(step)
    return Typed({name: last(name) for name in (*_NUMBERS, *_TEXTS, "material", "sends_cloth")}, steps)


def typed_outline(outline: Outline, near: str = "") -> Typed:
    texts = {
        "near": near,
        "pieces": str(outline.pieces),
        "product": outline.product,
        "metres": outline.metres,
        "width_cm": str(outline.width_cm or ""),
        "gsm": str(outline.gsm or ""),
    }
    return Typed(texts, [TypedStep(process) for process in outline.steps])


def typed_brief(content: Content, today: date) -> Typed:
    """A route for what a brief asks for; days that have passed are left out. A brief says how much cloth a piece takes
    only where it states both."""
    start, due = (day if day and day >= today else None for day in (content.start, content.by))
    amount = content.quantity if content.quantity and content.quantity.unit is Unit.METRE else None
    pieces, metres = content.pieces, ""
    if not pieces and amount:
        pieces, metres = amount.atoms, "1"  # cloth alone: a piece is a metre
    elif pieces and amount:
        metres = f"{Decimal(amount.atoms) / pieces:.2f}"
    texts = {
        "near": content.place,
        "lat": f"{content.point.lat:.7f}" if content.point else "",
        "lon": f"{content.point.lon:.7f}" if content.point else "",
        "pieces": str(pieces or ""),
        "product": content.product,
        "metres": metres or ("1.6" if pieces and content.processes else ""),
        "width_cm": str(content.cloth.width_cm or ""),
        "gsm": str(content.cloth.gsm or ""),
        "material": _material_in(content.cloth.composition),
        "colours": str(len(content.colours_in_order) or content.colours),
        "sizes": str(len(content.sizes_in_order) or 1),
        "piece_g": str(content.piece_g or ""),
        "start": start.isoformat() if start else "",
        "due": due.isoformat() if due else "",
    }
    return Typed(texts, [TypedStep(process) for process in content.processes])


def typed_ask(ask: Ask) -> Typed:
    """How the form shows what was asked."""
    cloth, point = ask.cloth, ask.origin.point
    plain = {
        "near": ask.origin.label,
        "lat": f"{point.lat:.7f}",
        "lon": f"{point.lon:.7f}",
        "radius_km": f"{ask.radius_m / 1000:g}",
        "max_haul_km": f"{ask.max_haul_m / 1000:g}" if ask.max_haul_m is not None else "",
        "pieces": str(ask.pieces),
        "product": ask.product,
        "colours": str(ask.colours) if ask.colours > 1 else "",
        "sizes": str(ask.sizes) if ask.sizes > 1 else "",
        "piece_g": str(ask.piece_g or ""),
        "metres": f"{float(cloth.metres_per_piece):g}" if cloth.metres_per_piece else "",
        "width_cm": str(cloth.width_cm or ""),
        "gsm": str(cloth.gsm or ""),
        "material": min(cloth.materials, default=""),
        "start": ask.start.isoformat(),
        "due": ask.due.isoformat() if ask.due else "",
        "rank_by": ask.rank_by.value,
        "currency": ask.currency,
        "sends_cloth": "1" if ask.sends_cloth else "",
    }
    steps = [
        TypedStep(
            step.process,
            min(step.skills, default=""),
            ask.steps[step.before].process if step.before is not None else "",
            step.only,
            sorted(step.without),
        )
        for step in ask.steps
    ]
    return Typed(plain, steps)


def body_of(typed: Typed) -> dict[str, Any]:
    """The request as a program would send it. Steps on files join where cloth or pieces are first worked on."""
    body: dict[str, Any] = {name: typed.get(name) for name in _TEXTS if typed.get(name)}
    for name, target in _NUMBERS.items():
        text = typed.get(name)
        if text:
            where = body.setdefault("cloth", {}) if target.startswith("cloth/") else body
            where[target.rpartition("/")[2]] = _number(text)
    if typed.get("material"):
        body.setdefault("cloth", {})["materials"] = [typed.get("material")]
    if typed.get("sends_cloth"):
        body["sends_cloth"] = True
    joints = _joints(typed.steps)
    body["steps"] = [_step(step, joint) for step, joint in zip(typed.steps, joints, strict=True)]
    return body


def pairs_of(typed: Typed) -> list[tuple[str, str]]:
    """The query string that asks this again; what is blank is left out."""
    pairs = [(name, text) for name, text in typed.texts.items() if text]
    for place, step in enumerate(typed.steps):
        values = (step.process, step.skill, step.before, step.only)
        pairs += [(f"{name}-{place}", text) for name, text in zip(_STEP_FIELDS, values, strict=False) if text]
        pairs += [(f"not-{place}", supplier) for supplier in step.left_out]
    return pairs


def field_of(pointer: str) -> str:
    """The form's field that a problem of the request is about: 'cloth/gsm' -> 'gsm', 'steps/2/skills' -> 'skill-2'."""
    by_target = {target: name for name, target in _NUMBERS.items()}
    if pointer in by_target:
        return by_target[pointer]
    if pointer.startswith("cloth/materials"):
        return "material"
    if pointer.startswith("steps/"):
        _, place, *rest = pointer.split("/")
        names = {"skills": "skill", "before": "before"}
        return f"{names.get(rest[0] if rest else '', 'step')}-{place}"
    return "step-0" if pointer == "steps" else pointer


def _joints(steps: Sequence[TypedStep]) -> list[str]:
    """The step before which each side branch ends; empty for the chain."""
    words = vocabulary().processes
    material = [s.process for s in steps if s.process in words and words[s.process].branch == "material"]
    joined = []
    for place, step in enumerate(steps):
        if step.before or step.process not in words or words[step.process].branch == "material" or not material:
            joined.append(step.before)
            continue
        # Pattern, then grading, then cutting; without cutting, whatever comes first after the cloth is made.
        after = [s.process for s in steps[place + 1 :] if s.process in words and words[s.process].branch == "digital"]
        goods = [process for process in material if process not in CLOTH_STEPS]
        joined.append(after[0] if after else "cut" if "cut" in material else (goods or material)[0])
    return joined


def _step(step: TypedStep, joint: str) -> dict[str, Any]:
    row: dict[str, Any] = {"process": step.process}
    if step.skill:
        row["skills"] = [step.skill]
    if joint:
        row["before"] = joint
    if step.only:
        row["supplier"] = step.only
    if step.left_out:
        row["without"] = step.left_out
    return row


def _number(text: str) -> Any:
    """A number where it is one, as people type it; the text itself otherwise, so that the reader says what is wrong."""
    if not text.isascii() or not text.replace(".", "", 1).removeprefix("-").isdigit():
        return text
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    return int(value) if value == value.to_integral_value() else float(value)


def _material_in(composition: str) -> str:
    """The fibre that a composition names first: '80 % wool, 20 % polyamide' is wool."""
    for word in composition.replace(",", " ").replace("%", " ").split():
        term = vocabulary().find(Facet.MATERIAL, word)
        if term is not None and term.group == "fibre":
            return term.id
    return ""
