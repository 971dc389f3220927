"""When a skill is at risk; the canonical form of an export. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from marketplace.learning.model import Entry, SkillState, Standing
from marketplace.vocabulary import Facet, vocabulary

FORMAT = "selvedge-skills-log/1"
FEW = 2  # a skill that so many firms hold, or fewer, is rare


def standing(holds: int, teaches: int, retiring: int) -> Standing:
    is_pressing = holds <= FEW or retiring > 0
    if teaches:
        return Standing.RARE if is_pressing else Standing.TAUGHT
    return Standing.AT_RISK if is_pressing else Standing.HELD


def states(
    holds: Mapping[tuple[str, bool], int],
    teaches: Mapping[tuple[str, bool], int],
    places: Mapping[tuple[str, bool], int],
    retiring: Mapping[str, int],
) -> list[SkillState]:
    """Every skill that somebody holds or teaches, the most pressing first. Keys: (identifier, is a trade)."""
    found = []
    for key in holds.keys() | teaches.keys():
        name, is_trade = key
        said = 0 if is_trade else retiring.get(name, 0)
        numbers = (holds.get(key, 0), teaches.get(key, 0))
        found.append(SkillState(name, is_trade, *numbers, places.get(key, 0), said, standing(*numbers, said)))
    order = list(Standing)
    return sorted(found, key=lambda each: (order.index(each.standing), -each.retiring, each.holds, each.id))


def unsigned_document(
    holder: str, entries: Iterable[Entry], code: str, issuer: str, made_at: datetime
) -> dict[str, Any]:
    """What an export says, before it is signed: the entries a mentor has signed, oldest first."""
    words = vocabulary()
    signed = sorted((each for each in entries if each.is_signed), key=lambda each: (each.draft.day, each.id))
    totals: dict[str, dict[str, Any]] = {}
    rows = []
    for entry in signed:
        draft = entry.draft
        assert entry.signed_at is not None
        skill = words.label(Facet.SKILL, draft.skill) if draft.skill else ""
        trade = words.label(Facet.PROCESS, draft.process)
        rows.append(
            {
                "day": draft.day.isoformat(),
                "firm": entry.firm,
                "trade": trade,
                "skill": skill,
                "operation": draft.operation,
                "minutes": draft.minutes,
                "pieces": draft.pieces,
                "note": draft.note,
                "signed_by": entry.signer,
                "signed_on": entry.signed_at.date().isoformat(),
            }
        )
        total = totals.setdefault(skill or trade, {"skill": skill or trade, "entries": 0, "minutes": 0, "pieces": 0})
        total["entries"] += 1
        total["minutes"] += draft.minutes or 0
        total["pieces"] += draft.pieces or 0
    return {
        "format": FORMAT,
        "issuer": issuer,
        "code": code,
        "holder": holder,
        "made_at": made_at.isoformat(timespec="seconds"),
        "entries": rows,
        "totals": list(totals.values()),
    }


def canonical(document: Mapping[str, Any]) -> bytes:
    """The bytes that are signed: keys in order, no spaces, UTF-8; without the signature itself. So a file that was only
    laid out anew is still the same."""
    bare = {name: value for name, value in document.items() if name != "signature"}
    return json.dumps(bare, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
