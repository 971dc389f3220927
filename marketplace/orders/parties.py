"""Which side of an order somebody stands on, and whether they may do this. The order is locked for the caller."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from marketplace.accounts.model import Actor
from marketplace.accounts.policy import authorize, can
from marketplace.booking.model import Side
from marketplace.errors import NotFound, SignInNeeded
from marketplace.orders import store
from marketplace.orders.model import Order, State


def sides_of(actor: Actor, order: Order, action: str) -> tuple[Side, ...]:
    """The sides for which the actor may do this; a person may belong to both."""
    return tuple(side for side in (Side.STUDIO, Side.SUPPLIER) if can(actor, action, order.organisation_of(side)))


def take(session: Session, actor: Actor, public_id: str, action: str) -> tuple[Order, tuple[Side, ...]]:
    """The order, locked until the transaction ends, and the sides on which the actor may do this.

    Errors: SignInNeeded; NotFound for everybody but the two parties; Forbidden without a confirmed address.
    """
    if not actor.is_signed_in:
        raise SignInNeeded
    order = store.get(session, public_id, lock=True)
    authorize(actor, action, order.studio_id, order.supplier_organisation_id)
    return order, sides_of(actor, order, action)


def readable(session: Session, actor: Actor, public_id: str) -> tuple[Order, tuple[Side, ...]]:
    """The order for its two parties, and, while it is disputed, for moderators (who stand on no side).

    Errors: SignInNeeded, NotFound.
    """
    if not actor.is_signed_in:
        raise SignInNeeded
    order = store.get(session, public_id)
    sides = sides_of(actor, order, "order.read")
    if not sides and not is_settler(actor, order):
        raise NotFound
    return order, sides


def is_settler(actor: Actor, order: Order) -> bool:
    return order.state is State.DISPUTED and can(actor, "order.settle")


def one_side(sides: Iterable[Side], wanted: Side) -> Side:
    """The wanted side where the actor stands on it, else the one they stand on."""
    known = tuple(sides)
    return wanted if wanted in known else known[0]


def must_settle(actor: Actor) -> None:
    """Errors: SignInNeeded, NotFound."""
    authorize(actor, "order.settle")
