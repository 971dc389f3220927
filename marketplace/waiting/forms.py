"""Read what people type about waiting and short notice. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.errors import Invalid
from marketplace.text import clean_text
from marketplace.units import Unit, Week, parse_quantity

MAXIMUM_WORDS = 300


@dataclass(frozen=True, slots=True)
class JoinForm:
    atoms: int
    first: Week
    last: Week


def read_join(form: Mapping[str, str], unit: Unit) -> JoinForm:
    """Errors: Invalid naming each wrong field."""
    problems: dict[str, str] = {}
    atoms = 0
    try:
        atoms = parse_quantity(form.get("quantity", "").strip(), unit).atoms
    except ValueError as error:
        problems["quantity"] = str(error)
    weeks = [_week(form, name, problems) for name in ("first_week", "last_week")]
    if problems or weeks[0] is None or weeks[1] is None:
        raise Invalid(problems)
    return JoinForm(atoms, weeks[0], weeks[1])


def read_post(form: Mapping[str, str]) -> tuple[str, Week, str]:
    """(service's public id, week, words). Errors: Invalid naming each wrong field."""
    problems: dict[str, str] = {}
    week, words = _week(form, "week", problems), ""
    if not form.get("service"):
        problems["service"] = "choose what has room"
    try:
        words = clean_text(form.get("words", ""), maximum=MAXIMUM_WORDS)
    except ValueError as error:
        problems["words"] = str(error)
    if problems or week is None:
        raise Invalid(problems)
    return form["service"], week, words


def _week(form: Mapping[str, str], name: str, problems: dict[str, str]) -> Week | None:
    try:
        return Week.parse(form.get(name, "").strip())
    except ValueError as error:
        problems[name] = str(error)
        return None
