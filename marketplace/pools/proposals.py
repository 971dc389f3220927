"""Which pools a supplier could open now: the best grouping of what designers wish for, over all its services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from sqlalchemy.orm import Session

from marketplace.capacity import store as capacity
from marketplace.capacity.rules import plan, resource_need
from marketplace.places import distance_m
from marketplace.pools import wish_store
from marketplace.pools.grouping import Filled, Lot, group
from marketplace.pools.model import MOST_PLEDGES, ClosingAction, Key, Part, Terms, Wish
from marketplace.pools.rules import why_outside
from marketplace.suppliers.model import Service, Status, Supplier
from marketplace.suppliers.rules import Answer, Run, judge, per_atom
from marketplace.units import Quantity, Unit
from marketplace.units.model import COUNTRY_CURRENCIES
from marketplace.vocabulary.model import fold

CLOSES_AFTER = timedelta(days=14)
_CLOSES = time(17, tzinfo=UTC)
_OPEN_RADIUS_M = 200_000  # of a wish that names none
_MOST_TIMES_MINIMUM = 2  # how large a lot is where its service names no maximum


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pool that could be opened now: its terms, whose wishes it would meet, and how many open weeks it needs."""

    service: Service
    terms: Terms
    wishes: tuple[Wish, ...]
    filled: Filled
    ready: date


@dataclass(frozen=True, slots=True)
class _Room:
    """What a service could run as one lot, and when it would be ready."""

    service: Service
    minimum: int
    maximum: int
    starts: date
    ready: date


def propose(session: Session, supplier: Supplier, now: datetime) -> list[Proposal]:
    """Pools that fill by what is wished for now, the one with most designers first.

    Lots that share designers are weighed against each other: nobody is counted twice.
    """
    rooms = [room for service in supplier.services if (room := _room(session, supplier, service, now))]
    wishes = wish_store.list_open(session, {room.service.draft.process for room in rooms}, now.date())
    wishes = [wish for wish in wishes if wish.supplier_id in (None, supplier.id)]
    known = {wish.public_id: wish for wish in wishes}
    keys: dict[tuple[str, str], Key] = {}
    lots: list[Lot] = []
    by_name: dict[str, _Room] = {}
    for room in rooms:
        options: dict[str, list[Part]] = {}
        for wish in wishes:
            part = _part(supplier, room, wish)
            if part is not None:
                options.setdefault(_name(wish.key), []).append(part)
                keys.setdefault((room.service.public_id, _name(wish.key)), wish.key)
        found = {name: tuple(parts[:MOST_PLEDGES]) for name, parts in options.items()}
        if found:
            by_name[room.service.public_id] = room
            unit = room.service.draft.unit
            lots.append(Lot(room.service.public_id, room.minimum, room.maximum, found, unit.step))
    plans = group(lots)
    made = []
    for name, filled in plans.items():
        room = by_name[name]
        terms = _terms(supplier, room, keys[name, filled.option], now)
        made.append(Proposal(room.service, terms, tuple(known[n] for n in filled.group.amounts), filled, room.ready))
    return sorted(made, key=lambda one: (-len(one.wishes), one.filled.group.metres, one.service.public_id))


def _room(session: Session, supplier: Supplier, service: Service, now: datetime) -> _Room | None:
    """None for a service without a minimum to reach, without open weeks, or off the map."""
    draft = service.draft
    site = next(site for site in supplier.sites if site.id == service.site_id)
    minimums = [rule.quantity.atoms for rule in draft.rules if rule.quantity.unit is draft.unit]
    minimums += [draft.load.minimum] if draft.load else []
    if service.status is not Status.PUBLISHED or not minimums or site.draft.point is None:
        return None
    minimum = max(minimums)
    maximum = draft.load.maximum if draft.load else minimum * _MOST_TIMES_MINIMUM
    if draft.maximum:
        maximum = min(maximum, draft.maximum.atoms)
    starts = (now + CLOSES_AFTER).date() + timedelta(days=1)
    ready = ready_on(session, supplier, service, Run(Quantity(maximum, draft.unit)), starts)
    return _Room(service, minimum, maximum, starts, ready) if ready and minimum <= maximum else None


def ready_on(session: Session, supplier: Supplier, service: Service, run: Run, starts: date) -> date | None:
    """When a run would be ready in what is open of the weeks; None where they have no room for it."""
    sites = [site for site in supplier.sites if site.id == service.site_id]
    resources, uses = capacity.list_with_uses(session, sites)
    use = uses.get(service.id)
    verdict = judge(service.draft, run)
    if use is None or verdict.answer is Answer.NO:
        return None
    resource = next(resource for resource in resources if resource.id == use.resource_id)
    need = resource_need(service.draft, run, verdict, use.rate, resource.calendar.unit)
    found = plan(resource.calendar, need, starts, service.draft.leads.first) if need else None
    return found.ready if found else None


def _part(supplier: Supplier, room: _Room, wish: Wish) -> Part | None:
    """What somebody would take of the lot, in its unit; None when the lot is nothing for them."""
    draft = room.service.draft
    if wish.key.process != draft.process or wish.service_id not in (None, room.service.id):
        return None
    if wish.key.material and draft.tags.materials and wish.key.material not in draft.tags.materials:
        return None
    factor = per_atom(wish.run, draft.unit)
    if factor is None:
        return None
    site = next(site for site in supplier.sites if site.id == room.service.site_id)
    assert site.draft.point is not None
    metres = distance_m(site.draft.point, wish.point)
    if why_outside(None, room.ready, metres, wish.radius_m or _OPEN_RADIUS_M, wish.needed_by):
        return None
    atoms, tolerance = _steps(wish.atoms * factor, draft.unit, up=True), _steps(wish.tolerance * factor, draft.unit)
    return Part(wish.public_id, atoms, min(tolerance, atoms // 2), metres) if atoms <= room.maximum else None


def _steps(atoms: Fraction, unit: Unit, *, up: bool = False) -> int:
    return int(-(-atoms // unit.step) if up else atoms // unit.step) * unit.step


def _name(key: Key) -> str:
    """Wishes with the same colour, cloth and design may share a lot."""
    return "|".join(fold(part) for part in (key.material, key.colour, key.design))


def _terms(supplier: Supplier, room: _Room, key: Key, now: datetime) -> Terms:
    site = next(site for site in supplier.sites if site.id == room.service.site_id)
    price = room.service.draft.price
    return Terms(
        key=key,
        unit=room.service.draft.unit,
        minimum=room.minimum,
        maximum=room.maximum,
        closes_at=datetime.combine((now + CLOSES_AFTER).date(), _CLOSES),
        starts=room.starts,
        currency=price.currency if price else COUNTRY_CURRENCIES.get(site.draft.address.country, "EUR"),
        unit_minor=price.unit_minor if price and price.per is room.service.draft.unit else 0,
        setup_minor=price.setup_minor if price else 0,
        closing=ClosingAction.RELEASE,
    )
