"""All SQL of orders, their milestones and payments."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from marketplace.booking.model import Side
from marketplace.db.ids import new_public_id
from marketplace.db.rows import changed
from marketplace.errors import NotFound
from marketplace.orders.model import (
    Change,
    ChangeState,
    Milestone,
    MilestoneDraft,
    NewOrder,
    Order,
    OrderId,
    Payment,
    PaymentDraft,
    Record,
    Share,
    State,
)
from marketplace.orders.rules import RECORD_OF, share_on_time, share_paid_on_time, share_right_quantity
from marketplace.orders.tables import MilestoneRow, OrderChangeRow, OrderRow, PaymentRow, ReviewRow
from marketplace.units import Quantity

# --- orders


def add(session: Session, new: NewOrder, now: datetime) -> Order:
    row = OrderRow(
        public_id=new_public_id(),
        quote_id=new.quote_id,
        enquiry_id=new.enquiry_id,
        brief_id=new.brief_id,
        supplier_id=new.supplier_id,
        supplier_organisation_id=new.supplier_organisation_id,
        studio_id=new.studio_id,
        reservation_id=new.reservation_id,
        state=State.BOOKED,
        title=new.title,
        quantity=new.quantity.atoms,
        unit=new.quantity.unit,
        currency=new.currency,
        total_minor=new.total_minor,
        starts=new.starts,
        ready=new.ready,
        created_at=now,
        studio_note="",
        supplier_note="",
        reason="",
        lots=new.lots,
    )
    session.add(row)
    session.flush()
    return get(session, row.public_id)


def get(session: Session, public_id: str, *, lock: bool = False) -> Order:
    """With `lock` nobody else changes the order, or what belongs to it, until our transaction ends.

    Errors: NotFound.
    """
    found = find(session, public_id, lock=lock)
    if found is None:
        raise NotFound
    return found


def find(session: Session, public_id: str, *, lock: bool = False) -> Order | None:
    query = _ORDERS.where(OrderRow.public_id == public_id)
    if lock:
        query = query.with_for_update()
    row = session.scalar(query)
    return _order(row) if row else None


def find_by_id(session: Session, order_id: int) -> Order | None:
    row = session.scalar(_ORDERS.where(OrderRow.id == order_id))
    return _order(row) if row else None


def find_of_quote(session: Session, quote_id: int) -> Order | None:
    row = session.scalar(_ORDERS.where(OrderRow.quote_id == quote_id))
    return _order(row) if row else None


def list_of_studio(session: Session, studio_id: int) -> list[Order]:
    """Newest first."""
    query = _ORDERS.where(OrderRow.studio_id == studio_id).order_by(OrderRow.id.desc())
    return [_order(row) for row in session.scalars(query)]


def list_of_organisation(session: Session, organisation_id: int) -> list[Order]:
    """The orders that a supplier's organisation makes, newest first."""
    query = _ORDERS.where(OrderRow.supplier_organisation_id == organisation_id).order_by(OrderRow.id.desc())
    return [_order(row) for row in session.scalars(query)]


def list_of_supplier(session: Session, supplier_id: int) -> list[Order]:
    """Newest first."""
    query = _ORDERS.where(OrderRow.supplier_id == supplier_id).order_by(OrderRow.id.desc())
    return [_order(row) for row in session.scalars(query)]


def list_delivered_before(session: Session, before: datetime, most: int) -> list[Order]:
    """Delivered orders that nobody has answered since, oldest first."""
    due = (OrderRow.state == State.DELIVERED, OrderRow.delivered_at <= before)
    query = _ORDERS.where(*due).order_by(OrderRow.delivered_at, OrderRow.id).limit(most)
    return [_order(row) for row in session.scalars(query)]


def list_disputed(session: Session) -> list[Order]:
    """For moderators, oldest first."""
    query = _ORDERS.where(OrderRow.state == State.DISPUTED).order_by(OrderRow.id)
    return [_order(row) for row in session.scalars(query)]


def move(session: Session, order: Order, to: State, **values: Any) -> bool:
    """Compare and swap: False when the order is not where it was read any more, and nothing is changed then."""
    query = update(OrderRow).where(OrderRow.id == order.id, OrderRow.state == order.state)
    return changed(session, query.values(state=to, **values))


def change(session: Session, order: Order, **values: Any) -> None:
    """Change what stands in an order that this transaction has locked."""
    session.execute(update(OrderRow).where(OrderRow.id == order.id).values(**values))


# --- milestones


def add_milestones(session: Session, order_id: OrderId, drafts: Iterable[MilestoneDraft], first: int) -> None:
    """Add steps at positions from `first` on; later ones move down."""
    wanted = list(drafts)
    later = (MilestoneRow.order_id == order_id, MilestoneRow.position >= first)
    session.execute(update(MilestoneRow).where(*later).values(position=MilestoneRow.position + len(wanted)))
    for position, draft in enumerate(wanted, first):
        session.add(
            MilestoneRow(
                public_id=new_public_id(),
                order_id=order_id,
                position=position,
                kind=draft.kind,
                side=draft.side,
                title=draft.title,
                due=draft.due,
                note="",
            )
        )
    session.flush()


def list_milestones(session: Session, order_id: OrderId) -> list[Milestone]:
    query = select(MilestoneRow).where(MilestoneRow.order_id == order_id)
    rows = session.scalars(
        query.order_by(MilestoneRow.position, MilestoneRow.id).execution_options(populate_existing=True)
    )
    return [_milestone(row) for row in rows]


def mark_milestone(session: Session, milestone_id: int, done_at: datetime | None, person_id: int | None) -> None:
    query = update(MilestoneRow).where(MilestoneRow.id == milestone_id)
    session.execute(query.values(done_at=done_at, done_by=person_id))


def note_milestone(session: Session, milestone_id: int, note: str) -> None:
    session.execute(update(MilestoneRow).where(MilestoneRow.id == milestone_id).values(note=note))


def set_due(session: Session, milestone_id: int, due: date | None) -> None:
    session.execute(update(MilestoneRow).where(MilestoneRow.id == milestone_id).values(due=due))


# --- payments


def add_payment(session: Session, order_id: OrderId, draft: PaymentDraft, now: datetime) -> Payment:
    row = PaymentRow(
        public_id=new_public_id(),
        order_id=order_id,
        kind=draft.kind,
        amount_minor=draft.amount_minor,
        due=draft.due,
        paid_on=draft.paid_on,
        paid_at=now if draft.paid_on else None,
        received_on=draft.received_on,
        received_at=now if draft.received_on else None,
        note=draft.note,
    )
    session.add(row)
    session.flush()
    return _payment(row)


def list_payments(session: Session, order_id: OrderId) -> list[Payment]:
    return list_payments_of(session, [order_id]).get(order_id, [])


def list_payments_of(session: Session, order_ids: Collection[int]) -> dict[int, list[Payment]]:
    found: dict[int, list[Payment]] = {}
    ids = sorted(order_ids)
    for start in range(0, len(ids), _BATCH):
        query = select(PaymentRow).where(PaymentRow.order_id.in_(ids[start : start + _BATCH]))
        for row in session.scalars(query.order_by(PaymentRow.id).execution_options(populate_existing=True)):
            found.setdefault(row.order_id, []).append(_payment(row))
    return found


def mark_paid(session: Session, payment_id: int, on: date | None, now: datetime) -> None:
    query = update(PaymentRow).where(PaymentRow.id == payment_id)
    session.execute(query.values(paid_on=on, paid_at=now if on else None))


def mark_received(session: Session, payment_id: int, on: date | None, now: datetime) -> None:
    query = update(PaymentRow).where(PaymentRow.id == payment_id)
    session.execute(query.values(received_on=on, received_at=now if on else None))


def note_payment(session: Session, payment_id: int, note: str) -> None:
    session.execute(update(PaymentRow).where(PaymentRow.id == payment_id).values(note=note))


def remove_payment(session: Session, payment_id: int) -> None:
    session.delete(session.get_one(PaymentRow, payment_id))
    session.flush()


# --- changes that were proposed


def add_change(
    session: Session,
    order_id: OrderId,
    person_id: int | None,
    *,
    arrival: date,
    quantity: int,
    total_minor: int,
    note: str,
    now: datetime,
) -> Change:
    row = OrderChangeRow(
        public_id=new_public_id(),
        order_id=order_id,
        person_id=person_id,
        state=ChangeState.OPEN,
        arrival=arrival,
        quantity=quantity,
        total_minor=total_minor,
        note=note,
        at=now,
    )
    session.add(row)
    session.flush()
    return _change(row)


def list_changes(session: Session, order_id: OrderId) -> list[Change]:
    query = select(OrderChangeRow).where(OrderChangeRow.order_id == order_id).order_by(OrderChangeRow.id)
    return [_change(row) for row in session.scalars(query.execution_options(populate_existing=True))]


def find_open_change(session: Session, order_id: OrderId) -> Change | None:
    return next((c for c in list_changes(session, order_id) if c.state is ChangeState.OPEN), None)


def decide_change(session: Session, change_id: int, state: ChangeState, now: datetime) -> bool:
    """Compare and swap: False when it was decided already."""
    query = update(OrderChangeRow).where(OrderChangeRow.id == change_id, OrderChangeRow.state == ChangeState.OPEN)
    return changed(session, query.values(state=state, decided_at=now))


# --- records


def record_of_supplier(session: Session, supplier_id: int, now: datetime) -> Record:
    """What the orders of the last 24 months say of a supplier."""
    return _record(session, OrderRow.supplier_id == supplier_id, Side.SUPPLIER, now)


def record_of_studio(session: Session, studio_id: int, now: datetime) -> Record:
    """What the orders of the last 24 months say of a studio."""
    return _record(session, OrderRow.studio_id == studio_id, Side.STUDIO, now)


def _record(session: Session, whose: ColumnElement[bool], side: Side, now: datetime) -> Record:
    ended = [_order(row) for row in session.scalars(_ORDERS.where(whose, OrderRow.ended_at > now - RECORD_OF))]
    completed = [order for order in ended if order.state is State.COMPLETED]
    paid = list_payments_of(session, [order.id for order in completed])
    about = {order.organisation_of(side) for order in ended}
    shown = (ReviewRow.shown_from <= now, ReviewRow.hidden_at.is_(None), ReviewRow.written_at > now - RECORD_OF)
    ratings = select(ReviewRow.rating).where(ReviewRow.about_id.in_(about), *shown)
    given = list(session.scalars(ratings))
    return Record(
        completed=len(completed),
        cancelled=sum(order.cancelled_by is side for order in ended),
        on_time=share_on_time(completed),
        right_quantity=share_right_quantity(completed),
        paid_on_time=share_paid_on_time([p for each in paid.values() for p in each], now.date()),
        reviews=Share(sum(given), len(given)),
    )


_BATCH = 500
_ORDERS = select(OrderRow).execution_options(populate_existing=True)


def _order(row: OrderRow) -> Order:
    return Order(
        id=OrderId(row.id),
        public_id=row.public_id,
        quote_id=row.quote_id,
        enquiry_id=row.enquiry_id,
        brief_id=row.brief_id,
        supplier_id=row.supplier_id,
        supplier_organisation_id=row.supplier_organisation_id,
        studio_id=row.studio_id,
        reservation_id=row.reservation_id,
        state=row.state,
        title=row.title,
        quantity=Quantity(row.quantity, row.unit),
        currency=row.currency,
        total_minor=row.total_minor,
        starts=row.starts,
        ready=row.ready,
        created_at=row.created_at,
        delivered_on=row.delivered_on,
        delivered_quantity=row.delivered_quantity,
        delivered_at=row.delivered_at,
        disputed_by=row.disputed_by,
        studio_note=row.studio_note,
        supplier_note=row.supplier_note,
        ended_at=row.ended_at,
        cancelled_by=row.cancelled_by,
        reason=row.reason,
        lots=row.lots,
    )


def _milestone(row: MilestoneRow) -> Milestone:
    return Milestone(row.id, row.public_id, row.position, row.kind, row.side, row.title, row.due, row.done_at, row.note)


def _payment(row: PaymentRow) -> Payment:
    return Payment(
        id=row.id,
        public_id=row.public_id,
        kind=row.kind,
        amount_minor=row.amount_minor,
        due=row.due,
        paid_on=row.paid_on,
        paid_at=row.paid_at,
        received_on=row.received_on,
        received_at=row.received_at,
        note=row.note,
    )


def _change(row: OrderChangeRow) -> Change:
    return Change(row.id, row.public_id, row.state, row.arrival, row.quantity, row.total_minor, row.note, row.at)
