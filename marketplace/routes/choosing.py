"""A route that somebody chose: named by its services, looked at again, and what has changed since. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marketplace.routes.ask import MOST_STEPS, Ask
from marketplace.routes.explain import day_words, process_label
from marketplace.routes.model import Route
from marketplace.units import Money
from marketplace.units.model import format_money

Chosen = tuple[tuple[str, ...], ...]  # for each step the services that do it: one, or two that share it
_LONGEST = 33 * 2 * MOST_STEPS


def services_of(route: Route, steps: int) -> Chosen:
    return tuple(tuple(pick.offer.service_id for pick in route.picks if pick.step == step) for step in range(steps))


def chosen_text(chosen: Chosen) -> str:
    """'a,b+c,d': the services step by step; two that share a step with a plus."""
    return ",".join("+".join(ids) for ids in chosen)


def read_chosen(text: str, steps: int) -> Chosen | None:
    """Back from chosen_text; None for what is none, or of another number of steps."""
    if len(text) > _LONGEST:
        return None
    chosen = tuple(tuple(each for each in part.split("+") if each) for part in text.split(","))
    return chosen if len(chosen) == steps and all(1 <= len(ids) <= 2 for ids in chosen) else None


def figures_of(ask: Ask, route: Route, currency: str) -> dict[str, Any]:
    """What somebody sees of a route and decides by."""
    return {
        "delivered": route.delivered.isoformat(),
        "money_minor": route.money_minor,
        "currency": currency,
        "metres": route.metres,
        "steps": [
            {
                "process": ask.steps[pick.step].process,
                "supplier": pick.offer.name,
                "ready": pick.ready.isoformat(),
                "money_minor": pick.money_minor,
            }
            for pick in route.picks
        ],
    }


def figures_text(figures: Mapping[str, Any]) -> str:
    return json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_figures(text: str) -> dict[str, Any]:
    """Back from figures_text; empty for what is none."""
    try:
        found = json.loads(text[:20_000])
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What differs, a sentence each; empty when all is as it was shown."""
    if figures_text(before) == figures_text(after):
        return []
    said = []
    was, now = before.get("delivered"), after["delivered"]
    if was != now:
        said.append(f"With you on {_day(now)}" + (f", not on {_day(was)}" if _day(was) else ""))
    said += _money("All together", before, after)
    earlier = before.get("steps")
    for old, new in zip(earlier if isinstance(earlier, list) else [], after["steps"], strict=False):
        if not isinstance(old, dict):
            continue
        name = f"{process_label(new['process'])} at {new['supplier']}"
        if old.get("ready") != new["ready"]:
            said.append(
                f"{name}: ready {_day(new['ready'])}"
                + (f", not {_day(old.get('ready'))}" if _day(old.get("ready")) else "")
            )
        said += _money(name, {**old, "currency": before.get("currency")}, {**new, "currency": after["currency"]})
    return said or ["Details of the route have changed"]


def _money(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[str]:
    was, now = before.get("money_minor"), after["money_minor"]
    if was == now and before.get("currency") == after["currency"]:
        return ()
    if now is None:
        return (f"{name}: no price is published any more",)
    text = f"{name}: {format_money(Money(now, after['currency']))}"
    if isinstance(was, int) and not isinstance(was, bool) and isinstance(before.get("currency"), str):
        text += f", was {format_money(Money(was, before['currency']))}"
    return (text,)


def _day(text: object) -> str:
    try:
        return day_words(date.fromisoformat(str(text)))
    except ValueError:
        return ""
