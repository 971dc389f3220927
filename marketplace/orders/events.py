"""What every change of an order leaves behind, in its transaction: one entry in the audit trail, and notices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.model import Actor
from marketplace.audit import store as audit
from marketplace.booking.model import Side
from marketplace.notices import store as notices
from marketplace.orders.model import Order

KIND = "order"


def path_of(order: Order) -> str:
    return f"/account/orders/{order.public_id}"


def note(
    session: Session,
    actor: Actor | None,
    order: Order,
    action: str,
    now: datetime,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """`actor`: None for what happens by itself."""
    audit.record(
        session,
        now,
        actor,
        f"order.{action}",
        KIND,
        order.public_id,
        organisation_id=order.studio_id,
        before=dict(before or {}),
        after=dict(after or {}),
        reason=reason,
    )


def tell(session: Session, order: Order, side: Side, text: str, now: datetime, kind: str = KIND) -> None:
    """Tell the people of one side, in a sentence that names the order."""
    notices.tell(session, order.organisation_of(side), kind, f"{order.title}: {text}", path_of(order), now)


def tell_both(session: Session, order: Order, text: str, now: datetime, kind: str = KIND) -> None:
    for side in Side:
        tell(session, order, side, text, now, kind)


def other(side: Side) -> Side:
    return Side.STUDIO if side is Side.SUPPLIER else Side.SUPPLIER
