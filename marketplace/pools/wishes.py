"""What designers wish for, and what suppliers are asked to open: make a wish, take it back, say no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor
from marketplace.accounts.policy import authorize
from marketplace.audit import store as audit
from marketplace.db import Database
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.notices import store as notices
from marketplace.places import Point
from marketplace.pools import wish_store
from marketplace.pools.actions import NO_PLACE, studio_of, studio_point
from marketplace.pools.model import MOST_WISHES, Key, Wish, WishState
from marketplace.pools.words import amount, title_text
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.actions import service_of
from marketplace.suppliers.model import Service, Status, Supplier
from marketplace.suppliers.rules import Cloth
from marketplace.units import Unit

DESK_PATH = "/listing/pools"
OWN_PATH = "/account/pools"


@dataclass(frozen=True, slots=True)
class Wished:
    """`supplier_id`, `service_id`: public ids of who is asked to open a pool for it."""

    key: Key
    unit: Unit
    atoms: int
    tolerance: int = 0
    point: Point | None = None
    radius_m: int | None = None
    needed_by: date | None = None
    cloth: Cloth | None = None
    note: str = ""
    supplier_id: str = ""
    service_id: str = ""


def make(database: Database, actor: Actor, wished: Wished, now: datetime) -> Wish:
    """Say what the actor's studio would join a pool for; with a service, ask its supplier to open one.

    Errors: Invalid; Conflict for a studio that wishes for much already; NotFound.
    """
    studio_id = studio_of(actor, "pool.wish")
    with database.writing() as session:
        point = wished.point or studio_point(session, studio_id)
        problems = {} if point else {"place": NO_PLACE}
        if wished.needed_by and wished.needed_by <= now.date():
            problems["needed_by"] = "must lie ahead"
        if wished.tolerance * 2 > wished.atoms:
            problems["tolerance"] = "at most half of the amount"
        asked: tuple[Supplier, Service] | None = None
        if wished.service_id:
            asked = _listed(session, wished.supplier_id, wished.service_id)
            if asked[1].draft.process != wished.key.process:
                problems["service"] = "does other work"
        if problems or point is None:
            raise Invalid(problems)
        accounts.lock(session, f"wishes:{studio_id}")
        if wish_store.count_open(session, studio_id) >= MOST_WISHES:
            raise Conflict(f"You have {MOST_WISHES} open wishes, which is the most. Take one back first.")
        wish = wish_store.add(
            session,
            studio_id=studio_id,
            key=wished.key,
            unit=wished.unit,
            atoms=wished.atoms,
            tolerance=wished.tolerance,
            point=point,
            radius_m=wished.radius_m,
            needed_by=wished.needed_by,
            cloth=wished.cloth,
            note=wished.note,
            asked=(asked[0].id, asked[1].id) if asked else None,
            now=now,
        )
        if asked:
            text = f"A studio asks you to open a pool: {title_text(wish.key)}, {amount(wish.atoms, wish.unit)}."
            notices.tell(session, asked[0].organisation_id, "pool_asked", text, DESK_PATH, now)
        _note(session, actor, wish, "pool.wish", now, {"wish": title_text(wish.key)})
        return wish


def take_back(database: Database, actor: Actor, wish_id: str, now: datetime) -> Wish:
    """To take back again is no error. Errors: NotFound."""
    studio_of(actor, "pool.mine")
    with database.writing() as session:
        wish = wish_store.get(session, wish_id, lock=True)
        authorize(actor, "pool.mine", wish.studio_id)
        if wish_store.move(session, wish, WishState.WITHDRAWN) and wish.state is not WishState.WITHDRAWN:
            _note(session, actor, wish, "pool.unwish", now, {"state": WishState.WITHDRAWN.value})
        return wish_store.get(session, wish_id)


def decline(database: Database, actor: Actor, wish_id: str, reason: str, now: datetime) -> Wish:
    """Say no to a studio that asked for a pool, and why. Errors: Invalid without a reason; Conflict; NotFound."""
    with database.writing() as session:
        wish = wish_store.get(session, wish_id, lock=True)
        supplier = _asked(session, wish)
        authorize(actor, "pool.run", supplier.organisation_id)
        if not reason:
            raise Invalid({"reason": "say why, in a few words"})
        if wish.state is not WishState.OPEN:
            raise Conflict("This has been answered or taken back already.")
        wish_store.move(session, wish, WishState.DECLINED, reason=reason)
        text = f"{supplier.profile.name} opens no pool for {title_text(wish.key)}: {reason}"
        notices.tell(session, wish.studio_id, "pool_declined", text, OWN_PATH, now)
        _note(session, actor, wish, "pool.decline", now, {"state": WishState.DECLINED.value})
        return wish_store.get(session, wish_id)


def _asked(session: Session, wish: Wish) -> Supplier:
    """Errors: NotFound for a wish that asks nobody."""
    if wish.supplier_id is None:
        raise NotFound
    return suppliers.get(session, wish.supplier_id)


def _listed(session: Session, supplier_id: str, service_id: str) -> tuple[Supplier, Service]:
    """Errors: NotFound for what is not published."""
    supplier = suppliers.find_by_public_id(session, supplier_id)
    if supplier is None or supplier.status is not Status.PUBLISHED:
        raise NotFound
    service = service_of(supplier, service_id)
    if service.status is not Status.PUBLISHED:
        raise NotFound
    return supplier, service


def _note(session: Session, actor: Actor, wish: Wish, action: str, now: datetime, after: dict[str, str]) -> None:
    audit.record(session, now, actor, action, "wish", wish.public_id, organisation_id=wish.studio_id, after=after)
