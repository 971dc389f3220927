"""Who hears of a new pool: those whose wish it fits. Inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.notices import store as notices
from marketplace.places import distance_m
from marketplace.pools import wish_store
from marketplace.pools.model import Pool, Wish, WishState
from marketplace.pools.rules import serves, why_outside
from marketplace.pools.words import closes_text, price_text, title_text
from marketplace.suppliers.model import Supplier

MOST_TOLD = 200
_OPEN_RADIUS_M = 200_000  # of a wish that names none


def answer_wishes(session: Session, pool: Pool, supplier: Supplier, answered: Collection[str], now: datetime) -> int:
    """Tell whoever wished for such a pool; the wishes it was opened for are answered. Returns how many were told."""
    told = 0
    for wish in wish_store.list_open(session, {pool.terms.key.process}, now.date()):
        is_meant = wish.public_id in answered and (wish.service_id in (None, pool.service_id))
        if not is_meant and not fits(pool, wish):
            continue
        if is_meant or wish.service_id == pool.service_id:
            wish_store.move(session, wish, WishState.ANSWERED, pool_id=pool.id)
        closes = closes_text(pool.terms.closes_at, now)
        text = f"{supplier.profile.name} has opened a pool you may want: {title_text(pool.terms.key)}, "
        text += f"{price_text(pool.terms)}, {closes}. You are not in it before you pledge."
        notices.tell(session, wish.studio_id, "pool_opened", text, f"/pools/{pool.public_id}", now)
        told += 1
        if told >= MOST_TOLD:
            break
    return told


def fits(pool: Pool, wish: Wish) -> bool:
    """Whether somebody could join the pool with what they wish for."""
    if not serves(pool.terms.key, wish.key) or wish.unit is not pool.terms.unit:
        return False
    metres = distance_m(pool.point, wish.point)
    if why_outside(pool.terms.reach_m, pool.ready, metres, wish.radius_m or _OPEN_RADIUS_M, wish.needed_by):
        return False
    return wish.atoms - wish.tolerance <= pool.terms.maximum
