"""All SQL of enquiries and quotes. States change by compare-and-swap: of two at once, one finds its row changed."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from marketplace.booking.model import ReservationId
from marketplace.briefs.model import BriefId
from marketplace.capacity.model import Plan
from marketplace.db.ids import new_public_id
from marketplace.db.rows import changed
from marketplace.enquiries.model import (
    AnswerRecord,
    DecisionRecord,
    Enquiry,
    EnquiryId,
    Offer,
    Quote,
    QuoteId,
    QuoteState,
    Reason,
    State,
)
from marketplace.enquiries.rules import RECORD_FROM, RECORD_SPAN, STEPS, Move, median_hours
from marketplace.enquiries.tables import EnquiryRow, QuoteRow
from marketplace.errors import NotFound
from marketplace.suppliers.model import PriceBreak, ServiceId, SupplierId
from marketplace.units import Quantity, Unit


def add_enquiry(
    session: Session,
    *,
    brief_id: int,
    brief_version: int,
    studio_id: int,
    supplier_id: int,
    service_id: int,
    person_id: int | None,
    answer_by: datetime,
    now: datetime,
) -> Enquiry:
    row = EnquiryRow(
        public_id=new_public_id(),
        brief_id=brief_id,
        brief_version=brief_version,
        studio_id=studio_id,
        supplier_id=supplier_id,
        service_id=service_id,
        person_id=person_id,
        state=State.SENT.value,
        sent_at=now,
        answer_by=answer_by,
        reminded=0,
        decline_reason="",
        decline_note="",
    )
    session.add(row)
    session.flush()
    return _enquiry(row)


def find_enquiry(session: Session, public_id: str) -> Enquiry | None:
    query = select(EnquiryRow).where(EnquiryRow.public_id == public_id)
    row = session.scalar(query.execution_options(populate_existing=True))
    return _enquiry(row) if row else None


def get_enquiry(session: Session, public_id: str) -> Enquiry:
    """Errors: NotFound."""
    enquiry = find_enquiry(session, public_id)
    if enquiry is None:
        raise NotFound
    return enquiry


def get_enquiry_by_id(session: Session, enquiry_id: int) -> Enquiry:
    """Errors: NotFound."""
    row = session.get(EnquiryRow, enquiry_id, populate_existing=True)
    if row is None:
        raise NotFound
    return _enquiry(row)


def lock_enquiry(session: Session, enquiry_id: EnquiryId) -> Enquiry:
    """The enquiry; nobody else moves it until our transaction ends. Errors: NotFound."""
    query = select(EnquiryRow).where(EnquiryRow.id == enquiry_id).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return _enquiry(row)


def list_of_brief(session: Session, brief_id: int) -> list[Enquiry]:
    """Every enquiry about any version of a brief, in the order they were sent."""
    query = select(EnquiryRow).where(EnquiryRow.brief_id == brief_id).order_by(EnquiryRow.id)
    return [_enquiry(row) for row in session.scalars(query.execution_options(populate_existing=True))]


def list_of_studio(session: Session, studio_ids: Collection[int]) -> list[Enquiry]:
    """The enquiries of studios, newest first."""
    query = select(EnquiryRow).where(EnquiryRow.studio_id.in_(studio_ids)).order_by(EnquiryRow.id.desc())
    return [_enquiry(row) for row in session.scalars(query)]


def list_of_suppliers(session: Session, supplier_ids: Collection[int]) -> list[Enquiry]:
    """What suppliers were asked, newest first."""
    query = select(EnquiryRow).where(EnquiryRow.supplier_id.in_(supplier_ids)).order_by(EnquiryRow.id.desc())
    return [_enquiry(row) for row in session.scalars(query)]


def count_sent(session: Session, studio_id: int, since: datetime) -> int:
    query = select(func.count()).where(EnquiryRow.studio_id == studio_id, EnquiryRow.sent_at > since)
    return session.scalar(query) or 0


def move(
    session: Session,
    enquiry: Enquiry,
    move: Move,
    now: datetime,
    *,
    reason: Reason | None = None,
    note: str = "",
) -> bool:
    """Make a move if the enquiry still stands where it may be made; False when somebody was first.

    The row stays locked until the transaction ends, so whatever follows happens to one mover only.
    """
    step = STEPS[move]
    values: dict[str, object] = {"state": step.after.value}
    if move in (Move.QUOTE, Move.DECLINE):
        values["answered_at"] = func.coalesce(EnquiryRow.answered_at, now)
    if move in (Move.WITHDRAW, Move.ACCEPT, Move.CLOSE):
        values["decided_at"] = now
    if reason is not None:
        values |= {"decline_reason": reason.value, "decline_note": note}
    states = [state.value for state in step.before]
    query = update(EnquiryRow).where(EnquiryRow.id == enquiry.id, EnquiryRow.state.in_(states))
    if move is Move.TIME_OUT:
        query = query.where(EnquiryRow.answer_by <= now)
    return changed(session, query.values(values))


def note_reminded(session: Session, enquiry: Enquiry, reminded: int) -> bool:
    """Count reminders up; False when another worker did, or the enquiry was answered meanwhile."""
    query = update(EnquiryRow).where(
        EnquiryRow.id == enquiry.id, EnquiryRow.state == State.SENT.value, EnquiryRow.reminded < reminded
    )
    return changed(session, query.values(reminded=reminded))


def list_waiting(session: Session, now: datetime, until: datetime, most: int) -> list[Enquiry]:
    """Unanswered enquiries whose time is over, or that are due before `until` and have a reminder left; the first
    due first."""
    left = (EnquiryRow.answer_by <= now) | ((EnquiryRow.answer_by <= until) & (EnquiryRow.reminded < 2))
    query = (
        select(EnquiryRow)
        .where(EnquiryRow.state == State.SENT.value, left)
        .order_by(EnquiryRow.answer_by, EnquiryRow.id)
        .limit(most)
    )
    return [_enquiry(row) for row in session.scalars(query)]


# Quotes


def add_quote(
    session: Session,
    enquiry_id: EnquiryId,
    offer: Offer,
    *,
    reservation_id: ReservationId | None,
    plan: Plan | None,
    person_id: int | None,
    valid_until: datetime,
    now: datetime,
) -> Quote:
    row = QuoteRow(
        public_id=new_public_id(),
        enquiry_id=enquiry_id,
        reservation_id=reservation_id,
        person_id=person_id,
        state=QuoteState.SENT.value,
        quantity=offer.quantity.atoms,
        unit=offer.quantity.unit.value,
        currency=offer.currency,
        setup_minor=offer.setup_minor,
        unit_minor=offer.unit_minor,
        breaks=json.dumps([[b.from_quantity, b.unit_minor] for b in offer.breaks]),
        sample_minor=offer.sample_minor,
        surcharge_percent=offer.surcharge_percent,
        starts=plan.starts if plan else None,
        last_worked=plan.last_worked if plan else None,
        ready=plan.ready if plan else None,
        note=offer.note,
        sent_at=now,
        valid_until=valid_until,
    )
    session.add(row)
    session.flush()
    return _quote(row)


def get_quote(session: Session, public_id: str) -> Quote:
    """Errors: NotFound."""
    query = select(QuoteRow).where(QuoteRow.public_id == public_id)
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return _quote(row)


def list_quotes(session: Session, enquiry_ids: Iterable[int]) -> list[Quote]:
    """The quotes of enquiries, newest first."""
    query = select(QuoteRow).where(QuoteRow.enquiry_id.in_(list(enquiry_ids))).order_by(QuoteRow.id.desc())
    return [_quote(row) for row in session.scalars(query.execution_options(populate_existing=True))]


def find_sent_quote(session: Session, enquiry_id: int) -> Quote | None:
    """The quote that has not ended, whether or not its time is over."""
    query = select(QuoteRow).where(QuoteRow.enquiry_id == enquiry_id, QuoteRow.state == QuoteState.SENT.value)
    row = session.scalar(query.execution_options(populate_existing=True))
    return _quote(row) if row else None


def end_quote(session: Session, quote: Quote, state: QuoteState, now: datetime) -> bool:
    """End a sent quote; False when it has ended already. Accepted only while it is valid, expired only after."""
    query = update(QuoteRow).where(QuoteRow.id == quote.id, QuoteRow.state == QuoteState.SENT.value)
    if state is QuoteState.ACCEPTED:
        query = query.where(QuoteRow.valid_until > now)
    if state is QuoteState.EXPIRED:
        query = query.where(QuoteRow.valid_until <= now)
    return changed(session, query.values(state=state.value, ended_at=now))


def list_lapsed(session: Session, now: datetime, most: int) -> list[Quote]:
    """Sent quotes whose time is over, the oldest first."""
    query = (
        select(QuoteRow)
        .where(QuoteRow.state == QuoteState.SENT.value, QuoteRow.valid_until <= now)
        .order_by(QuoteRow.valid_until, QuoteRow.id)
        .limit(most)
    )
    return [_quote(row) for row in session.scalars(query)]


# How both sides treat each other


def record_of_supplier(session: Session, supplier_id: int, now: datetime) -> AnswerRecord:
    """Median answer time and share answered of the last twelve months: enquiries answered or timed out count."""
    query = select(EnquiryRow.sent_at, EnquiryRow.answered_at).where(
        EnquiryRow.supplier_id == supplier_id,
        EnquiryRow.sent_at > now - RECORD_SPAN,
        or_(EnquiryRow.answered_at.is_not(None), EnquiryRow.state == State.TIMED_OUT.value),
    )
    waits: list[timedelta | None] = [
        row.answered_at - row.sent_at if row.answered_at else None for row in session.execute(query)
    ]
    answered = [wait for wait in waits if wait is not None]
    if len(waits) < RECORD_FROM:
        return AnswerRecord(len(waits))
    return AnswerRecord(len(waits), median_hours(answered), 100 * len(answered) // len(waits))


def record_of_studio(session: Session, studio_id: int, now: datetime) -> DecisionRecord:
    """The share of quoted enquiries of the last twelve months that the studio decided; those with a quote that is
    still open don't count yet."""
    open_quote = (
        select(QuoteRow.id)
        .where(
            QuoteRow.enquiry_id == EnquiryRow.id,
            QuoteRow.state == QuoteState.SENT.value,
            QuoteRow.valid_until > now,
        )
        .exists()
    )
    any_quote = select(QuoteRow.id).where(QuoteRow.enquiry_id == EnquiryRow.id).exists()
    query = select(EnquiryRow.decided_at).where(
        EnquiryRow.studio_id == studio_id,
        EnquiryRow.sent_at > now - RECORD_SPAN,
        any_quote,
        or_(EnquiryRow.decided_at.is_not(None), ~open_quote),
        EnquiryRow.state != State.DECLINED.value,
    )
    decided = [row.decided_at is not None for row in session.execute(query)]
    if len(decided) < RECORD_FROM:
        return DecisionRecord(len(decided))
    return DecisionRecord(len(decided), 100 * sum(decided) // len(decided))


def _enquiry(row: EnquiryRow) -> Enquiry:
    return Enquiry(
        id=EnquiryId(row.id),
        public_id=row.public_id,
        brief_id=BriefId(row.brief_id),
        brief_version=row.brief_version,
        studio_id=row.studio_id,
        supplier_id=SupplierId(row.supplier_id),
        service_id=ServiceId(row.service_id),
        person_id=row.person_id,
        state=State(row.state),
        sent_at=row.sent_at,
        answer_by=row.answer_by,
        reminded=row.reminded,
        answered_at=row.answered_at,
        decided_at=row.decided_at,
        decline_reason=Reason(row.decline_reason) if row.decline_reason else None,
        decline_note=row.decline_note,
    )


def _quote(row: QuoteRow) -> Quote:
    offer = Offer(
        quantity=Quantity(row.quantity, Unit(row.unit)),
        currency=row.currency,
        unit_minor=row.unit_minor,
        setup_minor=row.setup_minor,
        breaks=tuple(PriceBreak(each[0], each[1]) for each in json.loads(row.breaks)),
        sample_minor=row.sample_minor,
        surcharge_percent=row.surcharge_percent,
        note=row.note,
    )
    starts: date | None = row.starts
    return Quote(
        id=QuoteId(row.id),
        public_id=row.public_id,
        enquiry_id=EnquiryId(row.enquiry_id),
        reservation_id=ReservationId(row.reservation_id) if row.reservation_id is not None else None,
        person_id=row.person_id,
        state=QuoteState(row.state),
        offer=offer,
        starts=starts,
        last_worked=row.last_worked,
        ready=row.ready,
        sent_at=row.sent_at,
        valid_until=row.valid_until,
        ended_at=row.ended_at,
    )
