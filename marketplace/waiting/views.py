"""Waiting lists and short notices as pages show them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for

from marketplace.suppliers.model import Service, Supplier
from marketplace.units import Quantity, Week, format_quantity
from marketplace.vocabulary import Facet, vocabulary
from marketplace.waiting.model import ShortNotice, State, Waiting
from marketplace.waiting.rules import place_of

STATES = {
    State.WAITING: "Waiting",
    State.OFFERED: "Held for you",
    State.TAKEN: "Taken",
    State.LAPSED: "Over",
    State.LEFT: "Left",
}


def own_view(waiting: Waiting, supplier: Supplier, service: Service, line: Sequence[Waiting]) -> dict[str, Any]:
    """One line a studio waits in."""
    return {
        "id": waiting.public_id,
        "supplier": supplier.profile.name,
        "url": url_for("suppliers.supplier", slug=supplier.slug),
        "service": vocabulary().label(Facet.PROCESS, service.draft.process),
        "quantity": format_quantity(Quantity(waiting.atoms, service.draft.unit)),
        "first": waiting.first_monday,
        "last": waiting.last_monday,
        "state": waiting.state.value,
        "state_label": STATES[waiting.state],
        "place": place_of(waiting, line) if waiting.state is State.WAITING else None,
        "until": waiting.offer_until if waiting.state is State.OFFERED else None,
        "take_url": url_for("waiting.take", public_id=waiting.public_id) if waiting.state is State.OFFERED else None,
        "leave_url": url_for("waiting.leave", public_id=waiting.public_id)
        if waiting.state.is_open or waiting.state is State.TAKEN
        else None,
    }


def line_view(label: str, service: Service, line: Sequence[Waiting]) -> dict[str, Any]:
    """Who waits for a service, for its supplier: how much and when, no names before they take the weeks."""
    return {
        "service": label,
        "rows": [
            {
                "quantity": format_quantity(Quantity(waiting.atoms, service.draft.unit)),
                "first": waiting.first_monday,
                "last": waiting.last_monday,
                "since": waiting.joined_at.date(),
                "until": waiting.offer_until if waiting.state is State.OFFERED else None,
            }
            for waiting in line
        ],
    }


def notice_view(notice: ShortNotice, service: str, now: datetime) -> dict[str, Any]:
    return {
        "service": service,
        "monday": notice.monday,
        "words": notice.body,
        "posted": notice.posted_at.date(),
        "told": notice.told if notice.told_at else None,
        "is_over": notice.ends_at <= now,
    }


def week_choices(today: date, count: int) -> list[tuple[str, str]]:
    """(Monday, words) of the weeks to choose from."""
    first = Week.containing(today)
    weeks = [first.plus(n) for n in range(count)]
    return [(week.monday.isoformat(), f"week of {week.monday.day} {week.monday:%B %Y}") for week in weeks]
