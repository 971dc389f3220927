"""Pools as pages show them. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from marketplace.places.rules import format_distance
from marketplace.pools.look import Seen
from marketplace.pools.model import ClosingAction, Pledge, PledgeState, State, Wish, WishState
from marketplace.pools.proposals import Proposal
from marketplace.pools.render import pledge_json, proposal_json, standing_json
from marketplace.pools.words import (
    RULE,
    STATE_LABELS,
    amount,
    closes_text,
    closing_text,
    designers_text,
    price_text,
    progress_text,
    title_text,
)
from marketplace.units import Money, Unit
from marketplace.units.model import format_money, minor_exponent
from marketplace.units.rules import format_number

_WISH_LABELS = {
    WishState.OPEN: "Waiting for a pool",
    WishState.ANSWERED: "A pool was opened",
    WishState.DECLINED: "Declined",
    WishState.WITHDRAWN: "Taken back",
}


def card_view(seen: Seen, now: datetime) -> dict[str, Any]:
    """A pool in a list."""
    pool, terms = seen.pool, seen.pool.terms
    return {
        "id": pool.public_id,
        "url": url_for("pools.pool", public_id=pool.public_id),
        "title": title_text(terms.key),
        "supplier": seen.supplier.profile.name,
        "supplier_url": url_for("suppliers.supplier", slug=seen.supplier.slug),
        "progress": progress_text(terms, seen.totals, now),
        "price": price_text(terms),
        "lot": lot_text(seen),
        "state": pool.state.value,
        "state_label": STATE_LABELS[pool.state],
        "pledged": seen.totals.atoms / terms.unit.atoms,
        "minimum": terms.minimum / terms.unit.atoms,
        "ready": pool.ready,
        "distance": format_distance(seen.metres) if seen.metres is not None else "",
        "mine": pledge_view(seen, seen.mine) if seen.mine else None,
    }


def pool_view(seen: Seen, now: datetime) -> dict[str, Any]:
    """Everything of a pool's own page."""
    pool, terms = seen.pool, seen.pool.terms
    standing = standing_json(seen)
    is_open = pool.state.is_live and terms.closes_at > now
    return {
        **card_view(seen, now),
        "closes": closes_text(terms.closes_at, now),
        "closes_at": terms.closes_at,
        "starts": terms.starts,
        "standing": standing["text"] + _with_tolerances(seen),
        "closing": closing_text(terms),
        "rule": RULE,
        "note": terms.note,
        "reach": f"within {format_distance(terms.reach_m)} of the workshop" if terms.reach_m else "",
        "reason": pool.reason,
        "extended": pool.extended,
        "is_open": is_open,
        "is_live": pool.state.is_live,
        "unit": terms.unit.label,
        "is_own": seen.is_own,
        "may_confirm": terms.closing is ClosingAction.CONFIRM,
        "pledges": [{"studio": name, **pledge_view(seen, pledge)} for pledge, name in seen.pledges],
        "workshop": money(pool.workshop_minor, terms.currency) if pool.workshop_minor else "",
    }


def lot_text(seen: Seen) -> str:
    """'one lot of 100 m to 120 m'."""
    terms = seen.pool.terms
    if terms.minimum == terms.maximum:
        return f"one lot of {amount(terms.minimum, terms.unit)}"
    return f"one lot of {amount(terms.minimum, terms.unit)} to {amount(terms.maximum, terms.unit)}"


def pledge_view(seen: Seen, pledge: Pledge) -> dict[str, Any]:
    """One pledge in words, for its studio and for the workshop."""
    terms = seen.pool.terms
    shown = pledge_json(seen, pledge)
    stated = amount(pledge.atoms, terms.unit)
    if pledge.tolerance:
        stated += f", give or take {format_number(pledge.tolerance, terms.unit)}"
    served = ""
    if shown["served"]:
        share = money(shown["setup_minor"], terms.currency)
        served = f"{shown['served_quantity']} {terms.unit.short} for {money(shown['price_minor'], terms.currency)}"
        served += f", of which {share} are your share of the set-up" if terms.setup_minor else ""
    return {
        "state": pledge.state.value,
        "label": pledge.state.label,
        "is_live": pledge.state is PledgeState.PLEDGED,
        "is_served": shown["served"],
        "stated": stated,
        "served": served,
        "short": f"{shown['served_quantity']} {terms.unit.short}" if shown["served"] else "",
        "price": money(shown["price_minor"], terms.currency) if shown["served"] else "",
        "why": "" if shown["served"] else (shown["text"] or ""),
        "distance": format_distance(pledge.metres),
        "is_final": seen.pool.state is State.CONFIRMED,
        "form": {
            "quantity": format_number(pledge.atoms, terms.unit),
            "tolerance": format_number(pledge.tolerance, terms.unit) if pledge.tolerance else "",
            "radius_km": f"{pledge.radius_m / 1000:g}" if pledge.radius_m else "",
            "needed_by": pledge.needed_by.isoformat() if pledge.needed_by else "",
        },
    }


def wish_view(wish: Wish, pool_url: str | None = None) -> dict[str, Any]:
    stated = amount(wish.atoms, wish.unit)
    if wish.tolerance:
        stated += f", give or take {format_number(wish.tolerance, wish.unit)}"
    return {
        "id": wish.public_id,
        "title": title_text(wish.key),
        "stated": stated,
        "needed_by": wish.needed_by,
        "note": wish.note,
        "state": wish.state.value,
        "label": _WISH_LABELS[wish.state],
        "reason": wish.reason,
        "pool_url": pool_url,
        "take_back_url": url_for("pools_own.take_back", public_id=wish.public_id)
        if wish.state is WishState.OPEN
        else None,
    }


def asked_view(wish: Wish, metres: int, service_id: str) -> dict[str, Any]:
    """What a workshop was asked to open: no name before the studio pledges."""
    return {
        **wish_view(wish),
        "distance": format_distance(metres),
        "accept_url": _accept_url(wish, service_id),
        "decline_url": url_for("pools_desk.decline", public_id=wish.public_id),
    }


def proposal_view(proposal: Proposal, supplier_id: str) -> dict[str, Any]:
    """A pool that could be opened, with the fields of the form that opens it."""
    shown = proposal_json(proposal, supplier_id)
    terms = proposal.terms
    body = {name: value for name, value in shown["open"].items() if name not in ("supplier", "wishes")}
    exponent = minor_exponent(terms.currency)
    body["unit_minor"], body["setup_minor"] = (
        f"{minor / 10**exponent:.{exponent}f}" for minor in (terms.unit_minor, terms.setup_minor)
    )
    return {
        "title": shown["title"],
        "text": shown["text"],
        "designers": designers_text(shown["designers"]),
        "price": price_text(terms),
        "closes_at": terms.closes_at,
        "ready": proposal.ready,
        "fields": [*body.items(), ("wishes", " ".join(shown["open"]["wishes"]))],
        "has_price": terms.unit_minor > 0,
    }


def unit_choices(units: tuple[Unit, ...]) -> list[tuple[str, str]]:
    return [(unit.value, unit.label) for unit in units]


def money(minor: int, currency: str) -> str:
    return format_money(Money(minor, currency))


def _with_tolerances(seen: Seen) -> str:
    """Why less is missing than the amounts leave: said where it would puzzle whoever adds up."""
    short = seen.standing.short if seen.standing else None
    return ", even if each takes as much more as they offered to" if short and short.atoms > seen.totals.atoms else ""


def _accept_url(wish: Wish, service_id: str) -> str:
    """The form that opens a pool, with what was asked for."""
    key = {"material": wish.key.material, "colour": wish.key.colour, "design": wish.key.design}
    given = {"wishes": wish.public_id, "service": service_id, **{n: text for n, text in key.items() if text}}
    return f"{url_for('pools_desk.new')}?{urlencode(given)}"
