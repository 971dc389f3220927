"""What somebody sees of a pool: everybody the totals, a studio its own pledge, the supplier who is in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor, OrganisationKind
from marketplace.accounts.policy import can
from marketplace.errors import NotFound
from marketplace.places import distance_m
from marketplace.places.model import Circle
from marketplace.places.rules import MAXIMUM_RADIUS_M
from marketplace.pools import store
from marketplace.pools.model import Key, Pledge, Pool, Totals
from marketplace.pools.rules import Standing, serves, stand
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Service, Status, Supplier


@dataclass(frozen=True, slots=True)
class Seen:
    """`standing` of a live pool. `pledges`: for its supplier only, with the names of the studios."""

    pool: Pool
    supplier: Supplier
    service: Service
    totals: Totals
    standing: Standing | None
    mine: Pledge | None = None
    is_own: bool = False
    pledges: tuple[tuple[Pledge, str], ...] = ()
    metres: int | None = None  # from where was asked


@dataclass(frozen=True, slots=True)
class Asked:
    """Which pools are looked for."""

    key: Key | None = None
    circle: Circle | None = None
    supplier_id: str = ""


def see(session: Session, actor: Actor, pool_id: str) -> Seen:
    """Errors: NotFound, also where the supplier is not published and the pool is not one's own or of one's own."""
    pool = store.get(session, pool_id)
    supplier = suppliers.get(session, pool.supplier_id)
    is_own = can(actor, "pool.run", supplier.organisation_id)
    studio_id = next(iter(actor.organisations(OrganisationKind.STUDIO)), None)
    mine = store.find_pledge(session, pool, studio_id) if studio_id is not None else None
    if supplier.status is not Status.PUBLISHED and not is_own and mine is None:
        raise NotFound
    pledges = store.list_pledges(session, [pool.id])
    live = store.list_live_pledges(session, pool)
    named: list[tuple[Pledge, str]] = []
    if is_own:
        named = [(pledge, studio_name(session, pledge.studio_id)) for pledge in pledges]
    return Seen(
        pool=pool,
        supplier=supplier,
        service=_service(supplier, pool),
        totals=store.totals(session, [pool.id]).get(pool.id, Totals()),
        standing=stand(pool, live) if pool.state.is_live else None,
        mine=mine,
        is_own=is_own,
        pledges=tuple(named),
    )


def find(session: Session, asked: Asked, now: datetime) -> list[Seen]:
    """Pools that take pledges now: the nearest first where a place was given, else the first to close."""
    pools = store.list_live(session, now, process=asked.key.process if asked.key else "")
    if asked.key and asked.key.process:
        pools = [pool for pool in pools if asked.key is not None and serves(pool.terms.key, asked.key)]
    found = []
    for pool in pools:
        metres = distance_m(asked.circle.centre, pool.point) if asked.circle else None
        if asked.circle and metres is not None:
            if metres > min(asked.circle.radius_m, MAXIMUM_RADIUS_M):
                continue
            if pool.terms.reach_m is not None and metres > pool.terms.reach_m:
                continue
        found.append((pool, metres))
    if asked.circle:
        found.sort(key=lambda one: (one[1] or 0, one[0].terms.closes_at, one[0].public_id))
    seen = _seen(session, [pool for pool, _ in found], {pool.id: metres for pool, metres in found})
    return [one for one in seen if not asked.supplier_id or one.supplier.public_id == asked.supplier_id]


def of_supplier(session: Session, supplier: Supplier) -> list[Seen]:
    """All pools of one supplier, for itself."""
    return _seen(session, store.list_of_supplier(session, supplier.id), {}, published=False)


def of_studio(session: Session, studio_id: int) -> list[Seen]:
    """The pools a studio is or was in, the newest pledge first."""
    pledges = store.list_pledges_of_studio(session, studio_id)
    pools = {pool.id: pool for pool in store.list_by_ids(session, {pledge.pool_id for pledge in pledges})}
    seen = {one.pool.id: one for one in _seen(session, list(pools.values()), {}, published=False)}
    return [_with_pledge(seen[pledge.pool_id], pledge) for pledge in pledges if pledge.pool_id in seen]


def studio_name(session: Session, studio_id: int) -> str:
    studio = accounts.find_studio(session, studio_id)
    return studio.name if studio else "A studio"


def _seen(
    session: Session, pools: Sequence[Pool], metres: dict[int, int | None], *, published: bool = True
) -> list[Seen]:
    ids: Collection[int] = [pool.id for pool in pools]
    totals = store.totals(session, ids)
    pledges: dict[int, list[Pledge]] = {}
    for pledge in store.list_pledges(session, [pool.id for pool in pools if pool.state.is_live]):
        if pledge.state.value == "pledged":
            pledges.setdefault(pledge.pool_id, []).append(pledge)
    owners = {one.id: one for one in suppliers.list_by_ids(session, {pool.supplier_id for pool in pools})}
    return [
        Seen(
            pool=pool,
            supplier=owners[pool.supplier_id],
            service=_service(owners[pool.supplier_id], pool),
            totals=totals.get(pool.id, Totals()),
            standing=stand(pool, pledges.get(pool.id, [])) if pool.state.is_live else None,
            metres=metres.get(pool.id),
        )
        for pool in pools
        if not published or owners[pool.supplier_id].status is Status.PUBLISHED
    ]


def _with_pledge(seen: Seen, pledge: Pledge) -> Seen:
    return Seen(seen.pool, seen.supplier, seen.service, seen.totals, seen.standing, pledge)


def _service(supplier: Supplier, pool: Pool) -> Service:
    return next(service for service in supplier.services if service.id == pool.service_id)
