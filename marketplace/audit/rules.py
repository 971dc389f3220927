"""What of a change an event keeps. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

LONGEST = 20_000  # characters of JSON on each side; a longer text is cut


def changed(before: Any, after: Any, prefix: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields in which two dataclasses of one type differ, as two dicts for the event."""
    was, becomes = {}, {}
    for field in fields(after):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new:
            was[prefix + field.name], becomes[prefix + field.name] = old, new
    return was, becomes


def to_json(values: Mapping[str, Any] | None) -> str:
    """JSON of one side. Longer texts than anybody reads are cut, the longest first."""
    plain = {name: _plain(value) for name, value in (values or {}).items()}
    text = _dump(plain)
    while len(text) > LONGEST:
        name = max(plain, key=lambda name: len(_dump(plain[name])))
        plain[name] = _dump(plain[name])[:200] + "..."
        shorter = _dump(plain)
        if len(shorter) >= len(text):
            return _dump({"fields": len(plain)})
        text = shorter
    return text


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> Any:
    """What JSON knows: dates in ISO form, enums by their value, dataclasses by their fields."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((_plain(item) for item in value), key=str)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return str(value)
