"""Skills logs and skills at risk as pages and JSON show them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for

from marketplace.learning.model import Entry, Export, SkillState
from marketplace.vocabulary import Facet, vocabulary


def amount_text(minutes: int | None, pieces: int | None) -> str:
    """'45 minutes, 12 pieces'."""
    said = [f"{minutes:,} {'minute' if minutes == 1 else 'minutes'}"] if minutes else []
    said += [f"{pieces:,} {'piece' if pieces == 1 else 'pieces'}"] if pieces else []
    return ", ".join(said)


def what_text(entry: Entry) -> str:
    """'Sewing and assembly: buttonhole'."""
    words, draft = vocabulary(), entry.draft
    trade = words.label(Facet.PROCESS, draft.process)
    return f"{trade}: {words.label(Facet.SKILL, draft.skill)}" if draft.skill else trade


def entry_view(entry: Entry, learner: str = "") -> dict[str, Any]:
    draft = entry.draft
    return {
        "id": entry.public_id,
        "operation": draft.operation,
        "what": what_text(entry),
        "day": draft.day,
        "amount": amount_text(draft.minutes, draft.pieces),
        "note": draft.note,
        "firm": entry.firm,
        "learner": learner,
        "signer": entry.signer,
        "signed_on": entry.signed_at.date() if entry.signed_at else None,
        "remove_url": None if entry.is_signed else url_for("learning.remove", public_id=entry.public_id),
        "sign_url": None if entry.is_signed else url_for("learning.sign", public_id=entry.public_id),
    }


def export_view(export: Export) -> dict[str, Any]:
    return {
        "code": export.code,
        "made": export.made_at.date(),
        "url": url_for("skills.shown", code=export.code),
        "file_url": url_for("skills.file", code=export.code),
        "take_back_url": url_for("learning.take_back", code=export.code),
    }


def document_view(document: dict[str, Any]) -> dict[str, Any]:
    """Of an export whose signature is good, so its form is ours."""
    return {
        "holder": document["holder"],
        "issuer": document["issuer"],
        "made_on": date.fromisoformat(document["made_at"][:10]),
        "code": document["code"],
        "entries": [
            {
                **row,
                "day": date.fromisoformat(row["day"]),
                "what": f"{row['trade']}: {row['skill']}" if row["skill"] else row["trade"],
                "amount": amount_text(row["minutes"], row["pieces"]),
                "signed_on": date.fromisoformat(row["signed_on"]),
            }
            for row in document["entries"]
        ],
        "totals": [
            {**row, "amount": amount_text(row["minutes"] or None, row["pieces"] or None)} for row in document["totals"]
        ],
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    draft = entry.draft
    return {
        "id": entry.public_id,
        "firm": entry.firm,
        "process": draft.process,
        "skill": draft.skill or None,
        "operation": draft.operation,
        "day": draft.day.isoformat(),
        "minutes": draft.minutes,
        "pieces": draft.pieces,
        "note": draft.note,
        "signed_by": entry.signer or None,
        "signed_at": entry.signed_at.isoformat() if entry.signed_at else None,
    }


def state_label(state: SkillState) -> str:
    return vocabulary().label(Facet.PROCESS if state.is_trade else Facet.SKILL, state.id)


def state_view(state: SkillState) -> dict[str, Any]:
    return {
        "label": state_label(state),
        "is_trade": state.is_trade,
        "holds": state.holds,
        "teaches": state.teaches,
        "places": state.places,
        "retiring": state.retiring,
        "standing": state.standing.value,
        "standing_label": state.standing.label,
        "places_url": url_for("placements.placements", skill=state.id) if state.places else None,
    }


def state_json(state: SkillState) -> dict[str, Any]:
    return {
        "id": state.id,
        "label": state_label(state),
        "kind": "trade" if state.is_trade else "skill",
        "firms_hold": state.holds,
        "firms_teach": state.teaches,
        "places_open": state.places,
        "firms_say_holders_retire": state.retiring,
        "standing": state.standing.value,
    }


def region_choices(regions: Sequence[tuple[str, str, int]], names: dict[str, str]) -> list[tuple[str, str]]:
    """('IT', 'Italy'), ('IT/Toscana', 'Italy: Toscana'), ... by country."""
    found: list[tuple[str, str]] = []
    for country, region, _ in regions:
        name = names.get(country, country)
        if (country, name) not in found:
            found.append((country, name))
        if region:
            found.append((f"{country}/{region}", f"{name}: {region}"))
    return sorted(found, key=lambda pair: pair[1])
