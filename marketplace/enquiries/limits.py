"""How many suppliers a studio may ask, and how long they may take: an operator's settings."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.settings import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """`answer_days` are working days."""

    per_brief: int
    per_day: int
    answer_days: int


def limits(settings: Settings) -> Limits:
    return Limits(settings.enquiries_per_brief, settings.enquiries_per_day, settings.answer_days)
