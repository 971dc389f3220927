"""The audit trail in words. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from marketplace.audit.model import Event

_LONGEST = 300


def event_view(event: Event, names: Mapping[int, str], *, shows_change: bool) -> dict[str, Any]:
    """One line of the trail. `names`: what to call each person by id."""
    return {
        "id": event.id,
        "at": event.at,
        "who": names.get(event.person_id, f"account {event.person_id}") if event.person_id else "the site itself",
        "by_token": event.token_id is not None,
        "action": event.action,
        "kind": event.object_kind,
        "object_id": event.object_id,
        "reason": event.reason,
        "changes": changes_of(event) if shows_change else [],
    }


def changes_of(event: Event) -> list[tuple[str, str, str]]:
    """(name, before, after) of each value that changed; long ones are cut."""
    names = sorted(event.before.keys() | event.after.keys())
    return [(name, _text(event.before.get(name)), _text(event.after.get(name))) for name in names]


def _text(value: Any) -> str:
    if value is None:
        return "–"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
