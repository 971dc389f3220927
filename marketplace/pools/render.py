"""Pools as JSON, with explicit lists of fields: what each side may see. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marketplace.pools.look import Seen
from marketplace.pools.model import Pledge, PledgeState, State, Wish
from marketplace.pools.proposals import Proposal
from marketplace.pools.rules import Standing, bills, why_not_served
from marketplace.pools.words import RULE, amount, closing_text, designers_text, missing_text, progress_text, title_text
from marketplace.units import Quantity, Unit
from marketplace.units.rules import whole_or_decimal


def pool_json(seen: Seen, now: datetime) -> dict[str, Any]:
    """What anybody sees, the asking studio's own pledge, and for the supplier who is in."""
    pool, terms = seen.pool, seen.pool.terms
    body: dict[str, Any] = {
        "id": pool.public_id,
        "url": f"/pools/{pool.public_id}",
        "state": pool.state.value,
        "title": title_text(terms.key),
        "process": terms.key.process,
        "material": terms.key.material or None,
        "colour": terms.key.colour or None,
        "design": terms.key.design or None,
        "supplier": supplier_json(seen),
        "service": seen.service.public_id,
        "unit": terms.unit.value,
        "minimum": number(terms.minimum, terms.unit),
        "maximum": number(terms.maximum, terms.unit),
        "smallest": number(terms.smallest, terms.unit) if terms.smallest else None,
        "pledged": number(seen.totals.atoms, terms.unit),
        "designers": seen.totals.designers,
        "progress": progress_text(terms, seen.totals, now),
        **standing_json(seen),
        "closes_at": terms.closes_at.isoformat(),
        "starts": terms.starts.isoformat(),
        "ready": pool.ready.isoformat(),
        "lat": pool.point.lat,
        "lon": pool.point.lon,
        "reach_km": terms.reach_m / 1000 if terms.reach_m else None,
        "distance_km": seen.metres / 1000 if seen.metres is not None else None,
        "currency": terms.currency,
        "unit_minor": terms.unit_minor,
        "setup_minor": terms.setup_minor,
        "closing": terms.closing.value,
        "closing_text": closing_text(terms),
        "extend_days": terms.extend_days,
        "extended": pool.extended,
        "confirms": terms.confirms.value,
        "rule": RULE,
        "note": terms.note,
        "decided_at": pool.decided_at.isoformat() if pool.decided_at else None,
        "reason": pool.reason or None,
    }
    if seen.mine:
        body["mine"] = pledge_json(seen, seen.mine)
    if seen.is_own:
        body["workshop_minor"] = pool.workshop_minor
        body["pledges"] = [{"studio": name, **pledge_json(seen, pledge)} for pledge, name in seen.pledges]
    return body


def supplier_json(seen: Seen) -> dict[str, Any]:
    supplier = seen.supplier
    return {"id": supplier.public_id, "name": supplier.profile.name, "url": f"/suppliers/{supplier.slug}"}


def standing_json(seen: Seen) -> dict[str, Any]:
    """`missing` and `room` of the lot as it would be now; the text names who only for the supplier."""
    terms, standing = seen.pool.terms, seen.standing
    if standing is None:
        left = terms.maximum - seen.totals.atoms if seen.pool.state is State.CONFIRMED else terms.maximum
        return {
            "reached": seen.pool.state is State.CONFIRMED,
            "missing": 0,
            "room": number(left, terms.unit),
            "text": "",
        }
    if standing.group:
        group = standing.group
        text = f"{amount(group.atoms, terms.unit)} for {designers_text(len(group.amounts))}"
        if group.atoms < terms.maximum:
            text += f", {amount(terms.maximum - group.atoms, terms.unit)} of room left"
        room = number(terms.maximum - group.atoms, terms.unit)
        return {"reached": True, "missing": 0, "room": room, "text": text}
    missing = standing.short.missing if standing.short else terms.minimum
    taken = standing.short.atoms if standing.short else 0
    return {
        "reached": False,
        "missing": number(missing, terms.unit),
        "room": number(terms.maximum - taken, terms.unit),
        "text": missing_text(terms.unit, missing, who_text(standing, seen)),
    }


def who_text(standing: Standing, seen: Seen) -> str:
    """'b + c' for the supplier, 'two designers' for the rest."""
    if standing.short is None:
        return ""
    names = {pledge.public_id: name for pledge, name in seen.pledges}
    if seen.is_own:
        return " + ".join(sorted(names[name] for name in standing.short.names))
    return designers_text(len(standing.short.names))


def pledge_json(seen: Seen, pledge: Pledge) -> dict[str, Any]:
    """One pledge, for its studio and for the supplier. Of a live one: how it would be if the pool closed now."""
    terms = seen.pool.terms
    body: dict[str, Any] = {
        "id": pledge.public_id,
        "state": pledge.state.value,
        "quantity": number(pledge.atoms, terms.unit),
        "tolerance": number(pledge.tolerance, terms.unit),
        "unit": terms.unit.value,
        "km": pledge.metres / 1000,
        "radius_km": pledge.radius_m / 1000 if pledge.radius_m else None,
        "needed_by": pledge.needed_by.isoformat() if pledge.needed_by else None,
        "served": pledge.state is PledgeState.SERVED,
        "served_quantity": number(pledge.served, terms.unit) if pledge.served is not None else None,
        "setup_minor": pledge.setup_minor,
        "price_minor": pledge.price_minor,
        "text": pledge.told or None,
    }
    if pledge.state is PledgeState.PLEDGED and seen.standing:
        body.update(_now(seen, seen.standing, pledge))
    return body


def _now(seen: Seen, standing: Standing, pledge: Pledge) -> dict[str, Any]:
    terms = seen.pool.terms
    if standing.group is None or pledge.public_id not in standing.group.amounts:
        return {"served": False, "text": why_not_served(terms, standing, pledge, standing.group)}
    bill = bills(terms, standing.group)[0][pledge.public_id]
    return {
        "served": True,
        "served_quantity": number(standing.group.amounts[pledge.public_id], terms.unit),
        "setup_minor": bill.setup,
        "price_minor": bill.whole,
    }


def wish_json(wish: Wish) -> dict[str, Any]:
    return {
        "id": wish.public_id,
        "state": wish.state.value,
        "title": title_text(wish.key),
        "process": wish.key.process,
        "material": wish.key.material or None,
        "colour": wish.key.colour or None,
        "design": wish.key.design or None,
        "unit": wish.unit.value,
        "quantity": number(wish.atoms, wish.unit),
        "tolerance": number(wish.tolerance, wish.unit),
        "lat": wish.point.lat,
        "lon": wish.point.lon,
        "radius_km": wish.radius_m / 1000 if wish.radius_m else None,
        "needed_by": wish.needed_by.isoformat() if wish.needed_by else None,
        "note": wish.note,
        "reason": wish.reason or None,
        "made_at": wish.made_at.isoformat(),
    }


def asked_json(wish: Wish, metres: int) -> dict[str, Any]:
    """A wish as the supplier sees it that was asked: how far, not who and not where."""
    shown = wish_json(wish)
    for name in ("lat", "lon"):
        del shown[name]
    return {**shown, "km": metres / 1000}


def proposal_json(proposal: Proposal, supplier_id: str) -> dict[str, Any]:
    """A pool that could be opened, and the body that opens it: designers are numbers."""
    terms, group = proposal.terms, proposal.filled.group
    unit = terms.unit
    text = f"{amount(group.atoms, unit)} for {designers_text(len(group.amounts))}, "
    text += f"between {number(terms.minimum, unit)} and {amount(terms.maximum, unit)}"
    return {
        "service": proposal.service.public_id,
        "title": title_text(terms.key),
        "text": text,
        "designers": len(group.amounts),
        "quantity": number(group.atoms, unit),
        "unit": unit.value,
        "km": group.metres / 1000,
        "ready": proposal.ready.isoformat(),
        "open": {
            "supplier": supplier_id,
            "service": proposal.service.public_id,
            "material": terms.key.material,
            "colour": terms.key.colour,
            "design": terms.key.design,
            "unit": unit.value,
            "minimum": number(terms.minimum, unit),
            "maximum": number(terms.maximum, unit),
            "closes_at": terms.closes_at.isoformat(),
            "starts": terms.starts.isoformat(),
            "currency": terms.currency,
            "unit_minor": terms.unit_minor,
            "setup_minor": terms.setup_minor,
            "closing": terms.closing.value,
            "wishes": [wish.public_id for wish in proposal.wishes],
        },
    }


def number(atoms: int, unit: Unit) -> int | float:
    return whole_or_decimal(Quantity(atoms, unit))
