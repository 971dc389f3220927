"""Pools of the demonstration dye house: one two thirds full, one that was confirmed. Told in the order it happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from marketplace.accounts.model import Actor
from marketplace.demo.market import Firm, Market
from marketplace.demo.people import DEMO_STUDIOS
from marketplace.errors import Conflict
from marketplace.pools import actions, wishes
from marketplace.pools.actions import Wanted
from marketplace.pools.model import ClosingAction, Key, Pool, Terms
from marketplace.pools.wishes import Wished
from marketplace.suppliers.rules import Cloth
from marketplace.units import Unit

WORKSHOP, FAR = "tintoria@example.com", "stilista@example.com"
_DAY = timedelta(days=1)
_TWILL = Cloth(width_cm=150, gsm=180)  # 20 kg of it are 75 metres


def add_pools(market: Market, now: datetime) -> None:
    """Where the dye house has no weeks for them on this day of the year, there are none."""
    house = market.firm(WORKSHOP)
    if all(service.draft.process != "dye_fabric" for service in house.supplier.services):
        return
    near = [market.actor(studio.email) for studio in DEMO_STUDIOS]
    try:
        _confirmed(market, house, near, now)
        _open(market, house, [*near, market.actor(FAR)], now)
    except Conflict:
        return
    _wished(market, near[0], now)


def _confirmed(market: Market, house: Firm, designers: Sequence[Actor], now: datetime) -> None:
    opened, closes = now - 24 * _DAY, now - 6 * _DAY
    pool = _opened(market, house, "bottle green", opened, closes, ClosingAction.RELEASE)
    for days, (designer, metres, tolerance) in enumerate(zip(designers, (40, 28, 30), (0, 4, 0), strict=False), 2):
        actions.pledge(market.database, designer, pool.public_id, Wanted(metres, tolerance), opened + days * _DAY)
    actions.close(market.database, house.actor, pool.public_id, closes - timedelta(hours=1))


def _open(market: Market, house: Firm, designers: Sequence[Actor], now: datetime) -> None:
    opened = now - 3 * _DAY
    pool = _opened(market, house, "indigo", opened, now + 8 * _DAY, ClosingAction.EXTEND)
    for hours, (designer, metres) in enumerate(zip(designers[1:], (18, 20, 12), strict=False), 5):
        wanted = Wanted(metres, tolerance=2)
        actions.pledge(market.database, designer, pool.public_id, wanted, opened + timedelta(hours=hours))


def _opened(
    market: Market, house: Firm, colour: str, opened: datetime, closes: datetime, closing: ClosingAction
) -> Pool:
    closes_at = datetime.combine(closes.date(), time(17), tzinfo=opened.tzinfo)
    terms = Terms(
        key=Key("dye_fabric", "cotton", colour),
        unit=Unit.METRE,
        minimum=75,
        maximum=145,
        closes_at=closes_at,
        starts=closes_at.date() + _DAY,
        currency="EUR",
        unit_minor=110,
        setup_minor=10_500,
        closing=closing,
        cloth=_TWILL,
        note="Cotton twill of 180 g/m², 150 cm wide, scoured. Bring the cloth the day before.",
    )
    supplier = house.supplier.public_id
    return actions.open_pool(market.database, house.actor, supplier, house.service_of("dye_fabric"), terms, opened)


def _wished(market: Market, designer: Actor, now: datetime) -> None:
    wished = Wished(Key("dye_fabric", "cotton", "walnut"), Unit.METRE, 35, radius_m=60_000, cloth=_TWILL)
    wishes.make(market.database, designer, wished, now - _DAY)
